use domain::{ErrorKind, PlatformId};
use serde_json::{Value, json};

use super::*;
use crate::{
    peer::{Peer, Said},
    test_support::world,
};

/// Answers the first call with a code, and the others with what is said in turn, the last again and again.
async fn device(code: Value, said: Vec<Said>) -> (Peer, Flow, World) {
    let said: Vec<_> = said.into_iter().map(|Said(status, body, _)| (status, body)).collect();
    let peer = Peer::start(move |asked, before| {
        if asked.path == "/device" {
            return Said::json(200, code.clone());
        }
        let (status, body) = said[(before - 1).min(said.len() - 1)].clone();
        Said::json(status, body)
    })
    .await;
    let platform = PlatformId::parse("practice").unwrap();
    let flow = Flow {
        device: Some(peer.at("/device")),
        scopes: vec!["public_repo".to_owned(), "gist".to_owned()],
        ..Flow::new(platform, &peer.at("/authorize"), &peer.at("/token"), "app")
    };
    (peer, flow, world().0)
}

fn code() -> Value {
    json!({"device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://example.com/device",
           "expires_in": 900, "interval": 0})
}

fn with(name: &str, value: Value) -> Value {
    let mut code = code();
    code[name] = value;
    code
}

async fn linked(said: Vec<Said>) -> (Result<Grant, OauthError>, Peer) {
    let (peer, flow, world) = device(code(), said).await;
    let attempt = DeviceAttempt::start(flow, world).await.unwrap();
    (attempt.wait(CancellationToken::new(), |_| {}).await, peer)
}

fn said(error: &str) -> Said {
    // GitHub reports errors with status 200.
    Said::json(200, json!({"error": error, "error_description": "as it is said"}))
}

#[tokio::test]
async fn it_asks_at_the_platforms_pace_until_the_code_is_typed() {
    let granted =
        Said::json(200, json!({"access_token": "gho_x", "token_type": "bearer", "scope": "public_repo,gist"}));
    let (grant, peer) = linked(vec![said("authorization_pending"), said("slow_down"), granted]).await;
    let grant = grant.unwrap();
    assert_eq!((grant.access.expose().as_str(), grant.scopes.join("+").as_str()), ("gho_x", "public_repo+gist"));
    let asked = peer.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0].field("scope"), Some("public_repo gist"));
    let poll = &asked[1];
    assert_eq!(poll.field("grant_type"), Some("urn:ietf:params:oauth:grant-type:device_code"));
    assert_eq!((poll.field("device_code"), poll.field("client_id")), (Some("d"), Some("app")));
    assert_eq!(poll.field("client_secret"), None);
}

#[tokio::test]
async fn every_end_is_told_apart() {
    assert!(matches!(linked(vec![said("access_denied")]).await.0, Err(OauthError::ConsentRefused { .. })));
    for end in ["expired_token", "token_expired"] {
        assert!(matches!(linked(vec![said(end)]).await.0, Err(OauthError::TimedOut)), "{end}");
    }
    for (wrong, kind) in [
        ("device_flow_disabled", ErrorKind::Protocol),
        ("incorrect_client_credentials", ErrorKind::Protocol),
        ("unsupported_grant_type", ErrorKind::Unsupported),
    ] {
        let (result, peer) = linked(vec![said(wrong)]).await;
        let Err(OauthError::Exchange(error)) = result else { panic!("{wrong}") };
        assert_eq!((error.kind, error.remote_code.as_str()), (kind, wrong));
        assert_eq!(peer.asked().len(), 2, "it is not asked again");
    }
}

#[tokio::test]
async fn a_code_that_nobody_types_ends() {
    let mut short = with("expires_in", json!(5));
    short["interval"] = json!(1);
    let (peer, flow, world) = device(short, vec![said("authorization_pending")]).await;
    let result = DeviceAttempt::start(flow, world).await.unwrap().wait(CancellationToken::new(), |_| {}).await;
    assert!(matches!(result, Err(OauthError::TimedOut)));
    assert!((2..=6).contains(&peer.asked().len()), "as often as the platform allows");
}

#[tokio::test]
async fn it_can_be_given_up() {
    let (_, flow, world) = device(code(), vec![said("authorization_pending")]).await;
    let attempt = DeviceAttempt::start(flow, world).await.unwrap();
    let shown = attempt.code().clone();
    assert_eq!(
        (shown.user_code.as_str(), shown.verification_url.as_str()),
        ("WDJB-MJHT", "https://example.com/device")
    );
    assert_eq!(shown.whole_url, None);
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert!(matches!(attempt.wait(cancel, |_| {}).await, Err(OauthError::Cancelled)));
}

#[tokio::test]
async fn what_a_stranger_wants_shown_or_opened_is_checked() {
    let hostile = [
        with("verification_uri", json!("http://evil.example/")),
        with("verification_uri", json!("file:///etc/passwd")),
        with("verification_uri_complete", json!("javascript:alert(1)")),
        with("user_code", json!("")),
        with("user_code", json!("<b>x</b>")),
        with("user_code", json!("x".repeat(CODE_MAX_CHARS + 1))),
    ];
    for code in hostile {
        let (_, flow, world) = device(code.clone(), vec![said("authorization_pending")]).await;
        assert!(DeviceAttempt::start(flow, world).await.is_err(), "{code}");
    }
    let (_, flow, world) = device(json!({"error": "device_flow_disabled"}), vec![]).await;
    let Err(OauthError::Exchange(error)) = DeviceAttempt::start(flow.clone(), world.clone()).await else {
        panic!("off")
    };
    assert_eq!(error.remote_code, "device_flow_disabled");
    let none = Flow { device: None, ..flow };
    assert!(matches!(DeviceAttempt::start(none, world).await, Err(OauthError::BadFlow(_))));
}
