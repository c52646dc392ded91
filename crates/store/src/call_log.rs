//! A row for every external call.

use domain::{AccountId, PublicationId, UtcMs, ports::Call};
use sqlx::SqliteConnection;

use crate::StoreError;

/// Adds finished calls.
pub async fn add(conn: &mut SqliteConnection, calls: &[Call]) -> Result<(), StoreError> {
    for call in calls {
        let (at, platform) = (call.at.as_millis(), call.platform.as_str());
        let account = call.account.as_ref().map(AccountId::as_bytes);
        let publication = call.publication.as_ref().map(PublicationId::as_bytes);
        sqlx::query!(
            "INSERT INTO call_log (correlation, at, platform, account, publication, operation, target, status,
                 latency_ms, failure) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            call.correlation,
            at,
            platform,
            account,
            publication,
            call.operation,
            call.target,
            call.status,
            call.latency_ms,
            call.failure
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// When the last call for an account was answered, of those since an instant.
pub async fn last_of(
    conn: &mut SqliteConnection,
    account: AccountId,
    since: UtcMs,
) -> Result<Option<UtcMs>, StoreError> {
    let (account, since) = (account.as_bytes(), since.as_millis());
    let row = sqlx::query!(
        "SELECT at FROM call_log WHERE at >= ?2 AND account = ?1 AND status IS NOT NULL ORDER BY at DESC LIMIT 1",
        account,
        since
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| UtcMs::from_millis(row.at)))
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// When.
    pub at: UtcMs,
    /// What was asked for.
    pub operation: String,
    /// HTTP status; `None` where there was no answer.
    pub status: Option<u16>,
    /// Why there was none, redacted; empty otherwise.
    pub failure: String,
}

/// The last call for an account that failed, of those since an instant.
pub async fn last_failed(
    conn: &mut SqliteConnection,
    account: AccountId,
    since: UtcMs,
) -> Result<Option<Failed>, StoreError> {
    let (account, since) = (account.as_bytes(), since.as_millis());
    let row = sqlx::query!(
        "SELECT at, operation, status, failure FROM call_log
         WHERE at >= ?2 AND account = ?1 AND (status IS NULL OR status >= 400) ORDER BY at DESC LIMIT 1",
        account,
        since
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Failed {
        at: UtcMs::from_millis(row.at),
        operation: row.operation,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        failure: row.failure,
    }))
}

/// Calls logged so far.
pub async fn count(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query!(r#"SELECT count(*) AS "n: i64" FROM call_log"#).fetch_one(conn).await?.n)
}
