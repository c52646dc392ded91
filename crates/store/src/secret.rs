//! Sealed values of accounts: bytes in, bytes out. Sealing and opening is the vault's.

use domain::{AccountId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// Which secret of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Access token.
    Access,
    /// Refresh token.
    Refresh,
    /// The key both are bound to (RFC 9449), where they are.
    ProofKey,
}

impl Field {
    /// The text stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::ProofKey => "proof_key",
        }
    }
}

/// Stores a wrapped data key; `true` when the account had none. An existing key is never replaced here.
pub async fn insert_key(
    conn: &mut SqliteConnection,
    account: AccountId,
    wrapped: &[u8],
    now: UtcMs,
) -> Result<bool, StoreError> {
    let (account, now) = (account.as_bytes(), now.as_millis());
    let done = sqlx::query!(
        "INSERT INTO account_key (account, wrapped, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (account) DO NOTHING",
        account,
        wrapped,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The wrapped data key of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// Sealed under the profile key.
    pub wrapped: Vec<u8>,
    /// Which key of this account it is, from 1: part of every seal made with it.
    pub version: u32,
}

/// The wrapped data key of an account.
pub async fn key(conn: &mut SqliteConnection, account: AccountId) -> Result<Option<AccountKey>, StoreError> {
    let account = account.as_bytes();
    sqlx::query!("SELECT wrapped, version FROM account_key WHERE account = ?1", account)
        .fetch_optional(conn)
        .await?
        .map(|row| account_key(row.wrapped, row.version))
        .transpose()
}

/// Every account's wrapped data key.
pub async fn keys(conn: &mut SqliteConnection) -> Result<Vec<(AccountId, AccountKey)>, StoreError> {
    let rows =
        sqlx::query!("SELECT account, wrapped, version FROM account_key ORDER BY account").fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok((whole(AccountId::from_bytes(&row.account), "account_key")?, account_key(row.wrapped, row.version)?))
        })
        .collect()
}

fn account_key(wrapped: Vec<u8>, version: i64) -> Result<AccountKey, StoreError> {
    let version = u32::try_from(version).map_err(|_| StoreError::Row("account_key"))?;
    Ok(AccountKey { wrapped, version })
}

/// Puts a wrapped data key in the place of the one before: another key, or the same sealed under another profile key.
/// Nothing of the one before is left in the page it was on.
pub async fn replace_key(conn: &mut SqliteConnection, account: AccountId, key: &AccountKey) -> Result<(), StoreError> {
    let (account, version) = (account.as_bytes(), i64::from(key.version));
    sqlx::query!("UPDATE account_key SET wrapped = ?2, version = ?3 WHERE account = ?1", account, key.wrapped, version)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores a sealed value in place of the one before. An empty one is refused: it would lose a token.
pub async fn put(
    conn: &mut SqliteConnection,
    account: AccountId,
    field: Field,
    sealed: &[u8],
    now: UtcMs,
) -> Result<(), StoreError> {
    if sealed.is_empty() {
        return Err(StoreError::Row("account_secret"));
    }
    let (account, field, now) = (account.as_bytes(), field.as_str(), now.as_millis());
    sqlx::query!(
        "INSERT INTO account_secret (account, field, sealed, updated_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account, field) DO UPDATE SET sealed = ?3, updated_at = ?4",
        account,
        field,
        sealed,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A sealed value.
pub async fn get(conn: &mut SqliteConnection, account: AccountId, field: Field) -> Result<Option<Vec<u8>>, StoreError> {
    let (account, field) = (account.as_bytes(), field.as_str());
    let row = sqlx::query!("SELECT sealed FROM account_secret WHERE account = ?1 AND field = ?2", account, field)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| row.sealed))
}

/// A sealed value with the key that opens it, both of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The value.
    pub sealed: Vec<u8>,
    /// The account's key; `None` where it was erased.
    pub key: Option<AccountKey>,
}

/// A sealed value with its key: read apart, one could be of before a change of keys and one of after.
pub async fn get_with_key(
    conn: &mut SqliteConnection,
    account: AccountId,
    field: Field,
) -> Result<Option<Sealed>, StoreError> {
    let (account, field) = (account.as_bytes(), field.as_str());
    let row = sqlx::query!(
        r#"SELECT s.sealed, k.wrapped AS "wrapped?", k.version AS "version?"
           FROM account_secret s LEFT JOIN account_key k ON k.account = s.account
           WHERE s.account = ?1 AND s.field = ?2"#,
        account,
        field
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = row.wrapped.zip(row.version).map(|(wrapped, version)| account_key(wrapped, version)).transpose()?;
    Ok(Some(Sealed { sealed: row.sealed, key }))
}

/// That a value is kept, without the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Whose it is.
    pub account: AccountId,
    /// Which of the account's.
    pub field: String,
    /// Since when it is this one.
    pub kept_at: UtcMs,
}

/// Every sealed value there is, without the values.
pub async fn kept(conn: &mut SqliteConnection) -> Result<Vec<Kept>, StoreError> {
    let rows = sqlx::query!("SELECT account, field, updated_at FROM account_secret ORDER BY account, field")
        .fetch_all(conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            let account = whole(AccountId::from_bytes(&row.account), "account_secret")?;
            Ok(Kept { account, field: row.field, kept_at: UtcMs::from_millis(row.updated_at) })
        })
        .collect()
}

/// Drops one sealed value, where a new grant has none of its kind.
pub async fn forget(conn: &mut SqliteConnection, account: AccountId, field: Field) -> Result<(), StoreError> {
    let (account, field) = (account.as_bytes(), field.as_str());
    sqlx::query!("DELETE FROM account_secret WHERE account = ?1 AND field = ?2", account, field).execute(conn).await?;
    Ok(())
}

/// Drops an account's key and sealed values: nothing can open a copy of them any more. Their bytes are overwritten in the
/// file; what the log still has of them goes when it is folded back ([`crate::Store::fold`]).
pub async fn erase(conn: &mut SqliteConnection, account: AccountId) -> Result<(), StoreError> {
    overwrite_all(conn).await?;
    let account = account.as_bytes();
    sqlx::query!("DELETE FROM account_secret WHERE account = ?1", account).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM account_key WHERE account = ?1", account).execute(conn).await?;
    Ok(())
}

/// From here on the connection overwrites also whole pages that become free. Beyond a few deleted rows that costs writes,
/// so it is not so from the start. This pragma acts while it is prepared: it must not come from the statements kept.
pub async fn overwrite_all(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::raw_sql("PRAGMA secure_delete = ON").execute(conn).await?;
    Ok(())
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
