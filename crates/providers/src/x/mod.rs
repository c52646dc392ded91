//! X: accounts are linked, nothing is published. Written from its documentation alone.

mod descriptor;

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use self::descriptor::ID;
use crate::{
    calls::{CallRules, Operation, text_of},
    link_only::{self, Avatar, LinkOnly, WhoIs},
};

const RULES: CallRules = link_only::rules(ID, refused);

/// The provider.
#[must_use]
pub fn provider() -> LinkOnly {
    let who = WhoIs {
        query: &[("user.fields", "profile_image_url")],
        id: &["/data/id"],
        handle: &["/data/username"],
        name: &["/data/name"],
        avatar: Avatar::At("/data/profile_image_url"),
        ..WhoIs::at("/2/users/me")
    };
    LinkOnly::new(descriptor::descriptor(), RULES, who)
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, own)
}

/// A suspended account is refused by a problem that names it so.
fn own(status: u16, body: &Value) -> Option<ErrorKind> {
    let suspended = status == 403 && text_of(body, "type").ends_with("/user-suspended");
    suspended.then_some(ErrorKind::AccountRestricted)
}
