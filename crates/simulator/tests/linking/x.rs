//! X.

use serde_json::{Value, json};
use simulator::{Command, CommandError, Fault, Rule};

use crate::client::{ID, Rig, SECRET, VERIFIER, asking, header, param, refusal, text};

const URI: &str = "http://127.0.0.1:28127/callback";
const SCOPES: &str = "tweet.read tweet.write users.read media.write offline.access";
const ME: &str = "/2/users/me";

async fn start(secret: Option<&str>) -> Rig {
    let rig = Rig::start("x", "/i/oauth2/authorize", "/2/oauth2/token").await;
    rig.app(secret, &[URI, "postroom://callback/x"]).unwrap();
    rig
}

async fn link(rig: &Rig, scopes: &str) -> Value {
    let code = rig.code(&asking(URI, scopes)).await;
    let (status, token) = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(status, 200, "{token}");
    token
}

/// `x.md`, 2: the token answer, and `users/me` with the fields asked for.
#[tokio::test]
async fn a_native_app_links() {
    let rig = start(None).await;
    let token = link(&rig, SCOPES).await;
    assert_eq!((text(&token, "token_type").as_str(), &token["expires_in"]), ("bearer", &json!(7_200)));
    assert_eq!(text(&token, "scope"), SCOPES);
    let access = text(&token, "access_token");
    let me = rig.get(&format!("{ME}?user.fields=id,verified_type,subscription_type"), &access).await.1;
    let data = &me["data"];
    assert_eq!((text(data, "username").as_str(), text(data, "subscription_type").as_str()), ("alice", "None"));
    assert!(data["public_metrics"].is_null(), "only what was asked for");
    assert!(link(&rig, "tweet.read users.read").await["refresh_token"].is_null(), "not without offline.access");
}

/// `x.md`, 2: "**30 seconds** after approval", used once.
#[tokio::test]
async fn a_code_lives_thirty_seconds() {
    let rig = start(None).await;
    let said = "Value passed for the authorization code was invalid.";
    let code = rig.code(&asking(URI, SCOPES)).await;
    rig.advance_s(15);
    assert_eq!(rig.without_secret(&code, URI, VERIFIER).await.0, 200);
    let again = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!((refusal(&again), text(&again.1, "error_description").as_str()), ((400, "invalid_request"), said));
    let code = rig.code(&asking(URI, SCOPES)).await;
    rig.advance_s(30);
    let late = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(text(&late.1, "error_description"), said);
}

/// `x.md`, 2: "PKCE is mandatory", `S256` or `plain`; a mismatch is `invalid_grant`.
#[tokio::test]
async fn the_challenge_is_compulsory() {
    let rig = start(Some(SECRET)).await;
    assert_eq!(rig.refused_back(&[("redirect_uri", URI), ("scope", SCOPES)]).await, "invalid_request");
    let rig = start(None).await;
    let code = rig.code(&asking(URI, SCOPES)).await;
    let wrong = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";
    assert_eq!(refusal(&rig.without_secret(&code, URI, wrong).await), (400, "invalid_grant"));
    let plain =
        [("redirect_uri", URI), ("scope", SCOPES), ("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let code = rig.code(&plain).await;
    assert_eq!(rig.without_secret(&code, URI, VERIFIER).await.0, 200);
}

/// `x.md`, 2: public apps "**no** Authorization header", confidential ones Basic.
#[tokio::test]
async fn secrets_belong_in_the_header_or_nowhere() {
    let public = start(None).await;
    let code = public.code(&asking(URI, SCOPES)).await;
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI), ("code_verifier", VERIFIER)];
    assert_eq!(refusal(&public.exchange_basic("anything", &form).await), (401, "unauthorized_client"));
    assert_eq!(public.without_secret(&code, URI, VERIFIER).await.0, 200);
    let confidential = start(Some(SECRET)).await;
    let code = confidential.code(&asking(URI, SCOPES)).await;
    let bare = confidential.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(text(&bare.1, "error_description"), "Missing valid authorization header");
    assert_eq!(
        refusal(&confidential.with_secret(&code, URI, VERIFIER).await),
        (401, "unauthorized_client"),
        "in the form"
    );
    let form =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI), ("code_verifier", VERIFIER)];
    assert_eq!(confidential.exchange_basic(SECRET, &form).await.0, 200, "no client_id in the form");
}

/// `x.md`, 2: "each refresh returns a new refresh token and kills the old one"; about six months unused.
#[tokio::test]
async fn refresh_tokens_serve_once() {
    let rig = start(None).await;
    let token = link(&rig, SCOPES).await;
    let old = text(&token, "refresh_token");
    let next = rig.refresh(&old, None).await.1;
    assert_eq!(rig.get(ME, &text(&token, "access_token")).await.0, 200, "the access token goes on to its end");
    let dead = rig.refresh(&old, None).await;
    assert_eq!(
        (refusal(&dead), text(&dead.1, "error_description").as_str()),
        ((400, "invalid_request"), "Value passed for the token was invalid.")
    );
    rig.advance_s(7_200);
    assert_eq!(rig.get(ME, &text(&next, "access_token")).await.0, 401);
    rig.advance_s(182 * 86_400);
    assert_eq!(rig.refresh(&text(&next, "refresh_token"), None).await.0, 400);
}

/// `x.md`, 2: exact addresses, at most ten, no query, not `localhost`; a custom protocol has host and path.
#[tokio::test]
async fn addresses_are_exact() {
    let rig = start(None).await;
    for uri in
        ["http://127.0.0.1:28128/callback", "http://127.0.0.1:28127/callback/", "http://localhost:28127/callback"]
    {
        let (status, page) = rig.refused_page(&asking(uri, SCOPES)).await;
        assert!(status == 400 && page.contains("give access to the App"), "{uri}");
    }
    assert_eq!(rig.open(&asking("postroom://callback/x", SCOPES)).await.status().as_u16(), 200);
    for uris in [vec![URI; 11], vec!["http://localhost:1/cb"], vec!["https://example.org/cb?a=b"]] {
        assert!(matches!(rig.app(None, &uris), Err(CommandError::UnusableApp(_))), "{uris:?}");
    }
}

/// `x.md`, 2: `access_denied` with the state; state "up to 500 characters"; unknown scopes.
#[tokio::test]
async fn requests_are_refused_back_to_the_app() {
    let rig = start(None).await;
    let back = rig.decide(&asking(URI, SCOPES), &[("decision", "deny")]).await;
    assert_eq!((param(&back, "error"), param(&back, "state")), ("access_denied".to_owned(), "s&1".to_owned()));
    assert_eq!(rig.refused_back(&asking(URI, "tweet.read tweet.burn")).await, "invalid_scope");
    for (characters, expected) in [(500, 200), (501, 302)] {
        let state = "s".repeat(characters);
        let query = [asking(URI, SCOPES), vec![("state", state.as_str())]].concat();
        assert_eq!(rig.open(&query).await.status().as_u16(), expected);
    }
}

/// `x.md`, 2: `{"revoked":true}`, with the token's kind as a hint.
#[tokio::test]
async fn revoking_answers_so() {
    let rig = start(None).await;
    let token = link(&rig, SCOPES).await;
    let (access, refresh) = (text(&token, "access_token"), text(&token, "refresh_token"));
    for (one, hint) in [(&refresh, "refresh_token"), (&access, "access_token")] {
        let form = [("token", one.as_str()), ("token_type_hint", hint), ("client_id", ID)];
        assert_eq!(rig.form("/2/oauth2/revoke", &form).await, (200, json!({"revoked": true})));
    }
    assert_eq!((rig.refresh(&refresh, None).await.0, rig.get(ME, &access).await.0), (400, 401));
}

/// `x.md`, 2, 4 and 5: both scopes, 75 calls in 15 minutes, their headers, and the shapes of refusals.
#[tokio::test]
async fn reading_oneself_has_scopes_limits_and_shapes() {
    let rig = start(None).await;
    let narrow = text(&link(&rig, "users.read").await, "access_token");
    let refused = rig.get(ME, &narrow).await;
    assert_eq!((refused.0, text(&refused.1, "title").as_str()), (403, "Unsupported Authentication"));
    let access = text(&link(&rig, SCOPES).await, "access_token");
    rig.running.control(&Command::RateLimits { on: true }).unwrap();
    for left in (0..75).rev() {
        let response = rig.response(ME, &access).await;
        assert_eq!((response.status().as_u16(), header(&response, "x-rate-limit-remaining")), (200, left.to_string()));
    }
    let over = rig.response(ME, &access).await;
    let reset: i64 = header(&over, "x-rate-limit-reset").parse().unwrap();
    assert!(over.status().as_u16() == 429 && reset > 1_700_000_000, "Unix seconds");
    rig.advance_s(900);
    assert_eq!(rig.get(ME, &access).await.0, 200);
    let nonsense = rig.get(ME, "nonsense").await;
    assert_eq!(
        nonsense.1,
        json!({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
    );
    rig.running.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    let shut = rig.get(ME, &access).await;
    assert!(shut.0 == 403 && text(&shut.1, "type").contains("user-suspended"));
    rig.running.faults().add(Rule::new(Fault::ServerError));
    assert_eq!(rig.get(ME, &access).await.0, 503);
}
