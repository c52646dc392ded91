//! Deleting a post: its record is removed by its key, which may be done again without harm. Posts cannot be edited:
//! other servers and apps keep showing what they have seen.

use domain::{ErrorKind, ProviderError};
use serde_json::json;

use super::{
    descriptor::{self, ID},
    publish::xrpc,
    record::COLLECTION,
};
use crate::{
    calls::{self, Ask, CallRules, Operation, error, text_of},
    change::{Live, Prospect, Sight, Wish, deleted},
    provider::{EffectPlan, Remote, Session},
};

const PLAN: Operation = Operation::quiet("plan_change");
const DELETE: Operation = Operation::effect("delete_record");
const GET: Operation = Operation::quiet("get_record");

pub(super) fn plan(session: &Session, live: &Live<'_>, wish: Wish<'_>) -> Result<Prospect, ProviderError> {
    if wish != Wish::Delete {
        return Err(cannot("Bluesky posts cannot be edited."));
    }
    let id = &live.remote.id;
    let repo = &session.account.remote_id;
    let key = id.strip_prefix(&format!("at://{repo}/{COLLECTION}/")).filter(|key| is_key(key));
    let key = key.ok_or_else(|| cannot("Postroom does not know the address of this post."))?;
    let class = descriptor::changes().delete.ok_or_else(|| cannot("Bluesky posts cannot be deleted."))?;
    let request = json!({"id": id, "repo": repo, "collection": COLLECTION, "rkey": key});
    Ok(Prospect::Effect(EffectPlan { class, key: key.to_owned(), request }))
}

pub(super) async fn change(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let mut request = plan.request.clone();
    if let Some(fields) = request.as_object_mut() {
        fields.remove("id");
    }
    let ask = Ask::post(xrpc(session, "com.atproto.repo.deleteRecord")).json(request);
    calls::authorised(session, rules, DELETE, ask).await?;
    Ok(deleted(text_of(&plan.request, "id")))
}

pub(super) async fn look(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Sight, ProviderError> {
    let field = |name| text_of(&plan.request, name);
    let ask = Ask::get(xrpc(session, "com.atproto.repo.getRecord"))
        .query("repo", field("repo"))
        .query("collection", COLLECTION)
        .query("rkey", field("rkey"));
    // Records are public: no token, so that a lost grant does not keep the truth from us.
    match calls::open(session, rules, GET, ask).await {
        Ok(_) => Ok(Sight::Before),
        Err(error) if error.remote_code == "RecordNotFound" => Ok(Sight::Done(deleted(field("id")))),
        Err(error) => Err(error),
    }
}

/// Whether a text is a record key as the protocol allows them.
pub(super) fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte);
    (1..=512).contains(&text.len()) && text.bytes().all(plain) && !matches!(text, "." | "..")
}

fn cannot(words: &str) -> ProviderError {
    ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, PLAN) }
}
