use serde_json::json;
use simulator::Command;

use crate::client::{PASSWORD, Rig};

async fn login(rig: &Rig) -> reqwest::Response {
    let body = json!({"identifier": "alice.test", "password": PASSWORD});
    let request = rig.request(reqwest::Method::POST, "com.atproto.server.createSession", None);
    request.json(&body).send().await.unwrap()
}

fn number(response: &reqwest::Response, name: &str) -> u64 {
    response.headers()[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_limits_there_are_no_headers() {
    let rig = Rig::start().await;
    let response = login(&rig).await;
    assert!(response.headers().keys().all(|name| !name.as_str().starts_with("ratelimit")));
}

#[tokio::test]
async fn the_thirty_first_session_in_five_minutes_is_refused() {
    let rig = Rig::start().await;
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    for count in 1..=30 {
        let response = login(&rig).await;
        assert_eq!((response.status().as_u16(), number(&response, "ratelimit-remaining")), (200, 30 - count));
        assert_eq!(response.headers()["ratelimit-policy"], "30;w=300");
    }
    let refused = login(&rig).await;
    assert_eq!(refused.status().as_u16(), 429);
    assert!((1..=300).contains(&number(&refused, "retry-after")));
    assert!(number(&refused, "ratelimit-reset") > 1_700_000_000, "seconds since 1970");
    rig.running.control(&Command::Advance { by_ms: 300_001 }).unwrap();
    assert_eq!(login(&rig).await.status().as_u16(), 200);
}

#[tokio::test]
async fn writes_cost_points() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    // The limit of all calls is the tighter one at first; an hour's worth of writes would take too long to send.
    let response = rig.create_request(&access, "3lzzzzzzzzz22", "x").send().await.unwrap();
    assert_eq!((number(&response, "ratelimit-limit"), number(&response, "ratelimit-remaining")), (3_000, 2_999));
}
