//! What the owner was told.

use domain::{AccountId, NoticeId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Our id.
    pub id: NoticeId,
    /// What it is about, as an error code's text.
    pub code: String,
    /// One line.
    pub title: String,
    /// What happened, is it live, what to do.
    pub body: String,
    /// Publication to open.
    pub publication: Option<PublicationId>,
    /// Account concerned.
    pub account: Option<AccountId>,
    /// When.
    pub at: UtcMs,
    /// Whether it was seen.
    pub read: bool,
}

/// Adds a notice.
pub async fn add(conn: &mut SqliteConnection, notice: &Notice) -> Result<(), StoreError> {
    let (id, at) = (notice.id.as_bytes(), notice.at.as_millis());
    let publication = notice.publication.as_ref().map(PublicationId::as_bytes);
    let account = notice.account.as_ref().map(AccountId::as_bytes);
    sqlx::query!(
        "INSERT INTO notice (id, code, title, body, publication, account, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        id,
        notice.code,
        notice.title,
        notice.body,
        publication,
        account,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest `limit` notices.
pub async fn newest(conn: &mut SqliteConnection, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT id, code, title, body, publication, account, at, read AS "read: bool" FROM notice
           ORDER BY at DESC, id DESC LIMIT ?1"#,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Notice {
                id: whole(NoticeId::from_bytes(&row.id), "notice")?,
                code: row.code,
                title: row.title,
                body: row.body,
                publication: row.publication.as_deref().and_then(PublicationId::from_bytes),
                account: row.account.as_deref().and_then(AccountId::from_bytes),
                at: UtcMs::from_millis(row.at),
                read: row.read,
            })
        })
        .collect()
}

/// When the owner was last told something of that code about an account.
pub async fn last_of(conn: &mut SqliteConnection, account: AccountId, code: &str) -> Result<Option<UtcMs>, StoreError> {
    let account = account.as_bytes();
    let row = sqlx::query!(
        r#"SELECT max(at) AS "at: i64" FROM notice WHERE account = ?1 AND code = ?2 AND publication IS NULL"#,
        account,
        code
    )
    .fetch_one(conn)
    .await?;
    Ok(row.at.map(UtcMs::from_millis))
}

/// Notices not seen yet.
pub async fn unread(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query!(r#"SELECT count(*) AS "n: i64" FROM notice WHERE read = 0"#).fetch_one(conn).await?.n)
}

/// Marks all as seen.
pub async fn mark_read(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query!("UPDATE notice SET read = 1 WHERE read = 0").execute(conn).await?;
    Ok(())
}
