//! Linked accounts.

use domain::{AccountId, AccountState, Endpoints, PlatformId, UtcMs};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// A linked account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Our id.
    pub id: AccountId,
    /// Its platform.
    pub platform: PlatformId,
    /// Origin it was linked at.
    pub instance: String,
    /// The platform's id of it.
    pub remote_id: String,
    /// Handle without `@`.
    pub handle: String,
    /// Display name.
    pub name: String,
    /// The platform's word for its kind.
    pub kind: String,
    /// `oauth` or `app_password`.
    pub method: String,
    /// Endpoints fixed when it was linked.
    pub endpoints: Endpoints,
    /// Whether it can publish.
    pub state: AccountState,
    /// Why not; empty when healthy.
    pub state_reason: String,
    /// Permissions granted.
    pub scopes: Vec<String>,
    /// When the access token ends, where known.
    pub access_expires_at: Option<UtcMs>,
    /// When the refresh token ends, where known.
    pub refresh_expires_at: Option<UtcMs>,
    /// When it was first linked.
    pub linked_at: UtcMs,
    /// When it was last seen working.
    pub checked_at: Option<UtcMs>,
    /// Id of the client it was linked through, where Postroom registered one with its server; empty otherwise.
    pub client: String,
    /// What was learnt of its server, in its provider's shape.
    pub facts: serde_json::Value,
    /// When that was learnt; `None` before the first time and when it proved wrong.
    pub facts_at: Option<UtcMs>,
}

struct Row {
    id: Vec<u8>,
    platform: String,
    instance: String,
    remote_id: String,
    handle: String,
    name: String,
    kind: String,
    method: String,
    endpoints: String,
    state: String,
    state_reason: String,
    scopes: String,
    access_expires_at: Option<i64>,
    refresh_expires_at: Option<i64>,
    linked_at: i64,
    checked_at: Option<i64>,
    client: String,
    facts: String,
    facts_at: Option<i64>,
}

impl TryFrom<Row> for Account {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: whole(AccountId::from_bytes(&row.id), "account")?,
            platform: whole(PlatformId::parse(&row.platform), "account")?,
            instance: row.instance,
            remote_id: row.remote_id,
            handle: row.handle,
            name: row.name,
            kind: row.kind,
            method: row.method,
            endpoints: from_json(&row.endpoints, "account")?,
            state: whole(AccountState::parse(&row.state), "account")?,
            state_reason: row.state_reason,
            scopes: from_json(&row.scopes, "account")?,
            access_expires_at: row.access_expires_at.map(UtcMs::from_millis),
            refresh_expires_at: row.refresh_expires_at.map(UtcMs::from_millis),
            linked_at: UtcMs::from_millis(row.linked_at),
            checked_at: row.checked_at.map(UtcMs::from_millis),
            client: row.client,
            facts: from_json(&row.facts, "account")?,
            facts_at: row.facts_at.map(UtcMs::from_millis),
        })
    }
}

/// Inserts the account, or updates the one already linked under the same platform, origin and remote id;
/// the id of whichever row there is now.
pub async fn upsert(conn: &mut SqliteConnection, account: &Account, now: UtcMs) -> Result<AccountId, StoreError> {
    let (id, now) = (account.id.as_bytes(), now.as_millis());
    let (platform, state) = (account.platform.as_str(), account.state.as_str());
    let endpoints = to_json(&account.endpoints, "account")?;
    let scopes = to_json(&account.scopes, "account")?;
    let (facts, facts_at) = (account.facts.to_string(), account.facts_at.map(UtcMs::as_millis));
    let access = account.access_expires_at.map(UtcMs::as_millis);
    let refresh = account.refresh_expires_at.map(UtcMs::as_millis);
    let (linked, checked) = (account.linked_at.as_millis(), account.checked_at.map(UtcMs::as_millis));
    let row = sqlx::query!(
        "INSERT INTO account (id, platform, instance, remote_id, handle, name, kind, method, endpoints, state,
             state_reason, scopes, access_expires_at, refresh_expires_at, linked_at, checked_at, updated_at, client,
             facts, facts_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
         ON CONFLICT (platform, instance, remote_id) DO UPDATE SET handle = ?5, name = ?6, kind = ?7, method = ?8,
             endpoints = ?9, state = ?10, state_reason = ?11, scopes = ?12, access_expires_at = ?13,
             refresh_expires_at = ?14, checked_at = ?16, updated_at = ?17, client = ?18, facts = ?19, facts_at = ?20
         RETURNING id",
        id,
        platform,
        account.instance,
        account.remote_id,
        account.handle,
        account.name,
        account.kind,
        account.method,
        endpoints,
        state,
        account.state_reason,
        scopes,
        access,
        refresh,
        linked,
        checked,
        now,
        account.client,
        facts,
        facts_at
    )
    .fetch_one(conn)
    .await?;
    whole(AccountId::from_bytes(&row.id), "account")
}

/// One account.
pub async fn find(conn: &mut SqliteConnection, id: AccountId) -> Result<Option<Account>, StoreError> {
    let id = id.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT id, platform, instance, remote_id, handle, name, kind, method, endpoints, state, state_reason, scopes,
             access_expires_at, refresh_expires_at, linked_at, checked_at, client, facts, facts_at FROM account WHERE id = ?1",
        id
    )
    .fetch_optional(conn)
    .await?
    .map(Account::try_from)
    .transpose()
}

/// Every account, unlinked ones included, the first linked first.
pub async fn all(conn: &mut SqliteConnection) -> Result<Vec<Account>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT id, platform, instance, remote_id, handle, name, kind, method, endpoints, state, state_reason, scopes,
             access_expires_at, refresh_expires_at, linked_at, checked_at, client, facts, facts_at FROM account ORDER BY linked_at, id"
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Account::try_from)
    .collect()
}

/// Records what state an account is in and why.
pub async fn set_state(
    conn: &mut SqliteConnection,
    id: AccountId,
    state: AccountState,
    reason: &str,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, state, now) = (id.as_bytes(), state.as_str(), now.as_millis());
    sqlx::query!(
        "UPDATE account SET state = ?2, state_reason = ?3, updated_at = ?4 WHERE id = ?1",
        id,
        state,
        reason,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that an account was seen working.
pub async fn set_checked(conn: &mut SqliteConnection, id: AccountId, now: UtcMs) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    sqlx::query!("UPDATE account SET checked_at = ?2 WHERE id = ?1", id, now).execute(conn).await?;
    Ok(())
}

/// Records when the tokens of an account end; a refresh token's end that is not told again stays.
pub async fn set_expiry(
    conn: &mut SqliteConnection,
    id: AccountId,
    access: Option<UtcMs>,
    refresh: Option<UtcMs>,
    now: UtcMs,
) -> Result<(), StoreError> {
    let (id, now) = (id.as_bytes(), now.as_millis());
    let (access, refresh) = (access.map(UtcMs::as_millis), refresh.map(UtcMs::as_millis));
    sqlx::query!(
        "UPDATE account SET access_expires_at = ?2, refresh_expires_at = coalesce(?3, refresh_expires_at),
             updated_at = ?4 WHERE id = ?1",
        id,
        access,
        refresh,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what was learnt of an account's server, and when; without a time it is learnt again at the next chance.
pub async fn set_facts(
    conn: &mut SqliteConnection,
    id: AccountId,
    facts: &serde_json::Value,
    at: Option<UtcMs>,
) -> Result<(), StoreError> {
    let (id, facts, at) = (id.as_bytes(), facts.to_string(), at.map(UtcMs::as_millis));
    sqlx::query!("UPDATE account SET facts = ?2, facts_at = ?3 WHERE id = ?1", id, facts, at).execute(conn).await?;
    Ok(())
}
