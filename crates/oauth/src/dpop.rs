//! Tokens bound to a key of the account (RFC 9449): each call carries a proof, signed over its method, address, time and
//! the server's last nonce. Whoever takes the tokens alone can use them nowhere.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Secret, UtcMs, ports::Random};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{Nonces, OauthError};

/// The key of one account's grant. Cheap to clone; clones share the nonces.
#[derive(Clone)]
pub struct Dpop {
    key: Secret<Vec<u8>>,
    public: Jwk,
    nonces: Nonces,
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: &'a str,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

impl Dpop {
    /// A new key on P-256.
    pub fn generate() -> Result<Self, OauthError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| unusable())?;
        let der = pair.to_pkcs8v1().map_err(|_| unusable())?;
        Self::of(Secret::new(der.as_ref().to_vec()))
    }

    /// The key as it was kept: PKCS#8, DER.
    pub fn of(key: Secret<Vec<u8>>) -> Result<Self, OauthError> {
        let public = Jwk::from_encoding_key(&EncodingKey::from_ec_der(key.expose()), Algorithm::ES256);
        let public = public.map_err(|_| unusable())?;
        Ok(Self { key, public, nonces: Nonces::default() })
    }

    /// The same with nonces heard before.
    #[must_use]
    pub fn with_nonces(self, nonces: Nonces) -> Self {
        Self { nonces, ..self }
    }

    /// The key to be kept: PKCS#8, DER.
    #[must_use]
    pub const fn to_keep(&self) -> &Secret<Vec<u8>> {
        &self.key
    }

    /// The proof for one call at `now`; `token` at a resource, none at the token endpoint.
    pub fn proof(
        &self,
        random: &dyn Random,
        now: UtcMs,
        method: &str,
        url: &str,
        token: Option<&Secret<String>>,
    ) -> Result<Secret<String>, OauthError> {
        let mut address = Url::parse(url).map_err(|_| unusable())?;
        let nonce = self.nonces.of(&address);
        address.set_query(None);
        address.set_fragment(None);
        let mut unique = [0; 16];
        random.fill(&mut unique);
        let claims = Claims {
            jti: &hex::encode(unique),
            htm: method,
            htu: address.as_str(),
            iat: now.as_millis().div_euclid(1_000),
            ath: token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose().as_bytes()))),
            nonce: nonce.as_deref(),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".to_owned());
        header.jwk = Some(self.public.clone());
        let signed = encode(&header, &claims, &EncodingKey::from_ec_der(self.key.expose()));
        signed.map(Secret::new).map_err(|_| unusable())
    }

    /// Takes the nonce of a server's answer; whether it is another than the one known.
    pub fn hear(&self, url: &str, nonce: &str) -> bool {
        self.nonces.hear(url, nonce)
    }
}

impl fmt::Debug for Dpop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

fn unusable() -> OauthError {
    OauthError::BadFlow("the key that proves possession of the tokens cannot be used".to_owned())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
    use serde_json::Value;

    use super::*;
    use crate::test_support::world;

    fn claims(proof: &Secret<String>) -> Value {
        let header = decode_header(proof.expose()).unwrap();
        assert_eq!((header.typ.as_deref(), header.alg), (Some("dpop+jwt"), Algorithm::ES256));
        let key = DecodingKey::from_jwk(header.jwk.as_ref().unwrap()).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        decode(proof.expose(), &key, &rules).unwrap().claims
    }

    #[test]
    fn a_proof_says_what_is_called_and_with_which_token() {
        let (key, (world, _)) = (Dpop::generate().unwrap(), world());
        let now = UtcMs::from_millis(1_795_248_000_999);
        let url = "https://pds.example/xrpc/a?token=b#c";
        let proof = key.proof(&*world.random, now, "POST", url, None).unwrap();
        let said = claims(&proof);
        assert_eq!((said["htm"].as_str(), said["htu"].as_str()), (Some("POST"), Some("https://pds.example/xrpc/a")));
        assert_eq!((said["iat"].as_i64(), said.get("ath"), said.get("nonce")), (Some(1_795_248_000), None, None));

        assert!(key.hear(url, "n1") && !key.hear("https://pds.example/other", "n1"));
        let token = Secret::from("token");
        let second = claims(&key.proof(&*world.random, now, "GET", url, Some(&token)).unwrap());
        assert_eq!(second["nonce"], "n1");
        assert_eq!(second["ath"], "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A");
        assert_ne!(second["jti"], said["jti"]);
        let elsewhere = claims(&key.proof(&*world.random, now, "GET", "https://b.example/", None).unwrap());
        assert_eq!(elsewhere.get("nonce"), None, "a nonce is one server's");
    }

    #[test]
    fn a_kept_key_is_the_same_key_and_is_never_shown() {
        let key = Dpop::generate().unwrap();
        let again = Dpop::of(key.to_keep().clone()).unwrap();
        assert_eq!(again.public, key.public);
        assert_eq!(format!("{key:?}"), "[key]");
        let shown = serde_json::to_value(&key.public).unwrap();
        assert_eq!((shown["kty"].as_str(), shown["crv"].as_str(), shown.get("d")), (Some("EC"), Some("P-256"), None));
        assert!(Dpop::of(Secret::new(vec![1, 2, 3])).is_err());
    }
}
