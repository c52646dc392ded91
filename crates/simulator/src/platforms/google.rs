//! Google as an identity: "Desktop app" clients, OpenID Connect, granular consent. From `identity.md`, section 1.
//!
//! All of Google's hosts are this one. A desktop client registers no address: any port of a loopback address is its own.

use serde_json::{Value, json};

use crate::oauth::{
    Account, Bearer, Call, ClientRules, Form, Grant, Issued, Needed, OpenId, Outcome, Pkce, Problem, Refresh, Rotation,
    Rules, Settings, Terms, Words, authorize, bearer, openid, redirect, revoke, routes, standard_answer,
    standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const DAY_S: i64 = 24 * 3_600;
const IDENTITY: &[&str] = &["openid", "email", "profile"];

pub static RULES: Rules = Rules {
    name: "Google",
    routes: routes! {
        "GET" "/.well-known/openid-configuration" "oauth.metadata" description;
        "GET" "/o/oauth2/v2/auth" "oauth.authorize" authorize::show;
        "POST" "/o/oauth2/v2/auth" "oauth.decide" authorize::decide;
        "POST" "/token" "oauth.token" token::exchange;
        "POST" "/revoke" "oauth.revoke" revoke_any;
        "GET" "/oauth2/v3/certs" "oauth.keys" openid::keys;
        "GET" "/v1/userinfo" "userinfo" userinfo;
    },
    redirects: |_, asked| redirect::is_http_on(asked, &["127.0.0.1", "[::1]", "localhost"]),
    pkce: Pkce { needed: Needed::Offered, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: true, form: true, public_may_send_secret: false },
    knows_scope: |scope| IDENTITY.contains(&scope) || scope.starts_with("https://www.googleapis.com/auth/"),
    granular: true,
    check: |asked| if asked.scopes.is_empty() { Err(Problem::Missing("scope")) } else { Ok(()) },
    terms,
    max_grants: 100,
    revoking_ends_all: true,
    openid: Some(OpenId { issuer: ToOwned::to_owned, claims }),
    granted,
    words,
    answer,
    ..Rules::STRICT
};

/// While the app is in testing, only identity outlives seven days.
fn terms(settings: &Settings, grant: &Grant) -> Terms {
    let ends = settings.testing && !grant.scopes.iter().all(|scope| IDENTITY.contains(&scope.as_str()));
    let life_s = ends.then_some(7 * DAY_S);
    let refresh = Refresh { prefix: "1//0", life_s, restarts: false, rotation: Rotation::Kept };
    Terms { prefix: "ya29.", access_life_s: Some(3_599), refresh: Some(refresh) }
}

fn granted(issued: &Issued) -> Value {
    let mut reply = issued.standard();
    if let Some(life_s) = issued.refresh_expires_in {
        reply["refresh_token_expires_in"] = json!(life_s);
    }
    reply
}

fn person(account: &Account, grant: &Grant) -> Value {
    let has = |scope: &str| grant.scopes.iter().any(|granted| granted == scope);
    let mut person = json!({"sub": account.id});
    if has("profile") {
        person["name"] = json!(account.handle);
        person["picture"] = json!("https://lh3.example/a/default");
    }
    if has("email") {
        person["email"] = json!(format!("{}@gmail.example", account.handle));
        person["email_verified"] = json!(true);
    }
    person
}

fn claims(account: &Account, grant: &Grant) -> Value {
    let mut claims = person(account, grant);
    claims["azp"] = json!(grant.client_id);
    claims
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
fn description(call: &mut Call<'_>) -> Outcome {
    let at = call.url;
    let own = json!({
        "authorization_endpoint": format!("{at}/o/oauth2/v2/auth"), "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/v1/userinfo"), "revocation_endpoint": format!("{at}/revoke"),
        "jwks_uri": format!("{at}/oauth2/v3/certs"), "scopes_supported": IDENTITY,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    });
    Ok(openid::description(call, own))
}

/// The token alone will do; what is not known is an error.
fn revoke_any(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let text = form.get("token").or(call.request.param("token")).ok_or(Problem::Missing("token"))?.to_owned();
    if revoke::end(call, &text, None) {
        return Ok(Reply::json(200, &json!({})));
    }
    Err(Problem::Own(Words::new(400, "invalid_token", "Token expired or revoked")))
}

fn userinfo(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::with_scope(call, "openid")?;
    Ok(Reply::json(200, &person(&account, &grant)))
}

fn words(problem: &Problem) -> Words {
    let (status, error, sentence) = match problem {
        Problem::Redirect(_) | Problem::CodeElsewhere => (400, "redirect_uri_mismatch", "Bad Request"),
        Problem::UnknownClient => (401, "invalid_client", "The OAuth client was not found."),
        Problem::SecretMissing => (400, "invalid_request", "client_secret is missing."),
        Problem::SecretWrong | Problem::SecretForbidden => (401, "invalid_client", "Unauthorized"),
        Problem::Verifier => (400, "invalid_grant", "Invalid code verifier."),
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired => (400, "invalid_grant", "Bad Request"),
        Problem::RefreshToken | Problem::RefreshExpired => (400, "invalid_grant", "Token has been expired or revoked."),
        Problem::Bearer(Bearer::Scope(_) | Bearer::Unknown | Bearer::Expired | Bearer::Revoked) => {
            (401, "invalid_request", "Invalid Credentials")
        }
        other => return standard_words(other),
    };
    Words::new(status, error, sentence)
}

/// Google's interfaces beside OAuth have an envelope of their own.
fn answer(problem: &Problem, words: &Words) -> Reply {
    match problem {
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => {
            let error = json!({"code": 429, "message": "Rate Limit Exceeded", "status": "RESOURCE_EXHAUSTED"});
            Reply::json(429, &json!({"error": error})).with("retry-after", retry_after_s)
        }
        Problem::NotFound => Reply::json(404, &json!({"error": {"code": 404, "message": "Not Found"}})),
        _ => standard_answer(problem, words),
    }
}
