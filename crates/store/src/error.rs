//! What can go wrong in the store.

/// The store could not do what was asked; nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused: disk full, locked out, constraint.
    #[error("the database could not be used: {0}")]
    Database(#[from] sqlx::Error),
    /// The file comes from a newer version.
    #[error("the database was written by a newer version of Postroom")]
    Newer,
    /// The file fails SQLite's own check.
    #[error("the database file is damaged: {0}")]
    Damaged(String),
    /// A row holds something this version never writes.
    #[error("a row of {0} is damaged")]
    Row(&'static str),
    /// The SQLite linked in can corrupt files.
    #[error("SQLite {0} is linked in; 3.51.3 or newer is needed")]
    SqliteTooOld(String),
    /// The migrations could not be applied.
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// `value` as stored, or the table it is missing from.
pub(crate) fn whole<T>(value: Option<T>, table: &'static str) -> Result<T, StoreError> {
    value.ok_or(StoreError::Row(table))
}

/// JSON text as a value.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str, table: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Row(table))
}

/// A value as JSON text.
pub(crate) fn to_json<T: serde::Serialize>(value: &T, table: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Row(table))
}
