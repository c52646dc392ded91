//! Keeping files in the profile under their digest: copied in first, looked at there, and only then given a name.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use domain::{
    ErrorCode,
    media::{MAX_IMAGE_BYTES, digest_hex},
};
use sha2::{Digest, Sha256};

use super::words;
use crate::{Error, paths};

/// Where files are until they are known to be pictures; emptied when the profile is opened.
const INCOMING: &str = "incoming";

/// A file copied in that has no name yet; gone again when it is dropped without one.
pub(crate) struct Incoming {
    path: PathBuf,
    pub(crate) digest: String,
    pub(crate) bytes: u64,
}

/// Forgets what was left over when the program ended in the middle of a copy.
pub(crate) fn clear(media: &Path) {
    // Nothing there is the usual case; what cannot be removed does no harm.
    let _ = std::fs::remove_dir_all(media.join(INCOMING));
}

/// Copies a source into `media` under `name`, up to the largest file taken.
pub(crate) fn copy_in(media: &Path, name: &str, source: impl Read) -> Result<Incoming, Error> {
    let folder = media.join(INCOMING);
    paths::create_private(&folder).map_err(refuses)?;
    let mut incoming = Incoming { path: folder.join(name), digest: String::new(), bytes: 0 };
    let mut file = paths::open_private(&incoming.path).map_err(refuses)?;
    let mut source = Hashed { inner: source.take(MAX_IMAGE_BYTES + 1), digest: Sha256::new() };
    incoming.bytes = std::io::copy(&mut source, &mut file).map_err(refuses)?;
    if incoming.bytes > MAX_IMAGE_BYTES {
        return Err(words::too_many_bytes(None));
    }
    file.sync_all().map_err(refuses)?;
    incoming.digest = hex::encode(source.digest.finalize());
    Ok(incoming)
}

/// Writes bytes under their digest; a file that is there is left alone.
pub(crate) fn write(media: &Path, name: &str, bytes: &[u8]) -> Result<String, Error> {
    let digest = digest_hex(bytes);
    if !whole(&place(media, &digest), bytes.len() as u64) {
        copy_in(media, name, Cursor::new(bytes))?.settle(media)?;
    }
    Ok(digest)
}

/// Where the file of a digest lies.
pub(crate) fn place(media: &Path, digest: &str) -> PathBuf {
    media.join(digest.get(..2).unwrap_or("00")).join(digest)
}

fn whole(path: &Path, bytes: u64) -> bool {
    path.metadata().is_ok_and(|known| known.is_file() && known.len() == bytes)
}

impl Incoming {
    /// Opens it for reading.
    pub(crate) fn open(&self) -> Result<File, Error> {
        File::open(&self.path).map_err(refuses)
    }

    /// Gives it its name; a file that is there is left alone.
    pub(crate) fn settle(self, media: &Path) -> Result<(), Error> {
        let path = place(media, &self.digest);
        if whole(&path, self.bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(media);
        paths::create_private(folder).and_then(|()| std::fs::rename(&self.path, &path)).map_err(refuses)?;
        #[cfg(unix)]
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(refuses)?;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Gone already where it got its name.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Counts what passes into a digest.
struct Hashed<R> {
    inner: R,
    digest: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn refuses(error: std::io::Error) -> Error {
    Error::new(
        ErrorCode::StorageFailed,
        "The picture could not be kept. Nothing else was changed.",
        "Check that the disk is not full and the profile folder can be written, then add it again.",
    )
    .with_details(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_without_a_name_leaves_nothing_behind() {
        let media = tempfile::tempdir().unwrap();
        let incoming = copy_in(media.path(), "one", Cursor::new(b"abc")).unwrap();
        assert_eq!((incoming.bytes, incoming.digest.as_str()), (3, digest_hex(b"abc").as_str()));
        let path = incoming.path.clone();
        drop(incoming);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_is_kept_once_under_its_digest() {
        let media = tempfile::tempdir().unwrap();
        let digest = write(media.path(), "one", b"abc").unwrap();
        assert_eq!(write(media.path(), "two", b"abc").unwrap(), digest);
        assert_eq!(std::fs::read(place(media.path(), &digest)).unwrap(), b"abc");
        assert_eq!(std::fs::read_dir(media.path().join(INCOMING)).unwrap().count(), 0);
        clear(media.path());
        assert!(!media.path().join(INCOMING).exists());
    }
}
