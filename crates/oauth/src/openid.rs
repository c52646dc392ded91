//! Who somebody is, from a signed `id_token` (OpenID Connect Core, section 3.1.3.7). The signature is checked although
//! the token came over TLS: a mistake in a server's address must not become somebody else's name.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ErrorKind, ProviderError, Secret, UtcMs};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use net::guards::stands;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{Claims, Flow, OauthError, OpenId, World};

const OPERATION: &str = "signing_keys";
const KEYS_MAX_BYTES: usize = 64 * 1_024;
const KEYS_LIMIT_MS: u64 = 10_000;
const TOKEN_MAX_BYTES: usize = 16 * 1_024;
/// How long after its end a token is still taken, in seconds.
const LEEWAY_S: i64 = 60;
/// How far ahead of our clock it may have been made, in seconds: people's clocks are off by minutes.
const AHEAD_S: i64 = 15 * 60;

/// Fetches the issuer's keys and checks a token that was just given out.
pub(crate) async fn check(
    flow: &Flow,
    world: &World,
    rules: &OpenId,
    token: &Secret<String>,
    nonce: &Secret<String>,
    access: &Secret<String>,
) -> Result<Claims, OauthError> {
    let tag = world.client.tag(flow.platform.clone());
    let request = world.client.get(&tag, OPERATION, &rules.keys).timeout_ms(KEYS_LIMIT_MS);
    let answer = request.max_answer_bytes(KEYS_MAX_BYTES).send().await;
    let answer = answer.map_err(|error| OauthError::Exchange(error.of_question(flow.platform.clone(), OPERATION)))?;
    let failed = |kind| OauthError::Exchange(ProviderError::new(kind, flow.platform.clone(), OPERATION));
    if !answer.is_success() {
        let kind = if answer.status >= 500 { ErrorKind::Unavailable } else { ErrorKind::Protocol };
        return Err(failed(kind));
    }
    let keys: JwkSet = answer.json().map_err(|_| failed(ErrorKind::Protocol))?;
    let expected = Expected { client_id: &flow.client_id, nonce, access, now: world.clock.now() };
    verify(token, &keys, rules, &expected).map_err(|why| {
        let error = ProviderError::new(ErrorKind::Protocol, flow.platform.clone(), "id_token");
        OauthError::Exchange(error.replied(answer.status, "invalid_id_token", why))
    })
}

/// What this attempt knows of the token.
pub(crate) struct Expected<'a> {
    pub client_id: &'a str,
    pub nonce: &'a Secret<String>,
    pub access: &'a Secret<String>,
    pub now: UtcMs,
}

/// Checks a token; the error says which rule it broke.
pub(crate) fn verify(
    token: &Secret<String>,
    keys: &JwkSet,
    rules: &OpenId,
    expected: &Expected<'_>,
) -> Result<Claims, &'static str> {
    let token = token.expose();
    if token.len() > TOKEN_MAX_BYTES && stands("id_size") {
        return Err("it is too long");
    }
    #[cfg(feature = "break_linking")]
    if !stands("id_signature") {
        return unsigned(token, rules, expected);
    }
    let header = decode_header(token).map_err(|_| "it is no signed token")?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err("it is signed in a way that is not accepted");
    }
    let mut of_kind =
        keys.keys.iter().filter(|key| DecodingKey::from_jwk(key).is_ok_and(|k| k.family() == header.alg.family()));
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None => of_kind.next().filter(|_| of_kind.next().is_none()),
    };
    let key = key.and_then(|key| DecodingKey::from_jwk(key).ok()).ok_or("its key is not among the issuer's")?;
    let mut checks = Validation::new(header.alg);
    checks.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    checks.set_audience(&[expected.client_id]);
    checks.validate_aud = stands("id_audience");
    // Against the clock given, below.
    checks.validate_exp = false;
    let claims = decode::<Map<String, Value>>(token, &key, &checks);
    let claims = claims.map_err(|_| "its signature, audience or a required claim does not hold")?.claims;
    check_claims(&claims, rules, expected)?;
    Ok(Claims::of(claims))
}

fn check_claims(claims: &Map<String, Value>, rules: &OpenId, expected: &Expected<'_>) -> Result<(), &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let second = |name: &str| claims.get(name).and_then(Value::as_i64);
    let tenant = text("tid");
    let named = |issuer: &String| {
        let whole = !issuer.contains("{tid}") || (!tenant.is_empty() && tenant.len() <= 100);
        whole && issuer.replace("{tid}", tenant) == text("iss")
    };
    if !rules.issuers.iter().any(named) && stands("id_issuer") {
        return Err("it was made by another issuer");
    }
    if text("sub").is_empty() && stands("id_subject") {
        return Err("it names nobody");
    }
    let many = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    let party = text("azp");
    let others = (many && party.is_empty()) || (!party.is_empty() && party != expected.client_id);
    if others && stands("id_party") {
        return Err("it was made for another client");
    }
    let now = expected.now.as_millis() / 1_000;
    if second("exp").is_none_or(|end| end <= now - LEEWAY_S) && stands("id_end") {
        return Err("it has expired, or this computer's clock is ahead");
    }
    if second("iat").is_some_and(|made| made > now + AHEAD_S) && stands("id_made") {
        return Err("it was made in the future, or this computer's clock is behind");
    }
    if text("nonce") != expected.nonce.expose() && stands("id_nonce") {
        return Err("it belongs to another attempt");
    }
    let digest = Sha256::digest(expected.access.expose().as_bytes());
    let half = URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default());
    if claims.get("at_hash").is_some_and(|hash| *hash != half) && stands("id_hash") {
        return Err("it belongs to another access token");
    }
    Ok(())
}

/// What a token says, whoever made it; for builds that show why nobody may believe that.
#[cfg(feature = "break_linking")]
fn unsigned(token: &str, rules: &OpenId, expected: &Expected<'_>) -> Result<Claims, &'static str> {
    let said = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Map<String, Value> =
        serde_json::from_slice(&said.unwrap_or_default()).map_err(|_| "it says nothing")?;
    check_claims(&claims, rules, expected)?;
    Ok(Claims::of(claims))
}

#[cfg(test)]
#[path = "openid_tests.rs"]
mod tests;
