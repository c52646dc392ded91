use serde_json::json;

use super::{Member, Network, PNG, refused};
use crate::config::Limits;

#[tokio::test]
async fn text_is_counted_in_graphemes() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    assert_eq!(net.say(&ada, &"👩‍👩‍👧‍👦".repeat(500)).await.status, 201);
    assert_eq!(net.say(&ada, &"x".repeat(501)).await.refusal(), refused(422, "text_too_long"));
    let zalgo = format!("a{}", "\u{301}".repeat(10_000));
    assert_eq!(net.say(&ada, &zalgo).await.refusal(), refused(422, "text_too_long"));
    for body in [json!({"text": " \n"}), json!({}), json!({"text": null, "media": null})] {
        assert_eq!(net.post(&ada, "/api/posts", body).await.refusal(), refused(422, "text_empty"));
    }
}

#[tokio::test]
async fn pictures_have_their_limits() {
    let net = Network::start().await;
    let (ada, cleo) = (net.member("a").await, net.member("c").await);
    let id = net.upload(&ada, "image/png", PNG).await.json()["id"].clone();
    let with = |who: &Member, media: serde_json::Value| {
        let who = who.clone();
        let net = &net;
        async move { net.post(&who, "/api/posts", json!({"media": media})).await }
    };
    let one = json!({"id": id, "alt": "x".repeat(1_000)});
    assert_eq!(with(&ada, json!([one, one, one, one])).await.status, 201);
    assert_eq!(with(&ada, json!([one, one, one, one, one])).await.refusal(), refused(422, "too_many_media"));
    let long = json!([{"id": id, "alt": "x".repeat(1_001)}]);
    assert_eq!(with(&ada, long).await.refusal(), refused(422, "alt_too_long"));
    assert_eq!(with(&ada, json!([{"id": "med_x"}])).await.refusal(), refused(422, "media_unknown"));
    assert_eq!(with(&cleo, json!([one])).await.refusal(), refused(422, "media_unknown"));
}

#[tokio::test]
async fn pictures_come_back_byte_for_byte() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let stored = net.upload(&ada, "image/png", PNG).await;
    let media = stored.json();
    assert_eq!((stored.status, &media["bytes"]), (201, &json!(PNG.len())));
    assert_eq!(media["sha256"], crate::digest::sha256_hex(PNG));
    let path = media["url"].as_str().unwrap().trim_start_matches(&net.url).to_owned();
    let served = net.open(&path).await;
    assert_eq!((served.status, served.bytes.as_slice()), (200, PNG));
    assert_eq!((served.header("content-type"), served.header("x-content-type-options")), ("image/png", "nosniff"));
    let again = net.upload(&ada, "image/png", PNG).await.json();
    assert_ne!(again["id"], media["id"]);
    assert_eq!(net.open("/media/med_x").await.refusal(), refused(404, "not_found"));
}

#[tokio::test]
async fn only_pictures_of_a_bounded_size_are_taken() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let mut jpeg = vec![0xFF, 0xD8, 0xFF];
    jpeg.resize(5_000_000, 7);
    assert_eq!(net.upload(&ada, "image/jpeg", &jpeg).await.status, 201);
    jpeg.push(7);
    assert_eq!(net.upload(&ada, "image/jpeg", &jpeg).await.refusal(), refused(413, "too_large"));
    for (content_type, bytes) in [("image/gif", &b"GIF89a"[..]), ("image/jpeg", PNG), ("image/png", b""), ("", PNG)] {
        let answer = net.upload(&ada, content_type, bytes).await;
        assert_eq!(answer.refusal(), refused(415, "unsupported_media_type"), "{content_type}");
    }
    let mut stranger = ada;
    stranger.access = "pat_guess".to_owned();
    assert_eq!(net.upload(&stranger, "image/jpeg", &jpeg[..4_000_000]).await.refusal(), refused(401, "token_unknown"));
}

#[tokio::test]
async fn replies_and_languages_are_checked() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let unknown = net.post(&ada, "/api/posts", json!({"text": "x", "reply_to": "post_x"})).await;
    assert_eq!(unknown.refusal(), refused(422, "reply_unknown"));
    for language in ["", "e n", &"x".repeat(36)] {
        let answer = net.post(&ada, "/api/posts", json!({"text": "x", "language": language})).await;
        assert_eq!(answer.refusal(), refused(422, "language_invalid"));
    }
    assert!(net.events("post_accepted").is_empty());
}

#[tokio::test]
async fn bodies_and_queries_are_strict() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    for body in [json!({"text": "x", "colour": 1}), json!({"text": 1}), json!([]), json!({"media": [{"alt": "x"}]})] {
        assert_eq!(net.post(&ada, "/api/posts", body).await.refusal(), refused(400, "invalid_json"));
    }
    let plain = net.request("POST", "/api/posts").bearer_auth(&ada.access).body("{\"text\":\"x\"}");
    assert_eq!(net.send(plain).await.refusal(), refused(415, "unsupported_media_type"));
    let large = net.say(&ada, &"x".repeat(70_000)).await;
    assert_eq!(large.refusal(), refused(413, "too_large"));
    for query in ["limit=0", "limit=201", "limit=x", "limit=1&limit=2"] {
        let answer = net.get(&ada, &format!("/api/me/posts?{query}")).await;
        assert_eq!(answer.refusal(), refused(400, "invalid_query"), "{query}");
    }
    let wrong_method = net.send(net.request("PUT", "/timeline")).await;
    assert_eq!(wrong_method.refusal(), refused(405, "method_not_allowed"));
    assert_eq!(net.open("/nothing").await.refusal(), refused(404, "not_found"));
}

#[tokio::test]
async fn the_rate_limit_counts_publishing_calls_per_account() {
    let net = Network::with(Limits { posts_per_window: 2, ..Limits::default() }).await;
    let (ada, bea) = (net.member("a").await, net.member("b").await);
    let me = net.get(&ada, "/api/me").await;
    assert_eq!((me.header("ratelimit-limit"), me.header("ratelimit-remaining")), ("2", "2"));
    assert_eq!(net.say(&ada, "").await.status, 422);
    let second = net.say(&ada, "x").await;
    assert_eq!((second.status, second.header("ratelimit-remaining")), (201, "0"));
    let third = net.say(&ada, "y").await;
    assert_eq!(third.refusal(), refused(429, "rate_limited"));
    assert_eq!(third.header("retry-after"), third.header("ratelimit-reset"));
    assert!((1..=300).contains(&third.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(net.upload(&ada, "image/png", PNG).await.status, 201);
    let staged = net.post(&bea, "/api/containers", json!({"text": "x"})).await.json();
    let path = format!("/api/containers/{}/publish", staged["id"].as_str().unwrap());
    for status in [200, 409, 429] {
        assert_eq!(net.post(&bea, &path, json!({})).await.status, status);
    }
    assert_eq!(net.timeline().await.len(), 2);
}

#[tokio::test]
async fn the_limits_are_told() {
    let net = Network::start().await;
    assert_eq!(
        net.open("/api/limits").await.json(),
        json!({
            "text_graphemes": 500, "media_per_post": 4, "media_bytes": 5_000_000, "alt_graphemes": 1_000,
            "posts_per_window": 300, "window_s": 300, "visible_after_max_ms": 1_000, "late_accept_ms": 2_000,
            "key_life_s": 86_400, "repeat_window_s": 600, "container_life_s": 86_400, "access_token_life_s": 3_600,
        })
    );
}
