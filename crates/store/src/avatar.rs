//! Pictures of accounts: which file of the profile it is.

use domain::{AccountId, UtcMs};
use sqlx::SqliteConnection;

use crate::StoreError;

/// Digest of an account's picture.
pub async fn find(conn: &mut SqliteConnection, account: AccountId) -> Result<Option<String>, StoreError> {
    let id = account.as_bytes();
    Ok(sqlx::query_scalar!("SELECT digest FROM avatar WHERE account = ?1", id).fetch_optional(conn).await?)
}

/// Keeps which file it is, in the place of the one before.
pub async fn put(conn: &mut SqliteConnection, account: AccountId, digest: &str, now: UtcMs) -> Result<(), StoreError> {
    let (id, now) = (account.as_bytes(), now.as_millis());
    sqlx::query!(
        "INSERT INTO avatar (account, digest, seen_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (account) DO UPDATE SET digest = ?2, seen_at = ?3",
        id,
        digest,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets it.
pub async fn remove(conn: &mut SqliteConnection, account: AccountId) -> Result<(), StoreError> {
    let id = account.as_bytes();
    sqlx::query!("DELETE FROM avatar WHERE account = ?1", id).execute(conn).await?;
    Ok(())
}

/// Whether a file is the picture of any account, a picture of posts or what was made of one.
pub async fn is_used(conn: &mut SqliteConnection, digest: &str) -> Result<bool, StoreError> {
    let used = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM avatar WHERE digest = ?1)
            OR EXISTS (SELECT 1 FROM media WHERE digest = ?1)
            OR EXISTS (SELECT 1 FROM rendition WHERE digest = ?1) AS "used: bool""#,
        digest
    )
    .fetch_one(conn)
    .await?;
    Ok(used)
}
