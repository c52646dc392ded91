//! Keys, made at the first need, and what they sign. Every server has keys of its own; none is ever written down.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::random;
use super::settings::Spoil;

struct Key {
    id: String,
    secret: EncodingKey,
    /// As it is published.
    public: Value,
}

impl Key {
    /// None where the machine cannot make one.
    fn make() -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
        let body = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let secret = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
        let id = random();
        let mut jwk = Jwk::from_encoding_key(&secret, Algorithm::RS256).ok()?;
        jwk.common.key_id = Some(id.clone());
        let mut public = serde_json::to_value(jwk).ok()?;
        public["use"] = json!("sig");
        Some(Self { id, secret, public })
    }

    fn sign(&self, claims: &Value) -> Option<String> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::RS256) };
        encode(&header, claims, &self.secret).ok()
    }
}

/// A platform's keys. The last signs; the one before it is still published.
#[derive(Default)]
pub struct Signer(Vec<Key>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Signer({} keys)", self.0.len())
    }
}

impl Signer {
    /// From now on another key signs. The one before stays published, those before that do not.
    pub fn rotate(&mut self) {
        self.0.extend(Key::make());
        let surplus = self.0.len().saturating_sub(2);
        self.0.drain(..surplus);
    }

    fn current(&mut self) -> Option<&Key> {
        if self.0.is_empty() {
            self.rotate();
        }
        self.0.last()
    }

    /// The published keys.
    pub fn published(&mut self) -> Value {
        self.current();
        json!({"keys": self.0.iter().map(|key| &key.public).collect::<Vec<_>>()})
    }

    /// Signs; none where no key could be made, or where nothing is to come.
    pub fn sign(&mut self, claims: &Value, spoil: Option<Spoil>) -> Option<String> {
        let key = self.current()?;
        match spoil {
            Some(Spoil::Absent) => None,
            Some(Spoil::Key) => Key::make()?.sign(claims),
            Some(Spoil::Unsigned) => {
                let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
                Some(format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(claims)))
            }
            Some(Spoil::Symmetric) => {
                let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
                let secret = EncodingKey::from_secret(key.public["n"].as_str()?.as_bytes());
                encode(&header, claims, &secret).ok()
            }
            Some(Spoil::Signature) => key.sign(claims).map(bend),
            _ => key.sign(claims),
        }
    }
}

/// Another first letter of the signature.
fn bend(token: String) -> String {
    let Some((signed, signature)) = token.rsplit_once('.') else { return token };
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{other}{}", signature.get(1..).unwrap_or_default())
}
