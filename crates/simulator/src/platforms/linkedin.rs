//! LinkedIn: the standard flow with a secret and without PKCE, the native one the other way round, OpenID's userinfo.
//! From `linkedin.md`, sections 2 and 5; what it does not say of OpenID's keys and description is from memory.

use serde_json::{Value, json};

use crate::oauth::{
    Account, Bearer, Call, ClientRules, Form, Grant, Issued, Needed, OpenId, Outcome, Pkce, Problem, Refresh, Rotation,
    Rules, Settings, Terms, Words, authorize, bearer, client, openid, redirect, revoke, routes, standard_answer,
    standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const DAY_S: i64 = 24 * 3_600;
const SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "w_member_social",
    "w_member_social_feed",
    "w_organization_social",
    "r_organization_social",
    "w_organization_social_feed",
    "r_organization_social_feed",
    "rw_organization_admin",
    "r_organization_admin",
    "r_member_postAnalytics",
    "r_member_profileAnalytics",
];

pub static RULES: Rules = STANDARD;

/// The flow every app has.
const STANDARD: Rules = Rules {
    name: "LinkedIn",
    routes: routes! {
        "GET" "/oauth/v2/authorization" "oauth.authorize" authorize::show;
        "POST" "/oauth/v2/authorization" "oauth.decide" authorize::decide;
        "GET" "/oauth/native-pkce/authorization" "oauth.authorize" native_show;
        "POST" "/oauth/native-pkce/authorization" "oauth.decide" native_decide;
        "POST" "/oauth/v2/accessToken" "oauth.token" token::exchange;
        "POST" "/oauth/v2/introspectToken" "oauth.introspect" introspect;
        "POST" "/oauth/v2/revoke" "oauth.revoke" revoke_token;
        "GET" "/oauth/.well-known/openid-configuration" "oauth.metadata" description;
        "GET" "/oauth/openid/jwks" "oauth.keys" openid::keys;
        "GET" "/v2/userinfo" "userinfo" userinfo;
    },
    pkce: Pkce { needed: Needed::Ignored, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: false, form: true, public_may_send_secret: false },
    code_life_ms: 30 * 60 * 1_000,
    knows_scope: |scope| SCOPES.contains(&scope),
    scope_separator: ",",
    check: |asked| if asked.public { Err(unable("This app has no standard flow.")) } else { Ok(()) },
    terms,
    openid: Some(OpenId { issuer: |url| format!("{url}/oauth"), claims }),
    granted,
    words,
    answer,
    ..Rules::STRICT
};

/// The flow of apps that LinkedIn enabled for it: here, those without a secret.
static NATIVE: Rules = Rules {
    redirects: |app, asked| {
        redirect::is_http_on(asked, &["127.0.0.1", "[::1]"]) && redirect::any_loopback_port(app, asked)
    },
    pkce: Pkce { needed: Needed::Always, plain: false, shortest_verifier: 43 },
    check: |asked| {
        if !asked.public {
            return Err(unable("The app is not enabled for the native flow."));
        }
        let openid = asked.scopes.iter().find(|scope| *scope == "openid");
        openid.map_or(Ok(()), |scope| Err(Problem::AppScope(scope.clone())))
    },
    ..STANDARD
};

fn unable(why: &str) -> Problem {
    Problem::Own(Words::new(400, "unauthorized_client", why))
}

fn native_show(call: &mut Call<'_>) -> Outcome {
    call.rules = &NATIVE;
    authorize::show(call)
}

fn native_decide(call: &mut Call<'_>) -> Outcome {
    call.rules = &NATIVE;
    authorize::decide(call)
}

/// Sixty days; refresh tokens are for partners, and their year never begins anew.
fn terms(settings: &Settings, _: &Grant) -> Terms {
    let refresh = Refresh { prefix: "AQW", life_s: Some(365 * DAY_S), restarts: false, rotation: Rotation::Repeated };
    Terms { prefix: "AQV", access_life_s: Some(60 * DAY_S), refresh: settings.refresh_tokens.then_some(refresh) }
}

fn granted(issued: &Issued) -> Value {
    let mut reply = issued.standard();
    if let Some(life_s) = issued.refresh_expires_in {
        reply["refresh_token_expires_in"] = json!(life_s);
    }
    reply
}

/// The same person has another `sub` in every app.
fn sub(account: &Account, client_id: &str) -> String {
    client::s256(&format!("{client_id} {}", account.id)).chars().filter(char::is_ascii_alphanumeric).take(8).collect()
}

fn claims(account: &Account, grant: &Grant) -> Value {
    let mut claims = json!({"sub": sub(account, &grant.client_id)});
    if grant.scopes.iter().any(|scope| scope == "profile") {
        claims["name"] = json!(account.handle);
        claims["given_name"] = json!(account.handle);
        claims["picture"] = json!("https://media.licdn.example/default.jpg");
        claims["locale"] = json!({"country": "US", "language": "en"});
    }
    if grant.scopes.iter().any(|scope| scope == "email") {
        claims["email"] = json!(format!("{}@linkedin.example", account.handle));
        claims["email_verified"] = json!(true);
    }
    claims
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
fn description(call: &mut Call<'_>) -> Outcome {
    let at = call.url;
    let own = json!({
        "authorization_endpoint": format!("{at}/oauth/v2/authorization"), "jwks_uri": format!("{at}/oauth/openid/jwks"),
        "token_endpoint": format!("{at}/oauth/v2/accessToken"), "userinfo_endpoint": format!("{at}/v2/userinfo"),
        "subject_types_supported": ["pairwise"], "scopes_supported": ["openid", "profile", "email"],
        "code_challenge_methods_supported": [], "token_endpoint_auth_methods_supported": ["client_secret_post"],
    });
    Ok(openid::description(call, own))
}

fn introspect(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::authenticate(call, &form)?;
    let text = form.get("token").ok_or(Problem::Missing("token"))?;
    let found = bearer::of_token(call, text).ok().filter(|(_, grant)| grant.client_id == app.client_id);
    let Some((_, grant)) = found else { return Ok(Reply::json(200, &json!({"active": false}))) };
    let ends = call.state.tokens.get(text).and_then(|token| token.expires_ms).unwrap_or_default() / 1_000;
    let body = json!({
        "active": true, "status": "active", "client_id": app.client_id, "scope": grant.scopes.join(","),
        "authorized_at": ends - 60 * DAY_S, "created_at": ends - 60 * DAY_S, "expires_at": ends, "auth_type": "3L",
    });
    Ok(Reply::json(200, &body))
}

fn revoke_token(call: &mut Call<'_>) -> Outcome {
    revoke::standard(call).map(|_| Reply::empty(200))
}

fn userinfo(call: &mut Call<'_>) -> Outcome {
    bearer::with_scope(call, "openid")?;
    let (account, grant) = bearer::with_scope(call, "profile")?;
    Ok(Reply::json(200, &claims(&account, &grant)))
}

fn words(problem: &Problem) -> Words {
    let mismatch = "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization \
                    code. Or authorization code expired. Or external member binding exists";
    let (status, error, sentence) = match problem {
        Problem::Redirect(_) => (400, "invalid_redirect_uri", "The redirect_uri does not match the registered value."),
        Problem::Denied => (400, "user_cancelled_authorize", "The user cancelled the authorization."),
        Problem::AppScope(scope) => {
            let why = format!("Scope \"{scope}\" is not authorized for your application");
            return Words::new(400, "unauthorized_scope_error", why);
        }
        Problem::UnknownClient | Problem::SecretMissing | Problem::SecretWrong | Problem::SecretForbidden => {
            (401, "invalid_client", "Client authentication failed")
        }
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired | Problem::CodeElsewhere | Problem::Verifier => {
            (400, "invalid_request", mismatch)
        }
        Problem::RefreshToken | Problem::RefreshExpired => {
            (400, "invalid_grant", "The provided authorization grant or refresh token is invalid or expired.")
        }
        other => return standard_words(other),
    };
    Words::new(status, error, sentence)
}

/// The API's envelope; there are no rate-limit headers and no `Retry-After`.
fn answer(problem: &Problem, words: &Words) -> Reply {
    let tell = |status: u16, number: u32, code: &str, message: &str| {
        Reply::json(status, &json!({"status": status, "serviceErrorCode": number, "code": code, "message": message}))
    };
    match problem {
        Problem::Bearer(Bearer::Expired) => {
            tell(401, 65_602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
        }
        Problem::Bearer(Bearer::Revoked) => {
            tell(401, 65_601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user")
        }
        Problem::Bearer(Bearer::Scope(_) | Bearer::Suspended) => {
            tell(403, 100, "ACCESS_DENIED", "Not enough permissions to access: userinfo.GET.NO_VERSION")
        }
        Problem::Bearer(_) => tell(401, 65_600, "INVALID_ACCESS_TOKEN", "Invalid access token"),
        Problem::NotFound => tell(404, 0, "RESOURCE_NOT_FOUND", "No virtual resource found"),
        Problem::Refused(Refusal::RateLimited { .. }) => {
            tell(429, 101, "TOO_MANY_REQUESTS", "Resource level throttle limit for calls to this resource is reached")
        }
        _ => standard_answer(problem, words),
    }
}
