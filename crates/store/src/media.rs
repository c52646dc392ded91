//! Pictures by digest, and what was made of them.

use domain::{MediaId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// A picture in the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Our id.
    pub id: MediaId,
    /// Lower-case hexadecimal SHA-256 of the stored file.
    pub digest: String,
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Pixels across, orientation applied.
    pub width: i64,
    /// Pixels down, orientation applied.
    pub height: i64,
    /// File name it had.
    pub name: String,
    /// Alt text suggested when used.
    pub alt: String,
}

/// A file made from a picture for a platform's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRendition {
    /// Lower-case hexadecimal SHA-256.
    pub digest: String,
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Pixels across.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
}

struct Row {
    id: Vec<u8>,
    digest: String,
    mime: String,
    bytes: i64,
    width: i64,
    height: i64,
    name: String,
    alt: String,
}

impl TryFrom<Row> for Media {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: whole(MediaId::from_bytes(&row.id), "media")?,
            digest: row.digest,
            mime: row.mime,
            bytes: row.bytes,
            width: row.width,
            height: row.height,
            name: row.name,
            alt: row.alt,
        })
    }
}

/// Adds a picture, or finds the one with the same digest; its id either way.
pub async fn upsert(conn: &mut SqliteConnection, media: &Media, now: UtcMs) -> Result<MediaId, StoreError> {
    let (id, now) = (media.id.as_bytes(), now.as_millis());
    let row = sqlx::query!(
        "INSERT INTO media (id, digest, kind, mime, bytes, width, height, name, alt, created_at)
         VALUES (?1, ?2, 'image', ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (digest) DO UPDATE SET alt = CASE WHEN ?8 = '' THEN alt ELSE ?8 END
         RETURNING id",
        id,
        media.digest,
        media.mime,
        media.bytes,
        media.width,
        media.height,
        media.name,
        media.alt,
        now
    )
    .fetch_one(conn)
    .await?;
    whole(MediaId::from_bytes(&row.id), "media")
}

/// One picture.
pub async fn find(conn: &mut SqliteConnection, id: MediaId) -> Result<Option<Media>, StoreError> {
    let id = id.as_bytes();
    sqlx::query_as!(Row, "SELECT id, digest, mime, bytes, width, height, name, alt FROM media WHERE id = ?1", id)
        .fetch_optional(conn)
        .await?
        .map(Media::try_from)
        .transpose()
}

/// The newest `limit` pictures.
pub async fn newest(conn: &mut SqliteConnection, limit: i64) -> Result<Vec<Media>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, digest, mime, bytes, width, height, name, alt FROM media ORDER BY created_at DESC, id DESC LIMIT ?1",
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Media::try_from)
    .collect()
}

/// What was made of a picture by a recipe.
pub async fn rendition(
    conn: &mut SqliteConnection,
    media: MediaId,
    recipe: &str,
) -> Result<Option<StoredRendition>, StoreError> {
    let media = media.as_bytes();
    Ok(sqlx::query_as!(
        StoredRendition,
        "SELECT digest, mime, bytes, width, height FROM rendition WHERE media = ?1 AND recipe = ?2",
        media,
        recipe
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps what was made of a picture by a recipe.
pub async fn put_rendition(
    conn: &mut SqliteConnection,
    media: MediaId,
    recipe: &str,
    made: &StoredRendition,
) -> Result<(), StoreError> {
    let media = media.as_bytes();
    sqlx::query!(
        "INSERT INTO rendition (media, recipe, digest, mime, bytes, width, height) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (media, recipe) DO UPDATE SET digest = ?3, mime = ?4, bytes = ?5, width = ?6, height = ?7",
        media,
        recipe,
        made.digest,
        made.mime,
        made.bytes,
        made.width,
        made.height
    )
    .execute(conn)
    .await?;
    Ok(())
}
