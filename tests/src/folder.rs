//! Folders copied with what is in them.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Copies files and folders; links, sockets and what is gone meanwhile are left out. A folder that is not there is empty.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() && entry.path().exists() {
            fs::copy(entry.path(), target).with_context(|| format!("copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::copy_folder;

    #[test]
    fn files_are_copied_and_links_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::write(from.join("deep/file"), "1").unwrap();
        symlink(dir.path(), from.join("up")).unwrap();
        copy_folder(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("deep/file")).unwrap(), "1");
        assert!(!to.join("up").exists());
        copy_folder(&dir.path().join("none"), &to.join("empty")).unwrap();
    }
}
