//! WordPress.com: accounts are linked, nothing is published. Written from its documentation alone.

mod descriptor;

use domain::{ProviderError, UtcMs};
use serde_json::Value;

use self::descriptor::ID;
use crate::{
    calls::{CallRules, Operation},
    link_only::{self, Avatar, LinkOnly, WhoIs},
};

const RULES: CallRules = link_only::rules(ID, refused);

/// The provider.
#[must_use]
pub fn provider() -> LinkOnly {
    let (id, handle, name) = (&["/ID"], &["/username"], &["/display_name"]);
    let who = WhoIs { id, handle, name, avatar: Avatar::At("/avatar_URL"), ..WhoIs::at("/rest/v1.1/me") };
    LinkOnly::new(descriptor::descriptor(), RULES, who)
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, |_, _| None)
}
