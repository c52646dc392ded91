//! Reading statuses: one, several, an account's own list.

use serde_json::{Value, json};

use super::failure::Failure;
use super::state::Status;
use super::{Call, Outcome, entity, tokens};
use crate::wire::Reply;

const SCOPE: &[&str] = &["read:statuses"];
const MAX_LIMIT: usize = 40;

/// The status, if `viewer` may see it; none is a stranger.
pub fn visible<'a>(call: &'a Call<'_>, id: &str, viewer: Option<&str>) -> Option<&'a Status> {
    call.state.statuses.get(id).filter(|status| may_see(status, viewer))
}

fn may_see(status: &Status, viewer: Option<&str>) -> bool {
    viewer == Some(&status.account) || matches!(status.visibility.as_str(), "public" | "unlisted")
}

/// Who is asking; strangers may, but a token that is shown has to be good.
fn viewer(call: &Call<'_>) -> Result<Option<String>, Failure> {
    if call.request.header("authorization").is_none() {
        return Ok(None);
    }
    tokens::authenticate(call, SCOPE).map(Some)
}

pub fn one(call: &mut Call<'_>) -> Outcome {
    let viewer = viewer(call)?;
    let status = visible(call, call.id, viewer.as_deref()).ok_or_else(Failure::not_found)?;
    Ok(Reply::json(200, &entity::status(call, status)))
}

/// What a status of one's own was written as.
pub fn source(call: &mut Call<'_>) -> Outcome {
    let account = tokens::authenticate(call, SCOPE)?;
    let status = call.state.statuses.get(call.id).filter(|status| status.account == account);
    let status = status.ok_or_else(Failure::not_found)?;
    let source = json!({"id": status.id, "text": status.text, "spoiler_text": status.spoiler_text});
    Ok(Reply::json(200, &source))
}

pub fn several(call: &mut Call<'_>) -> Outcome {
    let viewer = viewer(call)?;
    let ids = call.fields()?.list("id");
    let found = ids.iter().filter_map(|id| visible(call, id, viewer.as_deref()));
    let found: Vec<_> = found.map(|status| entity::status(call, status)).collect();
    Ok(Reply::json(200, &Value::from(found)))
}

/// The newest first; what was made only just now may not be there yet.
pub fn of_account(call: &mut Call<'_>) -> Outcome {
    let viewer = viewer(call)?;
    if !call.state.accounts.contains_key(call.id) {
        return Err(Failure::not_found());
    }
    let fields = call.fields()?;
    let limit = fields.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(20).min(MAX_LIMIT);
    let [since, newest] = ["since_id", "max_id"].map(|name| fields.filled(name));
    let pinned = fields.truth("pinned") == Some(true);
    let no_replies = fields.truth("exclude_replies") == Some(true);
    let only_media = fields.truth("only_media") == Some(true);
    let visible_after_ms = call.state.settings.visible_after_ms;
    let listed = |status: &&Status| {
        status.account == call.id
            && !pinned
            && may_see(status, viewer.as_deref())
            && status.created_ms + visible_after_ms <= call.now_ms
            && since.as_ref().is_none_or(|since| status.id > *since)
            && newest.as_ref().is_none_or(|newest| status.id < *newest)
            && !(no_replies && status.in_reply_to_id.is_some())
            && !(only_media && status.media.is_empty())
    };
    let found: Vec<_> = call.state.statuses.values().rev().filter(listed).take(limit).collect();
    let oldest = found.last().map(|status| status.id.clone());
    let entities: Vec<_> = found.into_iter().map(|status| entity::status(call, status)).collect();
    let reply = Reply::json(200, &Value::from(entities));
    Ok(match oldest {
        Some(oldest) => {
            let next = format!("<{}{}?limit={limit}&max_id={oldest}>; rel=\"next\"", call.url, call.request.path);
            reply.with("link", &next)
        }
        None => reply,
    })
}
