//! Slack.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Command, Fault, Rule};

use crate::client::{Answer, ID, Rig, S256, SECRET, answer, header, param, text};

const LOCAL: &str = "http://localhost:4318/slack/callback";
const WEB: &str = "https://example.org/slack";
/// `slack.md`, 2: the documents' own example.
const VERIFIER: &str = "secretpassword";
const CHALLENGE: [(&str, &str); 2] =
    [("code_challenge", "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU"), ("code_challenge_method", "S256")];

async fn start(secret: Option<&str>) -> Rig {
    let rig = Rig::start("slack", "/oauth/v2/authorize", "/api/oauth.v2.access").await;
    rig.app(secret, &[LOCAL, WEB, "postroom://slack"]).unwrap();
    rig
}

fn user<'a>(uri: &'a str, scopes: &'a str) -> Vec<(&'a str, &'a str)> {
    [("redirect_uri", uri), ("user_scope", scopes)].into_iter().chain(CHALLENGE).collect()
}

/// The error of an answer that came with 200.
fn error(answer: &Answer) -> &str {
    assert_eq!((answer.0, &answer.1["ok"]), (200, &json!(false)), "{}", answer.1);
    answer.1["error"].as_str().unwrap()
}

async fn link(rig: &Rig) -> Value {
    let code = rig.code(&user(LOCAL, "chat:write,files:write")).await;
    let (status, token) = rig.without_secret(&code, LOCAL, VERIFIER).await;
    assert_eq!((status, &token["ok"]), (200, &json!(true)), "{token}");
    token["authed_user"].clone()
}

async fn test(rig: &Rig, token: &str) -> Answer {
    answer(rig.request(Method::POST, "/api/auth.test").bearer_auth(token)).await
}

/// `slack.md`, 2: route B: user scopes, no secret, a token of twelve hours, `auth.test`.
#[tokio::test]
async fn a_pkce_app_links_a_person() {
    let rig = start(None).await;
    let person = link(&rig).await;
    assert_eq!((text(&person, "token_type").as_str(), &person["expires_in"]), ("user", &json!(43_200)));
    assert_eq!(text(&person, "scope"), "chat:write,files:write");
    let access = text(&person, "access_token");
    assert!(access.starts_with("xoxe.xoxp-") && text(&person, "refresh_token").starts_with("xoxe-1-"));
    let me = test(&rig, &access).await.1;
    assert_eq!((&me["user"], &me["user_id"], &me["ok"]), (&json!("alice"), &person["id"], &json!(true)));
    rig.advance_s(43_200);
    assert_eq!(error(&test(&rig, &access).await), "token_expired");
}

/// `slack.md`, 2 and 9: "PKCE exchange with secret → `internal_error`".
#[tokio::test]
async fn a_pkce_app_that_sends_a_secret_fails() {
    let rig = start(None).await;
    let code = rig.code(&user(LOCAL, "chat:write")).await;
    assert_eq!(error(&rig.with_secret(&code, LOCAL, VERIFIER).await), "internal_error");
    assert_eq!(rig.without_secret(&code, LOCAL, VERIFIER).await.1["ok"], json!(true));
    let classic = start(Some(SECRET)).await;
    let code = classic.code(&[("redirect_uri", WEB), ("scope", "chat:write")]).await;
    assert_eq!(error(&classic.without_secret(&code, WEB, "").await), "bad_client_secret");
    assert_eq!(error(&classic.exchange(&[("client_id", "nobody"), ("code", "x")]).await), "invalid_client_id");
}

/// `slack.md`, 2: S256 only, compulsory for PKCE apps, and the verifier is checked.
#[tokio::test]
async fn the_challenge_is_held_to() {
    let rig = start(None).await;
    let code = rig.code(&user(LOCAL, "chat:write")).await;
    assert_eq!(error(&rig.without_secret(&code, LOCAL, "wrong").await), "invalid_code");
    let bare = [("redirect_uri", LOCAL), ("user_scope", "chat:write")];
    assert_eq!(rig.refused_back(&bare).await, "invalid_request");
    let plain = [bare[0], bare[1], S256[0], ("code_challenge_method", "plain")];
    assert_eq!(rig.refused_back(&plain).await, "invalid_request");
}

/// `slack.md`, 2: exact, "port included, `localhost` ≠ `127.0.0.1`"; http and schemes only with PKCE; no bot scopes there.
#[tokio::test]
async fn desktop_addresses_are_for_pkce_apps_and_user_scopes() {
    let rig = start(None).await;
    for uri in ["http://127.0.0.1:4318/slack/callback", "http://localhost:4319/slack/callback", &format!("{LOCAL}/")] {
        let (status, page) = rig.refused_page(&user(uri, "chat:write")).await;
        assert!(status == 400 && page.contains("did not match any configured URIs. Passed URI: http"), "{page}");
    }
    for uri in [LOCAL, "postroom://slack"] {
        assert_eq!(rig.open(&user(uri, "chat:write")).await.status().as_u16(), 200);
        let bot = [user(uri, "chat:write"), vec![("scope", "chat:write")]].concat();
        assert_eq!(rig.refused_back(&bot).await, "invalid_scope");
    }
    assert_eq!(rig.refused_back(&user(LOCAL, "")).await, "no_scopes");
    let classic = start(Some(SECRET)).await;
    for uri in [LOCAL, "postroom://slack"] {
        assert_eq!(classic.refused_page(&user(uri, "chat:write")).await.0, 400, "without PKCE");
    }
}

/// `slack.md`, 2: a classic app gets a bot's and a person's token; without rotation neither ends.
#[tokio::test]
async fn a_classic_app_gets_a_bot_and_a_person() {
    let rig = start(Some(SECRET)).await;
    let both = [("redirect_uri", WEB), ("scope", "chat:write,files:write"), ("user_scope", "chat:write")];
    let code = rig.code(&both).await;
    let form = [("code", code.as_str()), ("redirect_uri", WEB)];
    let token = rig.exchange_basic(SECRET, &form).await.1;
    assert_eq!(
        (text(&token, "token_type").as_str(), text(&token, "scope").as_str()),
        ("bot", "chat:write,files:write")
    );
    let (bot, person) = (text(&token, "access_token"), text(&token["authed_user"], "access_token"));
    assert!(bot.starts_with("xoxb-") && person.starts_with("xoxp-") && token["expires_in"].is_null());
    rig.advance_s(400 * 86_400);
    assert!(test(&rig, &bot).await.1["bot_id"].is_string());
    assert!(test(&rig, &person).await.1["bot_id"].is_null());
    rig.set(&json!({"refresh_tokens": true}));
    let code = rig.code(&[("redirect_uri", WEB), ("scope", "chat:write")]).await;
    let rotating = rig.with_secret(&code, WEB, "").await.1;
    assert!(text(&rotating, "access_token").starts_with("xoxe.xoxb-"));
    rig.advance_s(400 * 86_400);
    let next = rig.refresh(&text(&rotating, "refresh_token"), Some(SECRET)).await.1;
    assert_eq!((&next["ok"], text(&next, "token_type").as_str()), (&json!(true), "bot"), "no end for classic apps");
}

/// `slack.md`, 2: refresh tokens serve once, die after 30 days for PKCE apps, and "the 30 days restart".
#[tokio::test]
async fn refresh_tokens_of_pkce_apps_last_thirty_days() {
    let rig = start(None).await;
    let first = text(&link(&rig).await, "refresh_token");
    rig.advance_s(29 * 86_400);
    let second = rig.refresh(&first, None).await.1;
    assert_eq!(text(&second, "token_type"), "user", "at the top level");
    assert_eq!(error(&rig.refresh(&first, None).await), "invalid_refresh_token");
    rig.advance_s(29 * 86_400);
    let third = rig.refresh(&text(&second, "refresh_token"), None).await.1;
    rig.advance_s(30 * 86_400);
    assert_eq!(error(&rig.refresh(&text(&third, "refresh_token"), None).await), "invalid_refresh_token");
}

/// `slack.md`, 2: `code_already_used`, `code_expired`, `bad_redirect_uri`, `invalid_grant_type`, `access_denied`.
#[tokio::test]
async fn codes_have_their_errors() {
    let rig = start(None).await;
    let code = rig.code(&user(LOCAL, "chat:write")).await;
    assert_eq!(error(&rig.without_secret(&code, WEB, VERIFIER).await), "bad_redirect_uri");
    assert_eq!(error(&rig.without_secret(&code, LOCAL, VERIFIER).await), "code_already_used");
    let code = rig.code(&user(LOCAL, "chat:write")).await;
    rig.advance_s(600);
    assert_eq!(error(&rig.without_secret(&code, LOCAL, VERIFIER).await), "code_expired");
    assert_eq!(error(&rig.without_secret("nonsense", LOCAL, VERIFIER).await), "invalid_code");
    let other = rig.exchange(&[("client_id", ID), ("grant_type", "password")]).await;
    assert_eq!(error(&other), "invalid_grant_type");
    let back = rig.decide(&user(LOCAL, "chat:write"), &[("decision", "deny")]).await;
    assert_eq!(param(&back, "error"), "access_denied");
}

/// `slack.md`, 2 and 5: `auth.revoke`, `apps.uninstall`, and the words for dead tokens.
#[tokio::test]
async fn tokens_end_with_a_word_each() {
    let rig = start(None).await;
    let access = text(&link(&rig).await, "access_token");
    assert_eq!(error(&rig.form("/api/auth.test", &[]).await), "not_authed");
    assert_eq!(error(&test(&rig, "xoxb-nonsense").await), "invalid_auth");
    rig.running.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    assert_eq!(error(&test(&rig, &access).await), "account_inactive");
    rig.running.control(&Command::Restore { handle: "alice".to_owned() }).unwrap();
    let revoked = rig.form("/api/auth.revoke", &[("token", &access)]).await;
    assert_eq!(revoked, (200, json!({"ok": true, "revoked": true})));
    assert_eq!(error(&test(&rig, &access).await), "token_revoked");
    let classic = start(Some(SECRET)).await;
    let code = classic.code(&[("redirect_uri", WEB), ("scope", "chat:write")]).await;
    let bot = text(&classic.with_secret(&code, WEB, "").await.1, "access_token");
    let uninstall = [("client_id", ID), ("client_secret", SECRET), ("token", bot.as_str())];
    assert_eq!(classic.form("/api/apps.uninstall", &uninstall).await, (200, json!({"ok": true})));
    assert_eq!(error(&test(&classic, &bot).await), "token_revoked");
}

/// `slack.md`, 2 and 4: `oauth.v2.user.access`, 429 with `Retry-After`.
#[tokio::test]
async fn user_tokens_at_the_top_and_too_many_calls() {
    let rig = start(None).await.by("/oauth/v2/authorize", "/api/oauth.v2.user.access");
    let code = rig.code(&user(LOCAL, "chat:write")).await;
    let token = rig.without_secret(&code, LOCAL, VERIFIER).await.1;
    assert!(text(&token, "access_token").starts_with("xoxe.xoxp-") && token["authed_user"]["id"].is_string());
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 30 }).on("auth.test"));
    let limited = rig.response("/api/auth.test", &text(&token, "access_token")).await;
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, "30"));
    assert_eq!(text(&limited.json().await.unwrap(), "error"), "ratelimited");
}
