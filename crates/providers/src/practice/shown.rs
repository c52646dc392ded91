//! What an account shows (§4.5), and finding in it the post that a person named.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;
use url::Url;

use super::{
    publish::{api, recent},
    wire::{self, Post},
};
use crate::{
    calls::CallRules,
    provider::{AccountRef, Remote, Session},
    shown::{Seen, Shown},
};

/// The kind that cannot be read.
const BLIND: &str = "d";

pub(super) fn profile_url(account: &AccountRef) -> String {
    format!("{}/timeline?account={}", account.endpoints.get("api"), account.remote_id)
}

pub(super) async fn shown(session: &Session, rules: &CallRules) -> Result<Option<Shown>, ProviderError> {
    if session.account.kind == BLIND {
        return Ok(None);
    }
    match recent(session, rules).await {
        Ok((posts, all)) => Ok(Some(Shown { posts: posts.into_iter().map(seen).collect(), all })),
        Err(error) if matches!(error.kind, ErrorKind::MissingScope | ErrorKind::Unsupported) => Ok(None),
        Err(error) => Err(error),
    }
}

fn seen(post: Post) -> Seen {
    Seen {
        at: UtcMs::parse_rfc3339(&post.created_at),
        pictures: post.media.len(),
        text: post.text,
        remote: Remote { id: post.id, url: post.url, extra: Value::Null },
    }
}

/// An id, or a link whose last part is one. Where posts cannot be read back the word of the person is taken.
pub(super) async fn named(session: &Session, rules: &CallRules, given: &str) -> Result<Option<Remote>, ProviderError> {
    let link = Url::parse(given).ok();
    let id = link.as_ref().and_then(|url| url.path_segments()?.next_back()).unwrap_or(given);
    if !wire::is_id(id) {
        return Ok(None);
    }
    match shown(session, rules).await? {
        Some(shown) => Ok(shown.posts.into_iter().map(|post| post.remote).find(|remote| remote.id == id)),
        None => Ok(Some(Remote { id: id.to_owned(), url: api(session, &format!("/p/{id}")), extra: Value::Null })),
    }
}
