//! Making, editing and deleting statuses. Each accepted change is in the journal before it is in the state.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::failure::Failure;
use super::fields::Fields;
use super::settings::Keys;
use super::state::{Key, Poll, Status};
use super::{Call, Outcome, entity, tokens};
use crate::wire::Reply;

const SCOPE: &[&str] = &["write:statuses"];

pub fn create(call: &mut Call<'_>) -> Outcome {
    let account = tokens::authenticate(call, SCOPE)?;
    let key = call.request.header("idempotency-key").filter(|key| !key.is_empty()).map(ToOwned::to_owned);
    if let Some(status) = key.as_ref().and_then(|key| recognised(call, &account, key)) {
        record(call, "statuses.create", &status, key.as_deref(), false)?;
        return Ok(Reply::json(200, &entity::status(call, &status)));
    }
    let draft = Draft::read(call, &account, &call.fields()?, None)?;
    let status = Status {
        id: call.state.next_id(call.now_ms),
        app: tokens::app_name(call),
        account: account.clone(),
        text: draft.text,
        spoiler_text: draft.spoiler_text,
        sensitive: draft.sensitive,
        visibility: draft.visibility,
        language: draft.language,
        in_reply_to_id: draft.in_reply_to_id,
        media: draft.media,
        poll: draft.poll,
        created_ms: call.now_ms,
        edited_ms: None,
    };
    record(call, "statuses.create", &status, key.as_deref(), true)?;
    attach(call, &status);
    if let Some(key) = key {
        call.state.keys.insert((account, key), Key { status: status.id.clone(), made_ms: call.now_ms });
    }
    call.state.statuses.insert(status.id.clone(), status.clone());
    Ok(Reply::json(200, &entity::status(call, &status)))
}

/// The status a key stands for, while it is stored and remembered.
fn recognised(call: &Call<'_>, account: &str, key: &str) -> Option<Status> {
    let settings = &call.state.settings;
    let known = call.state.keys.get(&(account.to_owned(), key.to_owned()))?;
    let age_ms = call.now_ms - known.made_ms;
    let stored = age_ms >= settings.key_stored_after_ms && age_ms < settings.key_life_ms;
    if settings.keys == Keys::Ignored || !stored {
        return None;
    }
    call.state.statuses.get(&known.status).cloned()
}

pub fn update(call: &mut Call<'_>) -> Outcome {
    let (account, mut status) = own(call)?;
    let fields = call.fields()?;
    for attributes in fields.objects("media_attributes") {
        describe(call, &status, &attributes);
    }
    let draft = Draft::read(call, &account, &fields, Some(&status))?;
    detach(call, &status.id);
    let Draft { text, spoiler_text, sensitive, language, media, poll, .. } = draft;
    let edited_ms = Some(call.now_ms);
    status = Status { text, spoiler_text, sensitive, language, media, poll, edited_ms, ..status };
    record(call, "statuses.update", &status, None, true)?;
    attach(call, &status);
    call.state.statuses.insert(status.id.clone(), status.clone());
    Ok(Reply::json(200, &entity::status(call, &status)))
}

/// Answers with the text as it was written, for another draft.
pub fn delete(call: &mut Call<'_>) -> Outcome {
    let (_, status) = own(call)?;
    record(call, "statuses.delete", &status, None, true)?;
    let mut reply = entity::status(call, &status);
    reply["text"] = json!(status.text);
    call.state.statuses.remove(&status.id);
    detach(call, &status.id);
    Ok(Reply::json(200, &reply))
}

fn own(call: &Call<'_>) -> Result<(String, Status), Failure> {
    let account = tokens::authenticate(call, SCOPE)?;
    let status = call.state.statuses.get(call.id).filter(|status| status.account == account).cloned();
    status.map(|status| (account, status)).ok_or_else(Failure::not_found)
}

fn attach(call: &mut Call<'_>, status: &Status) {
    for id in &status.media {
        if let Some(media) = call.state.media.get_mut(id) {
            media.status = Some(status.id.clone());
        }
    }
}

fn detach(call: &mut Call<'_>, status: &str) {
    for media in call.state.media.values_mut().filter(|media| media.status.as_deref() == Some(status)) {
        media.status = None;
    }
}

/// New alternative texts of what is attached already.
fn describe(call: &mut Call<'_>, status: &Status, attributes: &Fields) {
    let id = attributes.text("id").unwrap_or_default();
    if let Some(media) = call.state.media.get_mut(&id).filter(|media| media.status.as_ref() == Some(&status.id)) {
        media.description = attributes.filled("description").or_else(|| media.description.take());
    }
}

/// Tells the journal. If it cannot be written the change does not happen.
fn record(call: &Call<'_>, operation: &str, status: &Status, key: Option<&str>, changed: bool) -> Result<(), Failure> {
    let media: Vec<_> = status.media.iter().filter_map(|id| call.state.media.get(id)).collect();
    let media = media
        .into_iter()
        .map(|one| json!({"id": one.id, "type": one.kind, "description": one.description, "bytes": one.bytes.len()}));
    let name = call.state.accounts.get(&status.account).map(|account| account.username.as_str());
    let detail: Map<String, Value> = [
        ("account", json!(name)),
        ("id", json!(status.id)),
        ("text", json!(status.text)),
        ("spoiler_text", json!(status.spoiler_text)),
        ("sensitive", json!(status.sensitive)),
        ("visibility", json!(status.visibility)),
        ("language", json!(status.language)),
        ("media", json!(media.collect::<Vec<_>>())),
        ("poll", json!(status.poll.as_ref().map(poll))),
        ("in_reply_to_id", json!(status.in_reply_to_id)),
        ("key", json!(key)),
        ("commit", json!(changed.then_some(&status.id))),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    call.recorder.accept(operation, detail).map_err(|_| Failure::internal())
}

fn poll(poll: &Poll) -> Value {
    json!({
        "options": poll.options, "expires_in": poll.expires_in, "multiple": poll.multiple,
        "hide_totals": poll.hide_totals,
    })
}
