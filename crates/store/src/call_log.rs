//! A row for every external call.

use domain::{AccountId, PublicationId, ports::Call};
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

/// Calls logged so far.
pub async fn count(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query!(r#"SELECT count(*) AS "n: i64" FROM call_log"#).fetch_one(conn).await?.n)
}
