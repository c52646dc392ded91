//! Registration, consent in a browser, code, token.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::Command;
use url::Url;

use crate::client::{Answer, PASSWORD, Rig, answer, header, refusal, text};

pub const REDIRECT: &str = "http://127.0.0.1/oauth/mastodon";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub async fn register(rig: &Rig, redirect_uris: &Value, scopes: &str) -> Answer {
    let body = json!({"client_name": "Postroom", "redirect_uris": redirect_uris, "scopes": scopes});
    answer(rig.bare(Method::POST, "/api/v1/apps").json(&body)).await
}

async fn app(rig: &Rig, redirect_uri: &str) -> Value {
    let (status, app) = register(rig, &json!(redirect_uri), "read:accounts write:statuses").await;
    assert_eq!(status, 200, "{app}");
    app
}

fn authorize(app: &Value, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let client_id = text(app, "client_id");
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", &client_id),
        ("redirect_uri", redirect_uri),
        ("scope", "read:accounts write:statuses"),
        ("state", "s&1"),
    ];
    pairs.extend(more);
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/oauth/authorize?{query}")
}

/// Signs in and decides; the address the browser is sent to.
async fn decide(rig: &Rig, path: &str, decision: &str) -> Url {
    let query = path.split_once('?').unwrap().1;
    let form = [("query", query), ("username", "alice"), ("password", PASSWORD)];
    let signed_in = rig.bare(Method::POST, "/auth/sign_in").form(&form).send().await.unwrap();
    assert_eq!(signed_in.status().as_u16(), 302);
    let cookie = header(&signed_in, "set-cookie").split(';').next().unwrap().to_owned();
    let on = header(&signed_in, "location").replace(rig.running.url(), "");
    let page = rig.bare(Method::GET, &on).header("cookie", &cookie).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Postroom") && page.contains("write:statuses") && page.contains("@alice"), "{page}");
    let decided = rig.bare(Method::POST, &on).header("cookie", &cookie).form(&[("decision", decision)]);
    Url::parse(&header(&decided.send().await.unwrap(), "location")).unwrap()
}

fn param(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

async fn exchange(rig: &Rig, app: &Value, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
    let (id, secret) = (text(app, "client_id"), text(app, "client_secret"));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", &id),
        ("client_secret", &secret),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    answer(rig.bare(Method::POST, "/oauth/token").form(&form)).await
}

#[tokio::test]
async fn a_new_server_takes_a_list_of_addresses_others_one_text() {
    let list = json!([REDIRECT, "http://[::1]/oauth/mastodon"]);
    let (status, app) = register(&Rig::start("mastodon").await, &list, "profile write").await;
    assert_eq!((status, &app["redirect_uris"], &app["client_secret_expires_at"]), (200, &list, &json!(0)));
    let old = Rig::start("mastodon-old").await;
    assert_eq!(refusal(&register(&old, &list, "read").await), (422, "Validation failed: Redirect URI can't be blank"));
    assert_eq!(register(&old, &json!(format!("{REDIRECT}\npostroom://cb")), "read").await.0, 200);
    let gotosocial = Rig::start("gotosocial").await;
    assert_eq!(register(&gotosocial, &list, "read").await.0, 400);
    assert_eq!(register(&gotosocial, &json!(REDIRECT), "read").await.0, 200);
}

#[tokio::test]
async fn registration_refuses_what_cannot_be() {
    let rig = Rig::start("mastodon").await;
    let relative = register(&rig, &json!("/cb"), "read").await;
    assert_eq!(refusal(&relative), (422, "Validation failed: Redirect URI must be an absolute URI."));
    assert_eq!(register(&rig, &json!(REDIRECT), "read everything").await.0, 422);
    assert_eq!(register(&Rig::start("mastodon-old").await, &json!(REDIRECT), "profile").await.0, 422);
}

#[tokio::test]
async fn consent_gives_a_code_and_the_code_a_token() {
    let rig = Rig::start("mastodon").await;
    let app = app(&rig, REDIRECT).await;
    let bound = "http://127.0.0.1:4711/oauth/mastodon";
    let path = authorize(&app, bound, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    let back = decide(&rig, &path, "allow").await;
    assert_eq!((back.port(), param(&back, "state").as_str(), param(&back, "iss").as_str()), (Some(4711), "s&1", ""));
    let (status, token) = exchange(&rig, &app, &param(&back, "code"), bound, VERIFIER).await;
    assert_eq!((status, text(&token, "token_type").as_str()), (200, "Bearer"), "{token}");
    assert!(token.get("refresh_token").is_none() && token.get("expires_in").is_none());
    let me = rig.bare(Method::GET, "/api/v1/accounts/verify_credentials").bearer_auth(text(&token, "access_token"));
    assert_eq!(text(&answer(me).await.1, "username"), "alice");
    let app = rig.bare(Method::GET, "/api/v1/apps/verify_credentials").bearer_auth(text(&token, "access_token"));
    assert_eq!(text(&answer(app).await.1, "name"), "Postroom");
}

#[tokio::test]
async fn denial_comes_back_as_one() {
    let rig = Rig::start("mastodon").await;
    let app = app(&rig, REDIRECT).await;
    let back = decide(&rig, &authorize(&app, REDIRECT, &[]), "deny").await;
    assert_eq!((param(&back, "error"), param(&back, "state")), ("access_denied".to_owned(), "s&1".to_owned()));
}

#[tokio::test]
async fn a_code_serves_once_its_own_client_address_and_verifier_for_ten_minutes() {
    let rig = Rig::start("mastodon").await;
    let (app, stranger) = (app(&rig, REDIRECT).await, app(&rig, REDIRECT).await);
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let path = authorize(&app, REDIRECT, &pkce);
    let elsewhere = "http://127.0.0.1:1/oauth/mastodon";
    for (client, redirect_uri, verifier, wait_ms, expected) in [
        (&app, REDIRECT, VERIFIER, 0, 200),
        (&app, REDIRECT, "another-verifier", 0, 400),
        (&app, elsewhere, VERIFIER, 0, 400),
        (&stranger, REDIRECT, VERIFIER, 0, 400),
        (&app, REDIRECT, VERIFIER, 600_000, 400),
    ] {
        let code = param(&decide(&rig, &path, "allow").await, "code");
        rig.advance(wait_ms);
        let first = exchange(&rig, client, &code, redirect_uri, verifier).await;
        assert_eq!(first.0, expected, "{first:?}");
        assert_eq!(refusal(&exchange(&rig, &app, &code, REDIRECT, VERIFIER).await), (400, "invalid_grant"), "used");
    }
}

#[tokio::test]
async fn the_secret_is_needed() {
    let rig = Rig::start("mastodon").await;
    let mut app = app(&rig, REDIRECT).await;
    let code = param(&decide(&rig, &authorize(&app, REDIRECT, &[]), "allow").await, "code");
    app["client_secret"] = json!("wrong");
    assert_eq!(refusal(&exchange(&rig, &app, &code, REDIRECT, "").await), (401, "invalid_client"));
}

#[tokio::test]
async fn a_method_other_than_s256_goes_back_refused() {
    let rig = Rig::start("mastodon").await;
    let path =
        authorize(&app(&rig, REDIRECT).await, REDIRECT, &[("code_challenge", "x"), ("code_challenge_method", "plain")]);
    let refused = rig.bare(Method::GET, &path).send().await.unwrap();
    assert!(header(&refused, "location").contains("error=invalid_code_challenge_method"));
}

#[tokio::test]
async fn gotosocial_ignores_pkce_and_wants_the_port() {
    let rig = Rig::start("gotosocial").await;
    let registered = app(&rig, REDIRECT).await;
    let bound = "http://127.0.0.1:4711/oauth/mastodon";
    let refused = rig.bare(Method::GET, &authorize(&registered, bound, &[])).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), header(&refused, "location")), (400, String::new()), "nobody is sent away");
    let exact = app(&rig, bound).await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = param(&decide(&rig, &authorize(&exact, bound, &pkce), "allow").await, "code");
    assert_eq!(exchange(&rig, &exact, &code, bound, "another-verifier").await.0, 200);
}

#[tokio::test]
async fn strange_clients_addresses_and_scopes_are_refused() {
    let rig = Rig::start("mastodon").await;
    let app = app(&rig, REDIRECT).await;
    let nobody = json!({"client_id": "nobody"});
    assert_eq!(rig.bare(Method::GET, &authorize(&nobody, REDIRECT, &[])).send().await.unwrap().status().as_u16(), 401);
    let named = authorize(&app, "http://localhost/oauth/mastodon", &[]);
    assert_eq!(rig.bare(Method::GET, &named).send().await.unwrap().status().as_u16(), 400);
    let wide = authorize(&app, REDIRECT, &[]).replace("read%3Aaccounts", "read%3Astatuses");
    let refused = rig.bare(Method::GET, &wide).send().await.unwrap();
    assert!(header(&refused, "location").starts_with("http://127.0.0.1/oauth/mastodon?error=invalid_scope"));
}

#[tokio::test]
async fn force_login_asks_who_it_is_again() {
    let rig = Rig::start("mastodon").await;
    let path = authorize(&app(&rig, REDIRECT).await, REDIRECT, &[]);
    let form = [("query", path.split_once('?').unwrap().1), ("username", "alice"), ("password", PASSWORD)];
    let signed_in = rig.bare(Method::POST, "/auth/sign_in").form(&form).send().await.unwrap();
    let cookie = header(&signed_in, "set-cookie").split(';').next().unwrap().to_owned();
    for (more, expected) in [("", "Authorization required"), ("&force_login=true", "Password")] {
        let page = rig.bare(Method::GET, &format!("{path}{more}")).header("cookie", &cookie).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains(expected), "{page}");
    }
    let wrong = [("query", ""), ("username", "alice"), ("password", "guess")];
    assert_eq!(rig.bare(Method::POST, "/auth/sign_in").form(&wrong).send().await.unwrap().status().as_u16(), 422);
}

#[tokio::test]
async fn a_code_can_be_shown_to_be_copied() {
    let rig = Rig::start("mastodon").await;
    let oob = "urn:ietf:wg:oauth:2.0:oob";
    let app = app(&rig, oob).await;
    let path = authorize(&app, oob, &[]);
    let form = [("query", path.split_once('?').unwrap().1), ("username", "alice"), ("password", PASSWORD)];
    let signed_in = rig.bare(Method::POST, "/auth/sign_in").form(&form).send().await.unwrap();
    let cookie = header(&signed_in, "set-cookie").split(';').next().unwrap().to_owned();
    let shown = rig.bare(Method::POST, &path).header("cookie", cookie).form(&[("decision", "allow")]);
    let page = shown.send().await.unwrap().text().await.unwrap();
    let code = page.split_once("<code>").unwrap().1.split_once("</code>").unwrap().0.to_owned();
    assert_eq!(exchange(&rig, &app, &code, oob, "").await.0, 200);
}

#[tokio::test]
async fn apps_long_unused_are_forgotten() {
    let rig = Rig::start("mastodon-old").await;
    let (unused, kept) = (app(&rig, REDIRECT).await, app(&rig, REDIRECT).await);
    let client_token = |app: &Value| {
        let (id, secret) = (text(app, "client_id"), text(app, "client_secret"));
        let form = [("grant_type", "client_credentials".to_owned()), ("client_id", id), ("client_secret", secret)];
        rig.bare(Method::POST, "/oauth/token").form(&form)
    };
    let (status, _) = answer(client_token(&kept).form(&[
        ("grant_type", "client_credentials"),
        ("scope", "read:accounts"),
        ("client_id", &text(&kept, "client_id")),
        ("client_secret", &text(&kept, "client_secret")),
    ]))
    .await;
    assert_eq!(status, 200);
    rig.running.control(&Command::ForgetApps).unwrap();
    assert_eq!(refusal(&answer(client_token(&unused)).await), (401, "invalid_client"));
    assert_ne!(answer(client_token(&kept)).await.0, 401);
    let path = authorize(&unused, REDIRECT, &[]);
    assert_eq!(rig.bare(Method::GET, &path).send().await.unwrap().status().as_u16(), 401);
}
