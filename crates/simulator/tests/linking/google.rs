//! Google.

use serde_json::{Value, json};
use simulator::{Fault, Rule};

use crate::client::{ID, Rig, SECRET, VERIFIER, asking, header, param, refusal, text};

pub const URI: &str = "http://127.0.0.1:4711/cb";
const UPLOAD: &str = "https://www.googleapis.com/auth/youtube.upload";

pub async fn start() -> Rig {
    let rig = Rig::start("google", "/o/oauth2/v2/auth", "/token").await;
    rig.app(Some(SECRET), &[]).unwrap();
    rig
}

async fn link(rig: &Rig, scope: &str) -> Value {
    let code = rig.code(&asking(URI, scope)).await;
    let (status, token) = rig.with_secret(&code, URI, VERIFIER).await;
    assert_eq!(status, 200, "{token}");
    token
}

/// `identity.md`, 0 and 1: any loopback port, nothing registered; the answer of the sheet.
#[tokio::test]
async fn desktop_clients_come_back_on_any_loopback_port() {
    let rig = start().await;
    for uri in [URI, "http://[::1]:1/cb", "http://localhost:2/x"] {
        let code = rig.code(&asking(uri, "openid email profile")).await;
        let token = rig.with_secret(&code, uri, VERIFIER).await.1;
        assert_eq!((&token["expires_in"], text(&token, "token_type").as_str()), (&json!(3_599), "Bearer"), "{uri}");
        assert!(text(&token, "refresh_token").starts_with("1//0") && token["refresh_token_expires_in"].is_null());
    }
    for uri in ["postroom://cb", "https://127.0.0.1/cb", "http://192.168.0.1/cb"] {
        let (status, page) = rig.refused_page(&asking(uri, "openid")).await;
        assert_eq!(status, 400, "{page}");
    }
}

/// `identity.md`, 0: the secret is wanted though it is no secret; PKCE is enforced where it was begun.
#[tokio::test]
async fn secret_address_verifier_and_time_are_checked() {
    let rig = start().await;
    let code = rig.code(&asking(URI, "openid")).await;
    assert_eq!(refusal(&rig.without_secret(&code, URI, VERIFIER).await), (400, "invalid_request"));
    assert_eq!(
        refusal(&rig.exchange_basic("wrong", &[("grant_type", "refresh_token")]).await),
        (401, "invalid_client")
    );
    for (uri, verifier, wait_s, expected) in [
        ("http://127.0.0.1:1/cb", VERIFIER, 0, "redirect_uri_mismatch"),
        (URI, "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong", 0, "invalid_grant"),
        (URI, "", 0, "invalid_grant"),
        (URI, VERIFIER, 600, "invalid_grant"),
    ] {
        let code = rig.code(&asking(URI, "openid")).await;
        rig.advance_s(wait_s);
        assert_eq!(refusal(&rig.with_secret(&code, uri, verifier).await), (400, expected));
    }
}

/// `identity.md`, 0: S256; RFC 7636, 4.1: 43 to 128 characters, and only some.
#[tokio::test]
async fn challenges_are_s256_and_verifiers_well_formed() {
    let rig = start().await;
    let plain = [("redirect_uri", URI), ("scope", "openid"), ("code_challenge", VERIFIER)];
    assert_eq!(rig.refused_back(&plain).await, "invalid_request", "no method means plain");
    // Each with the challenge that belongs to it.
    for (verifier, challenge) in [
        ("not+unreserved+not+unreserved+not+unreserved", "Xhlhd80bXiKXXLQhXPl3lfttpfM67XNQE-jxnE1Ne9U"),
        ("short-but-right", "AiGtd_Hsab0FJn9_kTr9X0HNrYTj34n6eY1cQRKo4ZA"),
    ] {
        let query = [plain[0], plain[1], ("code_challenge", challenge), ("code_challenge_method", "S256")];
        let code = rig.code(&query).await;
        assert_eq!(refusal(&rig.with_secret(&code, URI, verifier).await), (400, "invalid_grant"));
    }
}

/// `identity.md`, 1: "Granular consent: user may untick scopes: compare `scope` in reply".
#[tokio::test]
async fn people_may_leave_out_scopes() {
    let rig = start().await;
    let scopes = format!("openid {UPLOAD}");
    let page = rig.open(&asking(URI, &scopes)).await.text().await.unwrap();
    assert!(page.contains("Leave out") && page.contains(UPLOAD));
    let back = rig.decide(&asking(URI, &scopes), &[("decision", "allow"), ("withhold", UPLOAD)]).await;
    let token = rig.with_secret(&param(&back, "code"), URI, VERIFIER).await.1;
    assert_eq!(text(&token, "scope"), "openid");
    rig.set(&json!({"withheld_scopes": [UPLOAD]}));
    assert_eq!(text(&link(&rig, &scopes).await, "scope"), "openid", "by command");
    rig.set(&json!({"withheld_scopes": []}));
    assert_eq!(text(&link(&rig, &scopes).await, "scope"), scopes);
}

/// `identity.md`, 1: "Refresh reply has no new refresh token: keep the old".
#[tokio::test]
async fn a_refresh_token_goes_on() {
    let rig = start().await;
    let token = link(&rig, "openid").await;
    let refresh = text(&token, "refresh_token");
    rig.advance_s(3_599);
    let old = rig.response("/v1/userinfo", &text(&token, "access_token")).await;
    assert!(old.status().as_u16() == 401 && header(&old, "www-authenticate").starts_with("Bearer error="));
    for _ in 0..2 {
        let next = rig.refresh(&refresh, Some(SECRET)).await.1;
        assert!(next["refresh_token"].is_null(), "{next}");
        assert_eq!(rig.get("/v1/userinfo", &text(&next, "access_token")).await.0, 200);
    }
}

/// `identity.md`, 1: in testing a refresh token "dies after 7 days (unless only openid/email/profile)".
#[tokio::test]
async fn an_app_in_testing_is_good_for_a_week() {
    let rig = start().await;
    rig.set(&json!({"testing": true}));
    let (identity, upload) = (link(&rig, "openid").await, link(&rig, UPLOAD).await);
    assert_eq!(
        (&identity["refresh_token_expires_in"], &upload["refresh_token_expires_in"]),
        (&Value::Null, &json!(604_800))
    );
    rig.advance_s(604_000);
    assert_eq!(rig.refresh(&text(&upload, "refresh_token"), Some(SECRET)).await.0, 200);
    rig.advance_s(800);
    let dead = rig.refresh(&text(&upload, "refresh_token"), Some(SECRET)).await;
    assert_eq!(refusal(&dead), (400, "invalid_grant"));
    assert_eq!(rig.refresh(&text(&identity, "refresh_token"), Some(SECRET)).await.0, 200);
}

/// `identity.md`, 0 and 1: revoking, and "100 live; the oldest is dropped silently".
#[tokio::test]
async fn grants_end() {
    let rig = start().await;
    let first = link(&rig, "openid").await;
    let (access, refresh) = (text(&first, "access_token"), text(&first, "refresh_token"));
    assert_eq!(rig.form("/revoke", &[("token", &access)]).await, (200, json!({})));
    assert_eq!(refusal(&rig.refresh(&refresh, Some(SECRET)).await), (400, "invalid_grant"), "the grant went with it");
    assert_eq!(refusal(&rig.form("/revoke", &[("token", &access)]).await), (400, "invalid_token"));
    let oldest = text(&link(&rig, "openid").await, "refresh_token");
    for _ in 0..99 {
        link(&rig, "openid").await;
    }
    assert_eq!(rig.refresh(&oldest, Some(SECRET)).await.0, 200, "a hundred live");
    link(&rig, "openid").await;
    assert_eq!(refusal(&rig.refresh(&oldest, Some(SECRET)).await), (400, "invalid_grant"));
}

/// `identity.md`, 1 and 5: userinfo by scopes, and 429 with `Retry-After`.
#[tokio::test]
async fn userinfo_tells_what_was_allowed() {
    let rig = start().await;
    let token = text(&link(&rig, "openid email").await, "access_token");
    let person = rig.get("/v1/userinfo", &token).await.1;
    assert!(person["email"].is_string() && person["name"].is_null(), "{person}");
    let upload = text(&link(&rig, UPLOAD).await, "access_token");
    assert_eq!(rig.get("/v1/userinfo", &upload).await.0, 401);
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 7 }).on("userinfo"));
    let limited = rig.response("/v1/userinfo", &token).await;
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, "7"));
    let unknown = [("redirect_uri", URI), ("scope", "youtube"), ("client_id", ID)];
    assert_eq!(rig.refused_back(&unknown).await, "invalid_scope");
}
