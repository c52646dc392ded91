use serde_json::{Value, json};

use super::*;
use crate::{
    peer::{Peer, Said},
    test_support::world,
};

fn platform() -> PlatformId {
    PlatformId::parse("practice").unwrap()
}

type Change = fn(&mut Value);

/// A server with metadata at one path; `change` gets them with everything right in them.
async fn server(path: &'static str, change: Change) -> Peer {
    Peer::start(move |asked, _| {
        if asked.path != path {
            return Said::json(404, json!({}));
        }
        let base = format!("http://{}", asked.header("host").unwrap());
        let mut said = json!({
            "issuer": base, "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
            "revocation_endpoint": format!("{base}/revoke"), "jwks_uri": format!("{base}/keys"),
            "pushed_authorization_request_endpoint": format!("{base}/par"), "require_pushed_authorization_requests": true,
            "code_challenge_methods_supported": ["plain", "S256"], "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true, "something_new": {"x": 1},
        });
        change(&mut said);
        Said::json(200, said)
    })
    .await
}

async fn found(peer: &Peer, named: &str) -> Result<Metadata, OauthError> {
    discover(&world().0, &platform(), &format!("{}{named}", peer.base)).await
}

fn why(found: Result<Metadata, OauthError>) -> String {
    match found {
        Err(OauthError::Exchange(error)) => error.remote_message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_is_read_from_either_place() {
    for path in [OAUTH, OPENID] {
        let peer = server(path, |_| {}).await;
        for named in ["", "/"] {
            let metadata = found(&peer, named).await.unwrap();
            assert_eq!(metadata.issuer, peer.base);
            assert_eq!(metadata.revocation_endpoint, Some(peer.at("/revoke")));
            assert!(metadata.takes_dpop() && metadata.require_pushed_authorization_requests);
            assert!(metadata.authorization_response_iss_parameter_supported);
        }
        assert_eq!(found(&peer, path).await.unwrap().issuer, peer.base, "by the address of its metadata");
    }
}

#[tokio::test]
async fn an_issuer_with_a_path_has_its_own_metadata() {
    let with_path = |said: &mut Value| {
        let issuer = format!("{}/t1", said["issuer"].as_str().unwrap());
        said["issuer"] = json!(issuer);
    };
    let between = server("/.well-known/oauth-authorization-server/t1", with_path).await;
    assert_eq!(found(&between, "/t1").await.unwrap().issuer, between.at("/t1"));
    let behind = server("/t1/.well-known/openid-configuration", with_path).await;
    assert_eq!(found(&behind, "/t1").await.unwrap().issuer, behind.at("/t1"));
    assert_eq!(behind.asked()[0].path, "/.well-known/oauth-authorization-server/t1");
}

#[tokio::test]
async fn what_it_says_of_others_is_not_believed() {
    let cases: [(Change, &str); 8] = [
        (|said| said["issuer"] = json!("https://evil.example"), "another server"),
        (|said| said["issuer"] = json!("file:///x"), "another server"),
        (|said| said["issuer"] = json!(format!("{}/t2", said["issuer"].as_str().unwrap())), "another server"),
        (|said| said["authorization_endpoint"] = json!("file:///etc/passwd"), "cannot be used"),
        (|said| said["token_endpoint"] = json!("http://token.example/"), "cannot be used"),
        (|said| said["jwks_uri"] = json!("ftp://x"), "cannot be used"),
        (|said| said["code_challenge_methods_supported"] = json!(["plain"]), "safe kind"),
        (|said| said["scopes_supported"] = json!(vec!["x"; LIST_MAX + 1]), "too much"),
    ];
    for (change, wanted) in cases {
        let peer = server(OAUTH, change).await;
        let why = why(found(&peer, "").await);
        assert!(why.contains(wanted), "{why}");
    }
}

#[test]
fn a_server_on_the_net_cannot_send_us_to_this_computer() {
    let mut said = Metadata {
        issuer: "https://as.example".to_owned(),
        authorization_endpoint: "https://as.example/a".to_owned(),
        token_endpoint: "https://as.example/t".to_owned(),
        ..Metadata::default()
    };
    assert_eq!(said.check(false), Ok(()));
    said.token_endpoint = "http://127.0.0.1:8080/admin".to_owned();
    assert!(said.check(false).is_err() && said.check(true).is_ok());
}

#[tokio::test]
async fn no_metadata_is_said_so() {
    let silent = Peer::start(|_, _| Said::json(404, json!({}))).await;
    assert!(why(found(&silent, "").await).contains("does not describe itself"));
    assert_eq!(silent.asked().len(), 2);
    let down = Peer::start(|_, _| Said::json(503, json!({}))).await;
    let Err(OauthError::Exchange(error)) = found(&down, "").await else { panic!("down") };
    assert_eq!((error.kind, down.asked().len()), (ErrorKind::Unavailable, 1));
    let text = Peer::start(|_, _| Said::json(200, json!("words"))).await;
    assert!(why(found(&text, "").await).contains("no JSON"));
    assert!(matches!(found(&text, "#x").await, Err(OauthError::BadFlow(_))));
}
