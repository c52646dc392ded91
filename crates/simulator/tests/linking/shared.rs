//! What all of them have in common: the consent page, state and `iss`, what tests may do, what the journal holds.

use reqwest::Method;
use serde_json::json;
use simulator::{Command, CommandError, Fault, Rule, Simulator};

use crate::client::{ID, SECRET, VERIFIER, answer, asking, param, refusal, text};
use crate::{github, google};

/// The page asks; the form's fields choose.
#[tokio::test]
async fn the_page_shows_the_request_and_takes_an_account() {
    let rig = google::start().await;
    let page = rig.open(&asking(google::URI, "openid <script>")).await;
    assert_eq!(page.status().as_u16(), 302, "an unknown scope");
    let page = rig.open(&asking(google::URI, "openid email")).await.text().await.unwrap();
    assert!([ID, "openid", "alice", "bob", "Authorize", "Deny"].iter().all(|word| page.contains(word)), "{page}");
    let back = rig.decide(&asking(google::URI, "openid"), &[("decision", "allow"), ("account", "bob")]).await;
    let token = rig.with_secret(&param(&back, "code"), google::URI, VERIFIER).await.1;
    let me = rig.get("/v1/userinfo", &text(&token, "access_token")).await.1;
    let bob = rig.running.control(&Command::Grant { handle: "bob".to_owned(), scopes: "openid".to_owned() }).unwrap();
    assert_eq!(me["sub"], bob["account"]);
    let back = rig.decide(&asking(google::URI, "openid"), &[]).await;
    assert_eq!((param(&back, "error").as_str(), param(&back, "state").as_str()), ("access_denied", "s&1"));
}

/// `oauth-native.md`, 4: `iss` with codes and refusals, where a test wants it, and then in the metadata.
#[tokio::test]
async fn the_issuer_comes_back_where_it_is_set() {
    let rig = google::start().await;
    let query = asking(google::URI, "openid");
    assert_eq!(param(&rig.decide(&query, &[("decision", "allow")]).await, "iss"), "");
    rig.set(&json!({"iss": "https://accounts.google.com"}));
    for decision in ["allow", "deny"] {
        let back = rig.decide(&query, &[("decision", decision)]).await;
        assert_eq!(param(&back, "iss"), "https://accounts.google.com");
    }
    let told = rig.get_bare("/.well-known/openid-configuration").await.1;
    assert_eq!(told["authorization_response_iss_parameter_supported"], json!(true));
}

/// RFC 6749, 4.1.2: a server may end what a code gave when the code comes again.
#[tokio::test]
async fn a_strict_server_ends_what_a_repeated_code_gave() {
    let rig = github::start().await;
    for (strict, expected) in [(false, 200), (true, 401)] {
        rig.set(&json!({"code_reuse_revokes": strict}));
        let code = rig.code(&asking(github::URI, "gist")).await;
        let token = text(&rig.with_secret(&code, github::URI, VERIFIER).await.1, "access_token");
        rig.with_secret(&code, github::URI, VERIFIER).await;
        assert_eq!(rig.get("/user", &token).await.0, expected);
    }
}

/// A code and a refresh token belong to one app.
#[tokio::test]
async fn another_app_gets_nothing() {
    let rig = google::start().await;
    let code = rig.code(&asking(google::URI, "openid")).await;
    let mine = rig.with_secret(&code, google::URI, VERIFIER).await.1;
    rig.running.control(&Command::register_app("app-2", Some("secret-2"), &[])).unwrap();
    let theirs = |grant: &'static str, name: &'static str, value: String| {
        let form = [
            ("grant_type", grant.to_owned()),
            ("client_id", "app-2".to_owned()),
            ("client_secret", "secret-2".to_owned()),
            ("redirect_uri", google::URI.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
            (name, value),
        ];
        answer(rig.request(Method::POST, "/token").form(&form))
    };
    let code = rig.code(&asking(google::URI, "openid")).await;
    assert_eq!(refusal(&theirs("authorization_code", "code", code.clone()).await), (400, "invalid_grant"));
    assert_eq!(rig.with_secret(&code, google::URI, VERIFIER).await.0, 200, "still its owner's");
    let refresh = text(&mine, "refresh_token");
    assert_eq!(refusal(&theirs("refresh_token", "refresh_token", refresh).await), (400, "invalid_grant"));
}

/// Nobody is redirected for an app that is not there.
#[tokio::test]
async fn unknown_apps_and_accounts_get_a_page() {
    let rig = google::start().await;
    let query = [asking(google::URI, "openid"), vec![("client_id", "nobody")]].concat();
    assert_eq!(rig.refused_page(&query).await.0, 401);
    let implicit = [asking(google::URI, "openid"), vec![("response_type", "token")]].concat();
    assert_eq!(rig.refused_back(&implicit).await, "unsupported_response_type");
    let silent = [asking(google::URI, "openid"), vec![("response_type", "")]].concat();
    assert_eq!(rig.refused_back(&silent).await, "unsupported_response_type");
    let terse = [asking(github::URI, "gist"), vec![("response_type", "")]].concat();
    assert_eq!(github::start().await.open(&terse).await.status().as_u16(), 200, "not at GitHub");
    rig.running.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    let url = format!("/o/oauth2/v2/auth?client_id={ID}&response_type=code&scope=openid&redirect_uri={}", google::URI);
    let form = [("decision", "allow"), ("account", "alice")];
    let page = rig.request(Method::POST, &url).form(&form).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 400, "a suspended account allows nothing");
}

/// What is asked for behind the API's back has to exist.
#[tokio::test]
async fn commands_are_checked() {
    let rig = github::start().await;
    let obey = |command: &Command| rig.running.control(command).unwrap_err();
    assert!(matches!(obey(&Command::configure(&json!({"weather": "fine"}))), CommandError::UnknownSetting(_)));
    assert_eq!(obey(&Command::configure(&json!({"withheld_scopes": ["gist"]}))), CommandError::NotHere, "not granular");
    assert_eq!(obey(&Command::ForgetApps), CommandError::NotHere);
    let password = Command::ChangePassword { handle: "alice".to_owned() };
    assert_eq!(obey(&password), CommandError::NotHere, "it ends nothing there");
    assert!(matches!(obey(&Command::add_account("alice", "x")), CommandError::UnusableHandle(_)));
    assert!(matches!(obey(&Command::TakeDown { handle: "carol".to_owned() }), CommandError::UnknownAccount(_)));
    let code = Command::DecideUserCode { user_code: "NEVR-GIVN".to_owned(), allowed_by: None };
    assert!(matches!(obey(&code), CommandError::UnknownCode(_)));
    for platform in ["bluesky", "mastodon"] {
        let dir = tempfile::tempdir().unwrap();
        let other = Simulator::start(platform, dir.path()).await.unwrap();
        assert_eq!(other.control(&Command::register_app(ID, None, &[])), Err(CommandError::NotHere));
    }
}

/// Commands come from other processes as JSON.
#[test]
fn commands_are_plain_json() {
    let app: Command =
        serde_json::from_value(json!({"do": "register_app", "redirect_uris": ["http://127.0.0.1/cb"]})).unwrap();
    assert!(matches!(app, Command::RegisterApp { public: false, client_id: None, .. }));
    let code: Command = serde_json::from_value(json!({"do": "decide_user_code", "user_code": "A-B"})).unwrap();
    assert_eq!(code, Command::DecideUserCode { user_code: "A-B".to_owned(), allowed_by: None });
}

/// Faults hit operations by name, and a lost answer has still used up its code.
#[tokio::test]
async fn faults_reach_the_token_endpoint() {
    let rig = github::start().await;
    let code = rig.code(&asking(github::URI, "gist")).await;
    rig.running.faults().add(Rule::new(Fault::LostReply).on("oauth.token"));
    let form = [("client_id", ID), ("client_secret", SECRET), ("code", code.as_str())];
    let lost = rig.request(Method::POST, "/login/oauth/access_token").form(&form).send().await;
    assert!(lost.is_err());
    assert_eq!(refusal(&rig.with_secret(&code, github::URI, VERIFIER).await), (200, "bad_verification_code"));
    rig.running.faults().add(Rule::new(Fault::Reject).on("user.get"));
    assert_eq!(rig.get("/user", "x").await.0, 400);
}

/// The journal holds the names of calls, and no secret, code or token.
#[tokio::test]
async fn no_secret_reaches_the_journal() {
    let rig = github::start().await;
    let code = rig.code(&asking(github::URI, "gist")).await;
    let token = text(&rig.with_secret(&code, github::URI, VERIFIER).await.1, "access_token");
    rig.get("/user", &token).await;
    rig.get_bare("/repos/a/b").await;
    let journal = std::fs::read_to_string(rig.running.journal()).unwrap();
    assert!(["oauth.decide", "oauth.token", "user.get", "/repos/a/b"].iter().all(|name| journal.contains(name)));
    assert!([SECRET, VERIFIER, &code, &token].iter().all(|secret| !journal.contains(secret)));
}
