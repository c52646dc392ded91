//! Pictures: copied into the profile under their digest, the original untouched, and rendered to each
//! platform's rules. A picture that fits the rules goes out byte for byte, less its hidden data. Nothing here decodes:
//! see [`crate::pictures`].

use std::{
    fs::File,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use base64::Engine as _;
use domain::{
    ErrorCode, MediaId,
    limits::PostLimits,
    media::{MAX_IMAGE_BYTES, digest_hex},
    post::MediaRef,
};
use providers::provider::Rendition;
use store::media::{Media, StoredRendition};

use crate::{
    App, Error,
    event::Topic,
    pictures::{
        ask::{Refusal, Rules},
        clipboard, keep, words,
    },
};

/// Longest base64 text of a pasted picture: 28 MiB, some 21 MiB of picture.
const PASTE_MAX_BYTES: usize = 28 * 1024 * 1024;

impl App {
    /// Copies a picture file into the profile.
    pub async fn add_media(&self, path: &Path, alt: &str) -> Result<Media, Error> {
        let facts = tokio::fs::metadata(path).await.map_err(|error| gone(path, &error))?;
        if !facts.is_file() {
            return Err(words::refused(&Refusal::NoPicture { detail: "not a plain file".to_owned() }));
        }
        if facts.len() > MAX_IMAGE_BYTES {
            return Err(words::too_many_bytes(Some(facts.len())));
        }
        let file = tokio::fs::File::open(path).await.map_err(|error| gone(path, &error))?.into_std().await;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.keep_media(file, name, alt).await
    }

    /// Takes a picture from the clipboard.
    pub async fn paste_media(&self, base64: &str, name: &str) -> Result<Media, Error> {
        if base64.len() > PASTE_MAX_BYTES {
            return Err(words::too_many_bytes(Some(base64.len() as u64 / 4 * 3)));
        }
        let bytes = base64::engine::general_purpose::STANDARD.decode(base64);
        let bytes = bytes.map_err(|_| words::refused(&Refusal::NoPicture { detail: "not base64".to_owned() }))?;
        self.keep_media(Cursor::new(bytes), name.chars().take(200).collect(), "").await
    }

    /// Takes the picture that is on the desktop's clipboard, if one is.
    pub async fn clipboard_media(&self) -> Result<Option<Media>, Error> {
        let Some(pixels) = self.desktop().clipboard_picture().await else { return Ok(None) };
        let bytes = off_thread(move || clipboard::png(pixels)).await?;
        self.keep_media(Cursor::new(bytes), "clipboard.png".to_owned(), "").await.map(Some)
    }

    /// Copies it in, has it looked at there, and keeps it only when it is a picture.
    async fn keep_media(&self, source: impl Read + Send + 'static, name: String, alt: &str) -> Result<Media, Error> {
        let (media, scratch) = (self.media_folder(), self.random_hex::<8>());
        let incoming = off_thread(move || keep::copy_in(&media, &scratch, source)).await?;
        let facts = self.decoder.look(incoming.open()?).await?;
        let (digest, bytes) = (incoming.digest.clone(), i64::try_from(incoming.bytes).unwrap_or(i64::MAX));
        let media = self.media_folder();
        off_thread(move || incoming.settle(&media)).await?;
        let now = self.clock.now();
        let mut media = Media {
            id: MediaId::new(now, self.random.as_ref()),
            digest,
            mime: facts.mime,
            bytes,
            width: i64::from(facts.width),
            height: i64::from(facts.height),
            name,
            alt: alt.chars().take(10_000).collect(),
        };
        let mut tx = self.store.begin().await?;
        media.id = store::media::upsert(&mut tx, &media, now).await?;
        // It may be the one that was gone.
        self.look_at_trouble(&mut tx, None).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(media.id.to_string()));
        self.wake.notify_one();
        Ok(media)
    }

    pub(crate) fn media_folder(&self) -> PathBuf {
        self.folder.join("media")
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
        keep::place(&self.media_folder(), digest)
    }

    /// A picture as a platform takes it; made now when it was not before.
    pub(crate) async fn rendition(&self, picture: &MediaRef, limits: &PostLimits) -> Result<Rendition, Error> {
        let rules = Rules::of(limits);
        let recipe = rules.recipe();
        let known = store::media::rendition(&mut *self.store.read().await?, picture.id, &recipe).await?;
        if let Some(known) = known
            && self.media_path(&known.digest).is_file()
        {
            return Ok(self.ready(known, &picture.alt));
        }
        let media = self.media(picture.id).await?;
        let source = self.media_path(&media.digest);
        let file = File::open(&source).map_err(|error| gone(Path::new(&media.name), &error))?;
        let made = self.decoder.fit(file, rules).await?;
        let row = StoredRendition {
            digest: digest_hex(&made.bytes),
            mime: made.facts.mime,
            bytes: i64::try_from(made.bytes.len()).unwrap_or(i64::MAX),
            width: i64::from(made.facts.width),
            height: i64::from(made.facts.height),
        };
        let (folder, scratch) = (self.media_folder(), self.random_hex::<8>());
        off_thread(move || keep::write(&folder, &scratch, &made.bytes)).await?;
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
}

pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Error::internal(error.to_string())))
}

fn gone(path: &Path, error: &std::io::Error) -> Error {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Error::new(ErrorCode::FileMissing, format!("The picture {name} cannot be read."), "Choose the file again.")
        .with_details(error.to_string())
}
