//! Sealed values of accounts: bytes in, bytes out. Sealing and opening is the vault's.

use domain::{AccountId, UtcMs};
use sqlx::SqliteConnection;

use crate::StoreError;

/// Which secret of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Access token.
    Access,
    /// Refresh token.
    Refresh,
}

impl Field {
    /// The text stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
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
pub async fn key(conn: &mut SqliteConnection, account: AccountId) -> Result<Option<Vec<u8>>, StoreError> {
    let account = account.as_bytes();
    let row = sqlx::query!("SELECT wrapped FROM account_key WHERE account = ?1", account).fetch_optional(conn).await?;
    Ok(row.map(|row| row.wrapped))
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

/// Drops one sealed value, where a new grant has none of its kind.
pub async fn forget(conn: &mut SqliteConnection, account: AccountId, field: Field) -> Result<(), StoreError> {
    let (account, field) = (account.as_bytes(), field.as_str());
    sqlx::query!("DELETE FROM account_secret WHERE account = ?1 AND field = ?2", account, field).execute(conn).await?;
    Ok(())
}

/// Drops an account's key and sealed values: nothing can open a copy of them any more.
pub async fn erase(conn: &mut SqliteConnection, account: AccountId) -> Result<(), StoreError> {
    let account = account.as_bytes();
    sqlx::query!("DELETE FROM account_secret WHERE account = ?1", account).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM account_key WHERE account = ?1", account).execute(conn).await?;
    Ok(())
}
