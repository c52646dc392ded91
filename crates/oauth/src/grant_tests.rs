//! What flows may ask for beyond the plain code: requests sent ahead, tokens bound to a key, longer-lived ones, other ways
//! back.

use domain::{
    ErrorKind, PlatformId, Secret,
    consent::{ClientShown, Trade},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    Attempt, Dpop, Flow, Grant, Limits, OauthError, Pkce, Reading, Redirect, Renewal, Revoked, ScopeRule, SecretPlace,
    TokenCall, World,
    peer::{Asked, Peer, Said},
    test_support::world,
};

const PAGE: &str = "https://relay.example/back";

fn flow(peer: &Peer) -> Flow {
    Flow {
        redirect: Redirect::Page { uri: PAGE.to_owned() },
        ..Flow::new(PlatformId::parse("practice").unwrap(), &peer.at("/authorize"), &peer.at("/token"), "app")
    }
}

fn tokens() -> Said {
    Said::json(200, json!({"access_token": "short", "token_type": "bearer", "expires_in": 60, "refresh_token": "r"}))
}

async fn start(flow: Flow, world: &World) -> Attempt {
    Attempt::start(flow, world.clone(), Limits::default()).await.unwrap()
}

fn parameter(url: &str, name: &str) -> Option<String> {
    Url::parse(url).unwrap().query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The answer comes by the address a person pasted.
async fn pasted(attempt: Attempt, state: &str) -> Result<Grant, OauthError> {
    assert!(attempt.inbox().take(&format!("{PAGE}?code=c&state={state}")));
    attempt.wait(CancellationToken::new(), |_| {}).await
}

async fn linked(flow: Flow, world: &World) -> Result<Grant, OauthError> {
    let attempt = start(flow, world).await;
    let state = parameter(attempt.authorize_url(), "state").unwrap();
    pasted(attempt, &state).await
}

#[tokio::test]
async fn a_pasted_address_ends_an_attempt_that_listens_nowhere() {
    let peer = Peer::start(|_, _| tokens()).await;
    let (world, _) = world();
    let attempt = start(flow(&peer), &world).await;
    assert_eq!(attempt.redirect_uri(), PAGE);
    assert!(!attempt.inbox().take(&format!("{PAGE}?code=c&state=wrong")), "and not by another's");
    let state = parameter(attempt.authorize_url(), "state").unwrap();
    let grant = pasted(attempt, &state).await.unwrap();
    assert_eq!((grant.access.expose().as_str(), grant.expires_in_ms), ("short", Some(60_000)));
    assert_eq!(peer.asked()[0].field("redirect_uri"), Some(PAGE));
}

#[tokio::test]
async fn a_scheme_of_ours_brings_the_answer() {
    let peer = Peer::start(|_, _| tokens()).await;
    let (world, _) = world();
    let redirect = Redirect::Scheme { uri: "postroom://oauth/x".to_owned() };
    let attempt = start(Flow { redirect, ..flow(&peer) }, &world).await;
    let state = parameter(attempt.authorize_url(), "state").unwrap();
    let inbox = attempt.inbox();
    assert!(!inbox.owns(&format!("postroom://oauth/y?code=c&state={state}")));
    assert!(inbox.take(&format!("postroom://oauth/x?code=c&state={state}")));
    attempt.wait(CancellationToken::new(), |_| {}).await.unwrap();
}

#[tokio::test]
async fn the_hex_form_of_a_proof_and_other_names_of_scopes_are_sent() {
    let peer = Peer::start(|_, _| tokens()).await;
    let (world, _) = world();
    let odd = Flow {
        pkce: Pkce::S256Hex,
        scopes: vec!["a".to_owned(), "b".to_owned()],
        scope_rule: ScopeRule { parameter: "user_scope", separator: "," },
        extra: vec![("client_key".to_owned(), "app".to_owned()), ("state".to_owned(), "mine".to_owned())],
        token_extra: vec![("client_key".to_owned(), "app".to_owned())],
        ..flow(&peer)
    };
    let attempt = start(odd, &world).await;
    let url = attempt.authorize_url().to_owned();
    let challenge = parameter(&url, "code_challenge").unwrap();
    assert!(challenge.len() == 64 && challenge.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{challenge}");
    assert_eq!((parameter(&url, "user_scope").as_deref(), parameter(&url, "scope")), (Some("a,b"), None));
    let state = parameter(&url, "state").unwrap();
    assert_ne!(state, "mine", "nothing takes the place of the state");
    pasted(attempt, &state).await.unwrap();
    let asked = &peer.asked()[0];
    assert_eq!(asked.field("client_key"), Some("app"));
    assert_eq!(asked.field("code_verifier").map(str::len), Some(43));
}

#[tokio::test]
async fn a_request_sent_ahead_leaves_nothing_in_the_address() {
    let peer = Peer::start(|asked, _| match asked.path.as_str() {
        "/par" => Said::json(201, json!({"request_uri": "urn:ietf:params:oauth:request_uri:x", "expires_in": 60})),
        _ => tokens(),
    })
    .await;
    let (world, _) = world();
    let secret = Some(Secret::from("s3cret"));
    let ahead =
        Flow { par: Some(peer.at("/par")), client_secret: secret, secret_place: SecretPlace::Basic, ..flow(&peer) };
    let attempt = start(ahead, &world).await;
    let url = Url::parse(attempt.authorize_url()).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    let pushed = peer.asked()[0].clone();
    assert_eq!((pushed.field("redirect_uri"), pushed.field("code_challenge_method")), (Some(PAGE), Some("S256")));
    assert!(pushed.header("authorization").unwrap().starts_with("Basic ") && pushed.field("client_secret").is_none());
    pasted(attempt, pushed.field("state").unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_refused_ahead_opens_no_browser() {
    for (status, said, kind) in [
        (400, json!({"error": "invalid_request", "error_description": "no"}), ErrorKind::Protocol),
        (429, json!({}), ErrorKind::RateLimited),
        (503, json!({}), ErrorKind::Unavailable),
        (201, json!({"request_uri": "not an address"}), ErrorKind::Protocol),
        (201, json!({}), ErrorKind::Protocol),
    ] {
        let answer = said.clone();
        let peer = Peer::start(move |_, _| Said::json(status, answer.clone())).await;
        let ahead = Flow { par: Some(peer.at("/par")), ..flow(&peer) };
        let failed = Attempt::start(ahead, world().0, Limits::default()).await;
        let Err(OauthError::Exchange(error)) = failed else { panic!("{said}") };
        assert_eq!(error.kind, kind, "{said}");
    }
}

fn proof_claims(asked: &Asked) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = asked.header("dpop").unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// Wants a nonce, as authorization servers of the AT protocol do.
async fn wanting_a_nonce(always: bool) -> Peer {
    Peer::start(move |asked, _| {
        let shown = proof_claims(asked).get("nonce").cloned();
        if always || shown != Some(json!("n1")) {
            return Said(400, json!({"error": "use_dpop_nonce"}), Some(("dpop-nonce", "n1")));
        }
        Said::json(200, json!({"access_token": "bound", "token_type": "DPoP", "refresh_token": "r"}))
    })
    .await
}

#[tokio::test]
async fn tokens_are_bound_to_a_key_and_the_servers_nonce_is_taken() {
    let peer = wanting_a_nonce(false).await;
    let (world, _) = world();
    let bound = Flow { dpop: true, ..flow(&peer) };
    let grant = linked(bound.clone(), &world).await.unwrap();
    assert_eq!(grant.token_type, "dpop");
    let asked = peer.asked();
    assert_eq!(asked.len(), 2, "once without the nonce, once with it");
    let claims = proof_claims(&asked[1]);
    assert_eq!((claims["htm"].as_str(), claims["htu"].as_str()), (Some("POST"), Some(peer.at("/token").as_str())));
    assert_ne!(proof_claims(&asked[0])["jti"], claims["jti"]);

    // The key is kept with the grant, and proves the next calls too.
    let key = Dpop::of(grant.dpop.unwrap().to_keep().clone()).unwrap();
    let fresh = crate::refresh(&bound, &world, &grant.refresh.unwrap(), Some(&key)).await.unwrap();
    assert!(fresh.dpop.is_some());
    assert_eq!(peer.asked().len(), 4);
}

#[tokio::test]
async fn a_server_that_is_never_content_is_asked_twice_only() {
    let peer = wanting_a_nonce(true).await;
    let result = linked(Flow { dpop: true, ..flow(&peer) }, &world().0).await;
    assert!(matches!(result, Err(OauthError::Exchange(error)) if error.remote_code == "use_dpop_nonce"));
    assert_eq!(peer.asked().len(), 2);
}

#[tokio::test]
async fn a_grant_bound_to_a_key_is_ended_with_a_proof() {
    let peer = wanting_a_nonce(false).await;
    let bound = Flow { dpop: true, revoke: Some(peer.at("/revoke")), ..flow(&peer) };
    let key = Dpop::generate().unwrap();
    let ended = crate::revoke(&bound, &world().0, &Secret::from("a"), None, Some(&key)).await.unwrap();
    assert_eq!((ended, peer.asked().len()), (Revoked::Done, 2), "once without the nonce");
    assert_eq!(proof_claims(&peer.asked()[1])["htu"], peer.at("/revoke"));
}

#[tokio::test]
async fn tokens_that_anybody_may_use_are_not_taken_where_they_were_to_be_bound() {
    let peer = Peer::start(|_, _| tokens()).await;
    let result = linked(Flow { dpop: true, ..flow(&peer) }, &world().0).await;
    assert!(matches!(result, Err(OauthError::Exchange(error)) if error.remote_code == "token_type"));
}

fn graph(peer: &Peer) -> Flow {
    let call = |grant_type, parameter, shows| TokenCall {
        url: peer.at("/exchange"),
        trade: Trade { grant_type, parameter, shows },
    };
    Flow {
        pkce: Pkce::None,
        client_secret: Some(Secret::from("s3cret")),
        reading: Reading { wrapped_at: "/data/0", told: &[("user", "/user_id")], ..Reading::STANDARD },
        long_lived: Some(call("th_exchange_token", "access_token", ClientShown::Secret)),
        renewal: Renewal::Exchange(call("th_refresh_token", "access_token", ClientShown::Nothing)),
        ..flow(peer)
    }
}

#[tokio::test]
async fn a_short_token_is_traded_for_a_long_one_and_that_renews_itself() {
    let peer = Peer::start(|asked, _| match (asked.path.as_str(), asked.field("grant_type")) {
        ("/token", _) => Said::json(200, json!({"access_token": "short", "user_id": 178_414})),
        (_, Some("th_exchange_token")) if asked.field("access_token") == Some("short") => {
            Said::json(200, json!({"access_token": "long", "token_type": "bearer", "expires_in": 5_184_000}))
        }
        (_, Some("th_refresh_token")) if asked.field("access_token") == Some("long") => {
            Said::json(200, json!({"access_token": "longer", "expires_in": 5_184_000}))
        }
        _ => Said::json(400, json!({"error": {"message": "bad", "type": "OAuthException", "code": 190}})),
    })
    .await;
    let (world, ports) = world();
    let grant = linked(graph(&peer), &world).await.unwrap();
    assert_eq!((grant.access.expose().as_str(), grant.expires_in_ms), ("long", Some(5_184_000_000)));
    assert_eq!(grant.told.get("user").map(String::as_str), Some("178414"));
    let traded = &peer.asked()[1];
    assert_eq!((traded.method.as_str(), traded.field("client_secret")), ("GET", Some("s3cret")));
    assert_eq!(traded.field("client_id"), None, "its secret alone is asked for");

    let fresh = crate::refresh(&graph(&peer), &world, &grant.access, None).await.unwrap();
    assert_eq!(fresh.access.expose(), "longer");
    let Err(OauthError::Exchange(error)) = crate::refresh(&graph(&peer), &world, &Secret::from("old"), None).await
    else {
        panic!("refused")
    };
    assert_eq!((error.remote_code.as_str(), error.status), ("OAuthException 190", Some(400)));
    let log = format!("{:?}", ports.calls.lock().unwrap());
    assert!(!log.contains("short") && !log.contains("s3cret") && !log.contains("=old"), "{log}");

    let never = Flow { renewal: Renewal::Never, ..graph(&peer) };
    assert!(matches!(crate::refresh(&never, &world, &grant.access, None).await, Err(OauthError::BadFlow(_))));
}

#[tokio::test]
async fn an_empty_token_is_none_and_the_one_used_is_kept() {
    let peer = Peer::start(|_, before| match before {
        0 => Said::json(200, json!({"access_token": "a", "refresh_token": ""})),
        _ => Said::json(200, json!({"access_token": "", "refresh_token": "new"})),
    })
    .await;
    let (world, _) = world();
    let kept = crate::refresh(&flow(&peer), &world, &Secret::from("old"), None).await.unwrap();
    assert_eq!(kept.refresh.unwrap().expose(), "old");
    let Err(OauthError::Exchange(error)) = crate::refresh(&flow(&peer), &world, &Secret::from("old"), None).await
    else {
        panic!("an empty access token is none")
    };
    assert_eq!(error.kind, ErrorKind::Protocol);
}
