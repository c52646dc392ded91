//! Settings by name.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use crate::StoreError;

/// Every setting that was ever changed.
pub async fn all(conn: &mut SqliteConnection) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = sqlx::query!("SELECT name, value FROM setting").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
}

/// Sets one.
pub async fn set(conn: &mut SqliteConnection, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        name,
        value
    )
    .execute(conn)
    .await?;
    Ok(())
}
