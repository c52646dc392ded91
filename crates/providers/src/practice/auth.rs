//! Who a token belongs to. Signing in is OAuth, which the descriptor's rules say all of.

use domain::{ErrorKind, ProviderError};

use super::{descriptor::ID, wire};
use crate::{
    calls::{self, Ask, CallRules, Operation, error},
    provider::{Identity, Session},
};

const ME: Operation = Operation::quiet("me");

pub(super) async fn identify(session: &Session, rules: &CallRules) -> Result<Identity, ProviderError> {
    let ask = Ask::get(format!("{}/api/me", session.account.endpoints.get("api")));
    let reply = calls::authorised(session, rules, ME, ask).await?;
    let me: wire::Me = reply.read()?;
    if !wire::is_id(&me.id) || me.name.is_empty() {
        return Err(reply.garbage());
    }
    Ok(Identity {
        remote_id: me.id,
        handle: me.name.clone(),
        name: me.name,
        kind: me.kind,
        scopes: me.scopes,
        endpoints: Vec::new(),
        avatar: String::new(),
    })
}

/// There are no passwords on the practice network.
pub(super) fn no_passwords(operation: &'static str) -> ProviderError {
    let words = "The practice network links accounts in the browser.";
    ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, Operation::quiet(operation)) }
}
