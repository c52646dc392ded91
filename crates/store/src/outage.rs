//! Servers that are left alone for a while.

use domain::{AccountId, Outage, PlatformId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// Keeps an outage, in place of what was known of its server.
pub async fn put(conn: &mut SqliteConnection, outage: &Outage) -> Result<(), StoreError> {
    let (platform, kind) = (outage.platform.as_str(), Outage::word(outage.kind));
    let (since, until, times) = (outage.since.as_millis(), outage.until.as_millis(), i64::from(outage.times));
    sqlx::query!(
        "INSERT INTO outage (server, platform, kind, since, until, times) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (server) DO UPDATE SET platform = ?2, kind = ?3, since = ?4, until = ?5, times = ?6",
        outage.server,
        platform,
        kind,
        since,
        until,
        times
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A server is back.
pub async fn remove(conn: &mut SqliteConnection, server: &str) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM outage WHERE server = ?1", server).execute(conn).await?;
    Ok(())
}

/// Every outage, the oldest first.
pub async fn all(conn: &mut SqliteConnection) -> Result<Vec<Outage>, StoreError> {
    let rows = sqlx::query!(
        "SELECT server, platform, kind, since, until, times FROM outage ORDER BY since, server LIMIT 1000"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Outage {
                server: row.server,
                platform: whole(PlatformId::parse(&row.platform), "outage")?,
                kind: whole(Outage::kind(&row.kind), "outage")?,
                since: UtcMs::from_millis(row.since),
                until: UtcMs::from_millis(row.until),
                times: u32::try_from(row.times).unwrap_or(1),
            })
        })
        .collect()
}

/// A publication that waits for its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: PublicationId,
    /// Its account.
    pub account: AccountId,
    /// The time chosen for it.
    pub at: UtcMs,
    /// When it asks again.
    pub next_at: UtcMs,
}

/// Those of an account that wait for another try in a step.
pub async fn waiting(conn: &mut SqliteConnection, account: AccountId, step: &str) -> Result<Vec<Waiting>, StoreError> {
    let bytes = account.as_bytes();
    let rows = sqlx::query!(
        r#"SELECT id, at, coalesce(next_at, at) AS "next_at!: i64" FROM publication
           WHERE account = ?1 AND state = 'retrying' AND step = ?2"#,
        bytes,
        step
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = whole(PublicationId::from_bytes(&row.id), "publication")?;
            let (at, next_at) = (UtcMs::from_millis(row.at), UtcMs::from_millis(row.next_at));
            Ok(Waiting { id, account, at, next_at })
        })
        .collect()
}

/// Gives one another time to ask again.
pub async fn look_again_at(
    conn: &mut SqliteConnection,
    id: PublicationId,
    at: UtcMs,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, at, now) = (id.as_bytes(), at.as_millis(), now.as_millis());
    sqlx::query!("UPDATE publication SET next_at = ?2, updated_at = ?3 WHERE id = ?1", id, at, now)
        .execute(conn)
        .await?;
    Ok(())
}
