use serde_json::{Value, json};

use crate::client::{Rig, mp4, png, refusal, text};

#[tokio::test]
async fn a_picture_is_ready_at_once_and_served_as_it_was() {
    let rig = Rig::start("mastodon").await;
    let (status, media) =
        rig.upload(png(3, 2), "image/png", &[("description", "Three by two"), ("focus", "0.5,-0.5")]).await;
    assert_eq!(
        (status, text(&media, "type").as_str(), text(&media, "description").as_str()),
        (200, "image", "Three by two")
    );
    assert_eq!(media["meta"]["original"]["size"], "3x2");
    assert_eq!(media["meta"]["focus"], json!({"x": 0.5, "y": -0.5}));
    let path = text(&media, "url").replace(rig.running.url(), "");
    let file = rig.bare(reqwest::Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(file, png(3, 2));
}

#[tokio::test]
async fn a_video_is_accepted_worked_on_and_ready() {
    let rig = Rig::start("mastodon").await;
    let (status, media) = rig.upload(mp4(), "video/mp4", &[]).await;
    assert_eq!((status, &media["url"]), (202, &Value::Null));
    let path = format!("/api/v1/media/{}", text(&media, "id"));
    assert_eq!(rig.get(&path).await.0, 206);
    let early = rig.post(&json!({"status": "x", "media_ids": [text(&media, "id")]})).await;
    assert_eq!(early.0, 422);
    assert!(refusal(&early).1.starts_with("Cannot attach files that have not finished processing"));
    rig.advance(1_500);
    let (status, media) = rig.get(&path).await;
    assert_eq!((status, media["url"].is_string()), (200, true));
    assert_eq!(rig.post(&json!({"status": "x", "media_ids": [text(&media, "id")]})).await.0, 200);
    assert_eq!(rig.get(&path).await.0, 404, "attached");
}

#[tokio::test]
async fn gotosocial_is_never_asynchronous() {
    let rig = Rig::start("gotosocial").await;
    rig.set(&json!({"image_processing_ms": 5_000}));
    assert_eq!(rig.upload(mp4(), "video/mp4", &[]).await.0, 200);
    assert_eq!(rig.upload(png(1, 1), "image/png", &[]).await.0, 200);
}

#[tokio::test]
async fn processing_and_thumbnails_can_fail() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"processing_fails": true}));
    let (_, media) = rig.upload(mp4(), "video/mp4", &[]).await;
    let path = format!("/api/v1/media/{}", text(&media, "id"));
    assert_eq!(rig.get(&path).await.0, 206);
    rig.advance(1_500);
    assert_eq!(rig.get(&path).await.0, 422);
    rig.set(&json!({"thumbnail_fails": true}));
    assert_eq!(rig.upload(png(1, 1), "image/png", &[]).await.0, 500);
}

#[tokio::test]
async fn files_that_are_nothing_known_are_refused() {
    let rig = Rig::start("mastodon").await;
    for (bytes, mime) in [(b"hello".to_vec(), "image/png"), (png(1, 1), "text/plain"), (png(1, 1), "application/pdf")] {
        let refused = rig.upload(bytes, mime, &[]).await;
        assert_eq!(refusal(&refused), (422, "Validation failed: File content type is invalid"), "{mime}");
    }
}

#[tokio::test]
async fn pixels_and_bytes_are_limited() {
    let rig = Rig::start("mastodon").await;
    assert_eq!(rig.upload(png(8_192, 4_050), "image/png", &[]).await.0, 200, "33,177,600 pixels");
    assert_eq!(rig.upload(png(8_192, 4_051), "image/png", &[]).await.0, 422);
    let mut heavy = png(1, 1);
    heavy.resize(16_777_216, 0);
    assert_eq!(rig.upload(heavy.clone(), "image/png", &[]).await.0, 200);
    heavy.push(0);
    assert_eq!(rig.upload(heavy, "image/png", &[]).await.0, 422);
}

#[tokio::test]
async fn an_alternative_text_ends_at_fifteen_hundred_characters() {
    let rig = Rig::start("mastodon").await;
    for (length, expected) in [(1_500, 200), (1_501, 422)] {
        let description = "ä".repeat(length);
        let uploaded = rig.upload(png(1, 1), "image/png", &[("description", &description)]).await;
        assert_eq!(uploaded.0, expected, "{length}");
    }
}

#[tokio::test]
async fn a_description_can_be_changed_and_an_upload_removed() {
    let rig = Rig::start("mastodon").await;
    let path = format!("/api/v1/media/{}", rig.picture().await);
    let (status, media) = rig.put(&path, &json!({"description": "A new one"})).await;
    assert_eq!((status, text(&media, "description").as_str()), (200, "A new one"));
    assert_eq!(rig.delete(&path).await.0, 200);
    assert_eq!(rig.delete(&path).await.0, 404);
}

#[tokio::test]
async fn what_belongs_to_no_status_is_gone_after_a_day() {
    let rig = Rig::start("mastodon").await;
    let path = format!("/api/v1/media/{}", rig.picture().await);
    rig.advance(86_399_000);
    assert_eq!(rig.get(&path).await.0, 200);
    rig.advance(1_000);
    assert_eq!(rig.get(&path).await.0, 404);
}

#[tokio::test]
async fn a_proxy_may_refuse_before_the_server() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"proxy_max_body_bytes": 1_000}));
    let part = reqwest::multipart::Part::bytes(vec![0; 2_000]).file_name("file");
    let form = reqwest::multipart::Form::new().part("file", part);
    let refused = rig.request(reqwest::Method::POST, "/api/v2/media").multipart(form).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 413);
    assert!(refused.text().await.unwrap().contains("nginx"));
}
