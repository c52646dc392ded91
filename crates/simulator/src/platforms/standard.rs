//! A server of nobody in particular that keeps to the standards: RFC 6749, 7636, 7009, 8414 and 9207, OpenID Connect Core
//! and Discovery. For platforms that people define themselves.

use serde_json::{Value, json};

use crate::oauth::{
    Account, Call, Grant, Needed, OpenId, Outcome, Pkce, Refresh, Rotation, Rules, Settings, Terms, authorize, bearer,
    openid, revoke, routes, token,
};
use crate::wire::Reply;

const SCOPES: &[&str] = &["openid", "profile", "email", "offline_access"];

pub static RULES: Rules = Rules {
    name: "Standard",
    routes: routes! {
        "GET" "/.well-known/openid-configuration" "oauth.metadata" description;
        "GET" "/.well-known/oauth-authorization-server" "oauth.metadata" description;
        "GET" "/authorize" "oauth.authorize" authorize::show;
        "POST" "/authorize" "oauth.decide" authorize::decide;
        "POST" "/token" "oauth.token" token::exchange;
        "POST" "/revoke" "oauth.revoke" revoke::standard;
        "GET" "/keys" "oauth.keys" openid::keys;
        "GET" "/me" "userinfo" userinfo;
    },
    pkce: Pkce { needed: Needed::Always, plain: false, shortest_verifier: 43 },
    knows_scope: |scope| SCOPES.contains(&scope),
    terms,
    revoking_ends_all: true,
    openid: Some(OpenId { issuer: ToOwned::to_owned, claims: |account, grant| person(account, grant) }),
    ..Rules::STRICT
};

fn terms(_: &Settings, _: &Grant) -> Terms {
    let refresh = Refresh { prefix: "", life_s: None, restarts: true, rotation: Rotation::Replaced };
    Terms { prefix: "", access_life_s: Some(3_600), refresh: Some(refresh) }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
fn description(call: &mut Call<'_>) -> Outcome {
    let at = call.url;
    let own = json!({
        "authorization_endpoint": format!("{at}/authorize"), "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/me"), "revocation_endpoint": format!("{at}/revoke"),
        "jwks_uri": format!("{at}/keys"), "scopes_supported": SCOPES,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
    });
    Ok(openid::description(call, own))
}

/// OpenID Connect Core, 5.3 and 5.4: `sub` always, the rest by scope.
fn userinfo(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::account(call)?;
    Ok(Reply::json(200, &person(&account, &grant)))
}

fn person(account: &Account, grant: &Grant) -> Value {
    let has = |scope: &str| grant.scopes.iter().any(|granted| granted == scope);
    let mut person = json!({"sub": account.id});
    if has("profile") {
        person["name"] = json!(format!("{} of Standard", account.handle));
        person["preferred_username"] = json!(account.handle);
    }
    if has("email") {
        person["email"] = json!(format!("{}@standard.example", account.handle));
    }
    person
}
