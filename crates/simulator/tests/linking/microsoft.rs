//! Microsoft Entra ID.

use serde_json::{Value, json};
use simulator::{Command, CommandError, Fault, Rule};

use crate::client::{Answer, ID, Rig, SECRET, VERIFIER, asking, header, refusal, text};

pub const URI: &str = "http://localhost:4711";
const SCOPES: &str = "openid profile offline_access https://graph.microsoft.com/User.Read";

async fn start_with(secret: Option<&str>, uri: &str) -> Rig {
    let rig = Rig::start("microsoft", "/common/oauth2/v2.0/authorize", "/common/oauth2/v2.0/token").await;
    rig.app(secret, &[uri]).unwrap();
    rig
}

/// As a desktop app has to be: public, `http://localhost`.
async fn start() -> Rig {
    start_with(None, "http://localhost").await
}

/// An app with a secret.
pub async fn start_confidential() -> Rig {
    start_with(Some(SECRET), "http://localhost").await
}

async fn link(rig: &Rig) -> Value {
    let code = rig.code(&asking(URI, SCOPES)).await;
    let (status, token) = rig.without_secret(&code, URI, VERIFIER).await;
    assert_eq!(status, 200, "{token}");
    token
}

/// The number the sheet knows an error by.
fn number(answer: &Answer) -> Option<u64> {
    let number = answer.1["error_codes"][0].as_u64()?;
    assert!(text(&answer.1, "error_description").starts_with(&format!("AADSTS{number}: ")));
    Some(number)
}

/// `identity.md`, 2: the token answer, and Graph's `me` with it.
#[tokio::test]
async fn a_public_client_links() {
    let rig = start().await;
    let token = link(&rig).await;
    assert_eq!((&token["expires_in"], &token["ext_expires_in"]), (&json!(3_920), &json!(3_920)));
    assert_eq!((text(&token, "scope").as_str(), text(&token, "token_type").as_str()), (SCOPES, "Bearer"));
    let me = rig.get("/v1.0/me", &text(&token, "access_token")).await;
    assert_eq!((me.0, text(&me.1, "displayName").as_str()), (200, "alice"));
    assert_eq!(rig.get("/oidc/userinfo", &text(&token, "access_token")).await.0, 200);
    let code = rig.code(&asking(URI, "openid")).await;
    let narrow = rig.without_secret(&code, URI, VERIFIER).await.1;
    assert!(narrow["refresh_token"].is_null(), "not without offline_access");
    assert_eq!(rig.get("/v1.0/me", &text(&narrow, "access_token")).await.0, 403);
}

/// `identity.md`, 2: "Sending `client_secret` from a public client → AADSTS700025"; 7000218 the other way round.
#[tokio::test]
async fn a_public_client_shows_no_secret() {
    let rig = start().await;
    let code = rig.code(&asking(URI, SCOPES)).await;
    let refused = rig.with_secret(&code, URI, VERIFIER).await;
    assert_eq!((refusal(&refused), number(&refused)), ((401, "invalid_client"), Some(700_025)));
    assert_eq!(rig.without_secret(&code, URI, VERIFIER).await.0, 200, "the code is still good");
    let rig = start_confidential().await;
    let code = rig.code(&asking(URI, SCOPES)).await;
    assert_eq!(number(&rig.without_secret(&code, URI, VERIFIER).await), Some(7_000_218));
}

/// `identity.md`, 2: the port of `localhost` is free, the path is case-sensitive, `[::1]` is not there, 50011.
#[tokio::test]
async fn the_port_is_free_and_the_path_is_not() {
    let rig = start_with(None, "http://localhost/Cb").await;
    assert_eq!(rig.open(&asking("http://localhost:9/Cb", "openid")).await.status().as_u16(), 200);
    for uri in ["http://localhost:9/cb", "http://127.0.0.1:9/Cb", "https://localhost:9/Cb", "http://localhost:9/Cb?x=1"]
    {
        let (status, page) = rig.refused_page(&asking(uri, "openid")).await;
        assert!(status == 400 && page.contains("AADSTS50011"), "{uri}");
    }
    let manifest = start_with(None, "http://127.0.0.1").await;
    assert_eq!(manifest.open(&asking("http://127.0.0.1:9", "openid")).await.status().as_u16(), 200);
    for uri in ["http://[::1]/cb", "http://localhost/a(b)", "https://example.org/?x=1", &"h".repeat(257)] {
        assert!(matches!(rig.app(None, &[uri]), Err(CommandError::UnusableApp(_))), "{uri}");
    }
    let many = ["http://localhost/"; 101];
    assert!(matches!(rig.app(None, &many), Err(CommandError::UnusableApp(_))));
}

/// `identity.md`, 2: "Refresh 90 days, replaced at every use; the old one is not revoked".
#[tokio::test]
async fn an_old_refresh_token_lives_on() {
    let rig = start().await;
    let first = text(&link(&rig).await, "refresh_token");
    let next = text(&rig.refresh(&first, None).await.1, "refresh_token");
    assert_ne!(first, next);
    rig.advance_s(89 * 86_400);
    assert_eq!(rig.refresh(&first, None).await.0, 200, "the old one too");
    rig.advance_s(86_400);
    let dead = rig.refresh(&next, None).await;
    assert_eq!((refusal(&dead), number(&dead)), ((400, "invalid_grant"), Some(700_082)));
}

/// `identity.md`, 2: codes are checked, and errors carry their numbers.
#[tokio::test]
async fn codes_serve_once_their_own_address_and_verifier() {
    let rig = start().await;
    let wrong = "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong";
    for (uri, verifier, wait_s, expected) in
        [("http://localhost:1", VERIFIER, 0, 500_112), (URI, wrong, 0, 501_481), (URI, VERIFIER, 600, 70_008)]
    {
        let code = rig.code(&asking(URI, SCOPES)).await;
        rig.advance_s(wait_s);
        assert_eq!(number(&rig.without_secret(&code, uri, verifier).await), Some(expected));
        assert_eq!(number(&rig.without_secret(&code, URI, VERIFIER).await), Some(54_005));
    }
    assert_eq!(number(&rig.exchange(&[("client_id", "nobody"), ("grant_type", "refresh_token")]).await), Some(700_016));
    assert_eq!(number(&rig.exchange(&[("client_id", ID), ("grant_type", "password")]).await), Some(70_003));
}

/// `identity.md`, 2: revoked by the person or an admin (50173), expired, 429 with `Retry-After`, 90033.
#[tokio::test]
async fn tokens_end_and_servers_stumble() {
    let rig = start().await;
    let token = link(&rig).await;
    let access = text(&token, "access_token");
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 9 }).on("me.get"));
    let limited = rig.response("/v1.0/me", &access).await;
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, "9"));
    rig.running.faults().add(Rule::new(Fault::ServerError).on("oauth.token"));
    assert_eq!(refusal(&rig.refresh(&text(&token, "refresh_token"), None).await), (503, "temporarily_unavailable"));
    rig.running.control(&Command::ExpireAccess).unwrap();
    let expired = rig.get("/v1.0/me", &access).await;
    assert_eq!((expired.0, text(&expired.1["error"], "code").as_str()), (401, "InvalidAuthenticationToken"));
    rig.running.control(&Command::RevokeTokens).unwrap();
    assert_eq!(number(&rig.refresh(&text(&token, "refresh_token"), None).await), Some(50_173));
}

/// `identity.md`, 0 and check 2: each tenant has its description; that of `common` has a pattern for an issuer.
#[tokio::test]
async fn tenants_describe_themselves() {
    let rig = start().await;
    let describe = async |tenant: &str| rig.get_bare(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await;
    for tenant in ["common", "organizations"] {
        let (status, described) = describe(tenant).await;
        assert!(status == 200 && text(&described, "issuer").ends_with("/{tenantid}/v2.0"), "{tenant}");
        assert!(text(&described, "token_endpoint").ends_with(&format!("/{tenant}/oauth2/v2.0/token")));
    }
    assert!(!text(&describe("consumers").await.1, "issuer").contains('{'));
    assert_eq!(describe("nowhere").await.0, 400);
}
