//! Where things lie: the profile, what is kept beside it, and the socket.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use sha2::{Digest, Sha256};

/// Bundle identifier, also the keychain's service name.
pub const IDENTIFIER: &str = "app.postroom.desktop";

/// The database in the profile folder.
pub(crate) const DATABASE: &str = "postroom.db";

fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("app", "Postroom", "postroom")
}

/// The profile folder used when none is named; `None` where the system has no home folder.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    dirs().map(|dirs| dirs.data_dir().to_path_buf())
}

/// The folder for what must not travel with a copied profile.
#[must_use]
pub fn default_state_folder() -> Option<PathBuf> {
    dirs().map(|dirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("state"))
}

/// The folder for the user's settings, where a session looks for what it should start.
#[must_use]
pub fn config_folder() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.config_dir().to_path_buf())
}

/// The socket of the runner that holds `folder`: in the session's own runtime folder where there is one.
#[must_use]
pub fn socket_path(folder: &Path, state_folder: &Path) -> PathBuf {
    let canonical = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let digest = hex::encode(Sha256::digest(canonical.as_os_str().as_encoded_bytes()));
    let base =
        dirs().and_then(|dirs| dirs.runtime_dir().map(Path::to_path_buf)).unwrap_or_else(|| state_folder.to_path_buf());
    base.join("run").join(format!("{}.sock", &digest[..16]))
}

/// Makes a folder, and everything above it, that only this user can open.
pub fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700).create(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    builder.create(folder)?;
    Ok(())
}

/// Opens a file for writing, made when missing; only this user can read it.
pub fn open_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Writes a file only this user can read, whole or not at all, and syncs it.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let partial = path.with_extension("partial");
    let mut file = open_private(&partial)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&partial, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Syncs the names in a folder.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Elsewhere a folder cannot be opened to be synced.
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_names_are_short_and_one_per_profile() {
        let state = Path::new("/tmp/s");
        let (one, two) = (socket_path(Path::new("/a"), state), socket_path(Path::new("/b"), state));
        assert_ne!(one, two);
        assert!(one.file_name().is_some_and(|name| name.len() == 21));
    }

    #[test]
    fn private_files_are_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/note");
        create_private(&folder.path().join("deep")).unwrap();
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
