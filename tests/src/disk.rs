//! A disk of a few megabytes, to be full: a memory file system of its own. Mounting it needs root, as the tests' system
//! packages do.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// A mounted disk. Dropping it takes it away.
#[derive(Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// An empty disk of so many megabytes as the folder `at`.
    pub fn mount(at: &Path, megabytes: u32) -> Result<Self> {
        fs::create_dir_all(at)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=700"), "tmpfs"]).arg(at);
        let output = mount.output().context("start mount")?;
        ensure!(output.status.success(), "no disk could be mounted: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Self(at.to_owned()))
    }

    /// Fills it to the last byte.
    pub fn fill(&self) -> Result<()> {
        let mut file = fs::File::options().create(true).append(true).open(self.ballast())?;
        for size in [65_536, 512, 1] {
            loop {
                match file.write_all(&vec![0; size]) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What still uses it keeps it alive; the folder is gone at once.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
