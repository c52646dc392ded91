//! How linking can end without a grant.

use domain::{ErrorCode, ProviderError};

/// Why there is no grant. Holds no code, state or token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OauthError {
    /// The person said no in the browser.
    #[error("consent refused: {description}")]
    ConsentRefused {
        /// The platform's own words, plain text, at most 300 characters; may be empty.
        description: String,
    },
    /// Nobody answered in the browser in time.
    #[error("no answer in the browser in time")]
    TimedOut,
    /// Stopped here.
    #[error("linking was cancelled")]
    Cancelled,
    /// An answer came that does not belong to this attempt or this issuer, or too many of them.
    #[error("the browser's answer does not belong to this attempt")]
    Mismatch,
    /// The platform refused or failed when asked for tokens, or reported an error of its own.
    #[error(transparent)]
    Exchange(ProviderError),
    /// None of the ports registered with the platform is free.
    #[error("no free port among {}", ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))]
    PortInUse {
        /// The ports that were tried; empty when the system gave none at all.
        ports: Vec<u16>,
    },
    /// The description of the flow cannot be used.
    #[error("bad flow: {0}")]
    BadFlow(String),
}

impl OauthError {
    /// The code that reaches clients.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::ConsentRefused { .. } => ErrorCode::ConsentRefused,
            Self::TimedOut => ErrorCode::LinkTimedOut,
            Self::Cancelled => ErrorCode::LinkCancelled,
            Self::Mismatch => ErrorCode::LinkMismatch,
            Self::Exchange(error) => error.kind.into(),
            Self::PortInUse { .. } => ErrorCode::WrongState,
            Self::BadFlow(_) => ErrorCode::InvalidRequest,
        }
    }
}
