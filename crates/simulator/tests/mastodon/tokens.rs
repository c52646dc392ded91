//! What a token may do, and how it ends.

use reqwest::Method;
use serde_json::json;
use simulator::{Command, CommandError};

use crate::client::{Rig, SCOPES, answer, grant, refusal, text};

#[tokio::test]
async fn each_call_needs_its_scope() {
    for (platform, expected) in [("mastodon", 403), ("gotosocial", 403)] {
        let rig = Rig::start(platform).await;
        let reading = rig.token("read");
        let post = rig.bare(Method::POST, "/api/v1/statuses").bearer_auth(&reading).json(&json!({"status": "x"}));
        let refused = answer(post).await;
        assert_eq!(refusal(&refused), (expected, "This action is outside the authorized scopes"), "{platform}");
        assert!(rig.made().is_empty());
    }
}

#[tokio::test]
async fn a_profile_scope_tells_who_it_is_and_no_more() {
    let rig = Rig::start("mastodon").await;
    let token = rig.token("profile");
    let ask = |path: &str| answer(rig.bare(Method::GET, path).bearer_auth(&token));
    let (status, me) = ask("/api/v1/accounts/verify_credentials").await;
    assert_eq!((status, &me["source"]["privacy"]), (200, &json!("public")));
    assert_eq!(ask(&format!("/api/v1/accounts/{}/statuses", rig.account)).await.0, 403);
}

#[tokio::test]
async fn revoked_forgotten_and_missing_tokens_differ_in_words() {
    let rig = Rig::start("mastodon").await;
    let me = "/api/v1/accounts/verify_credentials";
    assert_eq!(refusal(&rig.get_bare(me).await), (401, "The access token is invalid"));
    rig.running.control(&Command::RevokeTokens).unwrap();
    assert_eq!(refusal(&rig.get(me).await), (401, "The access token was revoked"));
    rig.running.control(&Command::ExpireAccess).unwrap();
    assert_eq!(refusal(&rig.get(me).await), (401, "The access token is invalid"));
}

#[tokio::test]
async fn revoking_takes_the_client_and_can_be_repeated() {
    let rig = Rig::start("mastodon").await;
    let [own, other] = [(); 2].map(|()| rig.running.control(&grant("alice", SCOPES)).unwrap());
    let revoke = |client: &serde_json::Value| {
        let form = ["client_id", "client_secret"].map(|name| (name, text(client, name)));
        let form: Vec<_> = form.into_iter().chain([("token", text(&own, "access_token"))]).collect();
        answer(rig.bare(Method::POST, "/oauth/revoke").form(&form))
    };
    let tokens = || rig.running.control(&Command::TokensOf { handle: "alice".to_owned() }).unwrap();
    let before = tokens()["tokens"].as_u64().unwrap();
    assert_eq!(refusal(&revoke(&other).await), (403, "unauthorized_client"));
    assert_eq!(revoke(&own).await, (200, json!({})));
    assert_eq!(revoke(&own).await, (200, json!({})));
    assert_eq!(tokens(), json!({"tokens": before - 1}));
    let me = rig.bare(Method::GET, "/api/v1/accounts/verify_credentials").bearer_auth(text(&own, "access_token"));
    assert_eq!(answer(me).await.0, 401);
}

#[tokio::test]
async fn a_restricted_account_is_told_so() {
    let rig = Rig::start("mastodon").await;
    let handle = || "alice".to_owned();
    rig.running.control(&Command::TakeDown { handle: handle() }).unwrap();
    let refused = rig.post(&json!({"status": "x"})).await;
    assert_eq!(refusal(&refused), (403, "Your login is currently disabled"));
    rig.running.control(&Command::Deactivate { handle: handle() }).unwrap();
    assert_eq!(rig.post(&json!({"status": "x"})).await.0, 403);
    rig.running.control(&Command::Restore { handle: handle() }).unwrap();
    assert_eq!(rig.post(&json!({"status": "x"})).await.0, 200);
}

#[tokio::test]
async fn names_and_settings_are_checked() {
    let rig = Rig::start("mastodon").await;
    for handle in ["alice", "alice@example.org", ""] {
        let refused = rig.running.control(&Command::add_account(handle, "x")).unwrap_err();
        assert!(matches!(refused, CommandError::UnusableHandle(_)));
    }
    let unknown = rig.running.control(&Command::configure(&json!({"weather": "fine"}))).unwrap_err();
    assert!(matches!(unknown, CommandError::UnknownSetting(_)));
    assert!(matches!(rig.running.control(&grant("bob", "read")), Err(CommandError::UnknownAccount(_))));
}

#[tokio::test]
async fn no_secret_reaches_the_journal() {
    let rig = Rig::start("mastodon").await;
    rig.post(&json!({"status": "hello"})).await;
    let journal = std::fs::read_to_string(rig.running.journal()).unwrap();
    assert!(journal.contains("hello") && !journal.contains(&rig.token));
}
