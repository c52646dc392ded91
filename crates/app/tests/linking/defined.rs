//! Platforms that people define themselves, through the app against a server that keeps to the standards: defined by where
//! it describes itself or by hand, linked, renewed, kept over a restart, forgotten.

use app::{accounts::OnUnlink, link::Defined};
use domain::{AccountState, ErrorCode};
use providers::defined::{Definition, Field, Problem, WayBack, Wrong};
use serde_json::json;
use simulator::{Command, Reply};

use crate::only::{CLIENT, Only, SECRET};

pub const PLATFORM: &str = "standard";

/// A definition that the server's description fills in.
pub fn described(only: &Only) -> Definition {
    Definition {
        id: PLATFORM.to_owned(),
        name: "Standard".to_owned(),
        metadata: only.server.url().to_owned(),
        scopes: vec!["openid".to_owned(), "profile".to_owned(), "email".to_owned()],
        ..Definition::default()
    }
}

pub async fn define(only: &Only, definition: Definition) -> Result<Definition, Vec<Problem>> {
    match only.app().define_platform(definition).await.unwrap() {
        Defined::Kept(kept) => Ok(*kept),
        Defined::Refused(problems) => Err(problems),
    }
}

/// A server with an app of the user's own.
async fn ready(definition: impl Fn(&Only) -> Definition) -> Only {
    let only = Only::start(PLATFORM).await;
    let definition = definition(&only);
    define(&only, definition).await.unwrap();
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    only
}

#[tokio::test]
async fn a_server_that_describes_itself_needs_only_its_address() {
    let only = Only::start(PLATFORM).await;
    let url = only.server.url().to_owned();
    let kept = define(&only, described(&only)).await.unwrap();
    assert_eq!(
        (kept.token, kept.userinfo, kept.keys),
        (format!("{url}/token"), format!("{url}/me"), format!("{url}/keys"))
    );
    assert_eq!((kept.issuer.as_str(), kept.issuer_required, kept.par.as_str()), (url.as_str(), false, ""));
    assert_eq!(only.wanted().await.redirects.len(), 3, "what to register is said as for the others");
    assert_eq!(only.app().definitions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_it_signs_is_checked_and_whoever_is_not_the_same_is_not_linked() {
    let only = ready(described).await;
    for spoilt in ["signature", "nonce", "issuer", "absent"] {
        only.server.control(&Command::configure(&json!({"spoil_id_token": spoilt}))).unwrap();
        assert!(only.link(None).await.is_err(), "{spoilt}");
    }
    let somebody = json!({"sub": "somebody-else", "preferred_username": "mallory"});
    only.server.answer_with(move |request| (request.path == "/me").then(|| Reply::json(200, &somebody)));
    assert_eq!(only.link(None).await.unwrap_err().code, ErrorCode::LinkMismatch);
    only.server.answer_with(|_| None);
    let id = only.link(None).await.unwrap();
    assert_eq!(only.app().account(id).await.unwrap().name, "alice of Standard");
}

#[tokio::test]
async fn answers_of_another_issuer_are_not_taken() {
    let only = Only::start(PLATFORM).await;
    let url = only.server.url().to_owned();
    only.server.control(&Command::configure(&json!({"iss": url}))).unwrap();
    assert!(define(&only, described(&only)).await.unwrap().issuer_required);
    only.register(CLIENT, None).await;
    only.enter(CLIENT, None).await.unwrap();
    only.link(None).await.unwrap();
    for iss in [json!("https://evil.example"), json!(null)] {
        only.server.control(&Command::configure(&json!({"iss": iss}))).unwrap();
        assert_eq!(only.link(None).await.unwrap_err().code, ErrorCode::LinkMismatch, "{iss}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_of_itself_is_written_down() {
    let by_hand = |only: &Only| Definition {
        metadata: String::new(),
        authorize: format!("{}/authorize", only.server.url()),
        token: format!("{}/token", only.server.url()),
        revoke: format!("{}/revoke", only.server.url()),
        userinfo: format!("{}/me", only.server.url()),
        scopes: vec!["profile email".to_owned()],
        handle_claim: "/email".to_owned(),
        ..described(only)
    };
    let only = ready(by_hand).await;
    let id = only.link(None).await.unwrap();
    assert_eq!(only.app().account(id).await.unwrap().handle, "alice@standard.example");
    only.server.control(&Command::ExpireAccess).unwrap();
    assert_eq!(only.check(id).await, (AccountState::Healthy, None));
    assert_eq!(
        only.calls("oauth.metadata") + only.calls("oauth.keys"),
        0,
        "nothing was asked that is not written down"
    );

    // Changed, it goes on with the account that is there.
    define(&only, Definition { handle_claim: String::new(), ..by_hand(&only) }).await.unwrap();
    assert_eq!(only.link(Some(id)).await.unwrap(), id);
    assert_eq!(only.app().account(id).await.unwrap().handle, "alice");
}

#[tokio::test]
async fn a_definition_is_there_after_a_restart_and_its_accounts_go_on() {
    let mut only = ready(described).await;
    let id = only.link(None).await.unwrap();
    only.bench = only.bench.reopen().await;
    assert_eq!(only.check(id).await, (AccountState::Healthy, None));
    only.server.control(&Command::ExpireAccess).unwrap();
    assert_eq!(only.check(id).await, (AccountState::Healthy, None), "renewed as the definition says");

    let held = only.app().forget_platform(PLATFORM).await.unwrap_err();
    assert_eq!(held.code, ErrorCode::WrongState);
    only.app().unlink_account(id, OnUnlink::Hold).await.unwrap();
    only.app().forget_platform(PLATFORM).await.unwrap();
    assert_eq!(only.app().forget_platform(PLATFORM).await.unwrap_err().code, ErrorCode::NotFound);
    only.bench = only.bench.reopen().await;
    assert!(only.app().registry().get(PLATFORM).is_none() && only.app().definitions().await.unwrap().is_empty());
    define(&only, described(&only)).await.unwrap();
    assert_eq!(only.wanted().await.client_id, "", "its app was forgotten with it");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_is_kept() {
    let only = Only::start(PLATFORM).await;
    let url = only.server.url().to_owned();
    let at = |field, wrong| Err(vec![Problem { field, wrong }]);
    for (definition, field, wrong) in [
        (Definition { id: "x".to_owned(), ..described(&only) }, Field::Id, Wrong::Taken),
        (Definition { id: "postroom".to_owned(), ..described(&only) }, Field::Id, Wrong::Taken),
        (Definition { metadata: "http://example.com".to_owned(), ..described(&only) }, Field::Metadata, Wrong::NoHttps),
        (Definition { metadata: format!("{url}/me"), ..described(&only) }, Field::Metadata, Wrong::NoDescription),
        (
            Definition { metadata: "http://127.0.0.1:9".to_owned(), ..described(&only) },
            Field::Metadata,
            Wrong::Unreachable,
        ),
        (Definition { token: "ftp://a.example".to_owned(), ..described(&only) }, Field::Token, Wrong::NoAddress),
    ] {
        assert_eq!(define(&only, definition).await, at(field, wrong), "{field:?}");
    }
    let lacking = json!({"issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token")});
    let well_known = "/.well-known/oauth-authorization-server";
    only.server.answer_with(move |request| (request.path == well_known).then(|| Reply::json(200, &lacking)));
    assert_eq!(define(&only, described(&only)).await, at(Field::Userinfo, Wrong::NotDescribed));
    let hostile = json!({"issuer": url, "authorization_endpoint": "file:///etc/passwd", "token_endpoint": format!("{url}/token")});
    only.server.answer_with(move |request| (request.path == well_known).then(|| Reply::json(200, &hostile)));
    assert_eq!(define(&only, described(&only)).await, at(Field::Metadata, Wrong::NoDescription));
    assert!(only.app().definitions().await.unwrap().is_empty() && only.app().registry().get(PLATFORM).is_none());
}

#[tokio::test]
async fn any_port_does_where_the_server_takes_any() {
    let only = Only::start(PLATFORM).await;
    define(&only, Definition { way_back: WayBack::AnyPort, ..described(&only) }).await.unwrap();
    assert_eq!(only.wanted().await.redirects, ["http://127.0.0.1/callback/standard"]);
}
