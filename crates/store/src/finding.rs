//! What was found in publications ahead of their time, and when each was last looked at for it.

use domain::{AccountId, Finding, HeldReason, PublicationId, PublicationState, Severity, UtcMs, forecast::Planned};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// A publication that is to go out by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// Which one.
    pub publication: PublicationId,
    /// When.
    pub at: UtcMs,
    /// When it was last looked at; `None` for never.
    pub checked_at: Option<UtcMs>,
}

/// What goes out through an account after `from` and not after `to`, the earliest first.
pub async fn ahead(
    conn: &mut SqliteConnection,
    account: AccountId,
    (from, to): (UtcMs, UtcMs),
    limit: i64,
) -> Result<Vec<Ahead>, StoreError> {
    let (account, from, to) = (account.as_bytes(), from.as_millis(), to.as_millis());
    let rows = sqlx::query!(
        r#"SELECT publication.id AS id, at, checked_at AS "checked_at?: i64" FROM publication
           LEFT JOIN lookahead ON lookahead.publication = publication.id
           WHERE account = ?1 AND state = 'scheduled' AND at > ?2 AND at <= ?3 ORDER BY at LIMIT ?4"#,
        account,
        from,
        to,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let publication = whole(PublicationId::from_bytes(&row.id), "publication")?;
            let checked_at = row.checked_at.map(UtcMs::from_millis);
            Ok(Ahead { publication, at: UtcMs::from_millis(row.at), checked_at })
        })
        .collect()
}

/// When the first post goes out through an account after an instant; `None` where none does.
pub async fn first_after(
    conn: &mut SqliteConnection,
    account: AccountId,
    after: UtcMs,
) -> Result<Option<UtcMs>, StoreError> {
    let (account, after) = (account.as_bytes(), after.as_millis());
    let row = sqlx::query!(
        r#"SELECT min(at) AS "at: i64" FROM publication WHERE account = ?1 AND state = 'scheduled' AND at > ?2"#,
        account,
        after
    )
    .fetch_one(conn)
    .await?;
    Ok(row.at.map(UtcMs::from_millis))
}

/// The account of a publication, and when that was last looked at; `None` where there is no such publication.
pub async fn account_and_look(
    conn: &mut SqliteConnection,
    publication: PublicationId,
) -> Result<Option<(AccountId, Option<UtcMs>)>, StoreError> {
    let id = publication.as_bytes();
    let row = sqlx::query!(
        r#"SELECT account, checked_at AS "checked_at?: i64" FROM publication
           LEFT JOIN lookahead ON lookahead.publication = publication.id WHERE publication.id = ?1"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let account = whole(AccountId::from_bytes(&row.account), "publication")?;
        Ok((account, row.checked_at.map(UtcMs::from_millis)))
    })
    .transpose()
}

/// Accounts through which something goes out after an instant.
pub async fn accounts_ahead(conn: &mut SqliteConnection, after: UtcMs) -> Result<Vec<AccountId>, StoreError> {
    let after = after.as_millis();
    let rows = sqlx::query!(
        "SELECT id FROM account WHERE EXISTS
             (SELECT 1 FROM publication WHERE account = account.id AND state = 'scheduled' AND at > ?1)",
        after
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| whole(AccountId::from_bytes(&row.id), "account")).collect()
}

/// Records that a publication was looked at.
pub async fn looked(conn: &mut SqliteConnection, publication: PublicationId, now: UtcMs) -> Result<(), StoreError> {
    let (publication, now) = (publication.as_bytes(), now.as_millis());
    sqlx::query!(
        "INSERT INTO lookahead (publication, checked_at) VALUES (?1, ?2)
         ON CONFLICT (publication) DO UPDATE SET checked_at = ?2",
        publication,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everything that goes out through an account counts as never looked at.
pub async fn look_again(conn: &mut SqliteConnection, account: AccountId) -> Result<(), StoreError> {
    let account = account.as_bytes();
    sqlx::query!(
        "DELETE FROM lookahead WHERE publication IN
             (SELECT id FROM publication WHERE account = ?1 AND state = 'scheduled')",
        account
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Replaces what is known of a publication by what was found now; what of it was not known before.
pub async fn replace(
    conn: &mut SqliteConnection,
    publication: PublicationId,
    found: &[(Finding, String)],
    now: UtcMs,
) -> Result<Vec<Finding>, StoreError> {
    let known = of(&mut *conn, publication).await?;
    let (id, at) = (publication.as_bytes(), now.as_millis());
    sqlx::query!("DELETE FROM finding WHERE publication = ?1", id).execute(&mut *conn).await?;
    for (finding, text) in found {
        let code = code(finding)?;
        let severity = if finding.severity == Severity::Block { "block" } else { "risk" };
        let detail = to_json(finding, "finding")?;
        sqlx::query!(
            "INSERT INTO finding (publication, code, checked_at, severity, text, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (publication, code) DO NOTHING",
            id,
            code,
            at,
            severity,
            text,
            detail
        )
        .execute(&mut *conn)
        .await?;
    }
    let news = |finding: &&Finding| {
        !known.iter().any(|known| known.code == finding.code && known.severity >= finding.severity)
    };
    Ok(found.iter().map(|(finding, _)| finding).filter(news).cloned().collect())
}

fn code(finding: &Finding) -> Result<String, StoreError> {
    let value = serde_json::to_value(finding.code).ok();
    whole(value.and_then(|value| value.as_str().map(str::to_owned)), "finding")
}

/// What was last found in a publication.
pub async fn of(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Vec<Finding>, StoreError> {
    let publication = publication.as_bytes();
    let rows = sqlx::query!("SELECT detail FROM finding WHERE publication = ?1 ORDER BY severity, code", publication)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(|row| from_json(&row.detail, "finding")).collect()
}

// The joins below begin with what was found (`CROSS JOIN` keeps the order): few publications have anything, and a million
// may wait.

/// Publications of an account in which something was found when they were last looked at, at most `limit`.
pub async fn troubled(
    conn: &mut SqliteConnection,
    account: AccountId,
    limit: i64,
) -> Result<Vec<PublicationId>, StoreError> {
    let account = account.as_bytes();
    let rows = sqlx::query!(
        "SELECT DISTINCT publication AS id
         FROM finding CROSS JOIN publication ON publication.id = finding.publication
         WHERE account = ?1 AND state = 'scheduled' LIMIT ?2",
        account,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| whole(PublicationId::from_bytes(&row.id), "finding")).collect()
}

/// Accounts in whose publications something was found.
pub async fn accounts_in_trouble(conn: &mut SqliteConnection) -> Result<Vec<AccountId>, StoreError> {
    let rows = sqlx::query!(
        "SELECT DISTINCT account AS id
         FROM finding CROSS JOIN publication ON publication.id = finding.publication
         WHERE state = 'scheduled'"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| whole(AccountId::from_bytes(&row.id), "finding")).collect()
}

/// Whether the same was found in any other publication that is still to go out.
pub async fn known_elsewhere(
    conn: &mut SqliteConnection,
    finding: &Finding,
    but: AccountId,
) -> Result<bool, StoreError> {
    let (code, but) = (code(finding)?, but.as_bytes());
    let row = sqlx::query!(
        r#"SELECT count(*) AS "n: i64"
           FROM finding CROSS JOIN publication ON publication.id = finding.publication
           WHERE code = ?1 AND account <> ?2 AND state = 'scheduled'"#,
        code,
        but
    )
    .fetch_one(conn)
    .await?;
    Ok(row.n > 0)
}

/// Forgets what was found in what goes out no more by itself.
pub async fn prune(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query!(
        "DELETE FROM finding WHERE publication IN
             (SELECT finding.publication
              FROM finding CROSS JOIN publication ON publication.id = finding.publication
              WHERE state <> 'scheduled')"
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: Vec<u8>,
    account: Vec<u8>,
    at: i64,
    state: String,
    held: String,
    parts: i64,
}

impl TryFrom<Row> for Planned {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const T: &str = "publication";
        Ok(Self {
            publication: whole(PublicationId::from_bytes(&row.id), T)?,
            account: whole(AccountId::from_bytes(&row.account), T)?,
            at: UtcMs::from_millis(row.at),
            state: whole(PublicationState::parse(&row.state), T)?,
            held: HeldReason::parse(&row.held),
            parts: u32::try_from(row.parts).unwrap_or(u32::MAX),
            found: Vec::new(),
        })
    }
}

/// What is to go out before `to`, and what is held that was to go out from `from` on. Without what was found in it.
pub async fn planned(
    conn: &mut SqliteConnection,
    (from, to): (UtcMs, UtcMs),
    limit: i64,
) -> Result<Vec<Planned>, StoreError> {
    let (from, to) = (from.as_millis(), to.as_millis());
    sqlx::query_as!(
        Row,
        r#"SELECT id, account, at, state, held,
               (SELECT count(*) FROM part WHERE part.publication = publication.id) AS "parts!: i64"
           FROM publication
           WHERE state IN ('scheduled', 'retrying', 'held') AND at < ?2 AND (state <> 'held' OR at >= ?1) LIMIT ?3"#,
        from,
        to,
        limit
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Planned::try_from)
    .collect()
}

/// Everything found in what is still to go out.
pub async fn all(conn: &mut SqliteConnection) -> Result<Vec<(PublicationId, Finding)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT finding.publication AS id, detail
         FROM finding CROSS JOIN publication ON publication.id = finding.publication
         WHERE state = 'scheduled'"
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = whole(PublicationId::from_bytes(&row.id), "finding")?;
            Ok((id, from_json(&row.detail, "finding")?))
        })
        .collect()
}

#[cfg(test)]
#[path = "finding_tests.rs"]
mod tests;
