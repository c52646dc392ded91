//! Reading a picture's file at the moment it is sent, and refusing it when it is not the file that was
//! prepared.

use bytes::Bytes;
use domain::{ErrorKind, ProviderError, media::digest_hex};
use tokio::io::AsyncReadExt;

use crate::{
    calls::{Operation, error},
    provider::Rendition,
};

/// [`ProviderError::remote_code`] when the file is not there any more.
pub const FILE_MISSING: &str = "file_missing";
/// [`ProviderError::remote_code`] of a refusal because what was prepared is gone from the platform: it is prepared anew.
pub const PREPARE_AGAIN: &str = "prepare_again";
/// [`ProviderError::remote_code`] when the file is not the one that was prepared.
pub const FILE_CHANGED: &str = "file_changed";

/// The bytes of a picture: as many as were prepared, with the same digest, and at most `limit_bytes`.
pub(crate) async fn read(
    media: &Rendition,
    limit_bytes: u64,
    platform: &'static str,
    operation: Operation,
) -> Result<Bytes, ProviderError> {
    let trouble = |code: &str, words: String| {
        let error = error(ErrorKind::MediaRejected, platform, operation);
        ProviderError { remote_code: code.to_owned(), remote_message: words, ..error }
    };
    if media.bytes > limit_bytes {
        let words = format!("The picture has {} bytes; {limit_bytes} are accepted.", media.bytes);
        return Err(trouble("too_large", words));
    }
    let file = tokio::fs::File::open(&media.path).await;
    let file =
        file.map_err(|error| trouble(FILE_MISSING, format!("The picture cannot be opened: {}", error.kind())))?;
    let mut content = Vec::new();
    let read = file.take(media.bytes.saturating_add(1)).read_to_end(&mut content).await;
    read.map_err(|error| trouble(FILE_MISSING, format!("The picture cannot be read: {}", error.kind())))?;
    if u64::try_from(content.len()) != Ok(media.bytes) || digest_hex(&content) != media.digest {
        return Err(trouble(FILE_CHANGED, "The picture is not the file that was prepared.".to_owned()));
    }
    Ok(content.into())
}

#[cfg(test)]
mod tests {
    use domain::Retry;

    use super::*;

    const UPLOAD: Operation = Operation::quiet("upload");

    fn picture(folder: &tempfile::TempDir, content: &[u8]) -> Rendition {
        let path = folder.path().join("picture");
        std::fs::write(&path, content).unwrap();
        Rendition {
            path,
            digest: digest_hex(content),
            mime: "image/png".to_owned(),
            bytes: content.len() as u64,
            width: 1,
            height: 1,
            alt: String::new(),
        }
    }

    #[tokio::test]
    async fn the_prepared_file_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let media = picture(&folder, b"pixels");
        assert_eq!(read(&media, 6, "practice", UPLOAD).await.unwrap(), "pixels");
    }

    #[tokio::test]
    async fn a_file_gone_changed_or_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let media = picture(&folder, b"pixels");
        let code = async |media: &Rendition, limit| {
            let error = read(media, limit, "practice", UPLOAD).await.unwrap_err();
            assert_eq!((error.kind, error.retry), (ErrorKind::MediaRejected, Retry::Never));
            error.remote_code
        };
        assert_eq!(code(&media, 5).await, "too_large");
        for other in [&b"pixel"[..], b"pixelss", b"pixelz"] {
            std::fs::write(&media.path, other).unwrap();
            assert_eq!(code(&media, 6).await, FILE_CHANGED);
        }
        std::fs::remove_file(&media.path).unwrap();
        assert_eq!(code(&media, 6).await, FILE_MISSING);
    }
}
