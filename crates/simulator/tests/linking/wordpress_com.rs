//! WordPress.com.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::Command;

use crate::client::{ID, Rig, SECRET, VERIFIER, answer, asking, param, refusal, text};

const URI: &str = "postroom://wpcom-authorize";
const SCOPES: &str = "posts media sites";

async fn start(secret: Option<&str>) -> Rig {
    let rig = Rig::start("wordpress-com", "/oauth2-1/authorize", "/oauth2-1/token").await;
    rig.app(secret, &[URI]).unwrap();
    rig
}

async fn link(rig: &Rig, scopes: &str) -> Value {
    let code = rig.code(&asking(URI, scopes)).await;
    let (status, token) = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(status, 200, "{token}");
    token
}

/// `wordpress.md`, 2.4: public native clients with S256, two weeks, `me` and its sites.
#[tokio::test]
async fn a_native_client_links() {
    let rig = start(None).await;
    let token = link(&rig, SCOPES).await;
    assert_eq!((&token["expires_in"], text(&token, "scope").as_str()), (&json!(1_209_600), SCOPES));
    let access = text(&token, "access_token");
    let me = rig.get("/rest/v1.1/me", &access).await.1;
    assert_eq!((text(&me, "username").as_str(), &me["token_site_id"]), ("alice", &json!(123)));
    let sites = rig.get("/rest/v1.1/me/sites", &access).await.1;
    assert_eq!(sites["sites"][0]["capabilities"]["publish_posts"], json!(true));
    let narrow = text(&link(&rig, "posts").await, "access_token");
    assert_eq!(rig.get("/rest/v1.1/me/sites", &narrow).await.0, 403);
    rig.advance_s(1_209_600);
    assert_eq!(refusal(&rig.get("/rest/v1.1/me", &access).await), (401, "invalid_token"));
    assert_eq!(refusal(&rig.get_bare("/rest/v1.1/me").await), (403, "authorization_required"));
}

/// `wordpress.md`, 2.4: the metadata say where everything is, and that clients may be public.
#[tokio::test]
async fn metadata_name_the_new_endpoints() {
    let rig = start(None).await;
    let told = rig.get_bare("/.well-known/oauth-authorization-server").await.1;
    assert_eq!(text(&told, "token_endpoint"), format!("{}/oauth2-1/token", rig.running.url()));
    assert!(told["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
    assert_eq!(told["code_challenge_methods_supported"], json!(["S256"]));
    assert!(told.get("authorization_response_iss_parameter_supported").is_none());
}

/// `wordpress.md`, 2.4 and RFC 7591: clients register themselves, without asking anybody.
#[tokio::test]
async fn clients_register_themselves() {
    let rig = start(None).await;
    let register = |body: Value| answer(rig.request(Method::POST, "/oauth2-1/register").json(&body));
    let native = json!({"client_name": "Postroom", "redirect_uris": [URI], "token_endpoint_auth_method": "none"});
    let (status, public) = register(native).await;
    assert_eq!((status, &public["client_secret"]), (201, &Value::Null), "{public}");
    let id = text(&public, "client_id");
    let query = [asking(URI, SCOPES), vec![("client_id", id.as_str())]].concat();
    let code = rig.code(&query).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("code", &code),
        ("redirect_uri", URI),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(rig.exchange(&form).await.0, 200);
    let secret = register(json!({"redirect_uris": [URI]})).await.1;
    assert!(secret["client_secret"].is_string() && secret["client_secret_expires_at"] == json!(0));
    let wrong = register(json!({"redirect_uris": ["/cb"]})).await;
    assert_eq!(refusal(&wrong), (400, "invalid_redirect_uri"));
    let strange = register(json!({"redirect_uris": [URI], "token_endpoint_auth_method": "private_key_jwt"})).await;
    assert_eq!(refusal(&strange), (400, "invalid_client_metadata"));
}

/// `wordpress.md`, 2.4: secret in header or form; none for public clients, which then need the challenge.
#[tokio::test]
async fn secrets_challenges_and_addresses_are_checked() {
    let rig = start(Some(SECRET)).await;
    let code = rig.code(&[("redirect_uri", URI), ("scope", "posts")]).await;
    assert_eq!(refusal(&rig.without_secret(&code, URI, "").await), (400, "invalid_client"));
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI)];
    assert_eq!(rig.exchange_basic(SECRET, &form).await.0, 200);
    let public = start(None).await;
    assert_eq!(public.refused_back(&[("redirect_uri", URI), ("scope", "posts")]).await, "invalid_request");
    assert_eq!(public.refused_page(&asking("postroom://wpcom-authorize/", "posts")).await.0, 400);
    assert_eq!(public.refused_back(&asking(URI, "posts everything")).await, "invalid_scope");
    for (uri, verifier) in [(URI, "wrong"), ("postroom://other", VERIFIER)] {
        let code = public.code(&asking(URI, "posts")).await;
        assert_eq!(refusal(&public.without_secret(&code, uri, verifier).await), (400, "invalid_grant"));
    }
    let back = public.decide(&asking(URI, "posts"), &[("decision", "deny")]).await;
    assert_eq!(param(&back, "error"), "access_denied");
}

/// `wordpress.md`, 2.4: refresh, `token-info`, revocation.
#[tokio::test]
async fn tokens_are_renewed_looked_into_and_ended() {
    let rig = start(None).await;
    let token = link(&rig, "global").await;
    let old = text(&token, "refresh_token");
    let next = rig.refresh(&old, None).await.1;
    assert_eq!(refusal(&rig.refresh(&old, None).await), (400, "invalid_grant"));
    let access = text(&next, "access_token");
    let info = format!("/oauth2-1/token-info?client_id={ID}&token={access}");
    assert_eq!(text(&rig.get_bare(&info).await.1, "scope"), "global");
    let refresh = text(&next, "refresh_token");
    assert_eq!(rig.form("/oauth2-1/revoke", &[("client_id", ID), ("token", &refresh)]).await.0, 200);
    assert_eq!(refusal(&rig.get_bare(&info).await), (401, "invalid_token"));
    assert_eq!(refusal(&rig.refresh(&refresh, None).await), (400, "invalid_grant"));
}

/// `wordpress.md`, 2.4: the legacy pair: the secret in the form, no PKCE, a blog in the answer, no end.
#[tokio::test]
async fn the_legacy_pair_still_answers() {
    let rig = start(Some(SECRET)).await.by("/oauth2/authorize", "/oauth2/token");
    let code = rig.code(&asking(URI, "posts")).await;
    let (status, token) = rig.with_secret(&code, URI, "not looked at").await;
    assert_eq!((status, text(&token, "blog_id").as_str(), text(&token, "token_type").as_str()), (200, "123", "bearer"));
    assert!(token["expires_in"].is_null() && token["refresh_token"].is_null());
    rig.advance_s(400 * 86_400);
    assert_eq!(rig.get("/rest/v1.1/me", &text(&token, "access_token")).await.0, 200);
    let code = rig.code(&asking(URI, "posts")).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI)];
    assert_eq!(refusal(&rig.exchange_basic(SECRET, &form).await), (400, "invalid_client"), "not in the header");
    rig.app(None, &[URI]).unwrap();
    assert_eq!(rig.refused_back(&asking(URI, "posts")).await, "invalid_client");
    rig.running.control(&Command::RevokeTokens).unwrap();
    assert_eq!(rig.get("/rest/v1.1/me", &text(&token, "access_token")).await.0, 401);
}
