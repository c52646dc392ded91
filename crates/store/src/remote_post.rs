//! Posts known to exist at a platform.

use domain::{AccountId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::StoreError;

/// Records a post at a platform; replaying changes nothing.
pub async fn upsert(
    conn: &mut SqliteConnection,
    account: AccountId,
    remote_id: &str,
    publication: Option<PublicationId>,
    url: &str,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (account, now) = (account.as_bytes(), now.as_millis());
    let publication = publication.as_ref().map(PublicationId::as_bytes);
    sqlx::query!(
        "INSERT INTO remote_post (account, remote_id, publication, url, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, remote_id) DO UPDATE SET publication = coalesce(?3, publication), url = ?4, seen_at = ?5",
        account,
        remote_id,
        publication,
        url,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remote ids of an account that belong to publications, the last seen first.
pub async fn claimed(conn: &mut SqliteConnection, account: AccountId, limit: i64) -> Result<Vec<String>, StoreError> {
    let account = account.as_bytes();
    let rows = sqlx::query!(
        "SELECT remote_id FROM remote_post WHERE account = ?1 AND publication IS NOT NULL ORDER BY seen_at DESC LIMIT ?2",
        account,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.remote_id).collect())
}

/// The publication a post at a platform belongs to; `None` where it is known of none.
pub async fn owner(
    conn: &mut SqliteConnection,
    account: AccountId,
    remote_id: &str,
) -> Result<Option<PublicationId>, StoreError> {
    let account = account.as_bytes();
    let row =
        sqlx::query!("SELECT publication FROM remote_post WHERE account = ?1 AND remote_id = ?2", account, remote_id)
            .fetch_optional(conn)
            .await?;
    Ok(row.and_then(|row| row.publication).and_then(|id| PublicationId::from_bytes(&id)))
}
