//! Deleting a status and giving it other words. Before an edit is planned the server is asked what is there: its words,
//! the alt texts and when it was last edited must be as Postroom left them.

use domain::{ErrorKind, ProviderError, change::Wording};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    descriptor::{self, ID},
    errors::{DELETE, EDIT, LOOK},
    html,
    matching::common,
    wire::{self, Source, Status},
};
use crate::{
    calls::{self, Ask, CallRules, Operation, Reply, error, text_of},
    change::{Live, Prospect, Sight, Wish, deleted},
    provider::{EffectPlan, Remote, Session},
};

const SOURCE: Operation = Operation::quiet("get_status_source");
const PLAN: Operation = Operation::quiet("plan_change");

/// What Postroom left at the server: kept with the part after an edit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Left {
    text: String,
    warning: String,
    alts: Vec<String>,
    /// As the server writes it; `None` while it was never edited, or where the server does not tell.
    edited_at: Option<String>,
}

impl Left {
    fn of(wording: &Wording, edited_at: Option<String>) -> Self {
        let warning = option(wording, "content_warning").to_owned();
        Self { text: wording.text.clone(), warning, alts: wording.alts.clone(), edited_at }
    }

    /// As it was left by the last edit, or else by publishing.
    fn known(live: &Live<'_>) -> Self {
        let kept = live.remote.extra.get("left").and_then(|left| Self::deserialize(left).ok());
        kept.unwrap_or_else(|| Self::of(live.wording, None))
    }

    /// The words in the form both sides share. A warning without a text becomes the text.
    fn words(&self) -> (String, String, Vec<String>) {
        let (text, warning) = (common(&self.text), common(&self.warning));
        let alts = self.alts.iter().map(|alt| alt.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if text.is_empty() { (warning, String::new(), alts) } else { (text, warning, alts) }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.words() == other.words()
    }

    /// Whether nobody edited it since it was left so, not even back and forth.
    fn is_untouched(&self, left: &Self) -> bool {
        self.says_the_same(left) && self.edited_at == left.edited_at
    }
}

/// A status as the server shows it now.
struct Observed {
    status: Status,
    left: Left,
}

pub(super) async fn plan(
    session: &Session,
    rules: &CallRules,
    live: &Live<'_>,
    wish: Wish<'_>,
) -> Result<Prospect, ProviderError> {
    let id = &live.remote.id;
    if !wire::is_id(id) {
        return Err(cannot("Postroom does not know the id of this post there."));
    }
    let changes = descriptor::changes();
    let (class, request) = match wish {
        Wish::Delete => (changes.delete, json!({"change": "delete", "id": id})),
        Wish::Edit(wanted) => {
            let left = Left::known(live);
            let Some(seen) = observe(session, rules, id).await? else { return Ok(Prospect::Gone) };
            let target = Left::of(wanted, None);
            let body = body(live.wording, wanted, &seen);
            if !seen.left.is_untouched(&left) {
                let made = seen.left.says_the_same(&target) && rest_is(&body, &seen.status);
                return Ok(if made { Prospect::Done(remote(&seen, &target)) } else { Prospect::Elsewhere });
            }
            if seen.status.poll.is_some() {
                return Err(cannot("An edit would take the votes of a poll away; Postroom edits no post with a poll."));
            }
            (changes.edit, json!({"change": "edit", "id": id, "body": body, "left": left, "wanted": target}))
        }
    };
    let class = class.ok_or_else(|| cannot("The server cannot do this."))?;
    Ok(Prospect::Effect(EffectPlan { class, key: id.clone(), request }))
}

/// An edit replaces everything, so what stays as it is has to be sent as well: pictures, and what the server chose for
/// language and sensitivity when nothing was said.
fn body(before: &Wording, wanted: &Wording, seen: &Observed) -> Value {
    let warning = option(wanted, "content_warning");
    let mut body =
        json!({"status": wanted.text, "spoiler_text": warning, "sensitive": sensitive(before, wanted, seen)});
    let Some(fields) = body.as_object_mut() else { return body };
    let chosen = language(wanted);
    let language = seen.status.language.as_deref().filter(|_| chosen == language(before)).unwrap_or(chosen);
    if !language.is_empty() {
        fields.insert("language".into(), language.into());
    }
    let ids: Vec<&str> = seen.status.media_attachments.iter().map(|media| text_of(media, "id")).collect();
    if !ids.is_empty() {
        let described = ids.iter().zip(&seen.left.alts).zip(&wanted.alts).filter(|((_, there), alt)| there != alt);
        let described: Vec<_> = described.map(|((id, _), alt)| json!({"id": id, "description": alt})).collect();
        fields.insert("media_ids".into(), json!(ids));
        if !described.is_empty() {
            fields.insert("media_attributes".into(), described.into());
        }
    }
    body
}

fn sensitive(before: &Wording, wanted: &Wording, seen: &Observed) -> bool {
    let (was, is) = (option(before, "sensitive"), option(wanted, "sensitive"));
    let warned = |wording| !option(wording, "content_warning").is_empty();
    if warned(wanted) || is == "true" {
        return true;
    }
    // Servers take everything behind a warning for sensitive: without the warning it is so no longer.
    seen.status.sensitive && was == is && !warned(before)
}

fn language(wording: &Wording) -> &str {
    let chosen = option(wording, "language");
    if chosen.is_empty() { &wording.language } else { chosen }
}

fn option<'a>(wording: &'a Wording, name: &str) -> &'a str {
    wording.options.get(name).map(String::as_str).unwrap_or_default()
}

pub(super) async fn change(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Remote, ProviderError> {
    let id = text_of(&plan.request, "id");
    if is_deletion(plan) {
        let reply = calls::authorised(session, rules, DELETE, Ask::delete(address(session, id, ""))).await;
        return match reply {
            Ok(reply) => answered(&reply, id).map(|_| deleted(id)),
            // Gone is what was wanted.
            Err(error) if error.kind == ErrorKind::NotFound => Ok(deleted(id)),
            Err(error) => Err(error),
        };
    }
    let body = plan.request.get("body").cloned().unwrap_or_default();
    let reply = calls::authorised(session, rules, EDIT, Ask::put(address(session, id, "")).json(body)).await?;
    let status = answered(&reply, id)?;
    let edited_at = status.edited_at.clone();
    Ok(remote(&Observed { status, left: Left { edited_at, ..Left::default() } }, &wanted(plan)))
}

pub(super) async fn look(session: &Session, rules: &CallRules, plan: &EffectPlan) -> Result<Sight, ProviderError> {
    let id = text_of(&plan.request, "id");
    if is_deletion(plan) {
        let there = status(session, rules, id).await?;
        return Ok(if there.is_some() { Sight::Before } else { Sight::Done(deleted(id)) });
    }
    let Some(seen) = observe(session, rules, id).await? else { return Ok(Sight::Gone) };
    let (wanted, left) = (wanted(plan), left(plan));
    let body = plan.request.get("body").cloned().unwrap_or_default();
    // Where the words stay the same but for spaces and the like, only the rest and the time of the last edit can tell
    // whether it was made; a few servers do not tell that time.
    let edited = seen.left.edited_at.is_none() || seen.left.edited_at != left.edited_at;
    let told_apart = !wanted.says_the_same(&left) || (edited && rest_is(&body, &seen.status));
    if seen.left.says_the_same(&wanted) && told_apart {
        return Ok(Sight::Done(remote(&seen, &wanted)));
    }
    Ok(if seen.left.is_untouched(&left) { Sight::Before } else { Sight::Elsewhere })
}

/// Whether a status has the language and the sensitivity that an edit sends.
fn rest_is(body: &Value, status: &Status) -> bool {
    body.get("language").and_then(Value::as_str) == status.language.as_deref()
        && body.get("sensitive").and_then(Value::as_bool) == Some(status.sensitive)
}

fn is_deletion(plan: &EffectPlan) -> bool {
    text_of(&plan.request, "change") == "delete"
}

fn wanted(plan: &EffectPlan) -> Left {
    plan.request.get("wanted").and_then(|wanted| Left::deserialize(wanted).ok()).unwrap_or_default()
}

fn left(plan: &EffectPlan) -> Left {
    plan.request.get("left").and_then(|left| Left::deserialize(left).ok()).unwrap_or_default()
}

/// What is live once it says what was wanted.
fn remote(seen: &Observed, wanted: &Left) -> Remote {
    let left = Left { edited_at: seen.left.edited_at.clone(), ..wanted.clone() };
    Remote { id: seen.status.id.clone(), url: seen.status.link(), extra: json!({"left": left}) }
}

async fn observe(session: &Session, rules: &CallRules, id: &str) -> Result<Option<Observed>, ProviderError> {
    let Some(status) = status(session, rules, id).await? else { return Ok(None) };
    let source = match calls::authorised(session, rules, SOURCE, Ask::get(address(session, id, "/source"))).await {
        Ok(reply) => Some(reply.read::<Source>()?),
        // Servers from before there were edits: what is shown has to do.
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Protocol) => None,
        Err(error) => return Err(error),
    };
    let shown = || Source { text: html::text(&status.content), spoiler_text: status.spoiler_text.clone() };
    let Source { text, spoiler_text } = source.unwrap_or_else(shown);
    let alt = |media: &Value| text_of(media, "description").to_owned();
    let left = Left {
        text,
        warning: spoiler_text,
        alts: status.media_attachments.iter().map(alt).collect(),
        edited_at: status.edited_at.clone(),
    };
    Ok(Some(Observed { status, left }))
}

/// The status; `None` once it is gone.
async fn status(session: &Session, rules: &CallRules, id: &str) -> Result<Option<Status>, ProviderError> {
    match calls::authorised(session, rules, LOOK, Ask::get(address(session, id, ""))).await {
        Ok(reply) => answered(&reply, id).map(Some),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn answered(reply: &Reply, id: &str) -> Result<Status, ProviderError> {
    let status: Status = reply.read()?;
    if status.id == id && status.is_bounded() { Ok(status) } else { Err(reply.garbage()) }
}

fn address(session: &Session, id: &str, what: &str) -> String {
    format!("{}/api/v1/statuses/{id}{what}", session.account.endpoints.get("api"))
}

fn cannot(words: &str) -> ProviderError {
    ProviderError { remote_message: words.to_owned(), ..error(ErrorKind::Unsupported, ID, PLAN) }
}
