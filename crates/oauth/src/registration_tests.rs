use serde_json::{Value, json};

use super::*;
use crate::{
    peer::{Peer, Said},
    test_support::world,
};

async fn made(status: u16, said: Value) -> (Result<Registered, OauthError>, Peer) {
    let peer = Peer::start(move |_, _| Said::json(status, said.clone())).await;
    let application = Application {
        name: "Postroom".to_owned(),
        redirects: vec!["http://127.0.0.1/cb".to_owned()],
        scopes: vec!["a".to_owned(), "b".to_owned()],
        device: true,
    };
    let platform = PlatformId::parse("practice").unwrap();
    (register(&world().0, &platform, &peer.at("/register"), &application).await, peer)
}

#[tokio::test]
async fn it_asks_for_a_public_client_and_takes_what_it_gets() {
    let (client, peer) = made(201, json!({"client_id": "c1"})).await;
    let client = client.unwrap();
    assert_eq!((client.client_id.as_str(), client.secret_ends_s), ("c1", None));
    assert!(client.client_secret.is_none());
    let wish: Value = serde_json::from_slice(&peer.asked()[0].body).unwrap();
    assert_eq!(wish["token_endpoint_auth_method"], "none");
    assert_eq!((&wish["application_type"], &wish["scope"]), (&json!("native"), &json!("a b")));
    assert_eq!(wish["grant_types"].as_array().unwrap().len(), 3);

    let given = json!({"client_id": "c2", "client_secret": "s", "client_secret_expires_at": 1_800_000_000,
                       "token_endpoint_auth_method": "client_secret_basic"});
    let client = made(201, given).await.0.unwrap();
    assert_eq!(client.client_secret.unwrap().expose(), "s");
    assert_eq!((client.secret_place, client.secret_ends_s), (SecretPlace::Basic, Some(1_800_000_000)));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (status, kind) in [(400, ErrorKind::Unsupported), (429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)]
    {
        let (result, _) = made(status, json!({"error": "invalid_redirect_uri", "error_description": "no"})).await;
        let Err(OauthError::Exchange(error)) = result else { panic!("{status}") };
        assert_eq!((error.kind, error.remote_code.as_str()), (kind, "invalid_redirect_uri"));
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_none() {
    let long = "x".repeat(ID_MAX_BYTES + 1);
    for said in [
        json!({}),
        json!({"client_id": ""}),
        json!({"client_id": "a\nb"}),
        json!({"client_id": long}),
        json!({"client_id": "c", "client_secret": long}),
        json!("text"),
    ] {
        let (result, _) = made(201, said.clone()).await;
        assert!(matches!(result, Err(OauthError::Exchange(error)) if error.kind == ErrorKind::Protocol), "{said}");
    }
}
