//! GitHub by code.

use reqwest::Method;
use serde_json::json;
use simulator::{Command, CommandError, Fault, Rule};

use crate::client::{ID, Rig, SECRET, VERIFIER, answer, asking, header, refusal, text};

pub const URI: &str = "http://127.0.0.1/cb";
const BOUND: &str = "http://127.0.0.1:4711/cb";

pub async fn start() -> Rig {
    let rig = Rig::start("github", "/login/oauth/authorize", "/login/oauth/access_token").await;
    rig.app(Some(SECRET), &[URI]).unwrap();
    rig
}

/// `identity.md`, 3: loopback with any port, scopes with commas, no end, `X-OAuth-Scopes`.
#[tokio::test]
async fn a_code_becomes_a_token_that_does_not_end() {
    let rig = start().await;
    let code = rig.code(&asking(BOUND, "gist user:email")).await;
    let (status, token) = rig.with_secret(&code, BOUND, VERIFIER).await;
    assert_eq!(
        (status, text(&token, "scope").as_str(), text(&token, "token_type").as_str()),
        (200, "gist,user:email", "bearer")
    );
    assert!(text(&token, "access_token").starts_with("gho_"));
    assert!(
        token.get("expires_in").is_none() && token.get("refresh_token").is_none() && token.get("id_token").is_none()
    );
    rig.advance_s(365 * 86_400);
    let response = rig.response("/user", &text(&token, "access_token")).await;
    assert_eq!(header(&response, "x-oauth-scopes"), "gist, user:email");
    assert_eq!(text(&response.json().await.unwrap(), "login"), "alice");
}

/// `identity.md`, 3: "Errors arrive with HTTP 200"; a code lives ten minutes and serves once.
#[tokio::test]
async fn refusals_come_with_200() {
    let rig = start().await;
    for (redirect_uri, verifier, wait_s, expected) in [
        (BOUND, "another-verifier-another-verifier-another-verifier", 0, "bad_verification_code"),
        ("http://127.0.0.1:1/cb", VERIFIER, 0, "redirect_uri_mismatch"),
        (BOUND, VERIFIER, 600, "bad_verification_code"),
    ] {
        let code = rig.code(&asking(BOUND, "gist")).await;
        rig.advance_s(wait_s);
        let refused = rig.with_secret(&code, redirect_uri, verifier).await;
        assert_eq!(refusal(&refused), (200, expected));
        assert!(refused.1["error_uri"].is_string() && refused.1["error_description"].is_string());
        assert_eq!(refusal(&rig.with_secret(&code, BOUND, VERIFIER).await), (200, "bad_verification_code"), "used");
    }
    let code = rig.code(&asking(BOUND, "gist")).await;
    rig.advance_s(500);
    assert!(rig.with_secret(&code, BOUND, VERIFIER).await.1["access_token"].is_string());
}

/// `identity.md`, 3: "PKCE does not remove the need for `client_secret`"; the verifier is enforced only if sent for.
#[tokio::test]
async fn the_secret_is_always_needed_and_the_challenge_never() {
    let rig = start().await;
    let code = rig.code(&asking(URI, "gist")).await;
    assert_eq!(refusal(&rig.without_secret(&code, URI, VERIFIER).await), (200, "incorrect_client_credentials"));
    let plain = [("redirect_uri", URI), ("scope", "gist")];
    let code = rig.code(&plain).await;
    assert!(rig.with_secret(&code, URI, "").await.1["access_token"].is_string());
    let code = rig.code(&[("scope", "gist")]).await;
    let form = [("client_id", ID), ("client_secret", SECRET), ("code", code.as_str())];
    assert!(rig.exchange(&form).await.1["access_token"].is_string(), "neither address nor grant type");
}

/// `identity.md`, 3: "the port in the request may differ"; the path and the name may not.
#[tokio::test]
async fn only_the_port_is_free() {
    let rig = start().await;
    for uri in ["http://localhost:4711/cb", "http://127.0.0.1:4711/other", "https://127.0.0.1/cb", "postroom://cb"] {
        assert_eq!(rig.refused_page(&asking(uri, "gist")).await.0, 400, "{uri}");
    }
}

/// `identity.md`, 3: up to ten addresses; every app has a secret.
#[tokio::test]
async fn apps_have_a_secret_and_ten_addresses_at_most() {
    let rig = start().await;
    let many: Vec<String> = (0..11).map(|number| format!("http://127.0.0.1/{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(rig.app(Some(SECRET), &many), Err(CommandError::UnusableApp(_))));
    assert!(rig.app(Some(SECRET), &many[..10]).is_ok());
    assert!(matches!(rig.app(None, &[URI]), Err(CommandError::UnusableApp(_))));
}

/// `identity.md`, 3: expiry as an app setting or by `offline_access`; "both old tokens die at once".
#[tokio::test]
async fn expiring_tokens_come_in_pairs_that_die_together() {
    let rig = start().await;
    rig.set(&json!({"refresh_tokens": true}));
    let code = rig.code(&asking(URI, "gist")).await;
    let token = rig.with_secret(&code, URI, VERIFIER).await.1;
    assert_eq!((&token["expires_in"], &token["refresh_token_expires_in"]), (&json!(28_800), &json!(15_897_600)));
    let (access, refresh) = (text(&token, "access_token"), text(&token, "refresh_token"));
    assert_eq!(refusal(&rig.refresh(&refresh, None).await), (200, "incorrect_client_credentials"));
    let next = rig.refresh(&refresh, Some(SECRET)).await.1;
    assert_eq!(rig.get("/user", &access).await.0, 401);
    assert_eq!(refusal(&rig.refresh(&refresh, Some(SECRET)).await), (200, "bad_refresh_token"));
    assert_eq!(rig.get("/user", &text(&next, "access_token")).await.0, 200);
    rig.advance_s(28_800);
    let dead = rig.get("/user", &text(&next, "access_token")).await;
    assert_eq!((dead.0, text(&dead.1, "message").as_str()), (401, "Bad credentials"));
    rig.advance_s(15_897_600);
    assert_eq!(refusal(&rig.refresh(&text(&next, "refresh_token"), Some(SECRET)).await), (200, "bad_refresh_token"));
    rig.set(&json!({"refresh_tokens": false}));
    let code = rig.code(&asking(URI, "gist offline_access")).await;
    assert!(rig.with_secret(&code, URI, VERIFIER).await.1["refresh_token"].is_string(), "by the scope");
}

/// `identity.md`, 3: "10 live tokens per user/app/scope; the oldest is revoked".
#[tokio::test]
async fn the_eleventh_token_ends_the_first() {
    let rig = start().await;
    let mut tokens = Vec::new();
    for _ in 0..11 {
        let code = rig.code(&asking(URI, "gist")).await;
        tokens.push(text(&rig.with_secret(&code, URI, VERIFIER).await.1, "access_token"));
    }
    assert_eq!(rig.get("/user", &tokens[0]).await.0, 401);
    assert_eq!(rig.get("/user", &tokens[1]).await.0, 200);
    let held = rig.running.control(&Command::TokensOf { handle: "alice".to_owned() }).unwrap();
    assert_eq!(held, json!({"tokens": 10}));
}

/// `identity.md`, 0: revoking is `DELETE /applications/{client_id}/token` with id and secret.
#[tokio::test]
async fn revoking_takes_id_and_secret() {
    let rig = start().await;
    let code = rig.code(&asking(URI, "gist")).await;
    let token = text(&rig.with_secret(&code, URI, VERIFIER).await.1, "access_token");
    let delete = |secret: &str| {
        let request = rig.request(Method::DELETE, &format!("/applications/{ID}/token")).basic_auth(ID, Some(secret));
        answer(request.json(&json!({"access_token": token})))
    };
    assert_eq!(delete("wrong").await.0, 404);
    assert_eq!(rig.get("/user", &token).await.0, 200);
    assert_eq!(delete(SECRET).await.0, 204);
    assert_eq!(delete(SECRET).await.0, 422, "gone");
    assert_eq!(rig.get("/user", &token).await.0, 401);
}

/// `identity.md`, 3: `X-RateLimit-…`, 403 or 429 with `Retry-After`; `User-Agent` required.
#[tokio::test]
async fn limits_are_told_in_headers() {
    let rig = start().await;
    let code = rig.code(&asking(URI, "gist")).await;
    let token = text(&rig.with_secret(&code, URI, VERIFIER).await.1, "access_token");
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    rig.get("/user", &token).await;
    let response = rig.response("/user", &token).await;
    let told = ["limit", "remaining", "used", "resource"].map(|name| header(&response, &format!("x-ratelimit-{name}")));
    assert_eq!(told, ["5000", "4998", "2", "core"]);
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 60 }).on("user.get"));
    let response = rig.response("/user", &token).await;
    assert_eq!((response.status().as_u16(), header(&response, "retry-after").as_str()), (403, "60"));
    let nameless = rig.request(Method::GET, "/user").bearer_auth(&token).header("user-agent", "");
    assert_eq!(answer(nameless).await.0, 403);
}
