use std::io::Write as _;

use serde_json::{Value, json};

use super::{Network, PNG, VERIFIER, eventually, refused};
use crate::config::Config;
use crate::error::PracticeError;
use crate::server::{bind, serve};

#[tokio::test]
async fn everything_survives_a_restart() {
    let mut net = Network::start().await;
    let (ada, bea, revoked) = (net.member("a").await, net.member("b").await, net.member("c").await);
    net.fault(json!({"kind": "revoke", "account": revoked.id})).await;
    let media = net.upload(&ada, "image/png", PNG).await.json();
    let body = json!({"text": "Hello", "media": [{"id": media["id"], "alt": "A boat"}]});
    let post = net.say_with_key(&ada, "k", body.clone()).await.json();
    let gone = net.say(&ada, "gone").await.json()["id"].as_str().unwrap().to_owned();
    net.send(net.request("DELETE", &format!("/api/posts/{gone}")).bearer_auth(&ada.access)).await;
    let staged = net.post(&bea, "/api/containers", json!({"text": "staged"})).await.json();
    let container = format!("/api/containers/{}", staged["id"].as_str().unwrap());
    let before = (net.url.clone(), net.timeline().await);

    net.restart().await;
    assert_eq!((net.url.clone(), net.timeline().await), before);
    let again = net.say_with_key(&ada, "k", body).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &post["id"]));
    assert_eq!(net.get(&bea, &container).await.json()["status"], "ready");
    assert_eq!(net.post(&bea, &format!("{container}/publish"), json!({})).await.status, 200);
    assert_eq!(net.open(&format!("/p/{gone}")).await.status, 410);
    assert_eq!(net.get(&revoked, "/api/me").await.refusal(), refused(401, "token_revoked"));
    assert_eq!(net.member("a").await.id, ada.id);
    let served = net.open(&format!("/media/{}", media["id"].as_str().unwrap())).await;
    assert_eq!(served.bytes, PNG);
    assert_ne!(net.say(&ada, "new").await.json()["id"], post["id"]);
    let seqs: Vec<_> = net.journal().iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_torn_last_line_is_as_if_it_never_was() {
    let mut net = Network::start().await;
    let ada = net.member("a").await;
    net.say(&ada, "one").await;
    net.end().await;
    let path = net.dir.path().join("journal.jsonl");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"seq\":4,\"at\":\"2026-11-21T10:00:00.000Z\",\"event\":\"post_acc").unwrap();
    drop(file);
    net.begin().await;
    assert_eq!(net.timeline().await.len(), 1);
    assert_eq!(net.events("journal_repaired").len(), 1);
    assert_eq!(net.say(&ada, "two").await.status, 201);
    net.restart().await;
    assert_eq!(net.timeline().await.len(), 2);
}

#[tokio::test]
async fn a_damaged_journal_refuses_the_start() {
    let mut net = Network::start().await;
    net.member("a").await;
    net.end().await;
    let path = net.dir.path().join("journal.jsonl");
    let raw = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, raw.replacen("{\"seq\":1", "{\"seq\":9", 1)).unwrap();
    let Err(error) = bind(Config::new(net.dir.path())).await else { panic!("it started") };
    assert!(matches!(error, PracticeError::JournalDamaged { line: 1, .. }));
}

#[tokio::test]
async fn tokens_codes_and_verifiers_are_never_written_down() {
    let net = Network::start().await;
    let code = net.code("a", "Ada").await;
    let tokens = net.exchange(&code, VERIFIER).await.json();
    let refreshed = net.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    let control = net.control.clone();
    let mut secrets = vec![code, VERIFIER.to_owned(), control];
    for answer in [&tokens, &refreshed] {
        for name in ["access_token", "refresh_token"] {
            secrets.push(answer[name].as_str().unwrap().to_owned());
        }
    }
    let raw = std::fs::read_to_string(net.dir.path().join("journal.jsonl")).unwrap();
    for secret in secrets {
        assert!(!raw.contains(&secret));
        assert!(!raw.contains(secret.split_once('_').map_or(secret.as_str(), |(_, rest)| rest)));
    }
    let issued = &net.events("token_issued")[0];
    let print = crate::digest::print_of(tokens["access_token"].as_str().unwrap());
    assert_eq!((issued["access"].as_str(), issued["via"].as_str()), (Some(print.as_str()), Some("code")));
}

#[tokio::test]
async fn the_address_is_announced_while_it_runs() {
    let mut net = Network::start().await;
    let path = net.dir.path().join("address.json");
    eventually("the address", || path.exists()).await;
    let address: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(address, json!({"url": net.url, "pid": std::process::id()}));
    net.end().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn one_network_a_folder_and_one_a_port() {
    let net = Network::start().await;
    let Err(error) = bind(Config::new(net.dir.path())).await else { panic!("two on one folder") };
    assert!(matches!(error, PracticeError::Busy(_)));
    let port = net.url.rsplit(':').next().unwrap().parse().unwrap();
    let other = tempfile::tempdir().unwrap();
    let Err(error) = bind(Config::new(other.path()).port(port)).await else { panic!("two on one port") };
    assert!(matches!(error, PracticeError::Listen { .. }));
    assert!(error.to_string().contains("127.0.0.1"));
}

#[tokio::test]
async fn a_last_port_that_is_taken_is_no_obstacle() {
    let net = Network::start().await;
    let port = net.url.rsplit(':').next().unwrap();
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("port"), port).unwrap();
    let server = bind(Config::new(other.path())).await.unwrap();
    assert_ne!(server.url(), net.url);
    assert_eq!(server.addr().ip().to_string(), "127.0.0.1");
    assert!(!server.control_token().is_empty());
}

#[tokio::test]
async fn it_stops_when_told_to() {
    let mut net = Network::start().await;
    assert_eq!(net.control("POST", "/control/stop", None).await.json(), json!({"stopping": true}));
    net.running.take().unwrap().ended().await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let task = tokio::spawn(serve(Config::new(net.dir.path()), told));
    let path = net.dir.path().join("address.json");
    eventually("the address", || path.exists()).await;
    tell.send(()).unwrap();
    task.await.unwrap().unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn answered_posts_leave_no_dropped_replies() {
    let mut net = Network::start().await;
    let (ada, dora) = (net.member("a").await, net.member("d").await);
    for n in 0..10 {
        assert_eq!(net.say(&ada, &format!("a{n}")).await.status, 201);
        assert_eq!(net.say(&dora, &format!("d{n}")).await.status, 202);
    }
    net.restart().await;
    assert_eq!((net.events("post_accepted").len(), net.events("reply_dropped").len()), (20, 0));
}
