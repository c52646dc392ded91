//! Keys in the system's keychain that seal nothing here (any more, or not yet): written down before such a key can be
//! there, and forgotten once it is gone.

use domain::UtcMs;
use sqlx::SqliteConnection;

use crate::StoreError;

/// Writes one down; `key_id` is empty for the first key of a profile.
pub async fn insert(conn: &mut SqliteConnection, key_id: &[u8], now: UtcMs) -> Result<(), StoreError> {
    let now = now.as_millis();
    sqlx::query!(
        "INSERT INTO spare_key (key_id, made_at) VALUES (?1, ?2) ON CONFLICT (key_id) DO NOTHING",
        key_id,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The ids of all of them, the oldest first.
pub async fn all(conn: &mut SqliteConnection) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sqlx::query!("SELECT key_id FROM spare_key ORDER BY made_at, key_id").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.key_id).collect())
}

/// Forgets one that is gone, or that seals something now.
pub async fn delete(conn: &mut SqliteConnection, key_id: &[u8]) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM spare_key WHERE key_id = ?1", key_id).execute(conn).await?;
    Ok(())
}
