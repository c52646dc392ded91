//! Slack: accounts are linked, nothing is published. Written from its documentation alone.

mod descriptor;

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use self::descriptor::ID;
use crate::{
    calls::{CallRules, Operation, text_of},
    link_only::{self, LinkOnly, WhoIs},
};

const RULES: CallRules = CallRules { token_refused, ..link_only::rules(ID, refused) };

/// The provider.
#[must_use]
pub fn provider() -> LinkOnly {
    let (id, handle) = (&["/team_id", "/user_id"], &["/user"]);
    let who = WhoIs { post: true, id, handle, bot: Some("/bot_id"), ..WhoIs::at("/auth.test") };
    LinkOnly::new(descriptor::descriptor(), RULES, who)
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, own)
}

/// An access token that ended is said with a word too.
fn token_refused(_: u16, body: &Value) -> bool {
    matches!(text_of(body, "error"), "token_expired" | "invalid_auth" | "token_revoked")
}

/// Slack refuses with status 200 and a word.
fn own(_: u16, body: &Value) -> Option<ErrorKind> {
    match text_of(body, "error") {
        "not_authed" | "invalid_auth" | "token_revoked" | "token_expired" => Some(ErrorKind::AuthRevoked),
        "account_inactive" => Some(ErrorKind::AccountRestricted),
        "missing_scope" => Some(ErrorKind::MissingScope),
        "ratelimited" => Some(ErrorKind::RateLimited),
        _ => None,
    }
}
