//! GitHub as an identity: OAuth apps by code and by device code, and `GET /user`. From `identity.md`, section 3.
//!
//! Every refusal of the token endpoint comes with HTTP 200. Tokens have no end unless the app's owner wants them to, or
//! the request asks for `offline_access`.

use serde_json::{Value, json};

use crate::oauth::{
    App, Bearer, Call, ClientRules, Device, Form, Issued, Left, Limit, Needed, Outcome, Pkce, Problem, Refresh,
    Rotation, Rules, Settings, Terms, Words, authorize, bearer, client, device, redirect, revoke, routes,
    standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DOCS: &str =
    "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors";
const MAX_REDIRECT_URIS: usize = 10;

pub static RULES: Rules = Rules {
    name: "GitHub",
    routes: routes! {
        "GET" "/login/oauth/authorize" "oauth.authorize" authorize::show;
        "POST" "/login/oauth/authorize" "oauth.decide" authorize::decide;
        "POST" "/login/oauth/access_token" "oauth.token" exchange;
        "POST" "/login/device/code" "oauth.device_code" device_code;
        "GET" "/login/device" "oauth.device" device::show;
        "POST" "/login/device" "oauth.device_decide" device::submit;
        "DELETE" "/applications/*/token" "oauth.revoke" delete_token;
        "GET" "/user" "user.get" user;
    },
    may_register,
    redirects: redirect::any_loopback_port,
    terse: true,
    pkce: Pkce { needed: Needed::Offered, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: false, form: true, public_may_send_secret: true },
    scope_separator: ",",
    terms,
    max_grants: 10,
    granted,
    words,
    answer,
    limit: Some(Limit { calls: 5_000, window_s: 3_600, mark }),
    ..Rules::STRICT
};

fn may_register(app: &App) -> Result<(), &'static str> {
    if app.redirect_uris.len() > MAX_REDIRECT_URIS {
        return Err("You can have up to 10 callback URLs.");
    }
    if app.is_public() { Err("There are no apps without a secret.") } else { Ok(()) }
}

fn terms(settings: &Settings, grant: &crate::oauth::Grant) -> Terms {
    let expiring = settings.refresh_tokens || grant.scopes.iter().any(|scope| scope == "offline_access");
    let refresh =
        Refresh { prefix: "ghr_", life_s: Some(15_897_600), restarts: true, rotation: Rotation::PairReplaced };
    Terms { prefix: "gho_", access_life_s: expiring.then_some(8 * 3_600), refresh: expiring.then_some(refresh) }
}

fn granted(issued: &Issued) -> Value {
    let mut reply = issued.standard();
    reply["token_type"] = json!("bearer");
    if let Some(life_s) = issued.refresh_expires_in {
        reply["refresh_token_expires_in"] = json!(life_s);
    }
    reply
}

/// Codes and refresh tokens need the secret; device codes, and what came of them, do not.
fn exchange(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let issued = match form.get("grant_type").unwrap_or("authorization_code") {
        "authorization_code" => token::from_code(call, &form)?,
        "refresh_token" => {
            let by_device = form.get("refresh_token").is_some_and(|text| token::is_of_device(call, text));
            let app = if by_device { client::identify(call, &form) } else { client::authenticate(call, &form) }?;
            token::renew(call, &form, &app)?
        }
        DEVICE_GRANT => {
            let app = client::identify(call, &form)?;
            device::poll(call, &form, &app)?
        }
        _ => return Err(Problem::GrantType),
    };
    Ok(in_kind(call, token::reply(call, &issued)))
}

fn device_code(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::identify(call, &form)?;
    if call.state.settings.device_flow_disabled {
        return Err(Problem::Device(Device::Disabled));
    }
    let answer = device::start(call, &form, &app, "/login/device");
    Ok(in_kind(call, Reply::json(200, &answer)))
}

/// As a form where the client did not ask for JSON.
fn in_kind(call: &Call<'_>, reply: Reply) -> Reply {
    if call.request.header("accept").is_some_and(|accept| accept.contains("json")) {
        return reply;
    }
    let members: serde_json::Map<String, Value> = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let pairs = members.iter().map(|(name, value)| (name, text(value)));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
    let headers = vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())];
    Reply { headers, body, ..reply }
}

/// With the app's id and secret in the header, and the token as JSON.
fn delete_token(call: &mut Call<'_>) -> Outcome {
    let (id, secret) = client::basic(call.request).ok_or(Problem::Bearer(Bearer::Missing))?;
    let app = call.state.apps.get(&id).filter(|app| app.client_secret.as_ref() == Some(&secret) && id == call.star);
    let app = app.cloned().ok_or(Problem::NotFound)?;
    let body: Value = call.request.json().unwrap_or_default();
    let token = body["access_token"].as_str().unwrap_or_default();
    if revoke::end(call, token, Some(&app)) {
        return Ok(Reply::empty(204));
    }
    Err(Problem::Own(Words::new(422, "", "Validation Failed")))
}

fn user(call: &mut Call<'_>) -> Outcome {
    if call.request.header("user-agent").is_none_or(str::is_empty) {
        return Err(Problem::Own(Words::new(403, "", "Request forbidden by administrative rules.")));
    }
    let (account, grant) = bearer::account(call)?;
    let body = json!({
        "login": account.handle, "id": account.id.parse::<u64>().unwrap_or(0), "name": account.handle, "type": "User",
        "avatar_url": format!("{}/avatars/{}", call.url, account.id),
        "html_url": format!("{}/{}", call.url, account.handle),
    });
    Ok(Reply::json(200, &body).with("x-oauth-scopes", &grant.scopes.join(", ")).with("x-accepted-oauth-scopes", &""))
}

fn words(problem: &Problem) -> Words {
    let (error, sentence) = match problem {
        Problem::UnknownClient | Problem::SecretMissing | Problem::SecretWrong => {
            ("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
        }
        Problem::Redirect(_) | Problem::CodeElsewhere => {
            ("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.")
        }
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired | Problem::Verifier => {
            ("bad_verification_code", "The code passed is incorrect or expired.")
        }
        Problem::RefreshToken | Problem::RefreshExpired => {
            ("bad_refresh_token", "The refresh token passed is incorrect or expired.")
        }
        Problem::Device(Device::Unknown) => ("incorrect_device_code", "The device_code provided is not valid."),
        Problem::Device(Device::Disabled) => {
            ("device_flow_disabled", "Device Flow must be explicitly enabled for this App")
        }
        other => return standard_words(other),
    };
    Words::new(200, error, sentence)
}

fn answer(problem: &Problem, words: &Words) -> Reply {
    let message = |status, text: &str| Reply::json(status, &json!({"message": text, "documentation_url": DOCS}));
    match problem {
        Problem::Bearer(Bearer::Missing) => message(401, "Requires authentication"),
        Problem::Bearer(_) => message(401, "Bad credentials"),
        Problem::NotFound => message(404, "Not Found"),
        Problem::Own(own) => message(own.status, &own.description),
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => {
            message(403, "API rate limit exceeded").with("retry-after", retry_after_s)
        }
        Problem::Refused(_) => message(words.status, &words.description),
        Problem::Device(Device::SlowDown(interval)) => {
            let (error, description) = (&words.error, &words.description);
            let body =
                json!({"error": error, "error_description": description, "error_uri": DOCS, "interval": interval});
            Reply::json(200, &body)
        }
        _ => {
            let body = json!({"error": words.error, "error_description": words.description, "error_uri": DOCS});
            Reply::json(200, &body)
        }
    }
}

fn mark(reply: Reply, left: &Left) -> Reply {
    reply
        .with("x-ratelimit-limit", &left.limit)
        .with("x-ratelimit-remaining", &left.remaining)
        .with("x-ratelimit-used", &left.used)
        .with("x-ratelimit-reset", &(left.resets_ms / 1_000))
        .with("x-ratelimit-resource", &"core")
}
