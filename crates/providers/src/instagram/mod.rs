//! Instagram through Instagram Login: professional accounts are linked, nothing is published. Written from Meta's
//! documentation alone.

mod descriptor;
mod errors;

use self::{descriptor::ID, errors::refused};
use crate::{
    calls::CallRules,
    link_only::{self, Avatar, LinkOnly, WhoIs},
};

/// Graph counts calls by the hour (from memory).
const PAUSE_MS: i64 = 3_600_000;

const RULES: CallRules =
    CallRules { token_refused: errors::token_refused, pause_ms: PAUSE_MS, ..link_only::rules(ID, refused) };

/// Whose account it is: `user_id`, the account's own, and not `id`, which is the app's name for it.
const WHO: WhoIs = WhoIs {
    query: &[("fields", "user_id,username,name,account_type,profile_picture_url")],
    id: &["/user_id"],
    handle: &["/username"],
    name: &["/name"],
    avatar: Avatar::At("/profile_picture_url"),
    wrapped_at: "/data/0",
    kind: Some("/account_type"),
    personal: Some("PERSONAL"),
    ..WhoIs::at("/me")
};

/// The provider.
#[must_use]
pub fn provider() -> LinkOnly {
    LinkOnly::new(descriptor::descriptor(), RULES, WHO)
}

#[cfg(test)]
mod tests;
