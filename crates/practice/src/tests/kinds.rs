use serde_json::{Value, json};

use super::{Network, PNG, refused};
use crate::config::Limits;

#[tokio::test]
async fn kind_a_answers_a_repeat_with_the_first_post() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let body = json!({"text": " Hello\r\n", "language": "en"});
    let first = net.say_with_key(&ada, "k/1", body.clone()).await;
    assert_eq!((first.status, &first.json()["repeated"]), (201, &json!(false)));
    assert_eq!(first.json()["text"], " Hello\r\n");
    let again = net.say_with_key(&ada, "k/1", body.clone()).await;
    assert_eq!((again.status, &again.json()["repeated"]), (200, &json!(true)));
    assert_eq!(again.json()["id"], first.json()["id"]);
    let other = net.say_with_key(&ada, "k/1", json!({"text": "Other"})).await;
    assert_eq!(other.refusal(), refused(422, "key_reused"));
    let found = net.get(&ada, "/api/posts/by-key/k%2F1").await;
    assert_eq!((found.status, &found.json()["id"]), (200, &first.json()["id"]));
    assert_eq!(net.get(&ada, "/api/posts/by-key/k2").await.refusal(), refused(404, "post_unknown"));
    assert_eq!((net.events("post_accepted").len(), net.events("post_repeated").len()), (1, 1));
}

#[tokio::test]
async fn keys_belong_to_their_account_and_outlive_their_post() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let body = json!({"text": "Hello"});
    let first = net.say_with_key(&ada, "k", body.clone()).await.json();
    let made = net.control("POST", "/control/accounts", Some(json!({"kind": "a", "name": "Bo"}))).await;
    let bo = super::Member::of(&made.json());
    assert_eq!(net.get(&bo, "/api/posts/by-key/k").await.status, 404);
    assert_eq!(net.say_with_key(&bo, "k", body.clone()).await.status, 201);
    let path = format!("/api/posts/{}", first["id"].as_str().unwrap());
    net.send(net.request("DELETE", &path).bearer_auth(&ada.access)).await;
    assert_eq!(net.get(&ada, "/api/posts/by-key/k").await.json()["deleted"], true);
    let again = net.say_with_key(&ada, "k", body).await;
    assert_eq!((again.status, &again.json()["deleted"]), (200, &json!(true)));
}

#[tokio::test]
async fn keys_are_visible_ascii_and_die() {
    let net = Network::with(Limits { key_life_s: 0, ..Limits::default() }).await;
    let ada = net.member("a").await;
    let long = "k".repeat(201);
    for key in ["", "a b", long.as_str()] {
        let answer = net.say_with_key(&ada, key, json!({"text": "x"})).await;
        assert_eq!(answer.refusal(), refused(400, "key_invalid"), "{key:?}");
    }
    for _ in 0..2 {
        assert_eq!(net.say_with_key(&ada, "k", json!({"text": "x"})).await.status, 201);
    }
    assert_eq!(net.get(&ada, "/api/posts/by-key/k").await.status, 404);
}

#[tokio::test]
async fn kind_b_publishes_a_container_once() {
    let net = Network::start().await;
    let bea = net.member("b").await;
    assert_eq!(net.say(&bea, "x").await.refusal(), refused(403, "use_containers"));
    let staged = net.post(&bea, "/api/containers", json!({"text": "Hello"})).await;
    assert_eq!((staged.status, &staged.json()["status"], &staged.json()["post"]), (201, &json!("ready"), &Value::Null));
    assert!(net.timeline().await.is_empty());
    let path = format!("/api/containers/{}", staged.json()["id"].as_str().unwrap());
    assert_eq!(net.get(&bea, &path).await.json()["status"], "ready");
    let publish = || net.send(net.request("POST", &format!("{path}/publish")).bearer_auth(&bea.access));
    let published = publish().await;
    assert_eq!((published.status, &published.json()["status"]), (200, &json!("published")));
    let post = published.json()["post"].clone();
    assert_eq!(post["text"], "Hello");
    let again = publish().await;
    assert_eq!(again.refusal(), refused(409, "already_published"));
    assert_eq!(again.json()["post"]["id"], post["id"]);
    assert_eq!(net.get(&bea, &path).await.json()["post"]["id"], post["id"]);
    assert_eq!(net.get(&bea, "/api/me/posts").await.json()["posts"][0]["id"], post["id"]);
    let accepted = net.events("post_accepted");
    assert_eq!((accepted.len(), &accepted[0]["container"]), (1, &staged.json()["id"]));
}

#[tokio::test]
async fn containers_are_private_and_die() {
    let net = Network::with(Limits { container_life_s: 0, ..Limits::default() }).await;
    let bea = net.member("b").await;
    let staged = net.post(&bea, "/api/containers", json!({"text": "Hello"})).await.json();
    let path = format!("/api/containers/{}", staged["id"].as_str().unwrap());
    assert_eq!(net.get(&bea, &path).await.refusal(), refused(410, "container_expired"));
    let late = net.post(&bea, &format!("{path}/publish"), json!({})).await;
    assert_eq!(late.refusal(), refused(410, "container_expired"));
    let made = net.control("POST", "/control/accounts", Some(json!({"kind": "b", "name": "Bo"}))).await;
    let bo = super::Member::of(&made.json());
    assert_eq!(net.get(&bo, &path).await.refusal(), refused(404, "container_unknown"));
    let ada = net.member("a").await;
    for answer in [
        net.get(&ada, &path).await,
        net.post(&ada, "/api/containers", json!({"text": "x"})).await,
        net.post(&ada, &format!("{path}/publish"), json!({})).await,
    ] {
        assert_eq!(answer.refusal(), refused(403, "use_posts"));
    }
}

#[tokio::test]
async fn a_container_whose_reply_target_is_gone_is_not_published() {
    let net = Network::start().await;
    let (ada, bea) = (net.member("a").await, net.member("b").await);
    let root = net.say(&ada, "root").await.json()["id"].as_str().unwrap().to_owned();
    let staged = net.post(&bea, "/api/containers", json!({"text": "x", "reply_to": root})).await.json();
    net.send(net.request("DELETE", &format!("/api/posts/{root}")).bearer_auth(&ada.access)).await;
    let path = format!("/api/containers/{}/publish", staged["id"].as_str().unwrap());
    assert_eq!(net.post(&bea, &path, json!({})).await.refusal(), refused(422, "reply_unknown"));
}

#[tokio::test]
async fn kind_c_ignores_keys_and_normalises() {
    let net = Network::with(Limits { visible_after_max_ms: 0, ..Limits::default() }).await;
    let cleo = net.member("c").await;
    for _ in 0..2 {
        let answer = net.say_with_key(&cleo, "k", json!({"text": "  a\r\n\r\n\r\n\r\nb "})).await;
        assert_eq!((answer.status, &answer.json()["text"]), (201, &json!("a\n\nb")));
    }
    assert_eq!(net.get(&cleo, "/api/posts/by-key/k").await.refusal(), refused(403, "key_not_supported"));
    let posts = net.get(&cleo, "/api/me/posts").await.json()["posts"].as_array().unwrap().clone();
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0]["text"], "a\n\nb");
    assert!(net.events("post_accepted").iter().all(|line| line["key"].is_null()));
    let padded = format!("  {}\n\n\n", "x".repeat(500));
    assert_eq!(net.say(&cleo, &padded).await.status, 201);
}

#[tokio::test]
async fn kind_c_is_read_back_late_but_public_at_once() {
    let net = Network::with(Limits { visible_after_max_ms: 3_600_000, ..Limits::default() }).await;
    let (ada, cleo) = (net.member("a").await, net.member("c").await);
    for member in [&ada, &cleo] {
        assert_eq!(net.say(member, "x").await.status, 201);
    }
    assert_eq!(net.timeline().await.len(), 2);
    assert_eq!(net.get(&ada, "/api/me/posts").await.json()["posts"].as_array().unwrap().len(), 1);
    assert_eq!(net.get(&cleo, "/api/me/posts").await.json()["posts"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn kind_r_refuses_a_repeat_and_names_the_first() {
    let net = Network::with(Limits { visible_after_max_ms: 3_600_000, ..Limits::default() }).await;
    let ria = net.member("r").await;
    let media = net.upload(&ria, "image/png", PNG).await.json();
    let first = net.say_with_key(&ria, "k", json!({"text": "Hello  there\n"})).await;
    assert_eq!((first.status, &first.json()["text"]), (201, &json!("Hello there")));
    let pictured = json!({"text": "Hello there ", "media": [{"id": media["id"]}], "language": "en"});
    let again = net.post(&ria, "/api/posts", pictured).await;
    assert_eq!(again.refusal(), refused(409, "repeated"));
    assert_eq!((&again.json()["post"]["id"], &again.json()["post"]["media_count"]), (&first.json()["id"], &json!(0)));
    assert_eq!(net.get(&ria, "/api/me/posts").await.json(), json!({"posts": []}), "not to be read back yet");
    let repeated = &net.events("post_repeated")[0];
    assert_eq!((&repeated["post_id"], &repeated["key"]), (&first.json()["id"], &Value::Null));
    // Another text, another account, and no text at all repeat nothing.
    assert_eq!(net.say(&ria, "hello there").await.status, 201);
    let made = net.control("POST", "/control/accounts", Some(json!({"kind": "r", "name": "Bo"}))).await;
    assert_eq!(net.say(&super::Member::of(&made.json()), "Hello there").await.status, 201);
    for _ in 0..2 {
        assert_eq!(net.post(&ria, "/api/posts", json!({"media": [{"id": media["id"]}]})).await.status, 201);
    }
}

#[tokio::test]
async fn kind_r_forgets_what_was_deleted_and_what_is_old() {
    let net = Network::start().await;
    let ria = net.member("r").await;
    let first = net.say(&ria, "x").await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(net.say(&ria, "x").await.refusal(), refused(409, "repeated"));
    net.send(net.request("DELETE", &format!("/api/posts/{first}")).bearer_auth(&ria.access)).await;
    assert_eq!(net.say(&ria, "x").await.status, 201);
    let net = Network::with(Limits { repeat_window_s: 0, ..Limits::default() }).await;
    let ria = net.member("r").await;
    for _ in 0..2 {
        assert_eq!(net.say(&ria, "x").await.status, 201);
    }
}

#[tokio::test]
async fn kind_d_is_blind() {
    let net = Network::start().await;
    let dora = net.member("d").await;
    let answer = net.say_with_key(&dora, "k", json!({"text": "Hello"})).await;
    assert_eq!((answer.status, answer.json()), (202, json!({"accepted": true})));
    assert_eq!(net.get(&dora, "/api/me/posts").await.refusal(), refused(403, "read_not_granted"));
    assert_eq!(net.get(&dora, "/api/posts/by-key/k").await.refusal(), refused(403, "key_not_supported"));
    assert_eq!(net.timeline().await[0]["text"], "Hello");
}

#[tokio::test]
async fn a_post_carries_pictures_a_thread_and_its_language() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    let media = net.upload(&ada, "image/png", PNG).await.json();
    let root = net.say(&ada, "one").await.json();
    let body = json!({
        "text": "two", "reply_to": root["id"], "language": "de-AT",
        "media": [{"id": media["id"], "alt": "A boat"}, {"id": media["id"]}],
    });
    let post = net.post(&ada, "/api/posts", body).await.json();
    assert_eq!((&post["reply_to"], &post["language"]), (&root["id"], &json!("de-AT")));
    assert_eq!((&post["media_count"], &post["account"]), (&json!(2), &json!(ada.id)));
    assert_eq!(
        post["media"][0],
        json!({
            "id": media["id"], "url": media["url"], "sha256": media["sha256"], "alt": "A boat", "content_type": "image/png",
        })
    );
    assert_eq!(post["media"][1]["alt"], "");
    let line = &net.events("post_accepted")[1];
    assert_eq!((&line["media"], &line["alts"]), (&json!([media["sha256"], media["sha256"]]), &json!(["A boat", ""])));
    assert_eq!((&line["reply_sent"], &line["kind"]), (&json!(true), &json!("a")));
    let own = net.get(&ada, "/api/me/posts?limit=1").await.json();
    assert_eq!((own["posts"].as_array().unwrap().len(), &own["posts"][0]["id"]), (1, &post["id"]));
}

#[tokio::test]
async fn deleting_is_for_owners_and_once() {
    let net = Network::start().await;
    let (ada, cleo) = (net.member("a").await, net.member("c").await);
    let id = net.say(&ada, "x").await.json()["id"].as_str().unwrap().to_owned();
    let delete =
        |who: super::Member| net.send(net.request("DELETE", &format!("/api/posts/{id}")).bearer_auth(who.access));
    assert_eq!(delete(cleo).await.refusal(), refused(403, "not_yours"));
    assert_eq!(delete(ada.clone()).await.json(), json!({"deleted": true}));
    assert_eq!(delete(ada.clone()).await.refusal(), refused(404, "post_unknown"));
    assert!(net.timeline().await.is_empty());
    assert_eq!(net.get(&ada, "/api/me/posts").await.json(), json!({"posts": []}));
}
