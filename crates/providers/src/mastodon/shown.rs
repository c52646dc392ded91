//! What an account shows: its own statuses, and the one a person named.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde::Deserialize;
use url::Url;

use super::{
    html,
    publish::{PAGE, api, page, remote},
    wire::{self, Status},
};
use crate::{
    calls::{self, Ask, CallRules, Operation},
    provider::{AccountRef, Remote, Session},
    shown::{Seen, Shown},
};

const READ: Operation = Operation::quiet("read_status");
/// Pages read at most: 120 statuses.
const PAGES_MAX: usize = 3;

/// A status with whose it is.
#[derive(Deserialize)]
struct Owned {
    account: Owner,
    #[serde(flatten)]
    status: Status,
}

#[derive(Deserialize)]
struct Owner {
    id: String,
}

pub(super) fn profile_url(account: &AccountRef) -> String {
    let name = account.handle.split('@').find(|part| !part.is_empty()).unwrap_or_default();
    format!("{}/@{name}", account.endpoints.get("api"))
}

/// A page that is not full proves nothing, for servers have limits of their own: only one without any is the end.
pub(super) async fn shown(session: &Session, rules: &CallRules, since: UtcMs) -> Result<Option<Shown>, ProviderError> {
    let mut shown = Shown::default();
    let mut before = String::new();
    for _ in 0..PAGES_MAX {
        let read = page(session, rules, &before, PAGE).await?;
        let Some(oldest) = read.last().map(|status| status.id.clone()).filter(|id| *id != before) else {
            shown.all = read.is_empty();
            break;
        };
        shown.posts.extend(read.iter().filter(|status| status.reblog.is_none()).map(seen));
        if shown.covers(since) {
            break;
        }
        before = oldest;
    }
    Ok(Some(shown))
}

fn seen(status: &Status) -> Seen {
    Seen {
        remote: remote(status),
        text: status.text.clone().unwrap_or_else(|| html::text(&status.content)),
        pictures: status.media_attachments.len(),
        at: status.created_at.as_deref().and_then(UtcMs::parse_rfc3339),
    }
}

/// An id, or a link whose last part is one.
pub(super) async fn named(session: &Session, rules: &CallRules, given: &str) -> Result<Option<Remote>, ProviderError> {
    let link = Url::parse(given).ok();
    let id = link.as_ref().and_then(|url| url.path_segments()?.next_back()).unwrap_or(given);
    if !wire::is_id(id) {
        return Ok(None);
    }
    let ask = Ask::get(api(session, &format!("/api/v1/statuses/{id}")));
    let owned: Owned = match calls::authorised(session, rules, READ, ask).await {
        Ok(reply) => reply.read()?,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let ours = owned.account.id == session.account.remote_id && owned.status.id == id;
    Ok(ours.then(|| remote(&owned.status)))
}
