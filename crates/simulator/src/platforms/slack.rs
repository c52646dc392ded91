//! Slack: OAuth v2 with bot and user scopes, PKCE apps, token rotation, `auth.test`. From `slack.md`, sections 2 and 5.
//!
//! Almost every answer is HTTP 200 with `ok`. An app without a secret here is one with PKCE switched on. Bot scopes are
//! kept with `bot:` before them; each kind of scope has a token of its own.

use serde_json::{Value, json};

use crate::oauth::{
    App, Bearer, Call, ClientRules, Form, Grant, Issued, Needed, Outcome, Pkce, Problem, Refresh, Rotation, Rules,
    Settings, Terms, Words, authorize, bearer, client, redirect, revoke, routes, standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const BOT: &str = "bot:";
const REFRESH_LIFE_S: i64 = 30 * 24 * 3_600;
const TEAM: &str = "T0SIMULATED";

pub static RULES: Rules = Rules {
    name: "Slack",
    routes: routes! {
        "GET" "/oauth/v2/authorize" "oauth.authorize" authorize::show;
        "POST" "/oauth/v2/authorize" "oauth.decide" authorize::decide;
        "POST" "/api/oauth.v2.access" "oauth.token" access;
        "POST" "/api/oauth.v2.user.access" "oauth.user_token" user_access;
        "POST" "/api/auth.revoke" "oauth.revoke" revoke_token;
        "POST" "/api/apps.uninstall" "oauth.uninstall" uninstall;
        "GET" "/api/auth.test" "auth.test" test;
        "POST" "/api/auth.test" "auth.test" test;
    },
    redirects,
    terse: true,
    pkce: Pkce { needed: Needed::ByPublic, plain: false, shortest_verifier: 1 },
    client: ClientRules { basic: true, form: true, public_may_send_secret: false },
    knows_scope: |scope| !scope.contains(' '),
    asked_scopes,
    scope_separator: ",",
    check: |asked| match &asked.scopes {
        scopes if scopes.is_empty() => Err(own("no_scopes")),
        scopes if !asked.redirect_uri.starts_with("https://") => {
            let bot = scopes.iter().find(|scope| scope.starts_with(BOT));
            bot.map_or(Ok(()), |scope| Err(Problem::Scope(scope.clone())))
        }
        _ => Ok(()),
    },
    terms,
    words,
    answer,
    ..Rules::STRICT
};

fn own(error: &str) -> Problem {
    Problem::Own(Words::new(200, error, ""))
}

/// To the letter; without TLS or with a scheme of its own only for PKCE apps, and then only `localhost`.
fn redirects(app: &App, asked: &str) -> bool {
    let desktop = redirect::is_custom(asked) || redirect::is_http_on(asked, &["localhost"]);
    redirect::exact(app, asked) && (asked.starts_with("https://") || (app.is_public() && desktop))
}

/// Bot scopes are in `scope`, those of the person in `user_scope`; both are lists with commas.
fn asked_scopes(form: &Form) -> Vec<String> {
    let list = |name: &str, prefix: &str| -> Vec<String> {
        let words = form.get(name).unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| format!("{prefix}{word}")).collect()
    };
    [list("scope", BOT), list("user_scope", "")].concat()
}

fn is_bot(grant: &Grant) -> bool {
    grant.scopes.iter().any(|scope| scope.starts_with(BOT))
}

/// Tokens of PKCE apps always rotate, and their refresh tokens die after thirty days.
fn terms(settings: &Settings, grant: &Grant) -> Terms {
    let life_s = grant.public.then_some(REFRESH_LIFE_S);
    let refresh = Refresh { prefix: "xoxe-1-", life_s, restarts: true, rotation: Rotation::Replaced };
    if settings.refresh_tokens || grant.public {
        let prefix = if is_bot(grant) { "xoxe.xoxb-" } else { "xoxe.xoxp-" };
        return Terms { prefix, access_life_s: Some(43_200), refresh: Some(refresh) };
    }
    Terms { prefix: if is_bot(grant) { "xoxb-" } else { "xoxp-" }, access_life_s: None, refresh: None }
}

/// A token with what belongs to it.
fn told(issued: &Issued) -> Value {
    let kind = if is_bot(&issued.grant) { "bot" } else { "user" };
    let scope = issued.grant.scopes.iter().map(|scope| scope.trim_start_matches(BOT)).collect::<Vec<_>>().join(",");
    let mut told = json!({"access_token": issued.access, "token_type": kind, "scope": scope});
    if let Some((refresh, expires_in)) = issued.refresh.as_ref().zip(issued.expires_in) {
        told["refresh_token"] = json!(refresh);
        told["expires_in"] = json!(expires_in);
    }
    told
}

fn workspace(app: &App, more: Value) -> Value {
    let app_id = format!("A{}", app.client_id);
    let mut body = json!({"ok": true, "app_id": app_id, "team": {"id": TEAM, "name": "Simulated"}, "enterprise": null});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

fn user_id(account_id: &str) -> String {
    format!("U{account_id}")
}

/// The tokens of a code: the bot's and the person's.
fn redeem(call: &mut Call<'_>, form: &Form, app: &App) -> Result<(String, Vec<Issued>), Problem> {
    let (_, code) = token::redeem(call, form, app)?;
    let (bot, user): (Vec<_>, Vec<_>) = code.asked.scopes.into_iter().partition(|scope| scope.starts_with(BOT));
    let id = call.state.accounts.get(&code.account).map(|account| user_id(&account.id)).unwrap_or_default();
    let kinds = [bot, user].into_iter().filter(|scopes| !scopes.is_empty());
    let grants = kinds.map(|scopes| token::grant(app, code.account.clone(), scopes, None));
    Ok((id, grants.map(|grant| token::open(call, grant).1).collect()))
}

fn access(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::authenticate(call, &form)?;
    match form.get("grant_type").unwrap_or("authorization_code") {
        "refresh_token" => renewed(call, &form, &app),
        "authorization_code" => {
            let (id, tokens) = redeem(call, &form, &app)?;
            let mut body = workspace(&app, json!({"authed_user": {"id": id}}));
            for issued in &tokens {
                let bot = is_bot(&issued.grant);
                let place = if bot { &mut body } else { &mut body["authed_user"] };
                if let (Some(place), Value::Object(told)) = (place.as_object_mut(), told(issued)) {
                    place.extend(told);
                }
                if bot {
                    body["bot_user_id"] = json!("U0BOT");
                }
            }
            Ok(Reply::json(200, &body))
        }
        _ => Err(Problem::GrantType),
    }
}

/// For apps with user scopes only: the person's token at the top.
fn user_access(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::authenticate(call, &form)?;
    if form.get("grant_type") == Some("refresh_token") {
        return renewed(call, &form, &app);
    }
    let (id, tokens) = redeem(call, &form, &app)?;
    let issued = tokens.iter().find(|issued| !is_bot(&issued.grant)).ok_or_else(|| own("no_user_scopes"))?;
    let mut body = workspace(&app, told(issued));
    body["authed_user"] = json!({"id": id});
    Ok(Reply::json(200, &body))
}

/// Refreshed tokens are at the top, whichever kind they are.
fn renewed(call: &mut Call<'_>, form: &Form, app: &App) -> Outcome {
    let issued = token::renew(call, form, app)?;
    Ok(Reply::json(200, &workspace(app, told(&issued))))
}

/// A token in the header, or in the form.
fn shown(call: &Call<'_>) -> Result<String, Problem> {
    let form = Form::body(call.request);
    let text = bearer::shown(call.request, "Bearer").or(form.get("token")).map(ToOwned::to_owned);
    text.ok_or(Problem::Bearer(Bearer::Missing))
}

fn revoke_token(call: &mut Call<'_>) -> Outcome {
    let text = shown(call)?;
    bearer::of_token(call, &text)?;
    let revoked = revoke::end(call, &text, None);
    Ok(Reply::json(200, &json!({"ok": true, "revoked": revoked})))
}

/// Ends everything the app was given in the workspace; needs its secret.
fn uninstall(call: &mut Call<'_>) -> Outcome {
    let app = client::authenticate(call, &Form::body(call.request))?;
    bearer::of_token(call, &shown(call)?)?;
    let own = call.state.grants.values_mut().filter(|grant| grant.client_id == app.client_id);
    own.for_each(|grant| grant.revoked = true);
    Ok(Reply::json(200, &json!({"ok": true})))
}

fn test(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::of_token(call, &shown(call)?)?;
    let mut body = json!({
        "ok": true, "url": format!("{}/", call.url), "team": "Simulated", "user": account.handle, "team_id": TEAM,
        "user_id": user_id(&account.id), "is_enterprise_install": false,
    });
    if is_bot(&grant) {
        body["bot_id"] = json!("B0BOT");
    }
    Ok(Reply::json(200, &body))
}

fn words(problem: &Problem) -> Words {
    let error = match problem {
        Problem::Redirect(uri) => {
            let why = format!("redirect_uri did not match any configured URIs. Passed URI: {uri}");
            return Words::new(400, "bad_redirect_uri", why);
        }
        Problem::UnknownClient | Problem::Missing("client_id") => "invalid_client_id",
        Problem::SecretMissing | Problem::SecretWrong => "bad_client_secret",
        Problem::SecretForbidden | Problem::Refused(Refusal::ServerError) => "internal_error",
        Problem::Code | Problem::Verifier | Problem::Missing("code") => "invalid_code",
        Problem::CodeUsed => "code_already_used",
        Problem::CodeExpired => "code_expired",
        Problem::CodeElsewhere => "bad_redirect_uri",
        Problem::RefreshToken | Problem::RefreshExpired | Problem::Missing("refresh_token") => "invalid_refresh_token",
        Problem::GrantType => "invalid_grant_type",
        Problem::Bearer(Bearer::Missing) => "not_authed",
        Problem::Bearer(Bearer::Unknown) => "invalid_auth",
        Problem::Bearer(Bearer::Expired) => "token_expired",
        Problem::Bearer(Bearer::Revoked) => "token_revoked",
        Problem::Bearer(Bearer::Suspended) => "account_inactive",
        Problem::Bearer(Bearer::Scope(_)) => "missing_scope",
        Problem::NotFound => "unknown_method",
        Problem::Refused(Refusal::RateLimited { .. }) => "ratelimited",
        other => return standard_words(other),
    };
    Words::new(200, error, "")
}

fn answer(problem: &Problem, words: &Words) -> Reply {
    let body = json!({"ok": false, "error": words.error});
    match problem {
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => {
            Reply::json(429, &body).with("retry-after", retry_after_s)
        }
        _ => Reply::json(200, &body),
    }
}
