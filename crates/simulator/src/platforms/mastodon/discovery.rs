//! What a server says of itself: OAuth endpoints, software, people, limits.

use serde_json::{Value, json};

use super::failure::Failure;
use super::flavour::{Flavour, MIME_TYPES};
use super::settings::Lie;
use super::{Call, Outcome, hostile};
use crate::wire::Reply;

pub fn metadata(call: &mut Call<'_>) -> Outcome {
    if !call.flavour().has_metadata() {
        return Err(Failure::not_found());
    }
    let at = hostile::origin(call.state.settings.hostile, call.url);
    let scopes: Vec<_> = call.flavour().scopes().collect();
    let body = json!({
        "issuer": format!("{}/", call.url), "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": format!("{at}/oauth/authorize"), "token_endpoint": format!("{at}/oauth/token"),
        "app_registration_endpoint": format!("{at}/api/v1/apps"), "revocation_endpoint": format!("{at}/oauth/revoke"),
        "userinfo_endpoint": format!("{at}/oauth/userinfo"), "scopes_supported": scopes,
        "response_types_supported": ["code"], "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    });
    Ok(Reply::json(200, &body))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn nodeinfo_links(call: &mut Call<'_>) -> Outcome {
    let at = hostile::origin(call.state.settings.hostile, call.url);
    let link = json!({"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{at}/nodeinfo/2.0")});
    Ok(Reply::json(200, &json!({"links": [link]})))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn nodeinfo(call: &mut Call<'_>) -> Outcome {
    let (name, version) = call.flavour().software();
    let body = json!({
        "version": "2.0", "software": {"name": name, "version": version}, "protocols": ["activitypub"],
        "services": {"outbound": [], "inbound": []}, "openRegistrations": false, "metadata": {},
        "usage": {"users": {"total": call.state.accounts.len()}, "localPosts": call.state.statuses.len()},
    });
    Ok(Reply::json(200, &body))
}

/// Handles may be under another domain than the server's: the `self` link names the server.
pub fn webfinger(call: &mut Call<'_>) -> Outcome {
    let resource = call.request.param("resource").ok_or_else(|| Failure::new(400, "Bad Request"))?;
    let handle = resource.strip_prefix("acct:").unwrap_or(resource).trim_start_matches('@');
    let (name, domain) = handle.split_once('@').ok_or_else(|| Failure::new(400, "Bad Request"))?;
    let here = [call.domain(), call.url.trim_start_matches("http://").to_owned()];
    let account = call.state.account(name).filter(|_| here.iter().any(|known| known == domain));
    let account = account.ok_or_else(Failure::not_found)?;
    let at = hostile::origin(call.state.settings.hostile, call.url);
    let person = format!("{at}/users/{}", account.username);
    let page = format!("{at}/@{}", account.username);
    let body = json!({
        "subject": format!("acct:{}@{}", account.username, call.domain()), "aliases": [page, person],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
            {"rel": "self", "type": "application/activity+json", "href": person},
        ],
    });
    Ok(Reply {
        headers: vec![("content-type", "application/jrd+json; charset=utf-8".to_owned())],
        ..Reply::json(200, &body)
    })
}

pub fn instance_v2(call: &mut Call<'_>) -> Outcome {
    if !call.flavour().has_instance_v2() {
        return Err(Failure::not_found());
    }
    let mut body = json!({
        "domain": call.domain(), "title": "Simulated", "version": version(call.flavour()),
        "source_url": "https://example.org/source", "description": "A server for tests.", "languages": ["en"],
        "usage": {"users": {"active_month": call.state.accounts.len()}}, "rules": [],
        "registrations": {"enabled": false, "approval_required": false, "message": null},
        "contact": {"email": "admin@example.org", "account": null},
    });
    if call.flavour() == Flavour::Mastodon {
        body["api_versions"] = json!({"mastodon": 7});
    }
    add_configuration(call, &mut body);
    Ok(Reply::json(200, &body))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn instance_v1(call: &mut Call<'_>) -> Outcome {
    let mut body = json!({
        "uri": call.domain(), "title": "Simulated", "short_description": "", "description": "A server for tests.",
        "email": "admin@example.org", "version": version(call.flavour()), "languages": ["en"], "urls": {},
        "stats": {"user_count": call.state.accounts.len(), "status_count": call.state.statuses.len(), "domain_count": 0},
        "registrations": false, "approval_required": false, "invites_enabled": false, "rules": [],
    });
    add_configuration(call, &mut body);
    Ok(Reply::json(200, &body))
}

fn version(flavour: Flavour) -> String {
    let (name, version) = flavour.software();
    if name == "mastodon" { version.to_owned() } else { format!("{version}+git-0000000") }
}

fn add_configuration(call: &Call<'_>, body: &mut Value) {
    let lie = call.state.settings.lie;
    if lie == Some(Lie::Absent) {
        return;
    }
    let mut configuration = configuration(call);
    if let Some(lie) = lie {
        bend(&mut configuration, lie);
    }
    body["configuration"] = configuration;
}

fn configuration(call: &Call<'_>) -> Value {
    let limits = call.flavour().limits();
    let mut configuration = json!({
        "urls": {}, "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": call.state.settings.max_characters(), "max_media_attachments": limits.max_media,
            "characters_reserved_per_url": limits.characters_per_url,
        },
        "media_attachments": {
            "supported_mime_types": MIME_TYPES, "image_size_limit": limits.image_bytes,
            "image_matrix_limit": limits.image_matrix, "video_size_limit": limits.video_bytes,
            "video_frame_rate_limit": limits.frame_rate, "video_matrix_limit": limits.video_matrix,
        },
        "polls": {
            "max_options": limits.poll_options, "max_characters_per_option": limits.poll_option_characters,
            "min_expiration": limits.poll_min_s, "max_expiration": limits.poll_max_s,
        },
        "translation": {"enabled": false},
    });
    if call.flavour() != Flavour::Old {
        configuration["media_attachments"]["description_limit"] = json!(limits.description_limit);
    }
    configuration
}

/// Makes every number a lie.
fn bend(value: &mut Value, lie: Lie) {
    match value {
        Value::Number(number) => {
            let bent = match lie {
                Lie::Negative => json!(-1),
                Lie::Huge => json!(1_000_000_000_000_000_000_i64),
                Lie::Strings => json!(number.to_string()),
                Lie::Zero | Lie::Absent => json!(0),
            };
            *value = bent;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| bend(item, lie)),
        Value::Object(members) => members.values_mut().for_each(|member| bend(member, lie)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
