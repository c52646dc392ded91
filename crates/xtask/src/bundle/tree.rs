//! An empty folder tree that dpkg installs into: it has its own record of what is installed, and nothing of this
//! computer's. Nothing of the tree's own is run by dpkg; the package has no scripts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{done, field};
use crate::{cmd::Cmd, workspace::Workspace};

/// A file that only the older package has.
const GONE: &str = "usr/share/postroom/of-the-older-version";
/// The version the same package is given to stand for an older one.
const OLDER: &str = "0.0.9";

/// The tree.
pub struct Tree<'a> {
    workspace: &'a Workspace,
    root: PathBuf,
}

impl<'a> Tree<'a> {
    /// An empty one in place of whatever was there.
    pub fn new(workspace: &'a Workspace, root: &Path) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(root)?;
        }
        for folder in ["info", "updates", "triggers"] {
            fs::create_dir_all(root.join("var/lib/dpkg").join(folder))?;
        }
        fs::write(root.join("var/lib/dpkg/status"), "")?;
        Ok(Self { workspace, root: root.to_owned() })
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn dpkg(&self, args: &[&std::ffi::OsStr]) -> Result<()> {
        let root = format!("--root={}", self.root.display());
        let log = format!("--log={}", self.root.join("dpkg.log").display());
        // What it depends on is installed on this computer, not in the tree.
        let words = ["dpkg", &root, &log, "--force-depends", "--force-not-root", "--force-bad-path"];
        done(&self.workspace.cmd("fakeroot").args(words).args(args))
    }

    /// Installs a package, or upgrades to it.
    pub fn install(&self, deb: &Path) -> Result<()> {
        self.dpkg(&["-i".as_ref(), deb.as_os_str()])
    }

    fn remove(&self) -> Result<()> {
        self.dpkg(&["-r".as_ref(), "postroom".as_ref()])
    }

    /// The version that dpkg has on record as installed.
    fn version(&self) -> Result<String> {
        let record = format!("--admindir={}", self.root.join("var/lib/dpkg").display());
        let words = [record.as_str(), "-W", "-f=${db:Status-Status} ${Version}", "postroom"];
        let said = self.workspace.cmd("dpkg-query").args(words).read()?;
        Ok(said.trim().strip_prefix("installed ").with_context(|| said.clone())?.to_owned())
    }

    /// Files that are not dpkg's own record.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut all = walk(&self.root)?;
        all.retain(|path| !path.starts_with(self.root.join("var/lib/dpkg")) && !path.ends_with("dpkg.log"));
        Ok(all)
    }

    /// What the installed program says of itself: it starts, with every library it is linked to.
    fn says(&self) -> Result<String> {
        Ok(Cmd::new(self.path("usr/bin/postroom"), &self.root).args(["--version"]).read()?.trim().to_owned())
    }
}

/// Every file below a folder.
fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(walk(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Every file of a profile with its content.
fn content(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    walk(folder)?.into_iter().map(|path| Ok((path.clone(), fs::read(path)?))).collect()
}

/// The older package over nothing, the newer one over that, and away again; beside them a profile that dpkg must not
/// know of.
pub fn install_upgrade_remove(workspace: &Workspace, folder: &Path, deb: &Path, older: Option<&Path>) -> Result<Value> {
    let older = match older {
        Some(older) => older.to_owned(),
        None => made_older(workspace, folder, deb)?,
    };
    let tree = Tree::new(workspace, &folder.join("tree"))?;
    let home = folder.join("home");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    let profile = home.join(".local/share/postroom");
    fs::create_dir_all(&profile)?;
    let release = workspace.root.join("tests/databases/0001/profile");
    done(&workspace.cmd("cp").args(["-R".as_ref(), release.join(".").as_os_str(), profile.as_os_str()]))?;
    let data = content(&profile)?;

    tree.install(&older)?;
    let (first, before) = (tree.version()?, tree.files()?.len());
    tree.says()?;
    tree.install(deb)?;
    let second = tree.version()?;
    ensure!(second == field(workspace, deb, "Version")? && second != first, "upgraded from {first} to {second}");
    ensure!(!tree.path(GONE).exists(), "a file of the older package is left");
    let (said, after) = (tree.says()?, tree.files()?.len());
    let entry = fs::read_to_string(tree.path("usr/share/applications/Postroom.desktop"))?;
    for line in ["Exec=postroom %u", "Icon=postroom", "MimeType=x-scheme-handler/postroom;"] {
        ensure!(entry.lines().any(|found| found == line), "the desktop entry has no {line}:\n{entry}");
    }
    ensure!(content(&profile)? == data, "the profile changed with the package");
    tree.remove()?;
    let left = tree.files()?;
    ensure!(left.is_empty(), "left behind: {left:?}");
    ensure!(content(&profile)? == data, "the profile went with the package");
    Ok(json!({
        "older": first, "upgraded_to": second, "says": said, "files_older": before, "files": after,
        "files_left_after_removal": left.len(), "profile_files_kept": data.len(),
    }))
}

/// The same package under an older version, with one file more.
fn made_older(workspace: &Workspace, folder: &Path, deb: &Path) -> Result<PathBuf> {
    let (unpacked, target) = (folder.join("older"), folder.join("older.deb"));
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)?;
    }
    fs::create_dir_all(folder)?;
    done(&workspace.cmd("dpkg-deb").args(["-R".as_ref(), deb.as_os_str(), unpacked.as_os_str()]))?;
    let control = unpacked.join("DEBIAN/control");
    let text = fs::read_to_string(&control)?;
    let version = format!("Version: {}", field(workspace, deb, "Version")?);
    ensure!(text.contains(&version), "no version in {text}");
    fs::write(&control, text.replace(&version, &format!("Version: {OLDER}")))?;
    let extra = unpacked.join(GONE);
    fs::create_dir_all(extra.parent().context("no folder")?)?;
    fs::write(&extra, "")?;
    done(&workspace.cmd("dpkg-deb").args([
        "-Znone".as_ref(),
        "--root-owner-group".as_ref(),
        "-b".as_ref(),
        unpacked.as_os_str(),
        target.as_os_str(),
    ]))?;
    Ok(target)
}
