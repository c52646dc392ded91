//! Calls counted against limits, by holder (an account's id or a server's origin) and name of the limit.

use domain::{UtcMs, budget::Window};
use sqlx::SqliteConnection;

use crate::StoreError;

/// A window and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// `acc_…` or a server's origin.
    pub holder: String,
    /// The limit's name.
    pub name: String,
    /// Where it stands.
    pub window: Window,
}

/// Keeps a window, in place of the one before.
pub async fn put(conn: &mut SqliteConnection, counted: &Counted) -> Result<(), StoreError> {
    let (begun, ends) = (counted.window.begun.as_millis(), counted.window.ends.as_millis());
    sqlx::query!(
        "INSERT INTO budget (holder, name, begun, ends, used, allowed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (holder, name) DO UPDATE SET begun = ?3, ends = ?4, used = ?5, allowed = ?6",
        counted.holder,
        counted.name,
        begun,
        ends,
        counted.window.used,
        counted.window.allowed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One window.
pub async fn find(conn: &mut SqliteConnection, holder: &str, name: &str) -> Result<Option<Window>, StoreError> {
    let row =
        sqlx::query!("SELECT begun, ends, used, allowed FROM budget WHERE holder = ?1 AND name = ?2", holder, name)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|row| window(row.begun, row.ends, row.used, row.allowed)))
}

/// The windows that end after an instant; those that ended before are forgotten.
pub async fn lasting(conn: &mut SqliteConnection, now: UtcMs) -> Result<Vec<Counted>, StoreError> {
    let now = now.as_millis();
    let rows = sqlx::query!("SELECT holder, name, begun, ends, used, allowed FROM budget WHERE ends > ?1", now)
        .fetch_all(conn)
        .await?;
    let counted = |holder, name, window| Counted { holder, name, window };
    Ok(rows
        .into_iter()
        .map(|row| counted(row.holder, row.name, window(row.begun, row.ends, row.used, row.allowed)))
        .collect())
}

fn window(begun: i64, ends: i64, used: i64, allowed: i64) -> Window {
    Window { begun: UtcMs::from_millis(begun), ends: UtcMs::from_millis(ends), used, allowed }
}
