//! Microsoft Entra ID as an identity: public clients on `http://localhost`, OpenID Connect, Graph's `me`. From
//! `identity.md`, section 2.
//!
//! The first part of a path is the tenant: `common`, `organizations`, `consumers` or this server's own.

use serde_json::{Value, json};
use url::Url;

use crate::oauth::{
    Account, App, Bearer, Call, ClientRules, Grant, Issued, Needed, OpenId, Outcome, Pkce, Problem, Refresh, Rotation,
    Rules, Settings, Terms, Words, authorize, bearer, openid, redirect, routes, standard_words, token,
};
use crate::platform::Refusal;
use crate::wire::Reply;

/// The one directory there is.
const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const REFRESH_LIFE_S: i64 = 90 * 24 * 3_600;
const MAX_URI_CHARACTERS: usize = 256;
const MAX_URIS: usize = 100;

pub static RULES: Rules = Rules {
    name: "Microsoft",
    routes: routes! {
        "GET" "/*/v2.0/.well-known/openid-configuration" "oauth.metadata" description;
        "GET" "/*/oauth2/v2.0/authorize" "oauth.authorize" authorize::show;
        "POST" "/*/oauth2/v2.0/authorize" "oauth.decide" authorize::decide;
        "POST" "/*/oauth2/v2.0/token" "oauth.token" token::exchange;
        "GET" "/*/discovery/v2.0/keys" "oauth.keys" openid::keys;
        "GET" "/oidc/userinfo" "userinfo" userinfo;
        "GET" "/v1.0/me" "me.get" me;
    },
    may_register,
    redirects,
    pkce: Pkce { needed: Needed::Offered, plain: false, shortest_verifier: 43 },
    client: ClientRules { basic: true, form: true, public_may_send_secret: false },
    check: |asked| if asked.scopes.is_empty() { Err(Problem::Missing("scope")) } else { Ok(()) },
    terms,
    openid: Some(OpenId { issuer: |url| format!("{url}/{TENANT}/v2.0"), claims }),
    granted,
    words,
    answer,
    ..Rules::STRICT
};

fn may_register(app: &App) -> Result<(), &'static str> {
    let long = |uri: &String| uri.chars().count() > MAX_URI_CHARACTERS;
    let strange = |uri: &String| uri.contains(['!', '$', '\'', '(', ')', ',', ';', '?']);
    let v6 = |uri: &String| redirect::is_http_on(uri, &["[::1]"]);
    match &app.redirect_uris {
        uris if uris.len() > MAX_URIS => Err("At most 100 redirect URIs."),
        uris if uris.iter().any(long) => Err("A redirect URI may have 256 characters."),
        uris if uris.iter().any(strange) => Err("The redirect URI contains characters that are not allowed."),
        uris if uris.iter().any(v6) => Err("The IPv6 loopback address is not supported."),
        _ => Ok(()),
    }
}

/// The port of `localhost` is free, the path is to the letter; every other address is exact.
fn redirects(app: &App, asked: &str) -> bool {
    let portless = |uri: &str| {
        let mut url = Url::parse(uri).ok().filter(|_| redirect::is_http_on(uri, &["localhost", "127.0.0.1"]))?;
        url.set_port(None).ok().map(|()| url)
    };
    redirect::exact(app, asked)
        || portless(asked)
            .is_some_and(|asked| app.redirect_uris.iter().any(|uri| portless(uri).as_ref() == Some(&asked)))
}

fn terms(_: &Settings, grant: &Grant) -> Terms {
    let refresh = Refresh { prefix: "0.A", life_s: Some(REFRESH_LIFE_S), restarts: true, rotation: Rotation::Added };
    let offline = grant.scopes.iter().any(|scope| scope == "offline_access");
    Terms { prefix: "EwB", access_life_s: Some(3_920), refresh: offline.then_some(refresh) }
}

fn granted(issued: &Issued) -> Value {
    let mut reply = issued.standard();
    reply["ext_expires_in"] = json!(issued.expires_in);
    reply
}

/// The same person has another `sub` in every app, and one `oid` in the directory.
fn claims(account: &Account, grant: &Grant) -> Value {
    let mut claims = json!({
        "ver": "2.0", "tid": TENANT, "oid": oid(account), "sub": format!("{}-{}", grant.client_id, account.id),
    });
    if grant.scopes.iter().any(|scope| scope == "profile") {
        claims["name"] = json!(account.handle);
        claims["preferred_username"] = json!(format!("{}@contoso.example", account.handle));
    }
    claims
}

fn oid(account: &Account) -> String {
    format!("00000000-0000-4000-8000-{:0>12}", account.id)
}

/// The issuer of a tenant that is none is a pattern, to be filled in from the token's `tid`.
fn description(call: &mut Call<'_>) -> Outcome {
    let (at, tenant) = (call.url, call.star);
    let issuer_tenant = match tenant {
        "common" | "organizations" => "{tenantid}",
        "consumers" | TENANT => TENANT,
        _ => return Err(Problem::Own(Words::new(400, "invalid_tenant", "AADSTS90002: Tenant not found."))),
    };
    let own = json!({
        "issuer": format!("{at}/{issuer_tenant}/v2.0"), "jwks_uri": format!("{at}/{tenant}/discovery/v2.0/keys"),
        "authorization_endpoint": format!("{at}/{tenant}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{at}/{tenant}/oauth2/v2.0/token"), "subject_types_supported": ["pairwise"],
        "userinfo_endpoint": format!("{at}/oidc/userinfo"),
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
    });
    Ok(openid::description(call, own))
}

fn userinfo(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::with_scope(call, "openid")?;
    let sub = format!("{}-{}", grant.client_id, account.id);
    Ok(Reply::json(200, &json!({"sub": sub, "name": account.handle})))
}

fn me(call: &mut Call<'_>) -> Outcome {
    let (account, grant) = bearer::account(call)?;
    let may = |scope: &String| matches!(scope.as_str(), "User.Read" | "https://graph.microsoft.com/User.Read");
    if !grant.scopes.iter().any(may) {
        return Err(Problem::Bearer(Bearer::Scope("User.Read")));
    }
    let mail = format!("{}@contoso.example", account.handle);
    Ok(Reply::json(200, &json!({"id": oid(&account), "displayName": account.handle, "userPrincipalName": mail})))
}

/// The number of an error, and its word.
fn number(problem: &Problem) -> Option<(u32, u16, &'static str, &'static str)> {
    Some(match problem {
        Problem::UnknownClient => (700_016, 400, "unauthorized_client", "Application was not found in the directory."),
        Problem::Redirect(_) => {
            (50_011, 400, "invalid_request", "The redirect URI specified in the request does not match.")
        }
        Problem::SecretMissing => {
            (7_000_218, 401, "invalid_client", "The request body must contain: 'client_assertion' or 'client_secret'.")
        }
        Problem::SecretWrong => (7_000_215, 401, "invalid_client", "Invalid client secret provided."),
        Problem::SecretForbidden => (
            700_025,
            401,
            "invalid_client",
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        ),
        Problem::Code => (9_002_313, 400, "invalid_grant", "Invalid request. Request is malformed or invalid."),
        Problem::CodeUsed => (54_005, 400, "invalid_grant", "OAuth2 Authorization code was already redeemed."),
        Problem::CodeExpired => (70_008, 400, "invalid_grant", "The provided authorization code has expired."),
        Problem::CodeElsewhere => {
            (500_112, 400, "invalid_client", "The reply address does not match the one of the authorization request.")
        }
        Problem::Verifier => (501_481, 400, "invalid_grant", "The Code_Verifier does not match the code_challenge."),
        Problem::RefreshToken => {
            (50_173, 400, "invalid_grant", "The provided grant has expired due to it being revoked.")
        }
        Problem::RefreshExpired => (700_082, 400, "invalid_grant", "The refresh token has expired due to inactivity."),
        Problem::Missing(_) => (900_144, 400, "invalid_request", "The request body must contain the parameter."),
        Problem::GrantType => (70_003, 400, "unsupported_grant_type", "The app requested an unsupported grant type."),
        Problem::Denied => (65_004, 400, "access_denied", "User declined to consent to access the app."),
        Problem::Refused(Refusal::ServerError) => {
            (90_033, 503, "temporarily_unavailable", "A transient error has occurred.")
        }
        _ => return None,
    })
}

fn words(problem: &Problem) -> Words {
    number(problem).map_or_else(
        || standard_words(problem),
        |(number, status, error, sentence)| Words::new(status, error, format!("AADSTS{number}: {sentence}")),
    )
}

fn answer(problem: &Problem, words: &Words) -> Reply {
    let graph =
        |status, code: &str, message: &str| Reply::json(status, &json!({"error": {"code": code, "message": message}}));
    match problem {
        Problem::Bearer(Bearer::Scope(_)) => graph(403, "Authorization_RequestDenied", "Insufficient privileges."),
        Problem::Bearer(Bearer::Expired) => {
            graph(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        }
        Problem::Bearer(_) => graph(401, "InvalidAuthenticationToken", "Access token is empty or invalid."),
        Problem::NotFound => graph(404, "ResourceNotFound", "Resource not found."),
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => {
            graph(429, "TooManyRequests", "Too many requests.").with("retry-after", retry_after_s)
        }
        _ => {
            let codes: Vec<u32> = number(problem).map(|(number, ..)| number).into_iter().collect();
            let body = json!({
                "error": words.error, "error_description": words.description, "error_codes": codes,
                "trace_id": TENANT, "correlation_id": TENANT,
            });
            Reply::json(words.status, &body)
        }
    }
}
