use serde_json::json;

use super::*;
use crate::content::blob_cid;

fn blob(mime_type: &str, size: i64) -> Value {
    json!({"$type": "blob", "ref": {"$link": blob_cid(b"x")}, "mimeType": mime_type, "size": size})
}

fn images(items: &[Value]) -> Value {
    json!({"$type": "app.bsky.embed.images", "images": items})
}

fn image(size: i64) -> Value {
    json!({"image": blob("image/png", size), "alt": "a box", "aspectRatio": {"width": 2, "height": 1}})
}

fn checked(embed: &Value) -> Checked<()> {
    check(&Node::root(embed, "$.record.embed"))
}

fn complaint(embed: &Value) -> String {
    checked(embed).unwrap_err()
}

#[test]
fn four_images_are_the_end() {
    checked(&images(&vec![image(1); 4])).unwrap();
    let five = complaint(&images(&vec![image(1); 5]));
    assert_eq!(five, "array too big (maximum 4, got 5) at $.record.embed.images");
}

#[test]
fn two_million_bytes_are_the_end_of_an_image() {
    checked(&images(&[image(2_000_000)])).unwrap();
    let large = complaint(&images(&[image(2_000_001)]));
    assert_eq!(large, "blob too big (maximum 2000000, got 2000001) at $.record.embed.images[0].image");
}

#[test]
fn an_image_is_an_image() {
    let text = json!({"image": blob("text/plain", 1), "alt": ""});
    let complaint = complaint(&images(&[text]));
    assert_eq!(complaint, "Expected \"image/*\" (got \"text/plain\") at $.record.embed.images[0].image.mimeType");
}

#[test]
fn alternative_text_may_be_empty_but_not_missing() {
    checked(&images(&[json!({"image": blob("image/png", 1), "alt": ""})])).unwrap();
    let complaint = complaint(&images(&[json!({"image": blob("image/png", 1)})]));
    assert_eq!(complaint, "Missing required key \"alt\" at $.record.embed.images[0]");
}

#[test]
fn an_aspect_ratio_is_positive() {
    let mut flat = image(1);
    flat["aspectRatio"]["width"] = json!(0);
    assert!(complaint(&images(&[flat])).contains("integer too small (minimum 1, got 0)"));
}

#[test]
fn a_blob_reference_has_its_shape() {
    let mut broken = image(1);
    broken["image"]["ref"]["$link"] = json!("nonsense");
    assert!(complaint(&images(&[broken])).contains("Expected blob value type"));
}

#[test]
fn a_link_card_has_uri_title_description_and_a_small_thumb() {
    let card = |more: &Value| {
        let mut card = json!({"uri": "https://e.example/", "title": "t", "description": ""});
        for (key, value) in more.as_object().into_iter().flatten() {
            card[key] = value.clone();
        }
        json!({"$type": "app.bsky.embed.external", "external": card})
    };
    checked(&card(&json!({"thumb": blob("image/png", 1_000_000)}))).unwrap();
    assert!(complaint(&card(&json!({"thumb": blob("image/png", 1_000_001)}))).contains("maximum 1000000"));
    assert!(complaint(&card(&json!({"uri": "e.example"}))).contains("Invalid uri"));
    let untitled =
        json!({"$type": "app.bsky.embed.external", "external": {"uri": "https://e.example/", "description": ""}});
    assert!(complaint(&untitled).contains("\"title\" at $.record.embed.external"));
}

#[test]
fn a_gallery_needs_every_aspect_ratio() {
    let gallery = |items: &[Value]| json!({"$type": "app.bsky.embed.gallery", "items": items});
    checked(&gallery(&vec![image(1); 20])).unwrap();
    assert!(complaint(&gallery(&vec![image(1); 21])).contains("maximum 20"));
    assert!(complaint(&gallery(&[json!({"image": blob("image/png", 1), "alt": ""})])).contains("aspectRatio"));
}

#[test]
fn a_video_is_mp4_with_small_captions() {
    let video = |mime: &str, caption: i64| {
        json!({"$type": "app.bsky.embed.video", "video": blob(mime, 1),
               "captions": [{"lang": "en", "file": blob("text/vtt", caption)}]})
    };
    checked(&video("video/mp4", 20_000)).unwrap();
    assert!(complaint(&video("video/webm", 1)).contains("Expected \"video/mp4\""));
    assert!(complaint(&video("video/mp4", 20_001)).contains("maximum 20000"));
}

#[test]
fn a_quote_may_carry_media() {
    let reference = json!({"uri": "at://did:plc:abc/app.bsky.feed.post/3lzzzzzzzzz22", "cid": blob_cid(b"")});
    let quote = json!({"$type": "app.bsky.embed.record", "record": reference});
    checked(&quote).unwrap();
    let with_media =
        |media: &Value| json!({"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": media});
    checked(&with_media(&images(&[image(1)]))).unwrap();
    assert!(complaint(&with_media(&images(&vec![image(1); 5]))).contains("$.record.embed.media.images"));
}

#[test]
fn unknown_kinds_pass_but_a_kind_is_needed() {
    checked(&json!({"$type": "com.example.embed", "x": 1})).unwrap();
    assert!(complaint(&json!({"images": []})).contains("$type"));
}

#[test]
fn every_blob_of_a_record_is_found() {
    let record = json!({"embed": {"media": images(&[image(1), image(2)])}, "text": "x"});
    assert_eq!(BlobClaim::all(&record).len(), 2);
}
