//! What clients see of accounts, statuses, media and polls.

use serde_json::{Value, json};

use super::Call;
use super::flavour::Flavour;
use super::limits::iso;
use super::render;
use super::state::{Account, Media, Poll, Status};

pub fn account(call: &Call<'_>, account: &Account) -> Value {
    let count = call.state.statuses.values().filter(|status| status.account == account.id).count();
    json!({
        "id": account.id, "username": account.username, "acct": account.username,
        "display_name": account.username, "locked": false, "bot": false, "created_at": iso(account.created_ms),
        "note": "", "url": format!("{}/@{}", call.url, account.username),
        "uri": format!("{}/users/{}", call.url, account.username),
        "avatar": format!("{}/files/avatar.png", call.url), "header": format!("{}/files/header.png", call.url),
        "followers_count": 0, "following_count": 0, "statuses_count": count, "last_status_at": null,
        "emojis": [], "fields": [],
    })
}

pub fn status(call: &Call<'_>, status: &Status) -> Value {
    let owner = call.state.accounts.get(&status.account);
    let name = owner.map_or("", |account| account.username.as_str());
    let media: Vec<_> = status.media.iter().filter_map(|id| call.state.media.get(id)).collect();
    let replies = call.state.statuses.values().filter(|one| one.in_reply_to_id.as_ref() == Some(&status.id)).count();
    let parent = status.in_reply_to_id.as_ref().and_then(|id| call.state.statuses.get(id));
    let mut entity = json!({
        "id": status.id, "uri": format!("{}/users/{name}/statuses/{}", call.url, status.id),
        "url": format!("{}/@{name}/{}", call.url, status.id),
        "created_at": iso(status.created_ms), "edited_at": status.edited_ms.map(iso),
        "account": owner.map(|owner| account(call, owner)), "content": content(call, &status.text),
        "visibility": status.visibility, "sensitive": status.sensitive, "spoiler_text": status.spoiler_text,
        "language": status.language, "in_reply_to_id": status.in_reply_to_id,
        "in_reply_to_account_id": parent.map(|parent| &parent.account),
        "media_attachments": media.into_iter().map(|one| attachment(call, one)).collect::<Vec<_>>(),
        "poll": status.poll.as_ref().map(|asked| poll(call, status, asked)),
        "application": {"name": status.app, "website": null}, "mentions": [], "tags": [], "emojis": [], "card": null,
        "reblog": null, "replies_count": replies, "reblogs_count": 0, "favourites_count": 0,
        "favourited": false, "reblogged": false, "muted": false, "bookmarked": false, "pinned": false,
    });
    if call.flavour() == Flavour::Mastodon {
        entity["quotes_count"] = json!(0);
    }
    entity
}

fn content(call: &Call<'_>, text: &str) -> String {
    let known = |name: &str| call.state.account(name).is_some();
    let shorten = call.flavour() != Flavour::Gotosocial;
    render::html(text, &render::Context { url: call.url, shorten, known: &known })
}

pub fn attachment(call: &Call<'_>, media: &Media) -> Value {
    let ready = media.ready_ms <= call.now_ms && !media.failed;
    let address = format!("{}/files/{}", call.url, media.id);
    let mut meta = json!({});
    if let Some((width, height)) = media.size {
        meta["original"] = json!({"width": width, "height": height, "size": format!("{width}x{height}")});
    }
    if let Some((x, y)) = media.focus {
        meta["focus"] = json!({"x": x, "y": y});
    }
    json!({
        "id": media.id, "type": media.kind, "url": ready.then_some(&address), "preview_url": ready.then_some(&address),
        "remote_url": null, "meta": meta, "description": media.description, "blurhash": null,
    })
}

fn poll(call: &Call<'_>, status: &Status, poll: &Poll) -> Value {
    let ends_ms = status.created_ms + poll.expires_in * 1_000;
    let option = |title: &String| json!({"title": title, "votes_count": if poll.hide_totals { None } else { Some(0) }});
    json!({
        "id": status.id, "expires_at": iso(ends_ms), "expired": ends_ms <= call.now_ms, "multiple": poll.multiple,
        "votes_count": 0, "voters_count": 0, "voted": true, "own_votes": [], "emojis": [],
        "options": poll.options.iter().map(option).collect::<Vec<_>>(),
    })
}
