//! What a status may not be.

use serde_json::{Value, json};

use crate::client::{Rig, mp4, refusal, text};

#[tokio::test]
async fn text_and_warning_count_together() {
    let rig = Rig::start("mastodon").await;
    let post = |text: usize, warning: usize| json!({"status": "x".repeat(text), "spoiler_text": "w".repeat(warning)});
    assert_eq!(rig.post(&post(400, 100)).await.0, 200);
    let refused = rig.post(&post(400, 101)).await;
    assert_eq!(refusal(&refused), (422, "Validation failed: Text character limit of 500 exceeded"));
    rig.set(&json!({"max_characters": 10}));
    assert_eq!((rig.post(&post(10, 0)).await.0, rig.post(&post(11, 0)).await.0), (200, 422));
}

#[tokio::test]
async fn an_address_counts_what_the_server_says() {
    for (platform, longest) in [("mastodon", 500 - 23), ("gotosocial", 5_000 - 25)] {
        let rig = Rig::start(platform).await;
        let link = format!(" https://example.com/{}", "p".repeat(300));
        let post = |length: usize| json!({"status": format!("{}{link}", "x".repeat(length))});
        assert_eq!(rig.post(&post(longest - 1)).await.0, 200, "{platform}");
        assert!(matches!(rig.post(&post(longest)).await.0, 400 | 422), "{platform}");
    }
}

#[tokio::test]
async fn gotosocial_says_400_where_mastodon_says_422() {
    for (platform, expected) in [("mastodon", 422), ("gotosocial", 400)] {
        let rig = Rig::start(platform).await;
        for body in [
            json!({"status": ""}),
            json!({"status": "x".repeat(5_001)}),
            json!({"status": "x", "media_ids": ["1"]}),
            json!({"status": "x", "visibility": "everybody"}),
        ] {
            assert_eq!(rig.post(&body).await.0, expected, "{platform} {body}");
        }
        assert!(rig.made().is_empty());
    }
}

#[tokio::test]
async fn media_are_few_ready_of_one_kind_and_attached_once() {
    let rig = Rig::start("mastodon").await;
    let mut pictures = Vec::new();
    for _ in 0..5 {
        pictures.push(rig.picture().await);
    }
    let post = |ids: &[String]| json!({"status": "", "media_ids": ids});
    let many = rig.post(&post(&pictures)).await;
    assert_eq!(refusal(&many), (422, "Cannot attach more than 4 files"));
    let (_, video) = rig.upload(mp4(), "video/mp4", &[]).await;
    rig.advance(1_500);
    assert_eq!(rig.post(&post(&[pictures[0].clone(), text(&video, "id")])).await.0, 422, "picture and video");
    assert_eq!(rig.post(&post(&pictures[..4])).await.0, 200, "no text is needed");
    assert_eq!(rig.post(&post(&pictures[..1])).await.0, 422, "attached already");
}

#[tokio::test]
async fn gotosocial_takes_six() {
    let rig = Rig::start("gotosocial").await;
    let mut pictures = Vec::new();
    for _ in 0..7 {
        pictures.push(rig.picture().await);
    }
    assert_eq!(rig.post(&json!({"status": "x", "media_ids": pictures})).await.0, 400);
    assert_eq!(rig.post(&json!({"status": "x", "media_ids": pictures[..6]})).await.0, 200);
}

fn poll(options: &[&str], expires_in: i64) -> Value {
    json!({"status": "vote", "poll": {"options": options, "expires_in": expires_in}})
}

#[tokio::test]
async fn polls_keep_their_limits() {
    let rig = Rig::start("mastodon").await;
    let long = "x".repeat(51);
    for (post, expected) in [
        (poll(&["a", "b"], 300), 200),
        (poll(&["a", "b"], 2_629_746), 200),
        (poll(&["a", "b"], 299), 422),
        (poll(&["a", "b"], 2_629_747), 422),
        (poll(&["a"], 300), 422),
        (poll(&["a", "a"], 300), 422),
        (poll(&["a", "b", "c", "d", "e"], 300), 422),
        (poll(&["a", &long[..50]], 300), 200),
        (poll(&["a", &long], 300), 422),
    ] {
        assert_eq!(rig.post(&post).await.0, expected, "{post}");
    }
}

#[tokio::test]
async fn a_poll_excludes_media() {
    let rig = Rig::start("mastodon").await;
    let mut both = poll(&["a", "b"], 300);
    both["media_ids"] = json!([rig.picture().await]);
    assert_eq!(rig.post(&both).await.0, 422);
    assert!(rig.made().is_empty());
}

#[tokio::test]
async fn a_poll_comes_back_with_its_end() {
    let rig = Rig::start("mastodon").await;
    let (_, made) = rig.post(&poll(&["a", "b"], 300)).await;
    assert_eq!((&made["poll"]["expired"], &made["poll"]["options"][0]["votes_count"]), (&json!(false), &json!(0)));
    rig.advance(300_000);
    let (_, later) = rig.get(&format!("/api/v1/statuses/{}", text(&made, "id"))).await;
    assert_eq!(later["poll"]["expired"], true);
}

#[tokio::test]
async fn a_reply_needs_its_parent() {
    let rig = Rig::start("mastodon").await;
    let refused = rig.post(&json!({"status": "x", "in_reply_to_id": "1"})).await;
    assert_eq!(refused.0, 404);
}

#[tokio::test]
async fn a_warning_alone_becomes_the_text() {
    let rig = Rig::start("mastodon").await;
    let (status, made) = rig.post(&json!({"status": "", "spoiler_text": "only this"})).await;
    assert_eq!((status, text(&made, "content").as_str()), (200, "<p>only this</p>"));
    assert_eq!(made["spoiler_text"], "");
}

#[tokio::test]
async fn languages_that_are_none_are_ignored() {
    let rig = Rig::start("mastodon").await;
    for (given, expected) in [("de", "de"), ("pt-BR", "pt-BR"), ("klingonese!", "en")] {
        assert_eq!(rig.post(&json!({"status": "x", "language": given})).await.1["language"], expected);
    }
}

#[tokio::test]
async fn nothing_is_scheduled_here() {
    let rig = Rig::start("mastodon").await;
    let refused = rig.post(&json!({"status": "x", "scheduled_at": "2030-01-01T00:00:00Z"})).await;
    assert_eq!((refused.0, rig.made().len()), (422, 0));
}
