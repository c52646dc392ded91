//! The one error of use cases: a closed code, and words for whoever asked.

use domain::{ErrorCode, Finding};

/// What went wrong, for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Which of the closed list.
    pub code: ErrorCode,
    /// What happened, in one or two sentences.
    pub message: String,
    /// What to do next.
    pub action: String,
    /// The platform's own words, redacted; empty when it said nothing.
    pub details: String,
    /// What pre-flight found, when that is why.
    pub findings: Vec<Finding>,
}

impl Error {
    /// An error with its words.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>, action: impl Into<String>) -> Self {
        Self { code, message: message.into(), action: action.into(), details: String::new(), findings: Vec::new() }
    }

    /// The same error with what the platform said.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// Something asked for that is not there.
    #[must_use]
    pub fn not_found(what: &str, id: &str) -> Self {
        let id: String = id.chars().take(60).collect();
        Self::new(
            ErrorCode::NotFound,
            format!("There is no {what} {id}."),
            "Check the identifier; lists show those there are.",
        )
    }

    /// A request Postroom does not understand.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message, "Correct the request and try again.")
    }

    /// A defect of Postroom's own.
    #[must_use]
    pub fn internal(details: impl Into<String>) -> Self {
        Self::new(
            ErrorCode::Internal,
            "Postroom met a problem of its own. Nothing was sent because of it.",
            "Try again; if it stays, restart Postroom.",
        )
        .with_details(details)
    }
}

impl From<store::StoreError> for Error {
    fn from(error: store::StoreError) -> Self {
        use store::StoreError as E;
        let details = error.to_string();
        let (code, message, action) = match error {
            E::Newer => (
                ErrorCode::DatabaseUnusable,
                "This profile was written by a newer version of Postroom. It is opened for reading only: nothing is changed, and nothing goes out.",
                "Update Postroom.",
            ),
            E::Damaged(_) => (
                ErrorCode::DatabaseUnusable,
                "The profile's database is damaged. It is opened for reading only: nothing is changed, and nothing goes out.",
                "Start with one of the copies beside it in the window, or restore a backup.",
            ),
            E::Full(_) => (
                ErrorCode::StorageFailed,
                "The disk is full, so this was not saved. Everything saved before is whole.",
                "Make room. Postroom goes on by itself; then do this again.",
            ),
            E::SqliteTooOld(_) | E::Migration(_) => (
                ErrorCode::DatabaseUnusable,
                "The profile's database cannot be used by this build. It was not wiped.",
                "Install the current version of Postroom.",
            ),
            E::Row(_) => (
                ErrorCode::DatabaseUnusable,
                "A row of the database holds something Postroom never writes.",
                "Restore a backup; the details name the table.",
            ),
            E::Database(_) => (
                ErrorCode::StorageFailed,
                "The profile could not be read or written. Nothing was lost.",
                "Check that the disk is not full and the folder can be written, then try again.",
            ),
        };
        Self::new(code, message, action).with_details(details)
    }
}

impl From<queue::QueueError> for Error {
    fn from(error: queue::QueueError) -> Self {
        match error {
            queue::QueueError::Database(inner) => store::StoreError::from(inner).into(),
            queue::QueueError::Damaged(_) => store::StoreError::Row("job").into(),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        store::StoreError::from(error).into()
    }
}
