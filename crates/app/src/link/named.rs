//! Why nothing can be linked at a place that a person named.

use domain::{ErrorKind, ProviderError};

use crate::{Error, words};

/// What differs by the kind of place.
pub(super) struct Place<'a> {
    /// What to check where it could not be reached.
    pub(super) check: &'static str,
    /// What to do where it says itself why not.
    pub(super) instead: &'static str,
    /// What it is not: `no server of the Mastodon family`.
    pub(super) is_no: &'a str,
    /// How such a place is named.
    pub(super) spelled: &'static str,
}

/// What was typed, as it may be shown and passed on: somebody may have pasted an address that is a secret.
fn shown(named: &str) -> String {
    let redacted = net::redact::url(named.trim());
    let as_typed = if named.ends_with('/') { &redacted } else { redacted.trim_end_matches('/') };
    as_typed.chars().filter(|sign| !sign.is_control()).take(100).collect()
}

/// The failure of finding out what is there.
pub(super) fn nothing_there(named: &str, place: &Place<'_>, error: &ProviderError) -> Error {
    let named = shown(named);
    let (message, action) = match error.kind {
        ErrorKind::Network | ErrorKind::Certificate => {
            (format!("{} Nothing was linked.", words::unreached(&named, error.reach)), words::remedy(error))
        }
        ErrorKind::Unavailable | ErrorKind::RateLimited => {
            (format!("{named} could not be reached. Nothing was linked."), place.check)
        }
        ErrorKind::Unsupported if !error.remote_message.is_empty() => {
            (format!("{named}: {} Nothing was linked.", error.remote_message), place.instead)
        }
        _ => (format!("{named} is {}, as far as it says. Nothing was linked.", place.is_no), place.spelled),
    };
    let details = format!("{}: {} {}", error.operation, error.remote_code, error.remote_message);
    Error::new(error.kind.into(), message, action).with_details(details)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_was_typed_is_shown_without_what_may_be_secret() {
        for (typed, said) in [
            ("example.social", "example.social"),
            ("@robin@example.social", "@robin@example.social"),
            ("our harbour", "our harbour"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("https://example.social/blog/", "https://example.social/blog/"),
            ("https://robin:secret@example.social/?token=secret", "https://example.social"),
            (
                "https://hooks.slack.com/services/T012AB3C4/B056DE7F8/abcDEFGHIJKLmnopqrst1234",
                "https://hooks.slack.com/services/T012AB3C4/B056DE7F8/[redacted]",
            ),
        ] {
            assert_eq!(shown(typed), said);
        }
    }
}
