use std::time::Duration;

use serde_json::json;
use simulator::{Fault, Rule};
use tokio::time::timeout;

use crate::client::{PATIENCE, Rig, record, refusal, text};

const RKEY: &str = "3lzzzzzzzzz22";

/// A rig with one session and one rule on createRecord.
async fn rig(fault: Fault) -> (Rig, String) {
    let rig = Rig::start().await;
    let access = rig.access().await;
    rig.running.faults().set(vec![Rule::new(fault).on("createRecord")]);
    (rig, access)
}

async fn exists(rig: &Rig) -> bool {
    rig.read(RKEY).await.0 == 200
}

#[tokio::test]
async fn reject_does_nothing_and_is_final() {
    let (rig, access) = rig(Fault::Reject).await;
    assert_eq!(refusal(&rig.create(&access, RKEY, &record("x")).await), (400, "InvalidRequest"));
    assert!(!exists(&rig).await);
    assert_eq!(rig.create(&access, RKEY, &record("x")).await.0, 200, "the rule is spent");
}

#[tokio::test]
async fn rate_limit_says_how_long() {
    let (rig, access) = rig(Fault::RateLimit { retry_after_s: 7 }).await;
    let response = rig.create_request(&access, RKEY, "x").send().await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(response.json::<serde_json::Value>().await.unwrap()["error"], "RateLimitExceeded");
    assert!(!exists(&rig).await);
}

#[tokio::test]
async fn server_error_does_nothing() {
    let (rig, access) = rig(Fault::ServerError).await;
    assert_eq!(refusal(&rig.create(&access, RKEY, &record("x")).await), (500, "InternalServerError"));
    assert!(!exists(&rig).await);
}

#[tokio::test]
async fn hang_never_answers_and_does_nothing() {
    let (rig, access) = rig(Fault::Hang).await;
    let error = rig.create_request(&access, RKEY, "x").timeout(Duration::from_millis(200)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(!exists(&rig).await);
    assert_eq!(rig.running.seen().unwrap().iter().filter(|seen| seen.fault.as_deref() == Some("hang")).count(), 1);
}

#[tokio::test]
async fn a_lost_reply_was_performed() {
    let (rig, access) = rig(Fault::LostReply).await;
    let error = rig.create_request(&access, RKEY, "x").send().await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_status(), "{error:?}");
    assert!(exists(&rig).await);
    assert_eq!(rig.running.count("rkey", RKEY).unwrap(), 1);
    assert_eq!(refusal(&rig.create(&access, RKEY, &record("x")).await), (500, "InternalServerError"));
}

#[tokio::test]
async fn accepted_late_has_done_nothing_yet_when_the_client_gives_up() {
    let (rig, access) = rig(Fault::AcceptLate { delay_ms: 3_600_000 }).await;
    let error = rig.create_request(&access, RKEY, "x").send().await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert!(rig.running.effects().unwrap().is_empty());
}

#[tokio::test]
async fn accepted_late_comes_in_the_end() {
    let (rig, access) = rig(Fault::AcceptLate { delay_ms: 20 }).await;
    rig.create_request(&access, RKEY, "x").send().await.unwrap_err();
    timeout(PATIENCE, rig.running.wait_for_effects(1)).await.unwrap().unwrap();
    assert_eq!(rig.running.count("rkey", RKEY).unwrap(), 1);
}

#[tokio::test]
async fn a_delayed_reply_is_in_the_journal_before_it_comes() {
    let (rig, access) = rig(Fault::DelayReply { delay_ms: 3_600_000 }).await;
    let waiting = tokio::spawn(rig.create_request(&access, RKEY, "x").send());
    timeout(PATIENCE, rig.running.wait_for_effects(1)).await.unwrap().unwrap();
    assert!(!waiting.is_finished());
    waiting.abort();
    assert!(exists(&rig).await, "though the client has gone");
}

#[tokio::test]
async fn revoking_during_a_call_fails_it_and_all_refreshing() {
    let (rig, access) = rig(Fault::RevokeTokens).await;
    let (_, refresh) = rig.session().await;
    assert_eq!(refusal(&rig.create(&access, RKEY, &record("x")).await), (400, "ExpiredToken"));
    let (status, body) = rig.bare("com.atproto.server.refreshSession", &refresh).await;
    assert_eq!((status, &body["message"]), (400, &json!("Token has been revoked")));
    assert!(!exists(&rig).await);
}

#[tokio::test]
async fn expiry_during_a_call_is_mended_by_refreshing() {
    let (rig, access) = rig(Fault::ExpireAccess).await;
    let (_, refresh) = rig.session().await;
    assert_eq!(refusal(&rig.create(&access, RKEY, &record("x")).await), (400, "ExpiredToken"));
    let (_, session) = rig.bare("com.atproto.server.refreshSession", &refresh).await;
    assert_eq!(rig.create(&text(&session, "accessJwt"), RKEY, &record("x")).await.0, 200);
}

#[tokio::test]
async fn a_dripping_reply_starts_and_goes_on() {
    let (rig, access) = rig(Fault::Drip).await;
    let mut response = rig.create_request(&access, RKEY, "x").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let announced = response.content_length().unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    let second = response.chunk().await.unwrap().unwrap();
    assert_eq!((first.as_ref(), second.len()), (b"{".as_ref(), 1));
    assert!(announced > 100);
    assert!(exists(&rig).await);
}

#[tokio::test]
async fn garbage_was_performed_but_does_not_say_so() {
    let (rig, access) = rig(Fault::Garbage).await;
    let response = rig.create_request(&access, RKEY, "x").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert!(exists(&rig).await);
}

#[tokio::test]
async fn half_a_body_is_less_than_announced() {
    let (rig, access) = rig(Fault::HalfBody).await;
    let response = rig.create_request(&access, RKEY, "x").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let error = response.text().await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert!(exists(&rig).await);
}

#[tokio::test]
async fn other_operations_are_left_alone() {
    let (rig, _) = rig(Fault::ServerError).await;
    assert_eq!(rig.get("com.atproto.server.describeServer", None).await.0, 200);
    assert_eq!(rig.running.faults().list()[0].hits, 0);
}

#[tokio::test]
async fn the_second_of_three_calls() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    rig.running.faults().set(vec![Rule::new(Fault::ServerError).on("com.atproto.repo.createRecord").after(1)]);
    let mut statuses = Vec::new();
    for key in ["3lzzzzzzzzz22", "3lzzzzzzzzz23", "3lzzzzzzzzz24"] {
        statuses.push(rig.create(&access, key, &record(key)).await.0);
    }
    assert_eq!(statuses, [200, 500, 200]);
}
