//! What Instagram's refusals mean. Graph answers nearly everything with HTTP 400: the number in the body decides.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use super::descriptor::ID;
use crate::{
    calls::{self, Operation, text_of},
    link_only,
};

/// A login that has to be confirmed in the app or on the site first (from memory).
const CHECKPOINTS: [i64; 2] = [459, 464];
/// The same, in its sentence.
const LOG_IN_FIRST: &str = "till you log in to www.instagram.com";
/// What is said of accounts that are not professional ones (from memory).
const PERSONAL: [&str; 2] = ["not a professional account", "not a business account"];

/// A refusal in Graph's form.
struct Graph<'a> {
    code: i64,
    subcode: i64,
    words: &'a str,
    transient: bool,
}

impl<'a> Graph<'a> {
    /// `None` where the body has another form.
    fn read(body: &'a Value) -> Option<Self> {
        let error = body.get("error")?;
        let number = |name: &str| error.get(name).and_then(Value::as_i64);
        Some(Self {
            code: number("code")?,
            subcode: number("error_subcode").unwrap_or_default(),
            words: text_of(error, "message"),
            transient: error.get("is_transient") == Some(&Value::Bool(true)),
        })
    }

    fn waits_for_a_login(&self) -> bool {
        CHECKPOINTS.contains(&self.subcode) || self.words.contains(LOG_IN_FIRST)
    }

    fn kind(&self) -> Option<ErrorKind> {
        Some(match (self.code, self.subcode) {
            _ if PERSONAL.iter().any(|words| self.words.contains(words)) => ErrorKind::PersonalAccount,
            (25, _) | (_, 2_207_050) => ErrorKind::AccountRestricted,
            (190, _) if self.waits_for_a_login() => ErrorKind::AccountRestricted,
            (190 | 102, _) => ErrorKind::AuthRevoked,
            (10 | 200, _) => ErrorKind::MissingScope,
            (4 | 17 | 32 | 613 | 80_002, _) => ErrorKind::RateLimited,
            // From memory: Graph's own trouble.
            (1 | 2, _) => ErrorKind::Unavailable,
            _ if self.transient => ErrorKind::Unavailable,
            _ => return None,
        })
    }

    fn name(&self) -> String {
        if self.subcode == 0 { self.code.to_string() } else { format!("{}/{}", self.code, self.subcode) }
    }
}

/// A refusal, in either of the forms in which Instagram says it.
pub(super) fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    let Some(graph) = Graph::read(body) else {
        let error = link_only::refused(ID, operation, (status, body), until, |_, _| None);
        let words = text_of(body, "error_message");
        return if words.is_empty() { error } else { error.replied(status, "", &net::redact::text(words)) };
    };
    let kind = graph.kind().unwrap_or(match status {
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    });
    let refused = calls::error(kind, ID, operation);
    refused.replied(status, &graph.name(), &net::redact::text(graph.words)).not_before(until)
}

/// Whether the access token is not accepted, and a fresh one may be: not where its owner has to log in first.
pub(super) fn token_refused(_: u16, body: &Value) -> bool {
    Graph::read(body).is_some_and(|graph| matches!(graph.code, 190 | 102) && !graph.waits_for_a_login())
}
