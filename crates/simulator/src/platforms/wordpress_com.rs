//! WordPress.com: the OAuth 2.1 endpoints with PKCE and self-registration, the legacy pair, `me` and `me/sites`. From
//! `wordpress.md`, sections 2.4 and 5.

use serde_json::{Value, json};

use crate::oauth::{
    Bearer, Call, ClientRules, Form, Grant, Issued, Needed, Outcome, Pkce, Problem, Refresh, Rotation, Rules, Settings,
    Terms, Words, authorize, bearer, client, openid, registration, revoke, routes, standard_answer, standard_words,
    token,
};
use crate::wire::Reply;

const SCOPES: &[&str] = &[
    "global", "posts", "media", "taxonomy", "sites", "comments", "stats", "users", "auth", "openid", "profile", "email",
];
const BLOG: u64 = 123;

pub static RULES: Rules = NEW;

/// The endpoints that the metadata name.
const NEW: Rules = Rules {
    name: "WordPress.com",
    routes: routes! {
        "GET" "/.well-known/oauth-authorization-server" "oauth.metadata" description;
        "GET" "/oauth2-1/authorize" "oauth.authorize" authorize::show;
        "POST" "/oauth2-1/authorize" "oauth.decide" authorize::decide;
        "POST" "/oauth2-1/token" "oauth.token" token::exchange;
        "POST" "/oauth2-1/revoke" "oauth.revoke" revoke::standard;
        "POST" "/oauth2-1/register" "oauth.register" registration::register;
        "GET" "/oauth2-1/token-info" "oauth.token_info" token_info;
        "GET" "/oauth2/authorize" "oauth.authorize" legacy_show;
        "POST" "/oauth2/authorize" "oauth.decide" legacy_decide;
        "POST" "/oauth2/token" "oauth.token" legacy_token;
        "GET" "/oauth2/token-info" "oauth.token_info" token_info;
        "GET" "/rest/v1.1/me" "me.get" me;
        "GET" "/rest/v1.1/me/sites" "me.sites" sites;
    },
    pkce: Pkce { needed: Needed::ByPublic, plain: false, shortest_verifier: 43 },
    knows_scope: |scope| SCOPES.contains(&scope),
    terms,
    words,
    answer,
    ..Rules::STRICT
};

/// The pair still documented: no PKCE, the secret in the form, tokens without an end.
static LEGACY: Rules = Rules {
    pkce: Pkce { needed: Needed::Ignored, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: false, form: true, public_may_send_secret: false },
    check: |asked| if asked.public { Err(Problem::SecretMissing) } else { Ok(()) },
    terms: |_, _| Terms { prefix: "", access_life_s: None, refresh: None },
    granted: legacy_granted,
    ..NEW
};

fn legacy_show(call: &mut Call<'_>) -> Outcome {
    call.rules = &LEGACY;
    authorize::show(call)
}

fn legacy_decide(call: &mut Call<'_>) -> Outcome {
    call.rules = &LEGACY;
    authorize::decide(call)
}

fn legacy_token(call: &mut Call<'_>) -> Outcome {
    call.rules = &LEGACY;
    token::exchange(call)
}

fn legacy_granted(issued: &Issued) -> Value {
    json!({
        "access_token": issued.access, "token_type": "bearer", "blog_id": BLOG.to_string(),
        "blog_url": "https://simulated.wordpress.example", "scope": issued.scope,
    })
}

fn terms(_: &Settings, _: &Grant) -> Terms {
    let refresh = Refresh { prefix: "", life_s: None, restarts: true, rotation: Rotation::Replaced };
    Terms { prefix: "", access_life_s: Some(1_209_600), refresh: Some(refresh) }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
fn description(call: &mut Call<'_>) -> Outcome {
    let at = format!("{}/oauth2-1", call.url);
    let own = json!({
        "issuer": call.url, "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
        "revocation_endpoint": format!("{at}/revoke"), "registration_endpoint": format!("{at}/register"),
        "introspection_endpoint": format!("{at}/token-info"), "scopes_supported": SCOPES,
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    });
    Ok(openid::description(call, own))
}

/// What a token is good for; it is in the address.
fn token_info(call: &mut Call<'_>) -> Outcome {
    let query = Form::query(call.request);
    let app = client::identify(call, &query)?;
    let text = query.get("token").ok_or(Problem::Missing("token"))?;
    let (account, grant) = bearer::of_token(call, text)?;
    if grant.client_id != app.client_id {
        return Err(Problem::Bearer(Bearer::Unknown));
    }
    let scope = grant.scopes.join(" ");
    let body = json!({"client_id": app.client_id, "user_id": account.id, "blog_id": BLOG.to_string(), "scope": scope});
    Ok(Reply::json(200, &body))
}

fn me(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::account(call)?;
    let body = json!({
        "ID": account.id.parse::<u64>().unwrap_or(0), "username": account.handle, "display_name": account.handle,
        "token_scope": grant.scopes, "token_site_id": BLOG, "avatar_URL": "https://gravatar.example/avatar",
    });
    Ok(Reply::json(200, &body))
}

fn sites(call: &mut Call<'_>) -> Outcome {
    let (_, grant) = bearer::account(call)?;
    if !grant.scopes.iter().any(|scope| scope == "global" || scope == "sites") {
        return Err(Problem::Bearer(Bearer::Scope("sites")));
    }
    let capabilities = json!({"edit_posts": true, "publish_posts": true, "upload_files": true});
    let site = json!({
        "ID": BLOG, "name": "Simulated", "URL": "https://simulated.wordpress.example", "capabilities": capabilities,
    });
    Ok(Reply::json(200, &json!({"sites": [site]})))
}

fn words(problem: &Problem) -> Words {
    let (status, error, sentence) = match problem {
        Problem::SecretMissing | Problem::SecretWrong | Problem::SecretForbidden | Problem::UnknownClient => {
            (400, "invalid_client", "The required \"client_id\" or \"client_secret\" parameter is invalid.")
        }
        Problem::Bearer(Bearer::Missing) => {
            (403, "authorization_required", "An active access token must be used to query information.")
        }
        Problem::Bearer(Bearer::Scope(_)) => (403, "unauthorized", "Required scope is missing."),
        Problem::Bearer(_) => (401, "invalid_token", "The OAuth2 token is invalid."),
        other => return standard_words(other),
    };
    Words::new(status, error, sentence)
}

/// The native interface says `message` where OAuth says `error_description`.
fn answer(problem: &Problem, words: &Words) -> Reply {
    match problem {
        Problem::Bearer(_) | Problem::NotFound => {
            Reply::json(words.status, &json!({"error": words.error, "message": words.description}))
        }
        _ => standard_answer(problem, words),
    }
}
