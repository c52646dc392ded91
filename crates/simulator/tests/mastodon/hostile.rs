//! Servers that mean harm, lie, or stand behind a proxy.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Fault, Rule};

use crate::client::{Rig, header, text};

const METADATA: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn metadata_can_name_anything() {
    let rig = Rig::start("mastodon").await;
    for (hostile, start) in [
        ("other_host", "https://elsewhere.example/"),
        ("file", "file:///"),
        ("javascript", "javascript:"),
        ("unc", r"\\elsewhere.example\"),
        ("plain_http", "http://elsewhere.example/"),
        ("userinfo", "http://user:secret@127.0.0.1:"),
        ("private_address", "http://169.254.169.254/"),
    ] {
        rig.set(&json!({"hostile": hostile}));
        let (status, metadata) = rig.get_bare(METADATA).await;
        assert_eq!(status, 200);
        for name in ["authorization_endpoint", "token_endpoint", "app_registration_endpoint", "revocation_endpoint"] {
            assert!(text(&metadata, name).starts_with(start), "{hostile}: {metadata}");
        }
    }
    rig.set(&json!({"hostile": null}));
    assert!(text(&rig.get_bare(METADATA).await.1, "token_endpoint").starts_with(rig.running.url()));
}

#[tokio::test]
async fn descriptions_can_be_gigantic_endless_deep_and_misnamed() {
    let rig = Rig::start("mastodon").await;
    let ask = |path: &str| rig.bare(Method::GET, path).send();
    rig.set(&json!({"hostile": "gigantic_body"}));
    assert!(ask("/api/v2/instance").await.unwrap().content_length().unwrap() > 64_000_000);
    rig.set(&json!({"hostile": "endless_redirect"}));
    let mut path = METADATA.to_owned();
    for turn in 1..20 {
        let response = ask(&path).await.unwrap();
        path = header(&response, "location").replace(rig.running.url(), "");
        assert_eq!((response.status().as_u16(), path.clone()), (302, format!("{METADATA}?turn={turn}")));
    }
    rig.set(&json!({"hostile": "wrong_type"}));
    let response = ask(METADATA).await.unwrap();
    assert_eq!(header(&response, "content-type"), "image/png");
    assert!(response.json::<Value>().await.is_ok());
    rig.set(&json!({"hostile": "html"}));
    assert!(header(&ask(METADATA).await.unwrap(), "content-type").starts_with("text/html"));
    rig.set(&json!({"hostile": "deep_json"}));
    assert!(ask("/api/v2/instance").await.unwrap().json::<Value>().await.is_err(), "deeper than any parser goes");
}

#[tokio::test]
async fn limits_can_be_lies() {
    let rig = Rig::start("mastodon").await;
    for (lie, expected) in [
        ("negative", json!(-1)),
        ("huge", json!(1_000_000_000_000_000_000_i64)),
        ("strings", json!("500")),
        ("zero", json!(0)),
    ] {
        rig.set(&json!({"lie": lie}));
        for path in ["/api/v1/instance", "/api/v2/instance"] {
            let (_, instance) = rig.get_bare(path).await;
            assert_eq!(instance.pointer("/configuration/statuses/max_characters"), Some(&expected), "{lie}");
        }
    }
    rig.set(&json!({"lie": "absent"}));
    assert!(rig.get_bare("/api/v2/instance").await.1.get("configuration").is_none());
}

#[tokio::test]
async fn a_proxy_answers_in_html() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"proxy_status": 502}));
    let response = rig.request(Method::GET, "/api/v1/accounts/verify_credentials").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "content-type").as_str()),
        (502, "text/html; charset=utf-8")
    );
    rig.set(&json!({"proxy_status": null, "html_errors": true}));
    rig.running.faults().set(vec![Rule::new(Fault::ServerError).on("statuses.create")]);
    let response = rig.request(Method::POST, "/api/v1/statuses").json(&json!({"status": "x"})).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 500);
    assert!(response.text().await.unwrap().starts_with("<html>"));
    assert!(rig.made().is_empty());
}

#[tokio::test]
async fn a_server_may_want_to_know_who_asks() {
    let rig = Rig::start("mastodon").await;
    rig.set(&json!({"wants_user_agent": true}));
    assert_eq!(rig.get_bare("/api/v2/instance").await.0, 403);
    let named = rig.bare(Method::GET, "/api/v2/instance").header("user-agent", "Postroom/1").send().await.unwrap();
    assert_eq!(named.status().as_u16(), 200);
}
