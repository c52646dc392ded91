//! The data folder: one process at a time, private, with the files others find the network by.
//!
//! `journal.jsonl`, `media/`, `control.token`, `successor.key`, `port`, `address.json`, `lock`.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::dice::Dice;
use crate::error::PracticeError;

/// The locked data folder. The lock ends with this value (or the process).
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if needed (0700) and locks it.
    pub fn open(root: &Path) -> Result<Self, PracticeError> {
        for dir in [root.to_path_buf(), root.join("media")] {
            fs::create_dir_all(&dir).map_err(PracticeError::data(&dir))?;
            private(&dir, 0o700)?;
        }
        let path = root.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(PracticeError::data(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_path_buf(), _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(PracticeError::Busy(root.to_path_buf())),
            Err(fs::TryLockError::Error(source)) => Err(PracticeError::Data { path, source }),
        }
    }

    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The control token; made at the first start.
    pub fn control_token(&self, dice: &mut Dice) -> Result<String, PracticeError> {
        self.kept("control.token", |text| text.len() >= 40, || dice.token(""))
    }

    /// The key from which successors of refresh tokens follow; made at the first start.
    pub fn successor_key(&self, dice: &mut Dice) -> Result<[u8; 32], PracticeError> {
        let fits = |text: &str| hex::decode(text).is_ok_and(|key| key.len() == 32);
        let text = self.kept("successor.key", fits, || hex::encode(dice.bytes()))?;
        let mut key = [0; 32];
        hex::decode_to_slice(text, &mut key)
            .map_err(|error| PracticeError::data(self.path("successor.key"))(std::io::Error::other(error)))?;
        Ok(key)
    }

    fn kept(
        &self,
        name: &str,
        fits: impl Fn(&str) -> bool,
        make: impl FnOnce() -> String,
    ) -> Result<String, PracticeError> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(text) if fits(text.trim()) => return Ok(text.trim().to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(PracticeError::Data { path, source }),
        }
        let text = make();
        write_synced(&path, text.as_bytes()).map_err(PracticeError::data(&path))?;
        Ok(text)
    }

    /// The port of the last run, 0 when unknown.
    pub fn last_port(&self) -> u16 {
        fs::read_to_string(self.path("port")).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    }

    /// Remembers the port for the next run.
    pub fn remember_port(&self, port: u16) -> Result<(), PracticeError> {
        let path = self.path("port");
        write_synced(&path, port.to_string().as_bytes()).map_err(PracticeError::data(&path))
    }

    /// Tells other processes where the network is.
    pub fn announce(&self, url: &str) -> Result<(), PracticeError> {
        let path = self.path("address.json");
        let address = json!({"url": url, "pid": std::process::id()}).to_string();
        write_synced(&path, address.as_bytes()).map_err(PracticeError::data(&path))
    }

    /// Takes the announcement back; it is gone already where somebody removed it.
    pub fn withdraw(&self) {
        let _ = fs::remove_file(self.path("address.json"));
    }
}

/// Writes a private file (0600) beside its place, syncs it and puts it there in one step.
pub fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Two uploads of the same picture may write at once: each gets a name of its own.
    let unique = TEMPORARY.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let temporary = folder.join(format!(".{name}.{unique}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

static TEMPORARY: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> Result<(), PracticeError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(PracticeError::data(path))
}

#[cfg(not(unix))]
fn private(_path: &Path, _mode: u32) -> Result<(), PracticeError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::open(dir.path()).unwrap();
        assert!(matches!(Folder::open(dir.path()), Err(PracticeError::Busy(_))));
        drop(first);
        assert!(Folder::open(dir.path()).is_ok());
    }

    #[test]
    fn what_is_kept_stays_and_what_is_damaged_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let mut dice = Dice::new(None, 0);
        let (token, key) = (folder.control_token(&mut dice).unwrap(), folder.successor_key(&mut dice).unwrap());
        assert_eq!(folder.control_token(&mut dice).unwrap(), token);
        assert_eq!(folder.successor_key(&mut dice).unwrap(), key);
        fs::write(folder.path("successor.key"), "zz").unwrap();
        assert_ne!(folder.successor_key(&mut dice).unwrap(), key);
        assert_eq!(folder.last_port(), 0);
        folder.remember_port(4100).unwrap();
        assert_eq!(folder.last_port(), 4100);
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_secrets_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("new")).unwrap();
        folder.control_token(&mut Dice::new(None, 0)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.path().join("new")), 0o700);
        assert_eq!(mode(&folder.path("control.token")), 0o600);
    }
}
