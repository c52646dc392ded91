//! Whole attempts against the fake server.

use std::net::{Ipv4Addr, Ipv6Addr};

use domain::{ErrorCode, ErrorKind, PlatformId};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    Attempt, Flow, Limits, LoopbackHost, OauthError, Redirect, Stage,
    fake_server::{FakeServer, Fault},
    test_support::{consent, exchange_error, flow, link, link_with, location, open, world},
};

#[tokio::test]
async fn an_account_is_linked() {
    let server = FakeServer::start().await;
    let (world, ports) = world();
    let linked = link(flow(&server), &world).await;
    let grant = linked.result.unwrap();
    assert_eq!((grant.access.expose().as_str(), grant.refresh.unwrap().expose().as_str()), ("access-2", "refresh-3"));
    assert_eq!((grant.expires_in_ms, grant.scopes.join(" ").as_str()), (Some(3_600_000), "read write"));
    assert_eq!(linked.stages, [Stage::WaitingForBrowser, Stage::CodeReceived, Stage::Exchanging, Stage::Done]);
    assert!(linked.page.contains("You can close this tab"));
    let form = server.book().token_calls[0].clone();
    assert_eq!((form["client_id"].as_str(), form["code_verifier"].len()), ("postroom", 43));
    assert!(!form.contains_key("client_secret"));
    let log = format!("{:?}", ports.calls.lock().unwrap());
    assert!(log.contains("token_exchange") && !log.contains("code-1") && !log.contains("access-2"), "{log}");
}

#[tokio::test]
async fn the_authorization_address_carries_what_the_rfcs_ask_for() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let attempt = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let url = Url::parse(attempt.authorize_url()).unwrap();
    let get = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(get("response_type").as_deref(), Some("code"));
    assert_eq!(get("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(get("redirect_uri").as_deref(), Some(attempt.redirect_uri()));
    assert_eq!((get("state").unwrap().len(), get("prompt").as_deref()), (43, Some("consent")));
    assert!(attempt.redirect_uri().starts_with("http://127.0.0.1:"));
    assert_eq!(attempt.expires_at(), world.clock.now().plus_ms(300_000));
    assert!(!format!("{attempt:?}").contains(&get("state").unwrap()));
    let other = Attempt::start(flow(&server), world, Limits::default()).await.unwrap();
    assert!(!other.authorize_url().contains(&get("state").unwrap()), "every attempt has its own state");
    assert_ne!(attempt.id(), other.id());
}

#[tokio::test]
async fn refusal_in_the_browser_is_its_own_error() {
    let (linked, server) = link_with(Fault::Denied).await;
    let Err(OauthError::ConsentRefused { description }) = &linked.result else { panic!("{:?}", linked.result) };
    assert_eq!(description, "The <b>user</b> said no");
    assert!(linked.page.contains("Nothing was linked") && !linked.page.contains("<b>"));
    assert_eq!(linked.stages.last(), Some(&Stage::Failed(ErrorCode::ConsentRefused)));
    assert!(server.book().token_calls.is_empty());
    let (linked, _) = link_with(Fault::ServerError).await;
    assert_eq!(exchange_error(&linked).kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_code_from_another_issuer_goes_nowhere() {
    for fault in [Fault::ForeignIss, Fault::NoIss] {
        let (linked, server) = link_with(fault).await;
        assert!(matches!(linked.result, Err(OauthError::Mismatch)), "{fault:?}");
        assert!(server.book().token_calls.is_empty(), "{fault:?}");
        assert!(linked.page.contains("was not linked"));
    }
}

#[tokio::test]
async fn hostile_requests_do_not_disturb_the_wait() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let attempt = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let callback = consent(&world.client, &attempt).await;
    let waiting = tokio::spawn(attempt.wait(CancellationToken::new(), |_| {}));
    let tag = world.client.tag(PlatformId::parse("browser").unwrap());
    let wrong = callback.replace("state=", "state=x");
    let doubled = format!("{callback}&code=another");
    for (url, want) in [(&wrong, 400), (&doubled, 400)] {
        assert_eq!(open(&world.client, url).await.status, want);
    }
    let rebound = world.client.get(&tag, "open", &callback).header("host", "evil.com").send().await.unwrap();
    let fetched = world.client.get(&tag, "open", &callback).header("sec-fetch-mode", "no-cors").send().await.unwrap();
    let posted = world.client.post(&tag, "open", &callback).form(&[("state", "x")]).send().await.unwrap();
    let huge = world.client.get(&tag, "open", &callback).header("x-pad", &"x".repeat(40_000)).send().await;
    assert_eq!((rebound.status, fetched.status, posted.status), (421, 403, 405));
    assert!(huge.is_err() || huge.is_ok_and(|answer| answer.status == 431));
    let taken = open(&world.client, &callback).await;
    assert_eq!((taken.status, location(&taken).as_str(), taken.body.len()), (303, "/done", 0));
    for name in
        ["cache-control", "referrer-policy", "content-security-policy", "x-content-type-options", "x-frame-options"]
    {
        assert!(taken.header(name).is_some(), "{name}");
    }
    assert_eq!((taken.header("connection"), taken.header("access-control-allow-origin")), (Some("close"), None));
    waiting.await.unwrap().unwrap();
    assert_eq!(open(&world.client, &callback).await.status, 400, "a replay is refused");
}

#[tokio::test]
async fn five_wrong_answers_end_the_attempt() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let attempt = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let wrong = format!("{}?code=x&state=y", attempt.redirect_uri());
    let waiting = tokio::spawn(attempt.wait(CancellationToken::new(), |_| {}));
    for _ in 0..5 {
        assert_eq!(open(&world.client, &wrong).await.status, 400);
    }
    assert!(matches!(waiting.await.unwrap(), Err(OauthError::Mismatch)));
}

/// Waits until nothing listens at the address any more.
async fn closed(redirect_uri: &str) {
    let port = Url::parse(redirect_uri).unwrap().port().unwrap();
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn time_and_cancel_close_the_door() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let limits = Limits { wait_ms: 50, ..Limits::default() };
    let attempt = Attempt::start(flow(&server), world.clone(), limits).await.unwrap();
    let address = attempt.redirect_uri().to_owned();
    assert!(matches!(attempt.wait(CancellationToken::new(), |_| {}).await, Err(OauthError::TimedOut)));
    closed(&address).await;
    let attempt = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let address = attempt.redirect_uri().to_owned();
    let cancel = CancellationToken::new();
    let waiting = tokio::spawn(attempt.wait(cancel.clone(), |_| {}));
    cancel.cancel();
    assert!(matches!(waiting.await.unwrap(), Err(OauthError::Cancelled)));
    closed(&address).await;
    let attempt = Attempt::start(flow(&server), world, Limits::default()).await.unwrap();
    let address = attempt.redirect_uri().to_owned();
    drop(attempt);
    closed(&address).await;
}

#[tokio::test]
async fn two_attempts_at_once_keep_apart() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let one = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let two = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let (for_one, for_two) = (consent(&world.client, &one).await, consent(&world.client, &two).await);
    let crossed = for_one.replace(one.redirect_uri(), two.redirect_uri());
    let first = tokio::spawn(one.wait(CancellationToken::new(), |_| {}));
    let second = tokio::spawn(two.wait(CancellationToken::new(), |_| {}));
    assert_eq!(open(&world.client, &crossed).await.status, 400, "an answer for the other attempt");
    assert_eq!(open(&world.client, &for_two).await.status, 303);
    assert_eq!(open(&world.client, &for_one).await.status, 303);
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
}

#[tokio::test]
async fn both_families_answer_where_the_machine_has_both() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let attempt = Attempt::start(flow(&server), world.clone(), Limits::default()).await.unwrap();
    let callback = consent(&world.client, &attempt).await.replacen("127.0.0.1", "[::1]", 1);
    if tokio::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok() {
        let waiting = tokio::spawn(attempt.wait(CancellationToken::new(), |_| {}));
        assert_eq!(open(&world.client, &callback).await.status, 303);
        assert!(waiting.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn fixed_ports_are_tried_in_order_and_named_when_taken() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let busy = taken.local_addr().unwrap().port();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let fixed = |ports| {
        let redirect = Redirect::FixedPorts { ports, path: "/cb".to_owned(), host: LoopbackHost::Name };
        Flow { redirect, ..flow(&server) }
    };
    let both_taken = Attempt::start(fixed(vec![busy]), world.clone(), Limits::default()).await.unwrap_err();
    assert!(matches!(&both_taken, OauthError::PortInUse { ports } if *ports == [busy]), "{both_taken}");
    // Twice: the port is free again at once for the next attempt.
    for _ in 0..2 {
        let attempt = Attempt::start(fixed(vec![busy, free]), world.clone(), Limits::default()).await.unwrap();
        assert_eq!(attempt.redirect_uri(), format!("http://localhost:{free}/cb"));
        let callback = consent(&world.client, &attempt).await;
        let address = attempt.redirect_uri().replace("localhost", "127.0.0.1");
        let waiting = tokio::spawn(attempt.wait(CancellationToken::new(), |_| {}));
        assert_eq!(open(&world.client, &callback).await.status, 303);
        assert_eq!(open(&world.client, &format!("http://localhost:{free}/done")).await.status, 200);
        waiting.await.unwrap().unwrap();
        closed(&address).await;
    }
}

#[tokio::test]
async fn bad_flows_open_nothing() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let path = Redirect::any_port;
    let flows = [
        Flow { authorize: "file:///bin/sh".to_owned(), ..flow(&server) },
        Flow { token: "http://token.example/".to_owned(), ..flow(&server) },
        Flow { revoke: Some("ftp://x/".to_owned()), ..flow(&server) },
        Flow { redirect: path("/done"), ..flow(&server) },
        Flow { redirect: path("/"), ..flow(&server) },
        Flow { redirect: path("cb"), ..flow(&server) },
        Flow { redirect: path("/a?b"), ..flow(&server) },
        Flow { client_id: String::new(), ..flow(&server) },
    ];
    for flow in flows {
        let error = Attempt::start(flow, world.clone(), Limits::default()).await.unwrap_err();
        assert!(matches!(error, OauthError::BadFlow(_)), "{error}");
    }
}
