//! Discord: accounts are linked, nothing is published. Written from its documentation alone.

mod descriptor;

use domain::{ProviderError, UtcMs};
use serde_json::Value;

use self::descriptor::ID;
use crate::{
    calls::{CallRules, Operation},
    link_only::{self, Avatar, LinkOnly, WhoIs},
};

/// Pictures lie at `avatars/USER/HASH.png`, whatever they were made of (from memory).
const AVATARS: &str = "https://cdn.discordapp.com/avatars/";
const STILL: &str = ".png?size=128";

const RULES: CallRules = link_only::rules(ID, refused);

/// The provider.
#[must_use]
pub fn provider() -> LinkOnly {
    let (id, handle, name) = (&["/id"], &["/username"], &["/global_name"]);
    let avatar = Avatar::Made(AVATARS, &["/id", "/avatar"], STILL);
    let who = WhoIs { id, handle, name, avatar, bot: Some("/bot"), ..WhoIs::at("/users/@me") };
    LinkOnly::new(descriptor::descriptor(), RULES, who)
}

fn refused(operation: Operation, status: u16, body: &Value, until: Option<UtcMs>) -> ProviderError {
    link_only::refused(ID, operation, (status, body), until, |_, _| None)
}
