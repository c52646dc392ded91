//! LinkedIn: accounts are linked, nothing is published. Written from its documentation alone.

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
    let (id, handle) = (&["/sub"], &["/name"]);
    let who = WhoIs { id, handle, avatar: Avatar::At("/picture"), ..WhoIs::at("/v2/userinfo") };
    LinkOnly::new(descriptor::descriptor(), RULES, who)
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, |_, _| None)
}
