//! Discord: OAuth with and without a secret, incoming webhooks by consent, bot tokens, `GET /users/@me`. From
//! `discord.md`, sections 2, 4 and 5.

use serde_json::{Value, json};

use crate::oauth::{
    App, Bearer, Call, ClientRules, Form, Grant, Issued, Left, Limit, Needed, Outcome, Pkce, Problem, Refresh,
    Rotation, Rules, Settings, Terms, Words, authorize, bearer, random, redirect, revoke, routes, standard_answer,
    standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const SCOPES: &[&str] = &["identify", "email", "guilds", "webhook.incoming", "bot", "applications.commands"];
const CHANNEL: &str = "199737254929760256";
const GUILD: &str = "199737254929760257";

pub static RULES: Rules = Rules {
    name: "Discord",
    routes: routes! {
        "GET" "/oauth2/authorize" "oauth.authorize" authorize::show;
        "POST" "/oauth2/authorize" "oauth.decide" authorize::decide;
        "POST" "/api/oauth2/token" "oauth.token" exchange;
        "POST" "/api/v10/oauth2/token" "oauth.token" exchange;
        "GET" "/api/oauth2/token" "oauth.token" wrong_method;
        "GET" "/api/v10/oauth2/token" "oauth.token" wrong_method;
        "POST" "/api/oauth2/token/revoke" "oauth.revoke" revoke::standard;
        "POST" "/api/v10/oauth2/token/revoke" "oauth.revoke" revoke::standard;
        "GET" "/api/v10/users/@me" "users.me" me;
        "GET" "/api/webhooks/*" "webhooks.get" webhook;
        "GET" "/api/v10/webhooks/*" "webhooks.get" webhook;
    },
    may_register,
    pkce: Pkce { needed: Needed::Offered, plain: false, shortest_verifier: 43 },
    knows_scope: |scope| SCOPES.contains(&scope),
    client: ClientRules { basic: true, form: true, public_may_send_secret: false },
    check: |asked| match (&asked.challenge, redirect::is_custom(&asked.redirect_uri)) {
        (None, true) => Err(Problem::ChallengeMissing),
        _ if asked.scopes.is_empty() => Err(Problem::Scope(String::new())),
        _ => Ok(()),
    },
    terms,
    words,
    answer,
    limit: Some(Limit { calls: 50, window_s: 1, mark }),
    ..Rules::STRICT
};

fn may_register(app: &App) -> Result<(), &'static str> {
    let slashes = |uri: &String| uri.contains(":///");
    if app.redirect_uris.iter().any(slashes) { Err("Not a well formed URL.") } else { Ok(()) }
}

fn terms(_: &Settings, _: &Grant) -> Terms {
    let refresh = Refresh { prefix: "", life_s: None, restarts: true, rotation: Rotation::Replaced };
    Terms { prefix: "", access_life_s: Some(604_800), refresh: Some(refresh) }
}

/// Each consent with `webhook.incoming` makes a webhook, which the answer tells once.
fn exchange(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let by_code = form.get("grant_type") == Some("authorization_code");
    if !by_code {
        return token::exchange(call);
    }
    let issued = token::from_code(call, &form)?;
    let mut body = issued.standard();
    if issued.grant.scopes.iter().any(|scope| scope == "webhook.incoming") {
        body["webhook"] = make_webhook(call, &issued);
    }
    Ok(Reply::json(200, &body))
}

fn make_webhook(call: &mut Call<'_>, issued: &Issued) -> Value {
    let (id, token) = ((223_704_706_495_545_344 + call.state.next_id()).to_string(), random());
    let path = format!("{id}/{token}");
    let url = format!("{}/api/webhooks/{path}", call.url);
    call.state.webhooks.insert(path);
    json!({
        "application_id": issued.grant.client_id, "name": "Postroom", "url": url, "channel_id": CHANNEL, "token": token,
        "type": 1, "avatar": null, "guild_id": GUILD, "id": id,
    })
}

fn wrong_method(_: &mut Call<'_>) -> Outcome {
    Err(Problem::Own(Words::new(405, "405: Method Not Allowed", "")))
}

/// A pasted webhook address, looked at without any other key. It outlives the tokens of its consent.
fn webhook(call: &mut Call<'_>) -> Outcome {
    if !call.state.webhooks.contains(call.star) {
        return Err(Problem::NotFound);
    }
    let (id, token) = call.star.split_once('/').unwrap_or_default();
    let body = json!({
        "id": id, "token": token, "type": 1, "name": "Postroom", "channel_id": CHANNEL, "guild_id": GUILD,
        "avatar": null, "application_id": null,
    });
    Ok(Reply::json(200, &body))
}

/// By a person's token with `identify`, or by a bot's.
fn me(call: &mut Call<'_>) -> Outcome {
    if call.request.header("user-agent").is_none_or(str::is_empty) {
        return Err(Problem::Own(Words::new(403, "internal network error", "40333")));
    }
    if let Some(text) = bearer::shown(call.request, "Bot") {
        let bot = call.state.accounts.values().find(|account| account.app_password == text && !account.suspended);
        let bot = bot.ok_or(Problem::Bearer(Bearer::Unknown))?;
        return Ok(Reply::json(200, &json!({"id": bot.id, "username": bot.handle, "bot": true})));
    }
    let (account, _) = bearer::with_scope(call, "identify")?;
    let body = json!({"id": account.id, "username": account.handle, "global_name": account.handle, "avatar": null});
    Ok(Reply::json(200, &body))
}

fn words(problem: &Problem) -> Words {
    let (status, error, sentence) = match problem {
        Problem::Redirect(_) => (400, "invalid_request", "Redirect URI not supported by client"),
        Problem::CodeElsewhere => (400, "invalid_grant", "Invalid \"redirect_uri\" in request."),
        Problem::ChallengeMethod => (400, "invalid_request", "Unsupported \"code_challenge_method\""),
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired => {
            (400, "invalid_grant", "Invalid \"code\" in request.")
        }
        Problem::Verifier => (400, "invalid_grant", "Invalid \"code_verifier\" in request."),
        Problem::RefreshToken | Problem::RefreshExpired => {
            (400, "invalid_grant", "Invalid \"refresh_token\" in request.")
        }
        other => return standard_words(other),
    };
    Words::new(status, error, sentence)
}

fn answer(problem: &Problem, words: &Words) -> Reply {
    let tell = |status: u16, code: u32, message: &str| Reply::json(status, &json!({"message": message, "code": code}));
    match problem {
        Problem::Bearer(Bearer::Scope(_)) => tell(403, 50_001, "Missing Access"),
        Problem::Bearer(_) => tell(401, 0, "401: Unauthorized"),
        Problem::NotFound => tell(404, 10_015, "Unknown Webhook"),
        Problem::Own(own) => tell(own.status, own.description.parse().unwrap_or(0), &own.error),
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => {
            let wait = f64::from(u32::try_from(*retry_after_s).unwrap_or(u32::MAX));
            let body = json!({"message": "You are being rate limited.", "retry_after": wait, "global": false});
            Reply::json(429, &body).with("retry-after", retry_after_s).with("x-ratelimit-scope", &"user")
        }
        _ => standard_answer(problem, words),
    }
}

/// Seconds, with decimals.
fn mark(reply: Reply, left: &Left) -> Reply {
    let decimals = |ms: i64| format!("{}.{:03}", ms / 1_000, ms % 1_000);
    reply
        .with("x-ratelimit-limit", &left.limit)
        .with("x-ratelimit-remaining", &left.remaining)
        .with("x-ratelimit-reset", &decimals(left.resets_ms))
        .with("x-ratelimit-reset-after", &decimals((left.resets_ms - left.now_ms).max(0)))
        .with("x-ratelimit-bucket", &"abcd1234")
}
