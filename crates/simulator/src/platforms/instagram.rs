//! Instagram with Instagram Login: consent, the short token, the long one and its renewal, `me`. From `instagram.md`,
//! sections 1, 2.2 and 5; linking only.
//!
//! Three hosts of the platform are one here: `www.` and `api.` share `/oauth/…`, the rest is `graph.`. What the sheet is
//! silent on, each to be seen at the platform one day: a personal account's fate and whether renewing gives another token
//! (tests choose both, see `oauth::settings`); whether `me` says `id` unasked (it does here); what a token too young to be
//! renewed is told (code 100 here), and one with a wrong secret (code 1).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::oauth::{
    Account, AccountType, Bearer, Call, ClientRules, Form, Grant, Kind, Left, Limit, Needed, Outcome, Pkce, Problem,
    Rules, Settings, Terms, authorize, bearer, pages, redirect, routes, token,
};
use crate::wire::Reply;

mod failure;

const HOUR_S: i64 = 3_600;
const DAY_MS: i64 = 24 * HOUR_S * 1_000;
/// What the sheet's answer says: a minute short of sixty days.
const LONG_LIFE_S: i64 = 5_183_944;
const PREFIX: &str = "IGAA";
const BASIC: &str = "instagram_business_basic";
const SCOPES: &[&str] = &[
    BASIC,
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
    "instagram_business_manage_comments",
];

pub static RULES: Rules = Rules {
    name: "Instagram",
    routes: routes! {
        "GET" "/oauth/authorize" "oauth.authorize" authorize::show;
        "POST" "/oauth/authorize" "oauth.decide" decide;
        "POST" "/oauth/access_token" "oauth.token" short;
        "GET" "/access_token" "oauth.exchange" exchange;
        "GET" "/refresh_access_token" "oauth.refresh" renew;
        "GET" "/me" "me" me;
        "GET" "/*/me" "me" versioned_me;
    },
    may_register: |app| if app.is_public() { Err("An Instagram app has a secret.") } else { Ok(()) },
    redirects: |app, asked| asked.starts_with("https://") && redirect::exact(app, asked),
    pkce: Pkce { needed: Needed::Ignored, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: false, form: true, public_may_send_secret: false },
    code_life_ms: HOUR_S * 1_000,
    knows_scope: |scope| SCOPES.contains(&scope),
    asked_scopes,
    scope_separator: ",",
    granular: true,
    terms: |_, _| Terms { prefix: PREFIX, access_life_s: Some(HOUR_S), refresh: None },
    password_ends_grants: true,
    words: failure::words,
    answer: failure::answer,
    // The number is Facebook's, by its own sheet from memory.
    limit: Some(Limit { calls: 200, window_s: HOUR_S, mark }),
    ..Rules::STRICT
};

fn asked_scopes(form: &Form) -> Vec<String> {
    let words = form.get("scope").unwrap_or_default().split(',').map(str::trim);
    words.filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

/// The decision, and what Instagram adds to the way back: `#_` behind a code, a reason to a refusal.
fn decide(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let refused = call.state.settings.personal_refused && form.get("decision") == Some("allow");
    let personal = |handle: String| account_type(&call.state.settings, &handle) == AccountType::Personal;
    if refused && authorize::chosen(call, form.get("account")).is_some_and(personal) {
        let page = authorize::show(call)?;
        let sentence = "Personal accounts cannot be used with this app. Switch to a professional account.";
        return Ok(if page.status == 200 { pages::problem(call.rules.name, 400, sentence) } else { page });
    }
    authorize::decide(call).map(sent_back)
}

fn sent_back(mut reply: Reply) -> Reply {
    for (_, value) in reply.headers.iter_mut().filter(|(name, _)| *name == "location") {
        let Ok(mut url) = Url::parse(value) else { continue };
        let has = |name: &str, wanted: Option<&str>| {
            url.query_pairs().any(|(key, value)| key == name && wanted.is_none_or(|wanted| value == wanted))
        };
        let (code, denied) = (has("code", None), has("error", Some("access_denied")));
        if denied {
            url.query_pairs_mut().append_pair("error_reason", "user_denied");
        } else if code {
            url.set_fragment(Some("_"));
        }
        *value = url.into();
    }
    reply
}

/// A code for a token of one hour.
fn short(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    match form.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(Problem::GrantType),
        None => return Err(Problem::Missing("grant_type")),
    }
    let issued = token::from_code(call, &form)?;
    let account = call.state.accounts.get(&issued.grant.account).ok_or(Problem::Code)?;
    let id = user_id(account);
    if call.state.settings.wrapped_tokens {
        let one = json!({"access_token": issued.access, "user_id": id, "permissions": issued.scope});
        return Ok(Reply::json(200, &json!({"data": [one]})));
    }
    let number = id.parse::<u64>().unwrap_or_default();
    let body = json!({"access_token": issued.access, "user_id": number, "permissions": issued.grant.scopes});
    Ok(Reply::json(200, &body))
}

/// A short token for a long one, by the app that holds its secret.
fn exchange(call: &mut Call<'_>) -> Outcome {
    let query = Form::query(call.request);
    if query.get("grant_type") != Some("ig_exchange_token") {
        return Ok(failure::parameter("Unsupported grant type"));
    }
    let text = shown(call)?;
    let (_, grant) = bearer::of_token(call, &text)?;
    let secret = call.state.apps.get(&grant.client_id).and_then(|app| app.client_secret.as_deref());
    if secret.is_none() || secret != query.get("client_secret") {
        return Ok(failure::graph(400, 1, None, "Error validating client secret."));
    }
    let token = call.state.tokens.get(&text).ok_or(Problem::Bearer(Bearer::Unknown))?;
    let (number, issued_ms) = (token.grant, token.issued_ms);
    if token.expires_ms.is_none_or(|ends| ends - issued_ms > HOUR_S * 1_000) {
        return Ok(failure::parameter("The token is not a short-lived one"));
    }
    let long = token::issue(call, number, Kind::Access, PREFIX, Some(long_end(call.now_ms)));
    Ok(long_lived(&long))
}

/// A long token for as much time again, a day after it was given at the earliest.
fn renew(call: &mut Call<'_>) -> Outcome {
    if call.request.param("grant_type") != Some("ig_refresh_token") {
        return Ok(failure::parameter("Unsupported grant type"));
    }
    let text = shown(call)?;
    let (_, grant) = bearer::of_token(call, &text)?;
    require_basic(&grant)?;
    let (now_ms, ends_ms) = (call.now_ms, Some(long_end(call.now_ms)));
    let token = call.state.tokens.get_mut(&text).ok_or(Problem::Bearer(Bearer::Unknown))?;
    if now_ms - token.issued_ms < DAY_MS {
        return Ok(failure::parameter("The token is younger than 24 hours"));
    }
    if call.state.settings.renewal_keeps_token {
        (token.issued_ms, token.expires_ms) = (now_ms, ends_ms);
        return Ok(long_lived(&text));
    }
    let number = token.grant;
    let next = token::issue(call, number, Kind::Access, PREFIX, ends_ms);
    Ok(long_lived(&next))
}

fn long_end(now_ms: i64) -> i64 {
    now_ms + LONG_LIFE_S * 1_000
}

fn long_lived(text: &str) -> Reply {
    Reply::json(200, &json!({"access_token": text, "token_type": "bearer", "expires_in": LONG_LIFE_S}))
}

/// The token, in the address or in the header.
fn shown(call: &Call<'_>) -> Result<String, Problem> {
    let text = call.request.param("access_token").or(bearer::shown(call.request, "Bearer"));
    text.filter(|text| !text.is_empty()).map(ToOwned::to_owned).ok_or(Problem::Bearer(Bearer::Missing))
}

fn require_basic(grant: &Grant) -> Result<(), Problem> {
    let has = grant.scopes.iter().any(|scope| scope == BASIC);
    if has { Ok(()) } else { Err(Problem::Bearer(Bearer::Scope(BASIC))) }
}

fn versioned_me(call: &mut Call<'_>) -> Outcome {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let version = call.star.strip_prefix('v').and_then(|version| version.split_once('.'));
    if version.is_some_and(|(major, minor)| number(major) && number(minor)) { me(call) } else { Err(Problem::NotFound) }
}

/// The fields asked for, beside `id`.
fn me(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::of_token(call, &shown(call)?)?;
    require_basic(&grant)?;
    let mut body = json!({"id": scoped_id(&account, &grant)});
    let asked = call.request.param("fields").unwrap_or_default();
    for field in asked.split(',').map(str::trim).filter(|field| !field.is_empty() && *field != "id") {
        let Some(value) = told(&call.state.settings, &account, field) else {
            let why = format!("Tried accessing nonexisting field ({field}) on node type (IGUser)");
            return Ok(failure::parameter(&why));
        };
        body[field] = value;
    }
    Ok(Reply::json(200, &body))
}

fn told(settings: &Settings, account: &Account, field: &str) -> Option<Value> {
    Some(match field {
        "user_id" => json!(user_id(account)),
        "username" | "name" => json!(account.handle),
        "account_type" => json!(account_type(settings, &account.handle)),
        "profile_picture_url" => json!("https://scontent.cdninstagram.example/default.jpg"),
        "followers_count" | "follows_count" | "media_count" => json!(0),
        _ => return None,
    })
}

fn account_type(settings: &Settings, handle: &str) -> AccountType {
    settings.account_types.get(handle).copied().unwrap_or_default()
}

/// The account's number for everybody.
fn user_id(account: &Account) -> String {
    format!("17841{:0>12}", account.id)
}

/// The account's number for one app.
fn scoped_id(account: &Account, grant: &Grant) -> String {
    let digest = Sha256::digest(format!("{} {}", grant.client_id, account.id));
    let number = digest.iter().take(6).fold(0_u64, |number, byte| number * 256 + u64::from(*byte));
    format!("2{number:0>16}")
}

/// Shares of the limit in percent; who has used it up is also told how many minutes to wait.
fn mark(reply: Reply, left: &Left) -> Reply {
    let percent = (left.used * 100 / left.limit.max(1)).min(100);
    let reply = reply.with("x-app-usage", &usage(percent));
    if !left.exceeded {
        return reply;
    }
    let mut business = usage(percent);
    business["type"] = json!("instagram");
    business["estimated_time_to_regain_access"] = json!(left.wait_s().div_ceil(60));
    reply.with("x-business-use-case-usage", &json!({"17841400000000000": [business]}))
}

fn usage(percent: u64) -> Value {
    json!({"call_count": percent, "total_time": percent, "total_cputime": percent})
}
