//! Signed identities: what is in them, keys that change, and every way to spoil one.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use simulator::{Command, CommandError};

use crate::client::{ID, Rig, VERIFIER, asking, text};
use crate::{google, linkedin, microsoft};

/// A client of `identity.md`, "id_token checks": the claims, if all is well.
async fn check(rig: &Rig, keys: &str, issuer: &str, token: &str) -> Result<Value, String> {
    let published: JwkSet = serde_json::from_value(rig.get_bare(keys).await.1).unwrap();
    let header = decode_header(token).map_err(|error| error.to_string())?;
    if header.alg != Algorithm::RS256 {
        return Err("alg".to_owned());
    }
    let key = published.find(&header.kid.unwrap_or_default()).ok_or("kid")?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[ID]);
    let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
    let claims = decode::<Value>(token, &key, &rules).map_err(|error| error.to_string())?.claims;
    let party = claims.get("azp").is_none_or(|party| party == ID);
    let early = claims["iat"].as_i64().unwrap() > claims["exp"].as_i64().unwrap() - 3_600 + 1;
    if claims["nonce"] != "n-1" || !party || early || claims["iat"].as_i64().unwrap() > now_s() + 60 {
        return Err("claims".to_owned());
    }
    Ok(claims)
}

#[expect(clippy::disallowed_methods, reason = "the client's own clock, which the simulator's agrees with")]
fn now_s() -> i64 {
    chrono::Utc::now().timestamp()
}

async fn id_token(rig: &Rig, uri: &str) -> Value {
    let query = [asking(uri, "openid profile"), vec![("nonce", "n-1")]].concat();
    let code = rig.code(&query).await;
    rig.with_secret(&code, uri, VERIFIER).await.1
}

const GOOGLE_KEYS: &str = "/oauth2/v3/certs";

/// `identity.md`, 0: issuer, audience, nonce and account key of Google, Microsoft and LinkedIn.
#[tokio::test]
async fn identities_hold_what_the_documents_say() {
    let rig = google::start().await;
    let token = text(&id_token(&rig, google::URI).await, "id_token");
    let claims = check(&rig, GOOGLE_KEYS, rig.running.url(), &token).await.unwrap();
    assert_eq!((text(&claims, "name"), text(&claims, "azp")), ("alice".to_owned(), ID.to_owned()));

    let rig = linkedin::start().await;
    let token = text(&id_token(&rig, linkedin::URI).await, "id_token");
    let issuer = format!("{}/oauth", rig.running.url());
    let claims = check(&rig, "/oauth/openid/jwks", &issuer, &token).await.unwrap();
    assert!(claims["sub"].is_string());

    let rig = microsoft::start_confidential().await;
    let token = text(&id_token(&rig, microsoft::URI).await, "id_token");
    let common = rig.get_bare("/common/v2.0/.well-known/openid-configuration").await.1;
    let tid = jsonwebtoken::dangerous::insecure_decode::<Value>(&token).unwrap().claims["tid"].clone();
    let issuer = text(&common, "issuer").replace("{tenantid}", tid.as_str().unwrap());
    let claims = check(&rig, "/common/discovery/v2.0/keys", &issuer, &token).await.unwrap();
    assert!(claims["oid"].is_string() && claims["sub"] != claims["oid"]);
}

/// `identity.md`, checks 1 to 3, and RFC 7515: what a careful client refuses, one at a time, and only once each.
#[tokio::test]
async fn each_spoiled_identity_is_refused_by_a_careful_client() {
    let rig = google::start().await;
    let issuer = rig.running.url().to_owned();
    for spoil in [
        "issuer",
        "audience",
        "party",
        "nonce",
        "nonce_missing",
        "expired",
        "future",
        "unsigned",
        "symmetric",
        "signature",
        "key",
    ] {
        rig.set(&json!({"spoil_id_token": spoil}));
        let token = text(&id_token(&rig, google::URI).await, "id_token");
        assert!(check(&rig, GOOGLE_KEYS, &issuer, &token).await.is_err(), "{spoil}");
        let next = text(&id_token(&rig, google::URI).await, "id_token");
        assert!(check(&rig, GOOGLE_KEYS, &issuer, &next).await.is_ok(), "after {spoil}");
    }
    rig.set(&json!({"spoil_id_token": "absent"}));
    assert!(id_token(&rig, google::URI).await["id_token"].is_null());
}

/// `identity.md`, check 1: "Refresh JWKS once on unknown kid".
#[tokio::test]
async fn keys_change_and_the_old_one_stays_for_a_while() {
    let rig = google::start().await;
    let old = text(&id_token(&rig, google::URI).await, "id_token");
    let cached = rig.get_bare(GOOGLE_KEYS).await.1;
    rig.running.control(&Command::RotateKey).unwrap();
    let new = text(&id_token(&rig, google::URI).await, "id_token");
    let kid = |token: &str| decode_header(token).unwrap().kid.unwrap();
    let holds = |keys: &Value, kid: &str| keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == kid);
    assert!(holds(&cached, &kid(&old)) && !holds(&cached, &kid(&new)));
    let fresh = rig.get_bare(GOOGLE_KEYS).await.1;
    assert!(holds(&fresh, &kid(&old)) && holds(&fresh, &kid(&new)));
    rig.running.control(&Command::RotateKey).unwrap();
    assert!(!holds(&rig.get_bare(GOOGLE_KEYS).await.1, &kid(&old)));
}

/// `identity.md`, check 2: an issuer may be another text than the server's address (`accounts.google.com`).
#[tokio::test]
async fn the_issuer_can_be_set() {
    let rig = google::start().await;
    rig.set(&json!({"issuer": "https://accounts.google.com"}));
    let token = text(&id_token(&rig, google::URI).await, "id_token");
    assert!(check(&rig, GOOGLE_KEYS, "https://accounts.google.com", &token).await.is_ok());
    let description = rig.get_bare("/.well-known/openid-configuration").await.1;
    assert_eq!(text(&description, "issuer"), "https://accounts.google.com");
    assert_eq!(text(&description, "token_endpoint"), format!("{}/token", rig.running.url()));
}

/// `identity.md`, 0: no `id_token` without `openid`, and none at GitHub.
#[tokio::test]
async fn without_openid_there_is_no_identity() {
    let rig = google::start().await;
    let code = rig.code(&asking(google::URI, "email")).await;
    assert!(rig.with_secret(&code, google::URI, VERIFIER).await.1["id_token"].is_null());
    let github = crate::github::start().await;
    assert_eq!(github.running.control(&Command::RotateKey), Err(CommandError::NotHere));
    let code = github.code(&asking(crate::github::URI, "openid")).await;
    let token = github.with_secret(&code, crate::github::URI, VERIFIER).await.1;
    assert!(token["access_token"].is_string() && token["id_token"].is_null());
}
