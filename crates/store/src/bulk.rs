//! Actions on many publications at once, with what each publication was before.

use domain::{BulkId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// One action on many publications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Our id.
    pub id: BulkId,
    /// `retry`, `cancel`, `reschedule` or `missed`.
    pub kind: String,
    /// Publications it was asked for.
    pub total: i64,
    /// Publications it was done to so far.
    pub done: i64,
    /// When it was asked for.
    pub created_at: UtcMs,
    /// When it was undone; `None` while it was not.
    pub undone_at: Option<UtcMs>,
}

/// Writes a new action, and forgets those asked for before `forget_before`.
pub async fn begin(
    conn: &mut SqliteConnection,
    id: BulkId,
    kind: &str,
    total: i64,
    now: UtcMs,
    forget_before: UtcMs,
) -> Result<(), StoreError> {
    let (id, now, before) = (id.as_bytes(), now.as_millis(), forget_before.as_millis());
    sqlx::query!("DELETE FROM bulk WHERE created_at < ?1", before).execute(&mut *conn).await?;
    sqlx::query!("INSERT INTO bulk (id, kind, total, created_at) VALUES (?1, ?2, ?3, ?4)", id, kind, total, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Records what a publication was before the action was done to it: JSON text of the caller's.
pub async fn add(
    conn: &mut SqliteConnection,
    bulk: BulkId,
    publication: PublicationId,
    before: &str,
) -> Result<(), StoreError> {
    let (bulk, publication) = (bulk.as_bytes(), publication.as_bytes());
    sqlx::query!(
        "INSERT INTO bulk_item (bulk, publication, before) VALUES (?1, ?2, ?3)
         ON CONFLICT (bulk, publication) DO NOTHING",
        bulk,
        publication,
        before
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest action, or the one of this id.
pub async fn find(conn: &mut SqliteConnection, id: Option<BulkId>) -> Result<Option<Bulk>, StoreError> {
    let id = id.map(|id| id.as_bytes().to_vec());
    let row = sqlx::query!(
        r#"SELECT id, kind, total, created_at, undone_at,
               (SELECT count(*) FROM bulk_item WHERE bulk_item.bulk = bulk.id) AS "done: i64"
           FROM bulk WHERE ?1 IS NULL OR id = ?1 ORDER BY created_at DESC, id DESC LIMIT 1"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Bulk {
            id: whole(BulkId::from_bytes(&row.id), "bulk")?,
            kind: row.kind,
            total: row.total,
            done: row.done,
            created_at: UtcMs::from_millis(row.created_at),
            undone_at: row.undone_at.map(UtcMs::from_millis),
        })
    })
    .transpose()
}

/// The publications of an action, with what each was before.
pub async fn items(conn: &mut SqliteConnection, bulk: BulkId) -> Result<Vec<(PublicationId, String)>, StoreError> {
    let bulk = bulk.as_bytes();
    let rows = sqlx::query!("SELECT publication, before FROM bulk_item WHERE bulk = ?1 ORDER BY publication", bulk)
        .fetch_all(conn)
        .await?;
    rows.into_iter()
        .map(|row| Ok((whole(PublicationId::from_bytes(&row.publication), "bulk_item")?, row.before)))
        .collect()
}

/// Whether a later action that was not undone was done to the publication.
pub async fn is_later(
    conn: &mut SqliteConnection,
    bulk: BulkId,
    publication: PublicationId,
) -> Result<bool, StoreError> {
    let (bulk, publication) = (bulk.as_bytes(), publication.as_bytes());
    let row = sqlx::query!(
        r#"SELECT count(*) AS "n: i64" FROM bulk_item JOIN bulk ON bulk.id = bulk_item.bulk
           WHERE bulk_item.publication = ?2 AND bulk.undone_at IS NULL AND bulk.id > ?1"#,
        bulk,
        publication
    )
    .fetch_one(conn)
    .await?;
    Ok(row.n > 0)
}

/// Records that it was undone; `false` when it was before.
pub async fn set_undone(conn: &mut SqliteConnection, id: BulkId, now: UtcMs) -> Result<bool, StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    let done = sqlx::query!("UPDATE bulk SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL", id, now)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
