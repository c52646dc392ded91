//! A server that is left alone for a while, because calls to it failed one after the other.

use crate::{account::PlatformId, error::ErrorKind, time::UtcMs};

/// A server that is down, as far as can be told from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Its origin: `https://example.org`.
    pub server: String,
    /// The platform it was called for.
    pub platform: PlatformId,
    /// What was the matter last: `Network`, `Certificate` or `Unavailable`.
    pub kind: ErrorKind,
    /// When the first of the calls failed that it is down by.
    pub since: UtcMs,
    /// When it is looked at again; nothing is sent to it before.
    pub until: UtcMs,
    /// How often it was left alone in a row, this time included.
    pub times: u32,
}

impl Outage {
    /// The kind stored as `text`; `None` for one no outage has.
    #[must_use]
    pub fn kind(text: &str) -> Option<ErrorKind> {
        [ErrorKind::Network, ErrorKind::Certificate, ErrorKind::Unavailable]
            .into_iter()
            .find(|kind| Self::word(*kind) == text)
    }

    /// A kind as it is stored.
    #[must_use]
    pub const fn word(kind: ErrorKind) -> &'static str {
        match kind {
            ErrorKind::Network => "network",
            ErrorKind::Certificate => "certificate",
            _ => "unavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        for kind in [ErrorKind::Network, ErrorKind::Certificate, ErrorKind::Unavailable] {
            assert_eq!(Outage::kind(Outage::word(kind)), Some(kind));
        }
        assert_eq!(Outage::kind("content_rejected"), None);
    }
}
