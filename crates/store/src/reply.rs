//! What platforms answered where that was no success: the last few answers of each publication.

use domain::{PublicationId, UtcMs, error::RawReply};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json},
};

/// Answers kept of one publication.
const KEPT: i64 = 5;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReply {
    /// The part it was about, from 0.
    pub part: i64,
    /// When it was written down.
    pub at: UtcMs,
    /// What was answered, redacted.
    pub reply: RawReply,
}

/// Keeps an answer, and forgets the oldest of the publication where there are too many.
pub async fn add(conn: &mut SqliteConnection, publication: PublicationId, kept: &KeptReply) -> Result<(), StoreError> {
    let (publication, at, status) = (publication.as_bytes(), kept.at.as_millis(), i64::from(kept.reply.status));
    let headers = to_json(&kept.reply.headers, "reply")?;
    sqlx::query!(
        "INSERT INTO reply (publication, part, at, operation, status, headers, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        publication,
        kept.part,
        at,
        kept.reply.operation,
        status,
        headers,
        kept.reply.body
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM reply WHERE publication = ?1
         AND id NOT IN (SELECT id FROM reply WHERE publication = ?1 ORDER BY id DESC LIMIT ?2)",
        publication,
        KEPT
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The answers kept of a publication, oldest first.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Vec<KeptReply>, StoreError> {
    let publication = publication.as_bytes();
    let rows = sqlx::query!(
        "SELECT part, at, operation, status, headers, body FROM reply WHERE publication = ?1 ORDER BY id",
        publication
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let reply = RawReply {
                operation: row.operation,
                status: u16::try_from(row.status).unwrap_or_default(),
                headers: from_json(&row.headers, "reply")?,
                body: row.body,
                repeats: None,
            };
            Ok(KeptReply { part: row.part, at: UtcMs::from_millis(row.at), reply })
        })
        .collect()
}
