use serde_json::{Value, json};

use super::{Member, Network, PNG, eventually, refused};
use crate::config::Limits;

async fn silent(net: &Network, who: &Member, text: &str) {
    let request = net.request("POST", "/api/posts").bearer_auth(&who.access).json(&json!({"text": text}));
    assert!(net.try_send(request).await.is_err(), "{text} was answered");
}

#[tokio::test]
async fn refusing_switches_do_nothing_and_are_used_up() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    for (kind, status, code, retry_after) in [
        ("reject", 422, "content_rejected", ""),
        ("rate_limit", 429, "rate_limited", "2"),
        ("server_error", 503, "unavailable", "1"),
    ] {
        let armed = net.fault(json!({"kind": kind, "times": 2})).await.json();
        assert_eq!((&armed["kind"], &armed["remaining"]), (&json!(kind), &json!(2)));
        for _ in 0..2 {
            let answer = net.say(&ada, "x").await;
            assert_eq!((answer.refusal(), answer.header("retry-after")), (refused(status, code), retry_after));
        }
    }
    assert!(net.events("post_accepted").is_empty());
    assert_eq!(net.say(&ada, "x").await.status, 201);
    assert_eq!((net.events("fault_set").len(), net.events("fault_used").len()), (3, 6));
    assert_eq!(net.events("fault_used")[0]["account"], ada.id);
}

#[tokio::test]
async fn a_lost_reply_is_carried_out_and_an_early_refusal_is_not() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    net.fault(json!({"kind": "lost_reply"})).await;
    net.fault(json!({"kind": "refuse_before"})).await;
    silent(&net, &ada, "lost").await;
    silent(&net, &ada, "refused").await;
    let accepted = net.events("post_accepted");
    assert_eq!((accepted.len(), &accepted[0]["text"], &accepted[0]["reply_sent"]), (1, &json!("lost"), &json!(false)));
    assert_eq!(net.timeline().await.len(), 1);
}

#[tokio::test]
async fn a_late_call_is_carried_out_after_the_hang_up() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    net.fault(json!({"kind": "accept_late", "delay_ms": 50})).await;
    silent(&net, &ada, "late").await;
    eventually("the late post", || !net.events("post_accepted").is_empty()).await;
    let accepted = net.events("post_accepted");
    assert_eq!((&accepted[0]["text"], &accepted[0]["reply_sent"]), (&json!("late"), &json!(false)));
    assert_eq!(net.events("reply_dropped").len(), 0);
}

#[tokio::test]
async fn a_late_call_dies_with_the_network() {
    let mut net = Network::with(Limits { late_accept_ms: 60_000, ..Limits::default() }).await;
    let ada = net.member("a").await;
    net.fault(json!({"kind": "accept_late", "delay_ms": 60_000})).await;
    silent(&net, &ada, "never").await;
    net.restart().await;
    assert!(net.timeline().await.is_empty());
}

#[tokio::test]
async fn hanging_does_nothing_and_ends() {
    let net = Network::start().await;
    let ada = net.member("a").await;
    net.fault(json!({"kind": "hang", "delay_ms": 20})).await;
    silent(&net, &ada, "x").await;
    net.fault(json!({"kind": "hang"})).await;
    let request = net.request("POST", "/api/posts").bearer_auth(&ada.access).json(&json!({"text": "x"}));
    tokio::select! {
        _ = net.try_send(request) => panic!("a hanging call ended"),
        () = eventually("the switch", || net.events("fault_used").len() == 2) => {}
    }
    assert_eq!(net.say(&ada, "y").await.status, 201);
    assert_eq!(net.events("post_accepted").len(), 1);
}

#[tokio::test]
async fn a_hanging_call_does_not_hold_up_the_stop() {
    let mut net = Network::start().await;
    let ada = net.member("a").await;
    net.fault(json!({"kind": "hang"})).await;
    let request = net.request("POST", "/api/posts").bearer_auth(&ada.access).json(&json!({"text": "x"}));
    let call = tokio::spawn(request.send());
    eventually("the switch", || net.events("fault_used").len() == 1).await;
    net.end().await;
    assert!(call.await.unwrap().is_err());
}

#[tokio::test]
async fn switches_fit_operations_and_accounts() {
    let net = Network::start().await;
    let (ada, bea) = (net.member("a").await, net.member("b").await);
    net.fault(json!({"kind": "reject", "operation": "media"})).await;
    net.fault(json!({"kind": "reject", "operation": "read"})).await;
    net.fault(json!({"kind": "reject", "operation": "container"})).await;
    net.fault(json!({"kind": "reject", "operation": "delete"})).await;
    net.fault(json!({"kind": "reject", "operation": "me"})).await;
    net.fault(json!({"kind": "reject", "account": bea.id})).await;
    assert_eq!(net.say(&ada, "x").await.status, 201);
    let rejected = refused(422, "content_rejected");
    assert_eq!(net.upload(&ada, "image/png", PNG).await.refusal(), rejected);
    assert_eq!(net.get(&ada, "/api/posts/by-key/k").await.refusal(), rejected);
    assert_eq!(net.get(&ada, "/api/me").await.refusal(), rejected);
    let delete = net.request("DELETE", "/api/posts/post_x").bearer_auth(&ada.access);
    assert_eq!(net.send(delete).await.refusal(), rejected);
    assert_eq!(net.post(&bea, "/api/containers", json!({"text": "x"})).await.refusal(), rejected);
    let staged = net.post(&bea, "/api/containers", json!({"text": "x"})).await.json();
    let path = format!("/api/containers/{}/publish", staged["id"].as_str().unwrap());
    assert_eq!(net.post(&bea, &path, json!({})).await.refusal(), rejected);
    assert_eq!(net.post(&bea, &path, json!({})).await.status, 200);
    let left = net.control("GET", "/control/faults", None).await.json();
    assert_eq!(left, json!({"faults": []}));
}

#[tokio::test]
async fn a_lost_publish_is_found_by_its_container() {
    let net = Network::start().await;
    let bea = net.member("b").await;
    let staged = net.post(&bea, "/api/containers", json!({"text": "x"})).await.json();
    let path = format!("/api/containers/{}", staged["id"].as_str().unwrap());
    net.fault(json!({"kind": "lost_reply", "operation": "publish"})).await;
    let publish = net.request("POST", &format!("{path}/publish")).bearer_auth(&bea.access);
    assert!(net.try_send(publish).await.is_err());
    assert_eq!(net.get(&bea, &path).await.json()["status"], "published");
    assert_eq!(net.events("post_accepted")[0]["reply_sent"], false);
}

#[tokio::test]
async fn switches_reach_the_token_endpoint() {
    let net = Network::start().await;
    let (ada, other) = (net.member("a").await, net.member("c").await);
    let arm = |kind: &str| json!({"kind": kind, "operation": "token", "account": ada.id});
    net.fault(arm("reject")).await;
    assert_eq!(net.refresh(&other.refresh).await.status, 200);
    assert_eq!(net.refresh(&ada.refresh).await.refusal(), refused(400, "invalid_grant"));
    net.fault(arm("server_error")).await;
    assert_eq!(net.refresh(&ada.refresh).await.refusal(), refused(503, "unavailable"));
    net.fault(arm("lost_reply")).await;
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", ada.refresh.as_str()), ("client_id", "postroom-practice")];
    assert!(net.try_send(net.request("POST", "/oauth/token").form(&fields)).await.is_err());
    assert_eq!(net.refresh(&ada.refresh).await.status, 200);
    let refreshed = net.events("token_refreshed");
    assert_eq!(refreshed.iter().filter(|line| line["account"] == ada.id).count(), 1);
}

#[tokio::test]
async fn revoking_is_immediate() {
    let net = Network::start().await;
    let (ada, bea) = (net.member("a").await, net.member("b").await);
    let answer = net.fault(json!({"kind": "revoke", "account": ada.id})).await.json();
    assert_eq!(answer, json!({"revoked_sessions": 1}));
    assert_eq!(net.get(&ada, "/api/me").await.refusal(), refused(401, "token_revoked"));
    assert_eq!(net.get(&bea, "/api/me").await.status, 200);
    assert_eq!(net.fault(json!({"kind": "revoke"})).await.json(), json!({"revoked_sessions": 1}));
    assert_eq!(net.get(&bea, "/api/me").await.refusal(), refused(401, "token_revoked"));
}

#[tokio::test]
async fn arming_is_checked_and_disarming_clears() {
    let net = Network::start().await;
    for bad in [
        json!({"kind": "reject", "times": 0}),
        json!({"kind": "reject", "times": 10_001}),
        json!({"kind": "accept_late", "delay_ms": 2_001}),
        json!({"kind": "hang", "delay_ms": 60_001}),
    ] {
        let answer = net.control("POST", "/control/faults", Some(bad)).await;
        assert_eq!(answer.refusal(), refused(400, "bad_request"));
    }
    let unknown = json!({"kind": "reject", "account": "acct_x"});
    let answer = net.control("POST", "/control/faults", Some(unknown)).await;
    assert_eq!(answer.refusal(), refused(404, "account_unknown"));
    let answer = net.control("POST", "/control/faults", Some(json!({"kind": "explode"}))).await;
    assert_eq!(answer.refusal(), refused(400, "invalid_json"));
    net.fault(json!({"kind": "accept_late", "delay_ms": 2_000, "times": 3})).await;
    let armed = net.control("GET", "/control/faults", None).await.json();
    assert_eq!((&armed["faults"][0]["remaining"], &armed["faults"][0]["account"]), (&json!(3), &Value::Null));
    assert_eq!(net.control("DELETE", "/control/faults", None).await.json(), json!({"cleared": 1}));
    assert_eq!(net.control("GET", "/control/faults", None).await.json(), json!({"faults": []}));
}
