use reqwest::{Method, Response};
use serde_json::json;
use simulator::{Command, Fault, Rule};

use crate::client::{Rig, header, png, refusal};

async fn post(rig: &Rig) -> Response {
    rig.request(Method::POST, "/api/v1/statuses").json(&json!({"status": "x"})).send().await.unwrap()
}

fn number(response: &Response, name: &str) -> u64 {
    header(response, name).parse().unwrap()
}

#[tokio::test]
async fn without_limits_there_are_no_headers() {
    let rig = Rig::start("mastodon").await;
    assert_eq!(header(&post(&rig).await, "x-ratelimit-reset"), "");
}

#[tokio::test]
async fn the_reset_is_an_instant_in_words() {
    let rig = Rig::start("mastodon").await;
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    let response = post(&rig).await;
    assert_eq!((number(&response, "x-ratelimit-limit"), number(&response, "x-ratelimit-remaining")), (300, 299));
    let reset = header(&response, "x-ratelimit-reset");
    assert!(chrono::DateTime::parse_from_rfc3339(&reset).is_ok() && reset.ends_with('Z'), "{reset}");
}

#[tokio::test]
async fn thirty_files_in_half_an_hour() {
    let rig = Rig::start("mastodon").await;
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    for _ in 0..30 {
        assert_eq!(rig.upload(png(1, 1), "image/png", &[]).await.0, 200);
    }
    assert_eq!(refusal(&rig.upload(png(1, 1), "image/png", &[]).await), (429, "Too many requests"));
    rig.advance(1_800_001);
    assert_eq!(rig.upload(png(1, 1), "image/png", &[]).await.0, 200);
}

#[tokio::test]
async fn three_hundred_statuses_in_three_hours() {
    let rig = Rig::start("mastodon").await;
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    for count in 0..300 {
        if count == 200 {
            rig.advance(300_001);
        }
        assert_eq!(post(&rig).await.status().as_u16(), 200, "{count}");
    }
    let refused = post(&rig).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after")), (429, String::new()));
    assert_eq!(rig.made().len(), 300);
    rig.advance(10_800_000);
    assert_eq!(post(&rig).await.status().as_u16(), 200);
}

#[tokio::test]
async fn a_limit_asked_for_says_when_it_ends() {
    let rig = Rig::start("mastodon").await;
    rig.running.faults().set(vec![Rule::new(Fault::RateLimit { retry_after_s: 60 }).on("statuses.create")]);
    let refused = post(&rig).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after").as_str()), (429, ""));
    assert_eq!(number(&refused, "x-ratelimit-remaining"), 0);
    assert!(chrono::DateTime::parse_from_rfc3339(&header(&refused, "x-ratelimit-reset")).is_ok());
}
