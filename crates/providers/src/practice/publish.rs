//! Publishing a part, by kind of account: with a key (a), staged in a container (b), where repeats are refused (r), read
//! back after silence (c and r), or blind (d).

use domain::{EffectClass, ErrorKind, ProviderError};
use serde_json::{Value, json};

use super::{
    body::{self, Checkpoint, Staged, Todo, Uploaded},
    descriptor::ID,
    matching, wire,
};
use crate::{
    calls::{self, Ask, CallRules, Operation, Reply, error},
    media,
    provider::{AccountRef, Confirmation, Doubtful, EffectPlan, Plan, Remote, Seed, Session, Step, Work},
};

const PLAN: Operation = Operation::quiet("plan");
const UPLOAD: Operation = Operation::quiet("upload_media");
const STAGE: Operation = Operation::quiet("create_container");
const POST: Operation = Operation::effect("create_post");
const PUBLISH: Operation = Operation::effect("publish_container");
const BY_KEY: Operation = Operation::quiet("post_by_key");
const CONTAINER: Operation = Operation::quiet("get_container");
const RECENT: Operation = Operation::quiet("read_posts");

/// 200 posts of 20,000 bytes of text each, as JSON, and their pictures.
const RECENT_MAX_BYTES: usize = 16 << 20;

fn class(account: &AccountRef) -> Result<EffectClass, ProviderError> {
    EffectClass::parse(&account.kind).ok_or_else(|| {
        let words = "The account is of a kind this version does not know.";
        ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, PLAN) }
    })
}

pub(super) fn plan(account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError> {
    let class = class(account)?;
    let checkpoint = Checkpoint::read(checkpoint);
    Ok(match checkpoint.todo(work, class == EffectClass::B) {
        Some(Todo::Picture(place)) => {
            Plan::Prepare { label: format!("Uploading picture {} of {}", place + 1, work.media.len()) }
        }
        Some(Todo::Container) => Plan::Prepare { label: "Staging the post".to_owned() },
        None => Plan::Effect(effect(class, work, &checkpoint, seed)),
    })
}

pub(super) fn preview(account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError> {
    Ok(effect(class(account)?, work, &Checkpoint::expected(work), seed))
}

/// `path` is where the request goes; `post` is its body, or for kind b what the container holds.
fn effect(class: EffectClass, work: &Work, checkpoint: &Checkpoint, seed: Seed) -> EffectPlan {
    let staged = checkpoint.container.as_ref().filter(|_| class == EffectClass::B);
    let (key, path) = match (class, staged) {
        (_, Some(container)) => (container.id.clone(), format!("/api/containers/{}/publish", container.id)),
        (EffectClass::A, None) => (body::key(seed), "/api/posts".to_owned()),
        _ => (String::new(), "/api/posts".to_owned()),
    };
    EffectPlan { class, key, request: json!({"path": path, "post": body::post(work, checkpoint)}) }
}

pub(super) async fn prepare(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    checkpoint: &Value,
    picture_limit_bytes: u64,
) -> Result<Step, ProviderError> {
    let staged = class(&session.account)? == EffectClass::B;
    let mut checkpoint = Checkpoint::read(checkpoint);
    match checkpoint.todo(work, staged) {
        Some(Todo::Picture(place)) => {
            let uploaded = upload(session, rules, work, place, picture_limit_bytes).await?;
            checkpoint.media.truncate(place);
            checkpoint.media.extend(uploaded);
        }
        Some(Todo::Container) => {
            let post = body::post(work, &checkpoint);
            checkpoint.container = Some(Staged { id: stage(session, rules, &post).await?, post });
        }
        None => {}
    }
    Ok(Step::Next(json!(checkpoint)))
}

async fn upload(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    place: usize,
    limit_bytes: u64,
) -> Result<Option<Uploaded>, ProviderError> {
    let Some(picture) = work.media.get(place) else { return Ok(None) };
    let content = media::read(picture, limit_bytes, ID, UPLOAD).await?;
    let ask = Ask::post(api(session, "/api/media")).bytes(&picture.mime, content);
    let reply = calls::authorised(session, rules, UPLOAD, ask).await?;
    let stored: wire::Stored = reply.read()?;
    checked(&reply, &stored.id)?;
    Ok(Some(Uploaded { digest: picture.digest.clone(), id: stored.id }))
}

async fn stage(session: &Session, rules: &CallRules, post: &Value) -> Result<String, ProviderError> {
    let ask = Ask::post(api(session, "/api/containers")).json(post.clone());
    let reply = calls::authorised(session, rules, STAGE, ask).await?;
    let container: wire::Container = reply.read()?;
    checked(&reply, &container.id)?;
    Ok(container.id)
}

fn checked(reply: &Reply, id: &str) -> Result<(), ProviderError> {
    if wire::is_id(id) { Ok(()) } else { Err(reply.garbage()) }
}

pub(super) async fn commit(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let path = calls::text_of(&plan.request, "path");
    let mut ask = Ask::post(api(session, path));
    if plan.class != EffectClass::B {
        ask = ask.json(plan.request.get("post").cloned().unwrap_or_default());
    }
    match plan.class {
        // Published before: the answer names the post, which is what was wanted.
        EffectClass::B => {
            let reply = calls::authorised(session, rules, PUBLISH, ask.also(409)).await?;
            live(&reply, reply.read::<wire::Published>()?.post)
        }
        EffectClass::D => {
            let reply = calls::authorised(session, rules, POST, ask).await?;
            let nameless = Remote { id: String::new(), url: String::new(), extra: Value::Null };
            if reply.read::<wire::Accepted>()?.accepted { Ok(nameless) } else { Err(reply.garbage()) }
        }
        EffectClass::R => {
            let reply = calls::authorised(session, rules, POST, ask.also(409)).await?;
            if reply.status == 409 { Err(repeated(&reply, plan)) } else { live(&reply, reply.read()?) }
        }
        class => {
            if class == EffectClass::A {
                ask = ask.header("Idempotency-Key", sent_key(session, &plan.key));
            }
            let reply = calls::authorised(session, rules, POST, ask).await?;
            live(&reply, reply.read()?)
        }
    }
}

/// A repeat was refused: nothing was done, and the post that is there already is named.
fn repeated(reply: &Reply, plan: &EffectPlan) -> ProviderError {
    let refusal: wire::Repeated = match reply.read() {
        Ok(refusal) => refusal,
        Err(garbage) => return garbage,
    };
    let words = net::redact::text(&refusal.message);
    let mut refused = error(ErrorKind::Duplicate, ID, POST).replied(reply.status, &refusal.error, &words);
    let mut copy = reply.copy().unwrap_or_default();
    copy.repeats = matching::named(&refusal.post, plan);
    refused.reply = Some(copy);
    refused
}

fn live(reply: &Reply, post: wire::Post) -> Result<Remote, ProviderError> {
    checked(reply, &post.id)?;
    Ok(remote(post))
}

fn remote(post: wire::Post) -> Remote {
    Remote { id: post.id, url: post.url, extra: Value::Null }
}

pub(super) async fn confirm(
    session: &Session,
    rules: &CallRules,
    doubtful: &Doubtful<'_>,
) -> Result<Confirmation, ProviderError> {
    match doubtful.plan.class {
        EffectClass::A => by_key(session, rules, doubtful).await,
        EffectClass::B => by_container(session, rules, doubtful).await,
        EffectClass::R | EffectClass::C => read_back(session, rules, doubtful).await,
        EffectClass::D => Ok(Confirmation::Blind),
    }
}

/// Asks for the key. Once keys may be forgotten, an unknown one proves nothing and the posts are read.
async fn by_key(session: &Session, rules: &CallRules, doubtful: &Doubtful<'_>) -> Result<Confirmation, ProviderError> {
    let ask = Ask::get(api(session, &format!("/api/posts/by-key/{}", doubtful.plan.key)));
    match calls::authorised(session, rules, BY_KEY, ask).await {
        Ok(reply) => Ok(Confirmation::Live(live(&reply, reply.read()?)?)),
        Err(error) if error.remote_code != "post_unknown" => Err(error),
        Err(_) if doubtful.key_lives => Ok(Confirmation::NotSeen),
        Err(_) => read_back(session, rules, doubtful).await,
    }
}

/// Asks for the container. One that expired or is not known was never published.
async fn by_container(
    session: &Session,
    rules: &CallRules,
    doubtful: &Doubtful<'_>,
) -> Result<Confirmation, ProviderError> {
    let ask = Ask::get(api(session, &format!("/api/containers/{}", doubtful.plan.key)));
    let reply = match calls::authorised(session, rules, CONTAINER, ask).await {
        Ok(reply) => reply,
        Err(error) if matches!(error.remote_code.as_str(), "container_expired" | "container_unknown") => {
            return Ok(Confirmation::NotSeen);
        }
        Err(error) => return Err(error),
    };
    let container: wire::Container = reply.read()?;
    match (container.status.as_str(), container.post) {
        ("published", Some(post)) => Ok(Confirmation::Live(live(&reply, post)?)),
        ("ready", None) => Ok(Confirmation::NotSeen),
        _ => Err(reply.garbage()),
    }
}

async fn read_back(
    session: &Session,
    rules: &CallRules,
    doubtful: &Doubtful<'_>,
) -> Result<Confirmation, ProviderError> {
    Ok(matching::find(&read_posts(session, rules).await?, doubtful))
}

async fn read_posts(session: &Session, rules: &CallRules) -> Result<wire::Posts, ProviderError> {
    let limit = matching::RECENT_MAX.to_string();
    let ask = Ask::get(api(session, "/api/me/posts")).query("limit", &limit).answer_max_bytes(RECENT_MAX_BYTES);
    calls::authorised(session, rules, RECENT, ask).await?.read()
}

/// The account's newest posts, and whether there are no others.
pub(super) async fn recent(session: &Session, rules: &CallRules) -> Result<(Vec<wire::Post>, bool), ProviderError> {
    let posts = read_posts(session, rules).await?.posts;
    let all = posts.len() < matching::RECENT_MAX;
    Ok((posts, all))
}

pub(super) fn api(session: &Session, path: &str) -> String {
    format!("{}{path}", session.account.endpoints.get("api"))
}

/// The key a post is sent with: the planned one.
#[cfg(not(feature = "break_record_key"))]
fn sent_key(_session: &Session, planned: &str) -> String {
    planned.to_owned()
}

/// A negative control for the kill tests: another key at every try, so that a repeat is not recognised.
#[cfg(feature = "break_record_key")]
fn sent_key(session: &Session, _planned: &str) -> String {
    body::key(Seed { at: session.clock.now(), random: calls::never_the_same(session) })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
