//! What becomes of an `Idempotency-Key`.

use serde_json::json;
use simulator::{Command, Fault, Rule};

use crate::client::{Rig, SCOPES, answer, grant, text};

const HOUR_MS: i64 = 3_600_000;

/// Posts twice under one key, `wait_ms` apart; whether there are two statuses.
async fn doubles(rig: &Rig, wait_ms: i64) -> bool {
    let (first, one) = rig.post_with_key("k", "hello").await;
    rig.advance(wait_ms);
    let (second, other) = rig.post_with_key("k", "hello").await;
    assert_eq!((first, second), (200, 200));
    assert_eq!(text(&one, "id") == text(&other, "id"), rig.made().len() == 1);
    rig.made().len() == 2
}

#[tokio::test]
async fn honoured_for_an_hour() {
    assert!(!doubles(&Rig::start("mastodon").await, HOUR_MS - 60_000).await);
    assert!(doubles(&Rig::start("mastodon").await, HOUR_MS).await);
}

#[tokio::test]
async fn ignored() {
    assert!(doubles(&Rig::start("gotosocial").await, 0).await);
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"keys": "ignored"}));
    assert!(doubles(&rig, 0).await);
}

#[tokio::test]
async fn a_life_of_nothing_makes_a_second_status() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"key_life_ms": 0}));
    assert!(doubles(&rig, 0).await);
}

#[tokio::test]
async fn a_second_call_before_the_key_is_stored_slips_through() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"key_stored_after_ms": 60_000}));
    assert!(doubles(&rig, 0).await);
}

#[tokio::test]
async fn a_repeat_is_answered_with_the_first_whatever_it_says() {
    let rig = Rig::start("mastodon").await;
    rig.post_with_key("k", "one").await;
    let (status, repeated) = rig.post_with_key("k", "another").await;
    assert_eq!((status, text(&repeated, "content").as_str()), (200, "<p>one</p>"));
    assert_eq!(
        rig.running.count("text", "one").unwrap(),
        1,
        "the repeat is in the journal as one that changed nothing"
    );
    assert_eq!(rig.running.effects().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_is_its_accounts_own() {
    let rig = Rig::start("mastodon").await;
    rig.running.control(&Command::add_account("bob", "x")).unwrap();
    let bob = text(&rig.running.control(&grant("bob", SCOPES)).unwrap(), "access_token");
    rig.post_with_key("k", "hello").await;
    let other = rig.bare(reqwest::Method::POST, "/api/v1/statuses").bearer_auth(bob).header("idempotency-key", "k");
    assert_eq!(answer(other.json(&json!({"status": "hello"}))).await.0, 200);
    assert_eq!(rig.made().len(), 2);
}

#[tokio::test]
async fn a_refusal_uses_up_no_key() {
    let rig = Rig::start("mastodon").await;
    assert_eq!(rig.post_with_key("k", " ").await.0, 422);
    assert_eq!(rig.post_with_key("k", "hello").await.0, 200);
}

#[tokio::test]
async fn a_lost_reply_was_performed_and_its_key_known() {
    let rig = Rig::start("mastodon").await;
    rig.running.faults().set(vec![Rule::new(Fault::LostReply).on("statuses.create")]);
    let request = rig.request(reqwest::Method::POST, "/api/v1/statuses").header("idempotency-key", "k");
    assert!(request.json(&json!({"status": "hello"})).send().await.is_err());
    assert_eq!(rig.made().len(), 1);
    assert_eq!(rig.post_with_key("k", "hello").await.0, 200);
    assert_eq!(rig.made().len(), 1);
}
