//! X: OAuth 2.0 with a compulsory code challenge, and `GET /2/users/me`. From `x.md`, sections 2, 4 and 5.

use serde_json::{Value, json};

use crate::oauth::{
    App, Bearer, Call, ClientRules, Form, Grant, Issued, Left, Limit, Needed, Outcome, Pkce, Problem, Refresh,
    Rotation, Rules, Settings, Terms, Words, authorize, bearer, client, redirect, revoke, routes, standard_answer,
    standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

const MAX_REDIRECT_URIS: usize = 10;
const MAX_STATE_CHARACTERS: usize = 500;
/// About six months.
const REFRESH_LIFE_S: i64 = 182 * 24 * 3_600;
const SCOPES: &[&str] = &[
    "users.read",
    "tweet.read",
    "tweet.write",
    "media.write",
    "offline.access",
    "tweet.moderate.write",
    "like.read",
    "bookmark.read",
    "follows.read",
    "users.email",
];

pub static RULES: Rules = Rules {
    name: "X",
    routes: routes! {
        "GET" "/i/oauth2/authorize" "oauth.authorize" authorize::show;
        "POST" "/i/oauth2/authorize" "oauth.decide" authorize::decide;
        "POST" "/2/oauth2/token" "oauth.token" token::exchange;
        "POST" "/2/oauth2/revoke" "oauth.revoke" revoke_token;
        "GET" "/2/users/me" "users.me" me;
    },
    may_register,
    pkce: Pkce { needed: Needed::Always, plain: true, shortest_verifier: 43 },
    client: ClientRules { basic: true, form: false, public_may_send_secret: false },
    code_life_ms: 30 * 1_000,
    knows_scope: |scope| SCOPES.contains(&scope),
    check: |asked| match &asked.state {
        Some(state) if state.chars().count() <= MAX_STATE_CHARACTERS => Ok(()),
        _ => Err(Problem::Missing("state")),
    },
    terms,
    granted,
    words,
    answer,
    limit: Some(Limit { calls: 75, window_s: 900, mark }),
    ..Rules::STRICT
};

fn may_register(app: &App) -> Result<(), &'static str> {
    match &app.redirect_uris {
        uris if uris.len() > MAX_REDIRECT_URIS => Err("At most 10 callback URIs."),
        uris if uris.iter().any(|uri| uri.contains('?')) => Err("A callback URI has no query."),
        uris if uris.iter().any(|uri| redirect::is_http_on(uri, &["localhost"])) => Err("Do not use localhost."),
        _ => Ok(()),
    }
}

fn terms(_: &Settings, grant: &Grant) -> Terms {
    let refresh = Refresh { prefix: "", life_s: Some(REFRESH_LIFE_S), restarts: true, rotation: Rotation::Replaced };
    let offline = grant.scopes.iter().any(|scope| scope == "offline.access");
    Terms { prefix: "", access_life_s: Some(7_200), refresh: offline.then_some(refresh) }
}

fn granted(issued: &Issued) -> Value {
    let mut reply = issued.standard();
    reply["token_type"] = json!("bearer");
    reply
}

fn revoke_token(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let app = client::authenticate(call, &form)?;
    let text = form.get("token").ok_or(Problem::Missing("token"))?;
    revoke::end(call, text, Some(&app));
    Ok(Reply::json(200, &json!({"revoked": true})))
}

/// Needs both scopes; fields beyond the three are given where they are asked for.
fn me(call: &mut Call<'_>) -> Outcome {
    bearer::with_scope(call, "users.read")?;
    let (account, _) = bearer::with_scope(call, "tweet.read")?;
    let mut data = json!({"id": account.id, "username": account.handle, "name": account.handle});
    let asked = call.request.param("user.fields").unwrap_or_default();
    let more = [
        ("profile_image_url", json!("https://pbs.example/profile_images/default_normal.png")),
        ("verified", json!(false)),
        ("verified_type", json!("none")),
        ("subscription_type", json!("None")),
        ("public_metrics", json!({"followers_count": 0, "following_count": 0, "tweet_count": 0, "listed_count": 0})),
    ];
    for (name, value) in more {
        if asked.split(',').any(|field| field == name) {
            data[name] = value;
        }
    }
    Ok(Reply::json(200, &json!({"data": data})))
}

fn words(problem: &Problem) -> Words {
    let (status, error, sentence) = match problem {
        Problem::Redirect(_) | Problem::UnknownClient => {
            (400, "invalid_request", "Something went wrong. You weren't able to give access to the App.")
        }
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired => {
            (400, "invalid_request", "Value passed for the authorization code was invalid.")
        }
        Problem::CodeElsewhere => (400, "invalid_grant", "Value passed for the redirect uri did not match."),
        Problem::Verifier => (400, "invalid_grant", "Value passed for the code verifier did not match."),
        Problem::RefreshToken | Problem::RefreshExpired => {
            (400, "invalid_request", "Value passed for the token was invalid.")
        }
        Problem::SecretMissing | Problem::SecretWrong | Problem::SecretForbidden => {
            (401, "unauthorized_client", "Missing valid authorization header")
        }
        other => return standard_words(other),
    };
    Words::new(status, error, sentence)
}

fn answer(problem: &Problem, words: &Words) -> Reply {
    let tell = |status: u16, title: &str, detail: &str, kind: &str| {
        Reply::json(status, &json!({"title": title, "detail": detail, "type": kind, "status": status}))
    };
    match problem {
        Problem::Bearer(Bearer::Scope(_)) => tell(
            403,
            "Unsupported Authentication",
            "Authenticating with these scopes is not allowed for this endpoint.",
            "https://api.x.com/2/problems/unsupported-authentication",
        ),
        Problem::Bearer(Bearer::Suspended) => {
            tell(403, "Forbidden", "User is suspended.", "https://api.x.com/2/problems/user-suspended")
        }
        Problem::Bearer(_) => tell(401, "Unauthorized", "Unauthorized", "about:blank"),
        Problem::NotFound => {
            tell(404, "Not Found Error", "Not Found", "https://api.x.com/2/problems/resource-not-found")
        }
        Problem::Refused(Refusal::RateLimited { .. }) => {
            tell(429, "Too Many Requests", "Too Many Requests", "about:blank")
        }
        Problem::Refused(Refusal::ServerError) => Reply::empty(503),
        _ => standard_answer(problem, words),
    }
}

fn mark(reply: Reply, left: &Left) -> Reply {
    reply
        .with("x-rate-limit-limit", &left.limit)
        .with("x-rate-limit-remaining", &left.remaining)
        .with("x-rate-limit-reset", &(left.resets_ms / 1_000))
}
