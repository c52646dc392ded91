//! The profile key once more, sealed with the recovery key its owner has on paper. Bytes in, bytes out.

use domain::UtcMs;
use sqlx::SqliteConnection;

use crate::StoreError;

/// What a recovery key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The sealed profile key.
    pub sealed: Vec<u8>,
    /// Since when.
    pub made_at: UtcMs,
}

/// Keeps it, in place of the one before.
pub async fn put(conn: &mut SqliteConnection, sealed: &[u8], now: UtcMs) -> Result<(), StoreError> {
    let now = now.as_millis();
    sqlx::query!(
        "INSERT INTO recovery (singleton, sealed, made_at) VALUES (1, ?1, ?2)
         ON CONFLICT (singleton) DO UPDATE SET sealed = ?1, made_at = ?2",
        sealed,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It, where a recovery key was made.
pub async fn get(conn: &mut SqliteConnection) -> Result<Option<Recovery>, StoreError> {
    let row = sqlx::query!("SELECT sealed, made_at FROM recovery WHERE singleton = 1").fetch_optional(conn).await?;
    Ok(row.map(|row| Recovery { sealed: row.sealed, made_at: UtcMs::from_millis(row.made_at) }))
}

/// Drops it: no recovery key opens this profile any more.
pub async fn delete(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM recovery").execute(conn).await?;
    Ok(())
}
