//! The last post of each account that began, so that a restart does not forget to keep posts apart.

use domain::{AccountId, PublicationId, UtcMs};
use sqlx::SqliteConnection;

use crate::{StoreError, error::whole};

/// When a post was planned, and when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The time chosen for it.
    pub planned: UtcMs,
    /// When it began.
    pub began: UtcMs,
}

/// A post of an account begins.
pub async fn set(conn: &mut SqliteConnection, account: AccountId, turn: Turn) -> Result<(), StoreError> {
    let (account, planned, began) = (account.as_bytes(), turn.planned.as_millis(), turn.began.as_millis());
    sqlx::query!(
        "INSERT INTO turn (account, planned, began) VALUES (?1, ?2, ?3)
         ON CONFLICT (account) DO UPDATE SET planned = ?2, began = ?3",
        account,
        planned,
        began
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last turn of an account.
pub async fn find(conn: &mut SqliteConnection, account: AccountId) -> Result<Option<Turn>, StoreError> {
    let account = account.as_bytes();
    let row = sqlx::query!("SELECT planned, began FROM turn WHERE account = ?1", account).fetch_optional(conn).await?;
    Ok(row.map(|row| Turn { planned: UtcMs::from_millis(row.planned), began: UtcMs::from_millis(row.began) }))
}

/// Whose turn a publication waits for.
pub async fn account_of(conn: &mut SqliteConnection, id: PublicationId) -> Result<Option<AccountId>, StoreError> {
    let id = id.as_bytes();
    let row = sqlx::query!("SELECT account FROM publication WHERE id = ?1", id).fetch_optional(conn).await?;
    row.map(|row| whole(AccountId::from_bytes(&row.account), "publication")).transpose()
}
