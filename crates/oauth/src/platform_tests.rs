//! What platforms say and want in ways of their own: words of refusal, and how a grant is ended.

use domain::{
    ErrorKind, PlatformId, Secret,
    consent::{Reading, Refusal, RevokeRule},
};
use serde_json::json;

use crate::{
    Flow, OauthError, Revoked,
    peer::{Peer, Said},
    test_support::world,
};

const REFUSALS: &[Refusal] = &[
    Refusal::renewing("invalid_request", ErrorKind::AuthRevoked),
    Refusal::always("no_credits", ErrorKind::QuotaExhausted),
];

fn flow(peer: &Peer) -> Flow {
    let platform = PlatformId::parse("practice").unwrap();
    Flow {
        revoke: Some(peer.at("/revoke")),
        refusals: REFUSALS,
        ..Flow::new(platform, &peer.at("/authorize"), &peer.at("/token"), "app")
    }
}

#[tokio::test]
async fn a_word_of_a_platforms_own_ends_a_grant_only_where_it_says_so() {
    let (world, _) = world();
    for (code, refusals, kind) in [
        ("invalid_request", REFUSALS, ErrorKind::AuthRevoked),
        ("invalid_request", &[] as &[Refusal], ErrorKind::Protocol),
        ("no_credits", REFUSALS, ErrorKind::QuotaExhausted),
        ("invalid_grant", REFUSALS, ErrorKind::AuthRevoked),
    ] {
        let peer = Peer::start(move |_, _| Said::json(400, json!({"error": code}))).await;
        let flow = Flow { refusals, ..flow(&peer) };
        let refused = crate::refresh(&flow, &world, &Secret::from("r"), None).await;
        let Err(OauthError::Exchange(error)) = refused else { panic!("{code} was taken for a grant") };
        assert_eq!((error.kind, error.remote_code.as_str()), (kind, code));
    }
}

#[tokio::test]
async fn a_platform_that_is_down_says_nothing_of_the_grant_whatever_its_words() {
    let (world, _) = world();
    let peer = Peer::start(|_, _| Said::json(503, json!({"error": "invalid_request"}))).await;
    let refused = crate::refresh(&flow(&peer), &world, &Secret::from("r"), None).await;
    assert!(matches!(refused, Err(OauthError::Exchange(error)) if error.kind == ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_grant_is_ended_the_way_its_platform_wants_it() {
    let (world, ports) = world();
    let peer = Peer::start(|_, _| Said::json(200, json!({"ok": true}))).await;
    let (access, refresh) = (Secret::from("a-token"), Secret::from("r-token"));
    let own = Flow { revoke_rule: RevokeRule::OwnToken, ..flow(&peer) };
    assert_eq!(crate::revoke(&own, &world, &access, Some(&refresh), None).await.unwrap(), Revoked::Done);
    let public = Flow { revoke_rule: RevokeRule::ByClient, ..flow(&peer) };
    assert_eq!(
        crate::revoke(&public, &world, &access, None, None).await.unwrap(),
        Revoked::NotOffered,
        "without a secret"
    );
    let client = Flow { client_secret: Some(Secret::from("s3cret")), ..public };
    assert_eq!(crate::revoke(&client, &world, &access, None, None).await.unwrap(), Revoked::Done);
    let asked = peer.asked();
    assert_eq!(asked.len(), 2, "nobody was asked for the client without a secret");
    assert_eq!(asked[0].header("authorization"), Some("Bearer a-token"));
    assert_eq!(asked[1].header("authorization"), Some("Basic YXBwOnMzY3JldA=="));
    let log = format!("{:?}", ports.calls.lock().unwrap());
    assert!(!log.contains("a-token") && !log.contains("s3cret"), "{log}");
}

#[tokio::test]
async fn an_ending_refused_with_status_200_is_a_refusal() {
    let (world, _) = world();
    let peer = Peer::start(|_, _| Said::json(200, json!({"ok": false, "error": "not_authed"}))).await;
    let own = Flow { revoke_rule: RevokeRule::OwnToken, ..flow(&peer) };
    let refused = crate::revoke(&own, &world, &Secret::from("a"), None, None).await;
    assert!(matches!(refused, Err(OauthError::Exchange(error)) if error.remote_code == "not_authed"));
}

#[tokio::test]
async fn renewed_tokens_lie_where_the_platform_puts_them_and_a_token_elsewhere_is_none() {
    let (world, _) = world();
    let peer =
        Peer::start(|_, _| Said::json(200, json!({"access_token": "top", "person": {"access_token": "deep"}}))).await;
    for (renewed_at, token) in [("", Some("top")), ("/person", Some("deep")), ("/nobody", None)] {
        let flow = Flow { reading: Reading { tokens_at: "/nobody", renewed_at, told: &[] }, ..flow(&peer) };
        let renewed = crate::refresh(&flow, &world, &Secret::from("r"), None).await;
        assert_eq!(renewed.ok().map(|grant| grant.access.expose().clone()).as_deref(), token, "{renewed_at}");
    }
}
