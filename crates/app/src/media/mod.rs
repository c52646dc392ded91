//! Pictures: copied into the profile under their digest, the original untouched, and rendered to each
//! platform's rules. A picture that fits the rules goes out byte for byte, less its hidden data.

mod read;
mod render;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use domain::{
    ErrorCode, MediaId,
    limits::PostLimits,
    media::{MAX_IMAGE_BYTES, digest_hex},
    post::MediaRef,
};
use providers::provider::Rendition;
use store::media::{Media, StoredRendition};

use crate::{App, Error, event::Topic, paths};

/// Longest base64 text of a pasted picture: 28 MiB, some 21 MiB of picture.
const PASTE_MAX_BYTES: usize = 28 * 1024 * 1024;

impl App {
    /// Copies a picture file into the profile.
    pub async fn add_media(&self, path: &Path, alt: &str) -> Result<Media, Error> {
        let length = tokio::fs::metadata(path).await.map_err(|error| gone(path, &error))?.len();
        if length > MAX_IMAGE_BYTES {
            return Err(read::too_large());
        }
        let bytes = tokio::fs::read(path).await.map_err(|error| gone(path, &error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.keep_media(bytes, name, alt).await
    }

    /// Takes a picture from the clipboard.
    pub async fn paste_media(&self, base64: &str, name: &str) -> Result<Media, Error> {
        if base64.len() > PASTE_MAX_BYTES {
            return Err(read::too_large());
        }
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(base64).map_err(|_| read::unreadable("not base64"))?;
        self.keep_media(bytes, name.chars().take(200).collect(), "").await
    }

    /// Takes the picture that is on the desktop's clipboard, if one is.
    pub async fn clipboard_media(&self) -> Result<Option<Media>, Error> {
        let Some(pixels) = self.desktop().clipboard_picture().await else { return Ok(None) };
        let bytes = off_thread(move || read::png(pixels)).await?;
        self.keep_media(bytes, "clipboard.png".to_owned(), "").await.map(Some)
    }

    async fn keep_media(&self, bytes: Vec<u8>, name: String, alt: &str) -> Result<Media, Error> {
        let (bytes, facts) = off_thread(move || {
            let facts = read::facts(&bytes)?;
            Ok((bytes, facts))
        })
        .await?;
        let digest = digest_hex(&bytes);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.keep_file(&digest, bytes).await?;
        let now = self.clock.now();
        let mut media = Media {
            id: MediaId::new(now, self.random.as_ref()),
            digest,
            mime: facts.mime.to_owned(),
            bytes: size,
            width: i64::from(facts.width),
            height: i64::from(facts.height),
            name,
            alt: alt.chars().take(10_000).collect(),
        };
        let mut tx = self.store.begin().await?;
        media.id = store::media::upsert(&mut tx, &media, now).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(media.id.to_string()));
        Ok(media)
    }

    /// One picture.
    pub async fn media(&self, id: MediaId) -> Result<Media, Error> {
        let found = store::media::find(&mut *self.store.read().await?, id).await?;
        found.ok_or_else(|| Error::not_found("picture", &id.to_string()))
    }

    /// The newest pictures.
    pub async fn media_newest(&self, limit: i64) -> Result<Vec<Media>, Error> {
        Ok(store::media::newest(&mut *self.store.read().await?, limit).await?)
    }

    /// Where a file of the profile lies.
    #[must_use]
    pub fn media_path(&self, digest: &str) -> PathBuf {
        let shelf = digest.get(..2).unwrap_or("00");
        self.folder.join("media").join(shelf).join(digest)
    }

    /// A picture as a platform takes it; made now when it was not before.
    pub(crate) async fn rendition(&self, picture: &MediaRef, limits: &PostLimits) -> Result<Rendition, Error> {
        let recipe = render::recipe(limits);
        let known = store::media::rendition(&mut *self.store.read().await?, picture.id, &recipe).await?;
        if let Some(known) = known
            && self.media_path(&known.digest).is_file()
        {
            return Ok(self.ready(known, &picture.alt));
        }
        let media = self.media(picture.id).await?;
        let source = self.media_path(&media.digest);
        let bytes = tokio::fs::read(&source).await.map_err(|error| gone(&source, &error))?;
        let limits = limits.clone();
        let made = off_thread(move || render::render(&bytes, &limits)).await?;
        let row = StoredRendition {
            digest: digest_hex(&made.bytes),
            mime: made.mime.to_owned(),
            bytes: i64::try_from(made.bytes.len()).unwrap_or(i64::MAX),
            width: i64::from(made.width),
            height: i64::from(made.height),
        };
        self.keep_file(&row.digest, made.bytes).await?;
        let mut tx = self.store.begin().await?;
        store::media::put_rendition(&mut tx, picture.id, &recipe, &row).await?;
        tx.commit().await?;
        Ok(self.ready(row, &picture.alt))
    }

    fn ready(&self, row: StoredRendition, alt: &str) -> Rendition {
        Rendition {
            path: self.media_path(&row.digest),
            digest: row.digest,
            mime: row.mime,
            bytes: u64::try_from(row.bytes).unwrap_or_default(),
            width: u32::try_from(row.width).unwrap_or_default(),
            height: u32::try_from(row.height).unwrap_or_default(),
            alt: alt.to_owned(),
        }
    }

    /// Writes a file under its digest; one that is there is left alone.
    async fn keep_file(&self, digest: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let path = self.media_path(digest);
        off_thread(move || {
            if path.metadata().is_ok_and(|known| known.len() == bytes.len() as u64) {
                return Ok(());
            }
            let written =
                path.parent().map_or(Ok(()), paths::create_private).and_then(|()| paths::write_private(&path, &bytes));
            written.map_err(|error| {
                Error::new(
                    ErrorCode::StorageFailed,
                    "The picture could not be kept.",
                    "Check that the disk is not full.",
                )
                .with_details(error.to_string())
            })
        })
        .await
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Error::internal(error.to_string())))
}

fn gone(path: &Path, error: &std::io::Error) -> Error {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Error::new(ErrorCode::FileMissing, format!("The picture {name} cannot be read."), "Choose the file again.")
        .with_details(error.to_string())
}
