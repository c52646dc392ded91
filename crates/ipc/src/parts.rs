//! The parts of a publication, each with how it stands and what is sent of it.

use app::{App, Error, queue_view::Detail};
use domain::{EffectKind, EffectState};
use providers::provider::Remote;
use serde_json::Value;
use store::{effect::Effect, part::StoredPart, reply::KeptReply};

use crate::wire::{PartState, PartView, ReplyView};

pub(crate) async fn views(app: &App, detail: &Detail) -> Result<Vec<PartView>, Error> {
    let effect = |part: &StoredPart| {
        detail.effects.iter().find(|effect| effect.kind == EffectKind::Publish && effect.part == part.ordinal)
    };
    let sent = |part: &StoredPart| effect(part).and_then(request);
    // Only what is not known to have been sent is made: rendering its pictures may take a moment.
    let planned = if detail.parts.iter().all(|part| !part.remote.is_empty() || sent(part).is_some()) {
        Vec::new()
    } else {
        let parts = detail.parts.iter().map(|part| part.content.clone()).collect();
        app.would_send(&detail.publication, parts).await.unwrap_or_default()
    };
    let mut views = Vec::with_capacity(detail.parts.len());
    for (index, part) in detail.parts.iter().enumerate() {
        let known = effect(part);
        let sent = sent(part);
        let remote = serde_json::from_str::<Remote>(&part.remote).ok();
        views.push(PartView {
            part: u32::try_from(part.ordinal).unwrap_or_default(),
            text: part.content.text.clone(),
            pictures: u32::try_from(part.content.media.len()).unwrap_or_default(),
            state: state(part, known),
            url: remote.map(|remote| remote.url).unwrap_or_default(),
            attempts: known.map_or(0, |effect| u32::try_from(effect.attempts).unwrap_or_default()),
            first_sent_at: known.and_then(|effect| effect.first_sent_at).map(domain::UtcMs::to_rfc3339),
            sent: sent.is_some(),
            payload: sent.or_else(|| planned.get(index).cloned()).unwrap_or(Value::Null),
        });
    }
    Ok(views)
}

/// What was sent, where anything was.
fn request(effect: &Effect) -> Option<Value> {
    (effect.attempts > 0).then(|| serde_json::from_str(&effect.request).ok()).flatten()
}

fn state(part: &StoredPart, effect: Option<&Effect>) -> PartState {
    if !part.remote.is_empty() {
        return PartState::Live;
    }
    match effect.map(|effect| effect.state) {
        Some(EffectState::Open) => PartState::InDoubt,
        Some(EffectState::Undecided) => PartState::Asks,
        Some(EffectState::Refused) => PartState::Refused,
        Some(EffectState::Done) => PartState::Live,
        Some(EffectState::Ready) | None => PartState::Waiting,
    }
}

pub(crate) fn reply(kept: &KeptReply) -> ReplyView {
    ReplyView {
        part: u32::try_from(kept.part).unwrap_or_default(),
        at: kept.at.to_rfc3339(),
        operation: kept.reply.operation.clone(),
        status: kept.reply.status,
        headers: kept.reply.headers.clone(),
        body: kept.reply.body.clone(),
    }
}
