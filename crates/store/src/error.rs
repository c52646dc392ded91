//! What can go wrong in the store.

use std::sync::Arc;

/// The store could not do what was asked; nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused: locked out, constraint, no permission.
    #[error("the database could not be used: {0}")]
    Database(#[source] Arc<sqlx::Error>),
    /// The disk has no room; what was being written is not there, everything older is.
    #[error("the disk is full: {0}")]
    Full(#[source] Arc<sqlx::Error>),
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

/// SQLite's primary result code for a full disk.
const FULL: u32 = 13;
/// Those for a file that is damaged, and for one that is no database at all.
const DAMAGED: [u32; 2] = [11, 26];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(FULL) => Self::Full(Arc::new(error)),
            Some(code) if DAMAGED.contains(&code) => Self::Damaged(error.to_string()),
            _ => Self::Database(Arc::new(error)),
        }
    }
}

impl StoreError {
    /// The same for another whose writing ended with it.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Full(error) => Self::Full(Arc::clone(error)),
            Self::Database(error) => Self::Database(Arc::clone(error)),
            other => Self::Database(Arc::new(sqlx::Error::Protocol(other.to_string()))),
        }
    }
}

/// SQLite's result code without its extension, which sits in the higher bits.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

/// Why a profile is only read: its owner has to do something before anything is written to it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwritable {
    /// A newer version wrote it.
    Newer,
    /// It fails SQLite's own check; the check's words.
    Damaged(String),
}

impl Unwritable {
    /// The reason in a refusal to open; `None` where another look may go better.
    #[must_use]
    pub fn of(error: &StoreError) -> Option<Self> {
        match error {
            StoreError::Newer => Some(Self::Newer),
            StoreError::Damaged(words) => Some(Self::Damaged(words.clone())),
            _ => None,
        }
    }
}

impl From<Unwritable> for StoreError {
    fn from(why: Unwritable) -> Self {
        match why {
            Unwritable::Newer => Self::Newer,
            Unwritable::Damaged(words) => Self::Damaged(words),
        }
    }
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
