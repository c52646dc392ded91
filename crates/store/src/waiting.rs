//! What is asked of many publications at once, without a look at those that are not meant: with a million waiting, each
//! of these costs what it finds.

use domain::{AccountId, HeldReason, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// Whether anything is on its way: being sent, waiting for another try, or in doubt.
pub async fn is_any_under_way(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let row = sqlx::query!(
        r#"SELECT EXISTS (SELECT 1 FROM publication WHERE state IN ('publishing', 'retrying', 'unconfirmed')) AS "any!: bool""#
    )
    .fetch_one(conn)
    .await?;
    Ok(row.any)
}

/// Those held for a reason, the earliest first.
pub async fn held_for(conn: &mut SqliteConnection, reason: HeldReason) -> Result<Vec<PublicationId>, StoreError> {
    let reason = reason.as_str();
    let rows =
        sqlx::query_scalar!("SELECT id FROM publication WHERE state = 'held' AND held = ?1 ORDER BY at, id", reason)
            .fetch_all(conn)
            .await?;
    rows.iter().map(|id| whole(PublicationId::from_bytes(id), "publication")).collect()
}

/// Those of one account, in no order.
pub async fn held_of(
    conn: &mut SqliteConnection,
    reason: HeldReason,
    account: AccountId,
) -> Result<Vec<PublicationId>, StoreError> {
    let (reason, account) = (reason.as_str(), account.as_bytes());
    let rows = sqlx::query_scalar!(
        "SELECT id FROM publication WHERE account = ?2 AND state = 'held' AND held = ?1",
        reason,
        account
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|id| whole(PublicationId::from_bytes(id), "publication")).collect()
}

/// Those that would go out by themselves, or once their owner lets them, and whose time came by `now`.
pub async fn due(conn: &mut SqliteConnection, now: UtcMs) -> Result<Vec<PublicationId>, StoreError> {
    let now = now.as_millis();
    let rows = sqlx::query_scalar!(
        "SELECT id FROM publication
         WHERE state IN ('scheduled', 'retrying', 'publishing', 'unconfirmed', 'held') AND at <= ?1 ORDER BY at, id",
        now
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|id| whole(PublicationId::from_bytes(id), "publication")).collect()
}
