//! Deleting a post (§4.6). The network has no edits.

use domain::{ErrorKind, ProviderError};
use serde_json::json;

use super::{
    descriptor::{self, ID},
    publish::api,
    wire,
};
use crate::{
    calls::{self, Ask, CallRules, Operation, error, text_of},
    change::{Live, Prospect, Sight, Wish, deleted},
    provider::{AccountRef, EffectPlan, Remote, Session},
};

const PLAN: Operation = Operation::quiet("plan_change");
const DELETE: Operation = Operation::effect("delete_post");
const PAGE: Operation = Operation::quiet("read_page");

pub(super) fn plan(account: &AccountRef, live: &Live<'_>, wish: Wish<'_>) -> Result<Prospect, ProviderError> {
    let id = &live.remote.id;
    if wish != Wish::Delete {
        return Err(cannot("Posts of the practice network cannot be edited."));
    }
    if !wire::is_id(id) {
        return Err(cannot("Postroom does not know the id of this post."));
    }
    let class = descriptor::changes(&account.kind).delete.ok_or_else(|| cannot("Its posts cannot be deleted."))?;
    Ok(Prospect::Effect(EffectPlan { class, key: id.clone(), request: json!({"id": id}) }))
}

pub(super) async fn change(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let id = text_of(&plan.request, "id");
    match calls::authorised(session, rules, DELETE, Ask::delete(api(session, &format!("/api/posts/{id}")))).await {
        Ok(reply) if reply.read::<wire::Deleted>()?.deleted => Ok(deleted(id)),
        Ok(reply) => Err(reply.garbage()),
        // Gone is what was wanted.
        Err(error) if error.remote_code == "post_unknown" => Ok(deleted(id)),
        Err(error) => Err(error),
    }
}

/// Looks at its public page, which every post has from the moment it is made until it is deleted (§4.7).
pub(super) async fn look(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Sight, ProviderError> {
    let id = text_of(&plan.request, "id");
    match calls::open(session, rules, PAGE, Ask::get(api(session, &format!("/p/{id}")))).await {
        Ok(_) => Ok(Sight::Before),
        Err(error) if matches!(error.status, Some(404 | 410)) => Ok(Sight::Done(deleted(id))),
        Err(error) => Err(error),
    }
}

fn cannot(words: &str) -> ProviderError {
    ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, PLAN) }
}
