//! What platforms say and want in ways of their own: words of refusal, and how a grant is ended.

use domain::{
    ErrorKind, PlatformId, Secret,
    consent::{Blame, Reading, Refusal, RevokeRule},
};
use serde_json::json;

use crate::{
    Attempt, Door, Flow, Limits, OauthError, Redirect, Revoked, Trial,
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
        let flow = Flow { reading: Reading { tokens_at: "/nobody", renewed_at, ..Reading::STANDARD }, ..flow(&peer) };
        let renewed = crate::refresh(&flow, &world, &Secret::from("r"), None).await;
        assert_eq!(renewed.ok().map(|grant| grant.access.expose().clone()).as_deref(), token, "{renewed_at}");
    }
}

const ONE_WORD: &[Refusal] = &[
    Refusal::always("OAuthException", ErrorKind::AuthRevoked).saying("was already used").blaming(Blame::Code),
    Refusal::always("OAuthException", ErrorKind::Unsupported).saying("verification code").blaming(Blame::Client),
    Refusal::always("OAuthException", ErrorKind::Unsupported).saying("Invalid platform app").blaming(Blame::OuterId),
    Refusal::always("OAuthException", ErrorKind::Unsupported).saying("Invalid redirect_uri").blaming(Blame::Redirect),
];

#[tokio::test]
async fn one_word_for_everything_is_told_apart_by_its_sentence() {
    type Told = fn(&Trial) -> bool;
    let (world, _) = world();
    let cases: [(&str, Told); 5] = [
        ("Matching code was not found or was already used", |trial| *trial == Trial::Taken),
        ("Error validating verification code. Please make sure your redirect_uri is identical", |trial| {
            matches!(trial, Trial::ClientRefused(_))
        }),
        ("Invalid platform app", |trial| matches!(trial, Trial::OuterId(_))),
        ("Invalid redirect_uri", |trial| matches!(trial, Trial::RedirectRefused(_))),
        ("Something else", |trial| matches!(trial, Trial::Untold(_))),
    ];
    for (words, told) in cases {
        let said = json!({"error_type": "OAuthException", "code": 400, "error_message": words});
        let peer = Peer::start(move |_, _| Said::json(400, said.clone())).await;
        let redirect = Redirect::Page { uri: "https://localhost:28127/back/".to_owned() };
        let flow = Flow { refusals: ONE_WORD, redirect, ..flow(&peer) };
        let door = Door::open(&flow.redirect).unwrap();
        let client = crate::try_client(&flow, &world, door.redirect_uri(), 1_000).await.unwrap();
        assert!(told(&client), "{words}: {client:?}");
        let page = crate::try_page(&flow, &world, &door, 1_000).await.unwrap();
        assert!(told(&page), "{words}: {page:?}");
    }
}

#[tokio::test]
async fn what_a_platform_hangs_behind_the_address_is_no_part_of_the_code() {
    let (world, _) = world();
    let peer =
        Peer::start(|_, _| Said::json(200, json!({"data": [{"access_token": "IGQ", "permissions": "a,b"}]}))).await;
    let uri = "https://localhost:28127/back/";
    let reading = Reading { wrapped_at: "/data/0", ..Reading::STANDARD };
    let flow = Flow { redirect: Redirect::Page { uri: uri.to_owned() }, reading, ..flow(&peer) };
    let attempt = Attempt::start(flow, world.clone(), Limits::default()).await.unwrap();
    let state = url::Url::parse(attempt.authorize_url()).unwrap();
    let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert!(
        !attempt.inbox().take(&format!("{}?code=AQB&state={state}#_", uri.trim_end_matches('/'))),
        "every slash counts"
    );
    assert!(attempt.inbox().take(&format!("{uri}?code=AQB&state={state}#_")));
    let grant = attempt.wait(tokio_util::sync::CancellationToken::new(), |_| {}).await.unwrap();
    assert_eq!((grant.access.expose().as_str(), grant.scopes), ("IGQ", vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!((peer.asked()[0].field("code"), peer.asked()[0].field("redirect_uri")), (Some("AQB"), Some(uri)));
}
