//! Making, reading, editing and deleting statuses.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Rig, answer, text};

#[tokio::test]
async fn everything_a_status_has_comes_back() {
    let rig = Rig::start("mastodon").await;
    let first = text(&rig.post(&json!({"status": "one"})).await.1, "id");
    let posted = json!({
        "status": "two", "spoiler_text": "A warning", "visibility": "unlisted", "language": "de",
        "in_reply_to_id": first, "media_ids": [rig.picture().await],
    });
    let (status, made) = rig.post(&posted).await;
    assert_eq!(status, 200);
    for (name, expected) in [
        ("content", json!("<p>two</p>")),
        ("spoiler_text", json!("A warning")),
        ("sensitive", json!(true)),
        ("visibility", json!("unlisted")),
        ("language", json!("de")),
        ("in_reply_to_id", json!(first)),
        ("in_reply_to_account_id", json!(rig.account)),
    ] {
        assert_eq!(made[name], expected, "{name}");
    }
    assert_eq!(made["media_attachments"].as_array().unwrap().len(), 1);
    let (_, read) = rig.get(&format!("/api/v1/statuses/{}", text(&made, "id"))).await;
    assert_eq!(read, made);
    assert_eq!(rig.get(&format!("/api/v1/statuses/{first}")).await.1["replies_count"], 1);
    let effect = &rig.made()[1];
    assert_eq!((effect.get("text"), effect.get("spoiler_text")), (Some("two"), Some("A warning")));
    assert_eq!(effect.detail["media"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn forms_say_the_same_as_json() {
    let rig = Rig::start("mastodon").await;
    let form = [
        ("status", "vote"),
        ("poll[options][]", "yes"),
        ("poll[options][]", "no"),
        ("poll[expires_in]", "300"),
        ("poll[multiple]", "true"),
    ];
    let (status, made) = answer(rig.request(Method::POST, "/api/v1/statuses").form(&form)).await;
    assert_eq!((status, &made["poll"]["multiple"]), (200, &json!(true)));
    assert_eq!(made["poll"]["options"][1]["title"], "no");
    let media = rig.picture().await;
    let form = [("status", "look"), ("media_ids[]", media.as_str())];
    let (_, made) = answer(rig.request(Method::POST, "/api/v1/statuses").form(&form)).await;
    assert_eq!(made["media_attachments"][0]["id"], json!(media));
}

#[tokio::test]
async fn what_was_posted_is_shown_rewritten() {
    let rig = Rig::start("mastodon").await;
    let long = "https://www.example.com/an/address/that/is/longer/than/thirty";
    let (_, made) = rig.post(&json!({"status": format!("a & b\n\nsee {long} #Moin @alice @bob@b.example")})).await;
    let content = text(&made, "content");
    assert!(content.starts_with("<p>a &amp; b</p><p>see <a href="), "{content}");
    for part in ["class=\"invisible\"", "class=\"ellipsis\"", "#<span>Moin</span>", "@<span>bob</span>"] {
        assert!(content.contains(part), "{part} in {content}");
    }
    assert!(!content.contains(">@bob@b.example"));
}

#[tokio::test]
async fn a_page_shows_it_to_everybody() {
    let rig = Rig::start("mastodon").await;
    let (_, made) = rig.post(&json!({"status": "<b>hello</b>"})).await;
    let path = text(&made, "url").replace(rig.running.url(), "");
    let page = rig.bare(Method::GET, &path).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<p>&lt;b&gt;hello&lt;/b&gt;</p>"), "{page}");
    let (_, hidden) = rig.post(&json!({"status": "secret", "visibility": "direct"})).await;
    assert_eq!(rig.get_bare(&text(&hidden, "url").replace(rig.running.url(), "")).await.0, 404);
}

#[tokio::test]
async fn private_statuses_are_their_owners() {
    let rig = Rig::start("mastodon").await;
    let (_, made) = rig.post(&json!({"status": "x", "visibility": "private"})).await;
    let path = format!("/api/v1/statuses/{}", text(&made, "id"));
    assert_eq!((rig.get(&path).await.0, rig.get_bare(&path).await.0), (200, 404));
}

#[tokio::test]
async fn the_list_is_newest_first_and_takes_a_limit_and_a_beginning() {
    let rig = Rig::start("mastodon").await;
    let mut ids = Vec::new();
    for word in ["one", "two", "three"] {
        ids.push(text(&rig.post(&json!({"status": word})).await.1, "id"));
    }
    assert_eq!(rig.listed("?limit=2&exclude_reblogs=true").await, ["<p>three</p>", "<p>two</p>"]);
    assert_eq!(rig.listed(&format!("?since_id={}", ids[1])).await, ["<p>three</p>"]);
    assert_eq!(rig.listed(&format!("?max_id={}", ids[1])).await, ["<p>one</p>"]);
    assert_eq!(rig.get("/api/v1/accounts/1/statuses").await.0, 404);
}

#[tokio::test]
async fn the_list_may_lag_behind() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"visible_after_ms": 30_000}));
    let (_, made) = rig.post(&json!({"status": "x"})).await;
    assert!(rig.listed("").await.is_empty());
    assert_eq!(rig.get(&format!("/api/v1/statuses/{}", text(&made, "id"))).await.0, 200, "by its id it is there");
    rig.advance(30_000);
    assert_eq!(rig.listed("").await, ["<p>x</p>"]);
}

#[tokio::test]
async fn several_are_read_at_once() {
    let rig = Rig::start("mastodon").await;
    let [one, two] = [rig.post(&json!({"status": "1"})).await, rig.post(&json!({"status": "2"})).await];
    let (one, two) = (text(&one.1, "id"), text(&two.1, "id"));
    let (status, found) = rig.get(&format!("/api/v1/statuses?id[]={one}&id[]={two}&id[]=1")).await;
    assert_eq!((status, found.as_array().unwrap().len()), (200, 2));
}

#[tokio::test]
async fn an_edit_keeps_the_status_and_says_when() {
    let rig = Rig::start("mastodon").await;
    let media = rig.picture().await;
    let (_, made) = rig.post(&json!({"status": "one", "media_ids": [media]})).await;
    let path = format!("/api/v1/statuses/{}", text(&made, "id"));
    let change = json!({
        "status": "two", "media_ids": [media], "media_attributes": [{"id": media, "description": "described"}],
    });
    let (status, edited) = rig.put(&path, &change).await;
    assert_eq!((status, text(&edited, "content").as_str()), (200, "<p>two</p>"));
    assert_eq!((edited["edited_at"].is_string(), &edited["id"]), (true, &made["id"]));
    assert_eq!(edited["media_attachments"][0]["description"], "described");
    assert_eq!(rig.made().len(), 1, "nothing new was made");
    assert_eq!(rig.put(&path, &json!({"status": " "})).await.0, 422);
}

#[tokio::test]
async fn a_deletion_gives_the_text_back_once() {
    let rig = Rig::start("mastodon").await;
    let (_, made) = rig.post(&json!({"status": "a <b>"})).await;
    let path = format!("/api/v1/statuses/{}", text(&made, "id"));
    let (status, gone) = rig.delete(&path).await;
    assert_eq!((status, text(&gone, "text").as_str()), (200, "a <b>"));
    assert_eq!((rig.delete(&path).await.0, rig.get(&path).await.0), (404, 404));
    let last = rig.running.effects().unwrap().pop().unwrap();
    assert_eq!((last.accepted.as_str(), last.made_something()), ("statuses.delete", false));
}

#[tokio::test]
async fn the_owners_default_visibility_holds() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"default_visibility": "private"}));
    assert_eq!(rig.post(&json!({"status": "x"})).await.1["visibility"], "private");
    let (_, me) = rig.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!((&me["source"]["privacy"], &me["locked"]), (&json!("private"), &Value::Bool(false)));
}

#[tokio::test]
async fn the_source_is_what_was_written() {
    let rig = Rig::start("mastodon").await;
    let (_, made) = rig.post(&json!({"status": "a <b> https://example.org", "spoiler_text": "w"})).await;
    let path = format!("/api/v1/statuses/{}/source", text(&made, "id"));
    let expected = json!({"id": made["id"], "text": "a <b> https://example.org", "spoiler_text": "w"});
    assert_eq!(rig.get(&path).await, (200, expected));
    assert_eq!(rig.get("/api/v1/statuses/1/source").await.0, 404);
}
