//! A client secret that is signed anew for each call instead of kept: the `private_key` form Apple asks for.

use domain::{Secret, UtcMs};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::OauthError;

/// How long a signed secret is good for, in seconds.
const LIFE_S: i64 = 5 * 60;

/// Who signs, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct SignedSecret<'a> {
    /// The team the key belongs to: `iss`.
    pub team: &'a str,
    /// The client: `sub`.
    pub client_id: &'a str,
    /// Which of the team's keys: `kid`.
    pub key_id: &'a str,
    /// Whom it is shown to: `aud`.
    pub audience: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    aud: &'a str,
    sub: &'a str,
}

impl SignedSecret<'_> {
    /// Signs with a key on P-256 (PKCS#8, PEM); good for five minutes.
    pub fn sign(&self, key: &Secret<String>, now: UtcMs) -> Result<Secret<String>, OauthError> {
        let unusable = |_| OauthError::BadFlow("the signing key is no P-256 key in PEM".to_owned());
        let signing = EncodingKey::from_ec_pem(key.expose().as_bytes()).map_err(unusable)?;
        let mut header = Header::new(Algorithm::ES256);
        header.typ = None;
        header.kid = Some(self.key_id.to_owned());
        let iat = now.as_millis().div_euclid(1_000);
        let claims = Claims { iss: self.team, iat, exp: iat + LIFE_S, aud: self.audience, sub: self.client_id };
        encode(&header, &claims, &signing).map(Secret::new).map_err(unusable)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::Jwk};
    use serde_json::Value;

    use super::*;
    use crate::{Dpop, test_support::pem};

    #[test]
    fn it_is_signed_for_five_minutes_in_the_raw_form() {
        let der = Dpop::generate().unwrap().to_keep().clone();
        let key = Secret::new(pem(der.expose()));
        let who = SignedSecret { team: "TEAM", client_id: "org.example", key_id: "K1", audience: "https://id.example" };
        let secret = who.sign(&key, UtcMs::from_millis(1_795_248_000_500)).unwrap();
        assert_eq!(decode_header(secret.expose()).unwrap().kid.as_deref(), Some("K1"));
        let public = Jwk::from_encoding_key(&EncodingKey::from_ec_der(der.expose()), Algorithm::ES256).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&["https://id.example"]);
        rules.validate_exp = false;
        let claims = decode::<Value>(secret.expose(), &DecodingKey::from_jwk(&public).unwrap(), &rules).unwrap().claims;
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("TEAM"), Some("org.example")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
        let signature = URL_SAFE_NO_PAD.decode(secret.expose().rsplit('.').next().unwrap()).unwrap();
        assert_eq!(signature.len(), 64, "r and s, not DER");
    }

    #[test]
    fn another_kind_of_key_is_refused_without_showing_it() {
        let who = SignedSecret { team: "T", client_id: "c", key_id: "k", audience: "a" };
        let error = who.sign(&Secret::from("hunter2"), UtcMs::from_millis(0)).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
