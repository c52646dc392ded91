//! What goes out, part by part, fixed when scheduled.

use domain::{PublicationId, change::Wording, post::Part};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json},
};

/// One part of a publication.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPart {
    /// Place in the thread, from 0.
    pub ordinal: i64,
    /// The text and media.
    pub content: Part,
    /// Where its prepare steps stand, in the provider's own terms: JSON text, `null` at first.
    pub checkpoint: String,
    /// The published part as JSON text; empty until it is live.
    pub remote: String,
    /// What it says since an edit; `None` as long as it says what was published.
    pub wording: Option<Wording>,
}

/// Replaces the parts of a publication.
pub async fn replace(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    parts: &[Part],
) -> Result<(), StoreError> {
    replace_from(conn, publication, 0, parts).await
}

/// Replaces the parts of a publication from one on.
pub async fn replace_from(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    first: i64,
    parts: &[Part],
) -> Result<(), StoreError> {
    let publication = publication.as_bytes();
    sqlx::query!("DELETE FROM part WHERE publication = ?1 AND ordinal >= ?2", publication, first)
        .execute(&mut *conn)
        .await?;
    for (ordinal, part) in (first..).zip(parts) {
        let content = to_json(part, "part")?;
        sqlx::query!(
            "INSERT INTO part (publication, ordinal, content) VALUES (?1, ?2, ?3)",
            publication,
            ordinal,
            content
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The parts of a publication in order.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Vec<StoredPart>, StoreError> {
    let publication = publication.as_bytes();
    let rows = sqlx::query!(
        "SELECT ordinal, content, checkpoint, remote, wording FROM part WHERE publication = ?1 ORDER BY ordinal",
        publication
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let content = from_json(&row.content, "part")?;
            let wording = from_json(&row.wording, "part")?;
            Ok(StoredPart { ordinal: row.ordinal, content, checkpoint: row.checkpoint, remote: row.remote, wording })
        })
        .collect()
}

/// Saves where a part's prepare steps stand.
pub async fn set_checkpoint(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    ordinal: i64,
    checkpoint: &str,
) -> Result<(), StoreError> {
    let publication = publication.as_bytes();
    sqlx::query!(
        "UPDATE part SET checkpoint = ?3 WHERE publication = ?1 AND ordinal = ?2",
        publication,
        ordinal,
        checkpoint
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that a part is live.
pub async fn set_remote(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    ordinal: i64,
    remote: &str,
) -> Result<(), StoreError> {
    let publication = publication.as_bytes();
    sqlx::query!("UPDATE part SET remote = ?3 WHERE publication = ?1 AND ordinal = ?2", publication, ordinal, remote)
        .execute(conn)
        .await?;
    Ok(())
}

/// Records what a live part says since an edit.
pub async fn set_wording(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    ordinal: i64,
    (content, wording): (&Part, &Wording),
) -> Result<(), StoreError> {
    let (publication, content, wording) =
        (publication.as_bytes(), to_json(content, "part")?, to_json(wording, "part")?);
    sqlx::query!(
        "UPDATE part SET content = ?3, wording = ?4 WHERE publication = ?1 AND ordinal = ?2",
        publication,
        ordinal,
        content,
        wording
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Parts live and parts in all.
pub async fn progress(conn: &mut SqliteConnection, publication: PublicationId) -> Result<(i64, i64), StoreError> {
    let publication = publication.as_bytes();
    let row = sqlx::query!(
        r#"SELECT count(*) AS "all_parts: i64", coalesce(sum(remote <> ''), 0) AS "live: i64"
           FROM part WHERE publication = ?1"#,
        publication
    )
    .fetch_one(conn)
    .await?;
    Ok((row.live, row.all_parts))
}
