//! Publishing a part: upload pictures and wait until the server is done with them, note the account's newest status,
//! post under a key kept across tries, and when in doubt read what the account has posted since.

use bytes::Bytes;
use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::{Value, json};

use super::{
    body::{self, Checkpoint, Todo, Uploaded},
    descriptor::{self, ID},
    errors::{MEDIA, POST, UPLOAD},
    facts::Facts,
    matching::{self, Found},
    wire::{self, Status},
};
use crate::{
    calls::{self, Ask, CallRules, Operation, Reply, error},
    media::{self, PREPARE_AGAIN},
    provider::{AccountRef, Confirmation, Doubtful, EffectPlan, Plan, Remote, Seed, Session, Step, Work},
};

const READ: Operation = Operation::quiet("read_statuses");

/// Statuses asked for at once: the most Mastodon gives (documentation, accounts API).
pub(super) const PAGE: usize = 40;
/// Pages read before it is left to a person: 200 statuses since ours was sent.
const PAGES_MAX: usize = 5;
/// Forty statuses of the longest text, their pictures and cards, as JSON.
const PAGE_MAX_BYTES: usize = 16 << 20;
/// How long a picture may be worked on, in milliseconds, before it is given up.
const READY_MAX_MS: i64 = 600_000;

pub(super) fn plan(account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Plan {
    let checkpoint = Checkpoint::read(checkpoint);
    let of_all = |place: usize| format!("{} of {}", place + 1, work.media.len());
    match checkpoint.todo(work) {
        Some(Todo::Upload(place)) => Plan::Prepare { label: format!("Uploading picture {}", of_all(place)) },
        Some(Todo::Await(place)) => Plan::Prepare { label: format!("Waiting for picture {}", of_all(place)) },
        Some(Todo::Mark) => Plan::Prepare { label: "Noting the newest post".to_owned() },
        None => Plan::Effect(effect(account, work, &checkpoint, seed)),
    }
}

pub(super) fn preview(account: &AccountRef, work: &Work, seed: Seed) -> EffectPlan {
    effect(account, work, &Checkpoint::expected(work), seed)
}

fn effect(account: &AccountRef, work: &Work, checkpoint: &Checkpoint, seed: Seed) -> EffectPlan {
    // The key goes with every post; only a server known to keep it earns the promise.
    let class = descriptor::descriptor().class(&account.kind);
    EffectPlan { class, key: body::key(seed), request: body::request(work, checkpoint) }
}

pub(super) async fn prepare(
    session: &Session,
    rules: &CallRules,
    work: &Work,
    checkpoint: &Value,
) -> Result<Step, ProviderError> {
    let mut checkpoint = Checkpoint::read(checkpoint);
    match checkpoint.todo(work) {
        Some(Todo::Upload(place)) => {
            let uploaded = upload(session, rules, work, place).await?;
            checkpoint.media.truncate(place);
            checkpoint.media.extend(uploaded);
        }
        Some(Todo::Await(place)) => {
            if let Some(next) = look(session, rules, &mut checkpoint, place).await? {
                return Ok(Step::Wait(next, json!(checkpoint)));
            }
        }
        Some(Todo::Mark) => {
            let newest = page(session, rules, "", 1).await?.into_iter().next();
            checkpoint.after = Some(newest.map(|status| status.id).unwrap_or_default());
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
) -> Result<Option<Uploaded>, ProviderError> {
    let Some(picture) = work.media.get(place) else { return Ok(None) };
    let limit_bytes = Facts::known(&session.account.facts).image_bytes;
    let content = media::read(picture, limit_bytes, ID, UPLOAD).await?;
    let (form, sent) = body::multipart(&picture.digest, &picture.mime, &content, &picture.alt);
    let ask = Ask::post(api(session, "/api/v2/media")).bytes(&form, Bytes::from(sent));
    let reply = calls::authorised(session, rules, UPLOAD, ask).await?;
    let stored: wire::Media = reply.read()?;
    checked(&reply, &stored.id)?;
    let at = session.clock.now().as_millis();
    Ok(Some(Uploaded { digest: picture.digest.clone(), id: stored.id, ready: reply.status != 202, at, looks: 0 }))
}

/// Asks whether a picture is ready; when to ask again where it is not. One the server forgot is uploaded anew.
async fn look(
    session: &Session,
    rules: &CallRules,
    checkpoint: &mut Checkpoint,
    place: usize,
) -> Result<Option<UtcMs>, ProviderError> {
    let Some(picture) = checkpoint.media.get_mut(place) else { return Ok(None) };
    let now = session.clock.now();
    let ask = Ask::get(api(session, &format!("/api/v1/media/{}", picture.id)));
    match calls::authorised(session, rules, MEDIA, ask).await {
        Ok(reply) if reply.status == 206 => {}
        Ok(_) => {
            picture.ready = true;
            return Ok(None);
        }
        Err(error) if error.kind == ErrorKind::NotFound => {
            checkpoint.media.truncate(place);
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    // A clock that was set back must not make it wait for ever: the looks are counted as well.
    if now.as_millis().saturating_sub(picture.at) > READY_MAX_MS || picture.looks > 300 {
        let words = "The server did not finish with the picture.";
        return Err(ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::MediaRejected, ID, MEDIA) });
    }
    picture.looks += 1;
    Ok(Some(now.plus_ms((i64::from(picture.looks) * 1_000).clamp(1_000, 5_000))))
}

pub(super) async fn commit(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let ask = Ask::post(api(session, "/api/v1/statuses"))
        .header("Idempotency-Key", sent_key(session, &plan.key))
        .json(plan.request.get("body").cloned().unwrap_or_default());
    let reply = match calls::authorised(session, rules, POST, ask).await {
        Ok(reply) => reply,
        Err(refused) if refused.remote_code == PREPARE_AGAIN => return attached(session, rules, plan, refused).await,
        Err(error) => return Err(error),
    };
    let status: Status = reply.read()?;
    checked(&reply, &status.id)?;
    Ok(remote(&status))
}

/// Pictures that cannot be attached are either forgotten by the server, or attached already: by an earlier call of ours
/// that did its work late. Then that is the post.
async fn attached(
    session: &Session,
    rules: &CallRules,
    plan: &EffectPlan,
    refused: ProviderError,
) -> Result<Remote, ProviderError> {
    let ids = plan.request.pointer("/body/media_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let after = calls::text_of(&plan.request, "after");
    let carries = |status: &Status| {
        let mut attached = status.media_attachments.iter().filter_map(|media| media.get("id"));
        !ids.is_empty() && attached.any(|id| ids.contains(id))
    };
    let unknown = |error: ProviderError| ProviderError { retry: domain::Retry::Confirm, ..error };
    let newest = page(session, rules, "", PAGE).await.map_err(unknown)?;
    let newer = newest.iter().take_while(|status| status.id != after);
    newer.into_iter().find(|status| carries(status)).map(remote).ok_or(refused)
}

pub(super) fn remote(status: &Status) -> Remote {
    Remote { id: status.id.clone(), url: status.link(), extra: Value::Null }
}

/// Reads what the account has posted since, whether the key still lives or not: the key is the second belt. From the
/// newest back to what was the newest before ours was sent; only then is it known not to be there. A page that is not
/// full proves nothing, for servers have limits of their own.
pub(super) async fn confirm(
    session: &Session,
    rules: &CallRules,
    doubtful: &Doubtful<'_>,
) -> Result<Confirmation, ProviderError> {
    let after = calls::text_of(&doubtful.plan.request, "after");
    let mut before = String::new();
    for _ in 0..PAGES_MAX {
        let mut read = page(session, rules, &before, PAGE).await?;
        let oldest = read.last().map(|status| status.id.clone());
        let begun = read.iter().position(|status| status.id == after);
        // What was there before is not ours.
        read.truncate(begun.unwrap_or(read.len()));
        match matching::find(&read, doubtful) {
            Found::Status(status) => return Ok(Confirmation::Live(remote(&status))),
            Found::Alike => return Ok(Confirmation::Blind),
            Found::None if begun.is_some() => return Ok(Confirmation::NotSeen),
            Found::None => {}
        }
        match oldest {
            // The beginning of the account, which had posted nothing before.
            None if after.is_empty() => return Ok(Confirmation::NotSeen),
            Some(oldest) if oldest != before => before = oldest,
            _ => break,
        }
    }
    Ok(Confirmation::Blind)
}

/// The account's statuses older than one, the newest first; its newest where none is named.
pub(super) async fn page(
    session: &Session,
    rules: &CallRules,
    before: &str,
    limit: usize,
) -> Result<Vec<Status>, ProviderError> {
    let mut ask = Ask::get(api(session, &format!("/api/v1/accounts/{}/statuses", session.account.remote_id)))
        .query("limit", &limit.to_string())
        .query("exclude_reblogs", "true")
        .answer_max_bytes(PAGE_MAX_BYTES);
    if !before.is_empty() {
        ask = ask.query("max_id", before);
    }
    let reply = calls::authorised(session, rules, READ, ask).await?;
    let statuses: Vec<Status> = reply.read()?;
    statuses.iter().try_for_each(|status| checked(&reply, &status.id))?;
    Ok(statuses)
}

fn checked(reply: &Reply, id: &str) -> Result<(), ProviderError> {
    if wire::is_id(id) { Ok(()) } else { Err(reply.garbage()) }
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
