//! What happened to a publication, in order.

use domain::{PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::StoreError;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: UtcMs,
    /// Short name: `intent`, `accepted` …
    pub event: String,
    /// Part it concerns, from 0.
    pub part: Option<i64>,
    /// One sentence.
    pub text: String,
}

/// Adds a line.
pub async fn add(conn: &mut SqliteConnection, publication: PublicationId, line: &Line) -> Result<(), StoreError> {
    let (publication, at) = (publication.as_bytes(), line.at.as_millis());
    sqlx::query!(
        "INSERT INTO journal (publication, at, event, part, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        publication,
        at,
        line.event,
        line.part,
        line.text
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last `limit` lines of a publication, oldest first.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId, limit: i64) -> Result<Vec<Line>, StoreError> {
    let publication = publication.as_bytes();
    let rows = sqlx::query!(
        "SELECT at, event, part, text FROM journal WHERE publication = ?1 ORDER BY id DESC LIMIT ?2",
        publication,
        limit
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().rev();
    Ok(lines
        .map(|row| Line { at: UtcMs::from_millis(row.at), event: row.event, part: row.part, text: row.text })
        .collect())
}

/// When anything was last written of any publication, or asked for; `None` where nothing ever was.
pub async fn last_at(conn: &mut SqliteConnection) -> Result<Option<UtcMs>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT max(coalesce((SELECT max(at) FROM journal), 0), coalesce((SELECT max(created_at) FROM publication), 0))
               AS "at: i64""#
    )
    .fetch_one(conn)
    .await?;
    Ok(row.at.filter(|at| *at > 0).map(UtcMs::from_millis))
}
