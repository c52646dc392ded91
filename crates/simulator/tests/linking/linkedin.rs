//! LinkedIn.

use serde_json::{Value, json};
use simulator::{Command, Fault, Rule};

use crate::client::{ID, Rig, SECRET, VERIFIER, asking, header, param, refusal, text};

pub const URI: &str = "http://localhost:28127/callback";
const SCOPES: &str = "openid profile w_member_social";
const ME: &str = "/v2/userinfo";

pub async fn start() -> Rig {
    let rig = Rig::start("linkedin", "/oauth/v2/authorization", "/oauth/v2/accessToken").await;
    rig.app(Some(SECRET), &[URI]).unwrap();
    rig
}

async fn link(rig: &Rig) -> Value {
    let code = rig.code(&asking(URI, SCOPES)).await;
    let (status, token) = rig.with_secret(&code, URI, "").await;
    assert_eq!(status, 200, "{token}");
    token
}

/// `linkedin.md`, 2: sixty days, scopes with commas, no refresh token for self-serve apps, PKCE not looked at.
#[tokio::test]
async fn a_self_serve_app_is_linked_for_sixty_days() {
    let rig = start().await;
    let token = link(&rig).await;
    assert_eq!(
        (&token["expires_in"], text(&token, "scope").as_str()),
        (&json!(5_184_000), "openid,profile,w_member_social")
    );
    assert!(token["refresh_token"].is_null());
    let access = text(&token, "access_token");
    rig.advance_s(5_183_000);
    assert_eq!(text(&rig.get(ME, &access).await.1, "name"), "alice");
    rig.advance_s(1_000);
    let over = rig.get(ME, &access).await;
    assert_eq!(
        (over.0, &over.1["serviceErrorCode"], text(&over.1, "code").as_str()),
        (401, &json!(65_602), "EXPIRED_ACCESS_TOKEN")
    );
}

/// `linkedin.md`, 2: a code lives 30 minutes and serves once; one sentence for every mismatch.
#[tokio::test]
async fn codes_serve_once_for_half_an_hour() {
    let rig = start().await;
    for (uri, wait_s) in [("http://localhost:1/callback", 0), (URI, 1_800)] {
        let code = rig.code(&asking(URI, SCOPES)).await;
        rig.advance_s(wait_s);
        let refused = rig.with_secret(&code, uri, "").await;
        assert_eq!(refusal(&refused), (400, "invalid_request"));
        assert!(text(&refused.1, "error_description").contains("redirect uri/code verifier does not match"));
    }
    let code = rig.code(&asking(URI, SCOPES)).await;
    rig.advance_s(1_700);
    assert_eq!(rig.with_secret(&code, URI, "").await.0, 200);
    assert_eq!(rig.with_secret(&code, URI, "").await.0, 400);
}

/// `linkedin.md`, 2: "`client_id` + `client_secret` in the **body**".
#[tokio::test]
async fn the_secret_is_in_the_body() {
    let rig = start().await;
    let code = rig.code(&asking(URI, SCOPES)).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", URI)];
    assert_eq!(refusal(&rig.exchange_basic(SECRET, &form).await), (401, "invalid_client"));
    assert_eq!(refusal(&rig.without_secret(&code, URI, "").await), (401, "invalid_client"));
    assert_eq!(rig.with_secret(&code, URI, "").await.0, 200);
}

/// `linkedin.md`, 2: exact addresses with an error page; a scope the app lacks fails it all, by name.
#[tokio::test]
async fn addresses_and_products_are_held_to() {
    let rig = start().await;
    for uri in ["http://localhost:28128/callback", "http://127.0.0.1:28127/callback"] {
        assert_eq!(rig.refused_page(&asking(uri, SCOPES)).await.0, 400, "{uri}");
    }
    let approved = ["openid", "profile"].map(ToOwned::to_owned).to_vec();
    let (client_id, client_secret) = (Some(ID.to_owned()), Some(SECRET.to_owned()));
    let redirect_uris = vec![URI.to_owned()];
    let app = Command::RegisterApp { client_id, client_secret, redirect_uris, public: false, scopes: Some(approved) };
    rig.running.control(&app).unwrap();
    let refused = rig.open(&asking(URI, SCOPES)).await;
    let back = url::Url::parse(&header(&refused, "location")).unwrap();
    assert_eq!(param(&back, "error"), "unauthorized_scope_error");
    assert!(param(&back, "error_description").contains("\"w_member_social\""));
    assert_eq!(rig.refused_back(&asking(URI, "openid r_everything")).await, "invalid_scope");
    assert_eq!(rig.open(&asking(URI, "openid profile")).await.status().as_u16(), 200);
    let back = rig.decide(&asking(URI, "openid"), &[("decision", "deny")]).await;
    assert_eq!(param(&back, "error"), "user_cancelled_authorize");
}

/// `linkedin.md`, 2: partners' refresh tokens: a year that never extends, the same token again.
#[tokio::test]
async fn partners_refresh_for_a_year() {
    let rig = start().await;
    rig.set(&json!({"refresh_tokens": true}));
    let token = link(&rig).await;
    let refresh = text(&token, "refresh_token");
    assert_eq!(token["refresh_token_expires_in"], json!(31_536_000));
    rig.advance_s(100 * 86_400);
    let next = rig.refresh(&refresh, Some(SECRET)).await.1;
    let left = next["refresh_token_expires_in"].as_i64().unwrap();
    assert_eq!((text(&next, "refresh_token"), left / 86_400), (refresh.clone(), 264), "{left} s");
    rig.advance_s(265 * 86_400);
    assert_eq!(refusal(&rig.refresh(&refresh, Some(SECRET)).await), (400, "invalid_grant"));
}

/// `linkedin.md`, 2: the native flow is for enabled apps, without `openid`, on any loopback port, with S256.
#[tokio::test]
async fn the_native_flow_is_for_those_it_was_enabled_for() {
    let native = "/oauth/native-pkce/authorization";
    let rig = start().await.by(native, "/oauth/v2/accessToken");
    rig.app(Some(SECRET), &["http://127.0.0.1/cb"]).unwrap();
    let (bound, scope) = ("http://127.0.0.1:4711/cb", "profile w_member_social");
    assert_eq!(rig.refused_back(&asking(bound, scope)).await, "unauthorized_client");
    rig.app(None, &["http://127.0.0.1/cb"]).unwrap();
    assert_eq!(rig.refused_back(&asking(bound, "openid")).await, "unauthorized_scope_error");
    assert_eq!(rig.refused_back(&[("redirect_uri", bound), ("scope", scope)]).await, "invalid_request");
    let code = rig.code(&asking(bound, scope)).await;
    assert_eq!(rig.without_secret(&code, bound, "wrong").await.0, 400);
    let code = rig.code(&asking(bound, scope)).await;
    assert_eq!(rig.without_secret(&code, bound, VERIFIER).await.0, 200);
    let rig = rig.by("/oauth/v2/authorization", "/oauth/v2/accessToken");
    assert_eq!(rig.refused_back(&asking("http://127.0.0.1/cb", scope)).await, "unauthorized_client");
}

/// `linkedin.md`, 2: introspection and revocation; `sub` "is specific to the app".
#[tokio::test]
async fn tokens_can_be_looked_into_and_ended() {
    let rig = start().await;
    let access = text(&link(&rig).await, "access_token");
    let form = [("client_id", ID), ("client_secret", SECRET), ("token", access.as_str())];
    let live = rig.form("/oauth/v2/introspectToken", &form).await.1;
    assert_eq!((&live["active"], text(&live, "auth_type").as_str()), (&json!(true), "3L"));
    let sub = text(&rig.get(ME, &access).await.1, "sub");
    assert_eq!(rig.form("/oauth/v2/revoke", &form).await.0, 200);
    assert_eq!(rig.form("/oauth/v2/introspectToken", &form).await.1, json!({"active": false}));
    let dead = rig.get(ME, &access).await;
    assert_eq!((dead.0, &dead.1["serviceErrorCode"]), (401, &json!(65_601)));
    let other = Command::Grant { handle: "alice".to_owned(), scopes: "openid profile".to_owned() };
    let other = text(&rig.running.control(&other).unwrap(), "access_token");
    assert_ne!(text(&rig.get(ME, &other).await.1, "sub"), sub);
}

/// `linkedin.md`, 4 and 5: shapes of refusals, and no header about limits.
#[tokio::test]
async fn refusals_have_the_interfaces_shape() {
    let rig = start().await;
    assert_eq!(rig.get(ME, "nonsense").await.1["serviceErrorCode"], json!(65_600));
    let posting = Command::Grant { handle: "alice".to_owned(), scopes: "w_member_social".to_owned() };
    let posting = text(&rig.running.control(&posting).unwrap(), "access_token");
    assert_eq!(text(&rig.get(ME, &posting).await.1, "code"), "ACCESS_DENIED");
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 60 }).on("userinfo"));
    let limited = rig.response(ME, &posting).await;
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, ""));
    let description = rig.get_bare("/oauth/.well-known/openid-configuration").await.1;
    assert!(text(&description, "userinfo_endpoint").ends_with(ME));
}
