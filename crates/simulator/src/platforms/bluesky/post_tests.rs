use serde_json::json;

use super::*;

/// A post with `text`, and whatever else is given on top.
fn post(text: &str, more: &Value) -> Value {
    let mut post = json!({"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-01-01T00:00:00.000Z"});
    for (key, value) in more.as_object().into_iter().flatten() {
        post[key] = value.clone();
    }
    post
}

fn complaint(text: &str, more: &Value) -> String {
    check(&post(text, more)).unwrap_err()
}

fn fine(text: &str, more: &Value) {
    check(&post(text, more)).unwrap();
}

/// One facet on `text`.
fn facet(start: i64, end: i64, feature: &Value) -> Value {
    json!({"facets": [{"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}]})
}

fn tag(tag: &str) -> Value {
    json!({"$type": "app.bsky.richtext.facet#tag", "tag": tag})
}

#[test]
fn three_hundred_graphemes_are_the_end() {
    fine(&"x".repeat(300), &json!({}));
    fine(&"👩‍👩‍👧".repeat(166), &json!({}));
    let complaint = complaint(&"x".repeat(301), &json!({}));
    assert_eq!(complaint, "grapheme too big (maximum 300, got 301) at $.record.text");
}

#[test]
fn three_thousand_bytes_are_the_end_too() {
    let complaint = complaint(&"👩‍👩‍👧".repeat(170), &json!({}));
    assert_eq!(complaint, "string too big (maximum 3000, got 3060) at $.record.text");
}

#[test]
fn the_text_may_be_empty_but_not_missing() {
    fine("", &json!({}));
    let without = json!({"createdAt": "2026-01-01T00:00:00Z"});
    assert_eq!(check(&without).unwrap_err(), "Missing required key \"text\" at $.record");
    assert_eq!(complaint("", &json!({"text": 5})), "Expected string value type (got 5) at $.record.text");
}

#[test]
fn the_time_needs_a_zone() {
    assert!(complaint("x", &json!({"createdAt": "yesterday"})).starts_with("Invalid datetime (got \"yesterday\")"));
    assert!(complaint("x", &json!({"createdAt": "2026-01-01T00:00:00"})).contains("Invalid datetime"));
    let without = json!({"text": "x"});
    assert_eq!(check(&without).unwrap_err(), "Missing required key \"createdAt\" at $.record");
}

#[test]
fn at_most_three_languages() {
    fine("x", &json!({"langs": ["en", "de-AT", "fr"]}));
    let four = complaint("x", &json!({"langs": ["en", "de", "fr", "it"]}));
    assert_eq!(four, "array too big (maximum 3, got 4) at $.record.langs");
    assert!(complaint("x", &json!({"langs": ["not a lang!"]})).contains("$.record.langs[0]"));
}

#[test]
fn at_most_eight_tags_of_sixty_four_graphemes() {
    fine("x", &json!({"tags": vec!["a".repeat(64); 8]}));
    assert!(complaint("x", &json!({"tags": vec!["a"; 9]})).contains("maximum 8, got 9"));
    assert!(complaint("x", &json!({"tags": ["a".repeat(65)]})).contains("grapheme too big (maximum 64, got 65)"));
    assert!(complaint("x", &json!({"tags": ["👩‍👩‍👧".repeat(36)]})).contains("string too big (maximum 640"));
}

#[test]
fn at_most_ten_labels() {
    let labels = |count| json!({"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": vec![json!({"val": "nudity"}); count]}});
    fine("x", &labels(10));
    assert!(complaint("x", &labels(11)).contains("maximum 10, got 11"));
}

#[test]
fn replies_name_root_and_parent_by_uri_and_cid() {
    let reference =
        json!({"uri": "at://did:plc:abc/app.bsky.feed.post/3lzzzzzzzzz22", "cid": crate::content::blob_cid(b"")});
    fine("x", &json!({"reply": {"root": reference, "parent": reference}}));
    assert!(complaint("x", &json!({"reply": {"root": reference}})).contains("\"parent\" at $.record.reply"));
    let bare = json!({"uri": reference["uri"]});
    let complaint = complaint("x", &json!({"reply": {"root": bare, "parent": bare}}));
    assert_eq!(complaint, "Missing required key \"cid\" at $.record.reply.root");
}

#[test]
fn facets_count_bytes_and_keep_to_characters() {
    let text = "hé #rust";
    fine(text, &facet(4, 9, &tag("rust")));
    assert!(complaint(text, &facet(2, 9, &tag("rust"))).contains("not on a character boundary (got 2)"));
    assert!(complaint(text, &facet(4, 10, &tag("rust"))).contains("not on a character boundary (got 10)"));
    assert!(complaint(text, &facet(9, 4, &tag("rust"))).contains("without any text"));
    assert!(complaint(text, &facet(-1, 4, &tag("rust"))).contains("integer too small (minimum 0, got -1)"));
}

#[test]
fn facets_do_not_overlap() {
    let one = |start, end| json!({"index": {"byteStart": start, "byteEnd": end}, "features": [tag("a")]});
    fine("abcdef", &json!({"facets": [one(0, 3), one(3, 6)]}));
    assert!(complaint("abcdef", &json!({"facets": [one(0, 4), one(3, 6)]})).contains("overlaps"));
}

#[test]
fn features_are_checked_by_kind() {
    let link = |uri: &str| json!({"$type": "app.bsky.richtext.facet#link", "uri": uri});
    let mention = |did: &str| json!({"$type": "app.bsky.richtext.facet#mention", "did": did});
    fine("abc", &facet(0, 3, &link("https://e.example")));
    fine("abc", &facet(0, 3, &mention("did:plc:abc")));
    fine("abc", &facet(0, 3, &json!({"$type": "com.example.feature"})));
    assert!(complaint("abc", &facet(0, 3, &link("e.example"))).contains("Invalid uri"));
    assert!(complaint("abc", &facet(0, 3, &mention("@bob.test"))).contains("Invalid DID"));
    assert!(complaint("abc", &facet(0, 3, &tag(&"x".repeat(65)))).contains("maximum 64"));
    assert!(complaint("abc", &json!({"facets": [{"index": {"byteStart": 0, "byteEnd": 1}}]})).contains("features"));
}
