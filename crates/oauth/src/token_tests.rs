//! The token and revocation endpoints against the fake server.

use domain::{ErrorKind, Retry, Secret};

use crate::{
    Flow, OauthError, Pkce, Revoked, SecretPlace,
    fake_server::{FakeServer, Fault},
    test_support::{exchange_error, flow, link, link_with, world},
};

#[tokio::test]
async fn token_answers_are_sorted() {
    let cases = [
        (Fault::InvalidGrant, ErrorKind::AuthRevoked, Retry::Never),
        (Fault::ErrorWith200, ErrorKind::AuthRevoked, Retry::Never),
        (Fault::TokenStatus(500), ErrorKind::Unavailable, Retry::After),
        (Fault::TokenStatus(429), ErrorKind::RateLimited, Retry::After),
        (Fault::TokenStatus(404), ErrorKind::Protocol, Retry::Never),
        (Fault::TokenStatus(302), ErrorKind::Protocol, Retry::Never),
        (Fault::Hang, ErrorKind::Network, Retry::After),
    ];
    for (fault, kind, retry) in cases {
        let (linked, server) = link_with(fault).await;
        let error = exchange_error(&linked);
        assert_eq!((error.kind, error.retry), (kind, retry), "{fault:?}");
        if let Fault::TokenStatus(status) = fault {
            assert_eq!(error.status, Some(status));
            assert!(error.retry_after.is_some());
        }
        assert_eq!(server.book().token_calls.len(), 1, "asked once: {fault:?}");
        assert!(!format!("{error:?} {error}").contains("code-1"), "{error:?}");
    }
}

#[tokio::test]
async fn sparse_and_narrow_grants_are_read_as_they_are() {
    let (linked, _) = link_with(Fault::Sparse).await;
    let grant = linked.result.unwrap();
    assert_eq!((grant.expires_in_ms, grant.refresh.is_none(), grant.scopes.len()), (None, true, 2));
    let (linked, _) = link_with(Fault::Narrow).await;
    assert_eq!(linked.result.unwrap().scopes, ["read"]);
}

#[tokio::test]
async fn secrets_go_where_the_platform_wants_them() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let secret = Some(Secret::from("s3cret"));
    let body = Flow { client_secret: secret.clone(), pkce: Pkce::None, ..flow(&server) };
    link(body, &world).await.result.unwrap();
    let basic = Flow { client_secret: secret, secret_place: SecretPlace::Basic, ..flow(&server) };
    link(basic, &world).await.result.unwrap();
    let book = server.book();
    assert_eq!(book.token_calls[0]["client_secret"], "s3cret");
    assert!(!book.token_calls[0].contains_key("code_verifier"));
    assert!(!book.token_calls[1].contains_key("client_secret"));
    assert_eq!(book.authorization[1].as_deref(), Some("Basic cG9zdHJvb206czNjcmV0"));
}

#[tokio::test]
async fn refresh_rotates_or_keeps_the_token() {
    let server = FakeServer::start().await;
    let (world, ports) = world();
    let flow = flow(&server);
    let grant = link(flow.clone(), &world).await.result.unwrap();
    let first = grant.refresh.unwrap();
    let second = crate::refresh(&flow, &world, &first, None).await.unwrap().refresh.unwrap();
    assert_ne!(first.expose(), second.expose());
    server.book().fault = Fault::Sparse;
    let kept = crate::refresh(&flow, &world, &second, None).await.unwrap();
    assert_eq!(kept.refresh.unwrap().expose(), second.expose());
    let Err(OauthError::Exchange(error)) = crate::refresh(&flow, &world, &first, None).await else { panic!("reused") };
    assert_eq!((error.kind, error.remote_code.as_str()), (ErrorKind::AuthRevoked, "invalid_grant"));
    server.book().fault = Fault::TokenStatus(503);
    let Err(OauthError::Exchange(error)) = crate::refresh(&flow, &world, &second, None).await else { panic!("down") };
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, Retry::After));
    let log = format!("{:?}", ports.calls.lock().unwrap());
    assert!(log.contains("token_refresh") && !log.contains("refresh-"), "{log}");
}

#[tokio::test]
async fn revocation_takes_the_refresh_token_first() {
    let server = FakeServer::start().await;
    let (world, _) = world();
    let flow = flow(&server);
    let (access, refresh) = (Secret::from("a-token"), Secret::from("r-token"));
    let both = crate::revoke(&flow, &world, &access, Some(&refresh), None).await;
    assert_eq!(both.unwrap(), Revoked::Done);
    server.book().fault = Fault::RevokeAccessOnly;
    crate::revoke(&flow, &world, &access, Some(&refresh), None).await.unwrap();
    {
        let book = server.book();
        let tokens: Vec<&str> = book.revoked.iter().map(|form| form["token"].as_str()).collect();
        assert_eq!(tokens, ["r-token", "a-token"]);
    }
    server.book().fault = Fault::RevokeDown;
    let Err(OauthError::Exchange(error)) = crate::revoke(&flow, &world, &access, None, None).await else {
        panic!("down")
    };
    assert_eq!((error.kind, error.retry_after.is_some()), (ErrorKind::Unavailable, true));
    let none = Flow { revoke: None, ..flow };
    assert_eq!(crate::revoke(&none, &world, &access, None, None).await.unwrap(), Revoked::NotOffered);
}
