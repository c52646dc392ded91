//! How far each attempt to link came.

use domain::{AccountId, UtcMs};
use sqlx::SqliteConnection;

use crate::StoreError;

/// Records the stage an attempt has reached, and what ended it.
pub async fn put(
    conn: &mut SqliteConnection,
    id: &str,
    platform: &str,
    account: Option<AccountId>,
    stage: &str,
    failure: &str,
    now: UtcMs,
) -> Result<(), StoreError> {
    let now = now.as_millis();
    let account = account.as_ref().map(AccountId::as_bytes);
    sqlx::query!(
        "INSERT INTO oauth_attempt (id, platform, account, stage, failure, started_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
         ON CONFLICT (id) DO UPDATE SET account = coalesce(?3, account), stage = ?4, failure = ?5, updated_at = ?6",
        id,
        platform,
        account,
        stage,
        failure,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
