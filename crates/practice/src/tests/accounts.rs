use serde_json::json;

use super::{Member, Network, VERIFIER, authorize_path, refused};
use crate::config::Limits;

#[tokio::test]
async fn the_same_kind_and_name_is_the_same_account() {
    let net = Network::start().await;
    let mut ids = Vec::new();
    for (kind, name) in [("a", "Ada"), ("a", " aDA "), ("b", "Ada"), ("a", "Bo")] {
        let code = net.code(kind, name).await;
        ids.push(Member::of(&net.exchange(&code, VERIFIER).await.json()).id);
    }
    assert_eq!(ids[0], ids[1]);
    assert!(ids[2] != ids[0] && ids[3] != ids[0]);
    assert_eq!(net.events("account_created").len(), 3);
}

#[tokio::test]
async fn control_makes_accounts_with_tokens() {
    let net = Network::start().await;
    let body = json!({"kind": "a", "name": "Ada", "scopes": ["write"], "access_token_life_s": 7});
    let answer = net.control("POST", "/control/accounts", Some(body)).await.json();
    assert_eq!(answer["account"]["name"], "Ada");
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&json!("write"), &json!(7)));
    let refreshed = net.refresh(answer["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(refreshed["expires_in"], 7);
    for bad in [
        json!({"kind": "d", "scopes": ["read"]}),
        json!({"kind": "a", "access_token_life_s": 0}),
        json!({"kind": "a", "name": ""}),
        json!({"kind": "a", "scopes": []}),
    ] {
        let answer = net.control("POST", "/control/accounts", Some(bad)).await;
        assert_eq!(answer.refusal(), refused(400, "bad_request"));
    }
    let unknown = net.control("POST", "/control/accounts", Some(json!({"kind": "e"}))).await;
    assert_eq!(unknown.refusal(), refused(400, "invalid_json"));
}

#[tokio::test]
async fn control_needs_its_token() {
    let net = Network::start().await;
    for request in [
        net.request("GET", "/control/faults"),
        net.request("GET", "/control/faults").header("X-Practice-Control", "guess"),
        net.request("POST", "/control/stop"),
    ] {
        assert_eq!(net.send(request).await.refusal(), refused(403, "control_denied"));
    }
    let kept = std::fs::read_to_string(net.dir.path().join("control.token")).unwrap();
    assert_eq!(kept, net.control);
}

#[tokio::test]
async fn every_call_of_the_api_needs_a_token() {
    let net = Network::start().await;
    let calls = [
        ("GET", "/api/me"),
        ("GET", "/api/me/posts"),
        ("POST", "/api/media"),
        ("POST", "/api/posts"),
        ("DELETE", "/api/posts/post_x"),
        ("GET", "/api/posts/by-key/k"),
        ("POST", "/api/containers"),
        ("GET", "/api/containers/cont_x"),
        ("POST", "/api/containers/cont_x/publish"),
    ];
    for (method, path) in calls {
        let missing = net.send(net.request(method, path)).await;
        assert_eq!(missing.refusal(), refused(401, "token_missing"), "{method} {path}");
        assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"practice\"");
        let unknown = net.send(net.request(method, path).bearer_auth("pat_guess")).await;
        assert_eq!(unknown.refusal(), refused(401, "token_unknown"), "{method} {path}");
    }
    let basic = net.request("GET", "/api/me").header("Authorization", "Basic eDp5");
    assert_eq!(net.send(basic).await.refusal(), refused(401, "token_missing"));
}

#[tokio::test]
async fn scopes_are_held_to() {
    let net = Network::start().await;
    let with = async |kind: &str, scope: &str| {
        let body = json!({"kind": kind, "scopes": [scope]});
        Member::of(&net.control("POST", "/control/accounts", Some(body)).await.json())
    };
    let reader = with("a", "read").await;
    assert_eq!(net.get(&reader, "/api/me").await.status, 200);
    assert_eq!(net.get(&reader, "/api/me/posts").await.status, 200);
    assert_eq!(net.say(&reader, "x").await.refusal(), refused(403, "missing_scope"));
    assert_eq!(net.upload(&reader, "image/png", super::PNG).await.refusal(), refused(403, "missing_scope"));
    assert_eq!(net.get(&reader, "/api/posts/by-key/k").await.refusal(), refused(403, "missing_scope"));
    let reader_b = with("b", "read").await;
    let staged = net.post(&reader_b, "/api/containers", json!({"text": "x"})).await;
    assert_eq!(staged.refusal(), refused(403, "missing_scope"));
    let writer = with("c", "write").await;
    assert_eq!(net.say(&writer, "x").await.status, 201);
    assert_eq!(net.get(&writer, "/api/me/posts").await.refusal(), refused(403, "read_not_granted"));
}

#[tokio::test]
async fn the_network_has_an_end() {
    let limits = Limits { max_accounts: 1, max_posts: 1, max_objects: 2, ..Limits::default() };
    let net = Network::with(limits).await;
    let ada = net.member("a").await;
    let second = net.control("POST", "/control/accounts", Some(json!({"kind": "b"}))).await;
    assert_eq!(second.refusal(), refused(503, "full"));
    assert_eq!(net.say(&ada, "one").await.status, 201);
    assert_eq!(net.say(&ada, "two").await.refusal(), refused(503, "full"));
    for status in [201, 201, 503] {
        assert_eq!(net.upload(&ada, "image/png", super::PNG).await.status, status);
    }
    net.member("a").await;
    let third = net.control("POST", "/control/accounts", Some(json!({"kind": "a"}))).await;
    assert_eq!(third.refusal(), refused(503, "full"));
    let token = net.form_token(&authorize_path(&[])).await;
    let fields = [("form_token", token.as_str()), ("kind", "b"), ("name", "Bo"), ("decision", "allow")];
    assert_eq!(net.form("/oauth/authorize", &fields).await.status, 503);
}
