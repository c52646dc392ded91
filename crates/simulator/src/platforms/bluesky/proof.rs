//! Proofs of possession as data servers and their authorization servers look at them (`oauth-native.md`, 9; `bluesky.md`,
//! 3.3): one signed token a call, with the server's own nonce in it.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::oauth::random;
use crate::wire::Request;

/// How far a proof may be from this server's clock.
const CLOCK_MS: i64 = 60_000;
/// A nonce is given out for so long, and taken for as long again.
const NONCE_LIFE_MS: i64 = 180_000;

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
    nonce: Option<String>,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// None, two, or one that does not hold; with a sentence.
    Invalid(&'static str),
    /// Nothing but this server's nonce is missing in it.
    Nonce,
}

/// What one server knows of proofs.
#[derive(Debug, Default)]
pub struct Desk {
    /// When it was made, and the nonce; the newest last.
    nonces: Vec<(i64, String)>,
    seen: HashSet<String>,
}

impl Desk {
    /// The nonce for the next proof.
    pub fn nonce(&mut self, now_ms: i64) -> String {
        if self.nonces.last().is_none_or(|(made_ms, _)| *made_ms + NONCE_LIFE_MS <= now_ms) {
            self.nonces.push((now_ms, random()));
        }
        self.nonces.retain(|(made_ms, _)| *made_ms + 2 * NONCE_LIFE_MS > now_ms);
        self.nonces.last().map(|(_, nonce)| nonce.clone()).unwrap_or_default()
    }

    /// The thumbprint (RFC 7638) of the key a call was proved with. `token` is what is shown at a resource.
    pub fn check(&mut self, request: &Request, url: &str, token: Option<&str>, now_ms: i64) -> Result<String, Flaw> {
        let mut shown = request.headers.iter().filter(|(name, _)| name == "dpop").map(|(_, value)| value);
        let (Some(proof), None) = (shown.next(), shown.next()) else {
            return Err(Flaw::Invalid("There must be one proof."));
        };
        let (claims, thumbprint) = read(proof).ok_or(Flaw::Invalid("The proof cannot be verified."))?;
        if claims.htm != request.method || claims.htu != format!("{url}{}", request.path) {
            return Err(Flaw::Invalid("The proof is for another call."));
        }
        if (claims.iat * 1_000 - now_ms).abs() > CLOCK_MS {
            return Err(Flaw::Invalid("The proof is of another time."));
        }
        let hash = |token: &str| URL_SAFE_NO_PAD.encode(Sha256::digest(token));
        if claims.ath != token.map(hash) {
            return Err(Flaw::Invalid("The proof is for another token."));
        }
        let fresh = self.nonce(now_ms);
        let good = |nonce: &String| *nonce == fresh || self.nonces.iter().any(|(_, known)| known == nonce);
        if !claims.nonce.as_ref().is_some_and(good) {
            return Err(Flaw::Nonce);
        }
        if claims.jti.len() < 12 || !self.seen.insert(claims.jti) {
            return Err(Flaw::Invalid("The proof was used before."));
        }
        Ok(thumbprint)
    }
}

fn read(proof: &str) -> Option<(Claims, String)> {
    let header = decode_header(proof).ok()?;
    let key = header.jwk.filter(|_| header.typ.as_deref() == Some("dpop+jwt") && header.alg == Algorithm::ES256)?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    let claims = decode::<Claims>(proof, &DecodingKey::from_jwk(&key).ok()?, &rules).ok()?.claims;
    Some((claims, key.thumbprint(ThumbprintHash::SHA256).ok()?))
}
