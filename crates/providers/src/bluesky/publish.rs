//! Publishing a part: look mentions up, upload pictures, write one record under a key chosen beforehand,
//! and ask for that record when in doubt.

use std::collections::btree_map::Entry;

use domain::{EffectClass, ErrorKind, ProviderError};
use serde_json::{Value, json};

use super::{
    descriptor::ID,
    facets,
    record::{self, Blob, COLLECTION, Checkpoint, Todo},
    tid::tid,
    wire,
};
use crate::{
    calls::{self, Ask, CallRules, Operation, error},
    media,
    provider::{AccountRef, Confirmation, Doubtful, EffectPlan, Plan, Remote, Seed, Session, Step, Work},
};

const PLAN: Operation = Operation::quiet("plan");
const RESOLVE: Operation = Operation::quiet("resolve_handle");
const UPLOAD: Operation = Operation::quiet("upload_blob");
const CREATE: Operation = Operation::effect("create_record");
const GET: Operation = Operation::quiet("get_record");

/// Handles looked up for one part; later ones stay plain text.
const MENTIONS_MAX: usize = 30;

/// Where posts are read by people, unless the account's endpoints name another place.
pub(super) const PUBLIC: &str = "https://bsky.app";

pub(super) fn plan(account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError> {
    let checkpoint = Checkpoint::read(checkpoint);
    Ok(match checkpoint.todo(work) {
        Some(Todo::Mentions) => Plan::Prepare { label: "Looking up mentions".to_owned() },
        Some(Todo::Picture(place)) => {
            Plan::Prepare { label: format!("Uploading picture {} of {}", place + 1, work.media.len()) }
        }
        None => Plan::Effect(effect(account, work, &checkpoint, seed)?),
    })
}

pub(super) fn preview(account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError> {
    effect(account, work, &Checkpoint::expected(work), seed)
}

fn effect(account: &AccountRef, work: &Work, checkpoint: &Checkpoint, seed: Seed) -> Result<EffectPlan, ProviderError> {
    let record = record::record(work, checkpoint, seed.at).map_err(|words| {
        let mut error = error(ErrorKind::Protocol, ID, PLAN);
        words.clone_into(&mut error.remote_message);
        error
    })?;
    let key = tid(seed.at, seed.random);
    let request = json!({
        "repo": account.remote_id,
        "collection": COLLECTION,
        "rkey": key,
        "validate": true,
        "record": record,
    });
    Ok(EffectPlan { class: EffectClass::A, key, request })
}

pub(super) async fn prepare(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    checkpoint: &Value,
    picture_limit_bytes: u64,
) -> Result<Step, ProviderError> {
    let mut checkpoint = Checkpoint::read(checkpoint);
    match checkpoint.todo(work) {
        Some(Todo::Mentions) => resolve_mentions(session, rules, work, &mut checkpoint).await?,
        Some(Todo::Picture(place)) => {
            let blob = upload(session, rules, work, place, picture_limit_bytes).await?;
            checkpoint.blobs.truncate(place);
            checkpoint.blobs.extend(blob);
        }
        None => {}
    }
    Ok(Step::Next(json!(checkpoint)))
}

async fn resolve_mentions(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    checkpoint: &mut Checkpoint,
) -> Result<(), ProviderError> {
    for (place, handle) in facets::handles(&work.text).into_iter().enumerate() {
        if let Entry::Vacant(unknown) = checkpoint.dids.entry(handle) {
            let did = if place < MENTIONS_MAX { resolve(session, rules, unknown.key()).await? } else { None };
            unknown.insert(did);
        }
    }
    Ok(())
}

/// The DID behind a handle; `None`, and so plain text, when the server does not know it or cannot tell.
/// Only not reaching the server at all, or being told to wait, is a reason to come back later.
async fn resolve(session: &Session, rules: &CallRules, handle: &str) -> Result<Option<String>, ProviderError> {
    let ask = Ask::get(xrpc(session, "com.atproto.identity.resolveHandle")).query("handle", handle);
    match calls::open(session, rules, RESOLVE, ask).await {
        Ok(reply) => Ok(reply.read::<wire::Resolved>().ok().map(|found| found.did).filter(|did| wire::is_did(did))),
        Err(error) if matches!(error.kind, ErrorKind::Network | ErrorKind::Certificate | ErrorKind::RateLimited) => {
            Err(error)
        }
        Err(_) => Ok(None),
    }
}

async fn upload(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    place: usize,
    limit_bytes: u64,
) -> Result<Option<Blob>, ProviderError> {
    let Some(picture) = work.media.get(place) else { return Ok(None) };
    let content = media::read(picture, limit_bytes, ID, UPLOAD).await?;
    let ask = Ask::post(xrpc(session, "com.atproto.repo.uploadBlob")).bytes(&picture.mime, content);
    let reply = calls::authorised(session, rules, UPLOAD, ask).await?;
    let blob = reply.read::<wire::Uploaded>()?.blob;
    if wire::is_blob(&blob) { Ok(Some(Blob { digest: picture.digest.clone(), blob })) } else { Err(reply.garbage()) }
}

pub(super) async fn commit(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let key = sent_key(session, &plan.key);
    let mut request = plan.request.clone();
    if let Some(fields) = request.as_object_mut() {
        fields.insert("rkey".into(), key.clone().into());
    }
    let ask = Ask::post(xrpc(session, "com.atproto.repo.createRecord")).json(request);
    let reply = calls::authorised(session, rules, CREATE, ask).await?;
    let created: wire::Created = reply.read()?;
    let repo = repo(session, plan);
    if created.uri != format!("at://{repo}/{COLLECTION}/{key}") || created.cid.is_empty() {
        return Err(reply.garbage());
    }
    Ok(remote(session, repo, &key, created.uri, &created.cid))
}

pub(super) async fn confirm(
    session: &Session,
    rules: &CallRules,
    doubtful: &Doubtful<'_>,
) -> Result<Confirmation, ProviderError> {
    let (plan, repo) = (doubtful.plan, repo(session, doubtful.plan));
    let ask = Ask::get(xrpc(session, "com.atproto.repo.getRecord"))
        .query("repo", repo)
        .query("collection", COLLECTION)
        .query("rkey", &plan.key);
    // Records are public: no token, so that a lost grant does not keep the truth from us.
    let reply = match calls::open(session, rules, GET, ask).await {
        Ok(reply) => reply,
        Err(error) if error.remote_code == "RecordNotFound" => return Ok(Confirmation::NotSeen),
        Err(error) => return Err(error),
    };
    let found: wire::Found = reply.read()?;
    let planned = plan.request.get("record").unwrap_or(&Value::Null);
    let same = |field: &str| found.value.get(field).is_some() && found.value.get(field) == planned.get(field);
    // A text changed since by its owner still carries our time; anything else under our key is not ours.
    if same("text") || same("createdAt") {
        return Ok(Confirmation::Live(remote(session, repo, &plan.key, found.uri, &found.cid)));
    }
    Ok(Confirmation::Blind)
}

/// The repository a plan was made for, which stays right should the account's id ever differ.
fn repo<'a>(session: &'a Session, plan: &'a EffectPlan) -> &'a str {
    plan.request.get("repo").and_then(Value::as_str).unwrap_or(&session.account.remote_id)
}

pub(super) fn remote(session: &Session, repo: &str, key: &str, uri: String, cid: &str) -> Remote {
    let public = Some(session.account.endpoints.get("public")).filter(|url| !url.is_empty()).unwrap_or(PUBLIC);
    Remote { id: uri, url: format!("{public}/profile/{repo}/post/{key}"), extra: json!({"cid": cid}) }
}

pub(super) fn xrpc(session: &Session, method: &str) -> String {
    format!("{}/xrpc/{method}", session.account.endpoints.get("api"))
}

/// The key a record is sent under: the planned one.
#[cfg(not(feature = "break_record_key"))]
fn sent_key(_session: &Session, planned: &str) -> String {
    planned.to_owned()
}

/// A negative control for the kill tests: another key at every try, so that a repeat is not recognised.
#[cfg(feature = "break_record_key")]
fn sent_key(session: &Session, _planned: &str) -> String {
    tid(session.clock.now(), calls::never_the_same(session))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
