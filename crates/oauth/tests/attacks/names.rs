//! Tokens that say who somebody is, made by somebody else, for somebody else, or long ago.

use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::{Json, response::IntoResponse};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use oauth::{Flow, OpenId};
use serde_json::{Value, json};

use crate::{
    attack::{Attack, attack},
    world::{Link, NOW_S, Server, flow, parameter, tokens_with},
};

/// The issuer's key, and one an attacker made.
static HONEST: LazyLock<EncodingKey> = LazyLock::new(key);
static EVIL: LazyLock<EncodingKey> = LazyLock::new(key);

fn key() -> EncodingKey {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref())
}

fn public() -> Jwk {
    let mut public = Jwk::from_encoding_key(&HONEST, Algorithm::ES256).unwrap();
    public.common.key_id = Some("k1".to_owned());
    public
}

/// Signs claims as their issuer would.
fn signed(claims: &Value) -> String {
    signed_by(&HONEST, Algorithm::ES256, "k1", claims)
}

fn signed_by(key: &EncodingKey, algorithm: Algorithm, kid: &str, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    encode(&header, claims, key).unwrap()
}

/// Links where the token endpoint says who somebody is by what `told` makes of good claims.
async fn believed(told: impl Fn(Value) -> Option<String>) -> bool {
    let keys = json!({"keys": [public()]});
    let said = Arc::new(Mutex::new(Value::Null));
    let shown = Arc::clone(&said);
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/keys" => Some(Json(keys.clone()).into_response()),
        "/token" => Some(Json(shown.lock().unwrap().clone()).into_response()),
        _ => None,
    })
    .await;
    let openid = Some(OpenId { issuers: vec![server.base.clone()], keys: server.at("/keys") });
    let rules = Flow { openid, ..flow(&server) };
    let mut link = Link::with(server, rules).await;
    let nonce = parameter(&link.url, "nonce").unwrap();
    let good = json!({"iss": link.server.base, "aud": "postroom", "sub": "victim", "exp": NOW_S + 3_600, "iat": NOW_S, "nonce": nonce});
    *said.lock().unwrap() = tokens_with("id_token", told(good).map_or(Value::Null, Value::from));
    let query = link.consent().await;
    assert!(link.callback(&query).await.taken());
    link.ended().await.is_ok()
}

/// Good claims with one of them changed.
async fn with(name: &'static str, value: Value) -> bool {
    believed(move |mut claims| {
        claims[name] = value.clone();
        Some(signed(&claims))
    })
    .await
}

pub fn all() -> Vec<Attack> {
    let changed = |attack_name, guards, name: &'static str, value: fn() -> Value| {
        attack(attack_name, guards, move || with(name, value()))
    };
    let mut all = vec![
        changed("name_by_another_issuer", &["id_issuer"], "iss", || json!("https://evil.example")),
        changed("name_for_another_client", &["id_audience"], "aud", || json!("another")),
        changed("name_for_another_party", &["id_party"], "azp", || json!("another")),
        changed("name_for_several_clients", &["id_party"], "aud", || json!(["postroom", "another"])),
        changed("name_of_yesterday", &["id_end"], "exp", || json!(NOW_S - 86_400)),
        changed("name_of_tomorrow", &["id_made"], "iat", || json!(NOW_S + 86_400)),
        changed("name_of_another_attempt", &["id_nonce"], "nonce", || json!("another")),
        changed("name_of_nobody", &["id_subject"], "sub", || json!("")),
        changed("name_of_another_token", &["id_hash"], "at_hash", || json!("AAAAAAAAAAAAAAAAAAAAAA")),
        changed("name_of_a_novel_s_length", &["id_size"], "pad", || json!("x".repeat(20_000))),
        attack("no_name_where_one_is_wanted", &["id_given"], || believed(|_| None)),
    ];
    all.extend(signatures());
    all
}

fn signatures() -> Vec<Attack> {
    const SIGNATURE: &[&str] = &["id_signature"];
    vec![
        attack("name_signed_by_nobody", SIGNATURE, || {
            believed(|claims| {
                let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
                Some(format!("{}.{}.", part(json!({"alg": "none"})), part(claims)))
            })
        }),
        attack("name_signed_with_the_public_key", SIGNATURE, || {
            believed(|claims| {
                let secret = serde_json::to_vec(&public()).unwrap();
                Some(signed_by(&EncodingKey::from_secret(&secret), Algorithm::HS256, "k1", &claims))
            })
        }),
        attack("name_signed_by_somebody_else", SIGNATURE, || {
            believed(|claims| Some(signed_by(&EVIL, Algorithm::ES256, "k1", &claims)))
        }),
        attack("name_signed_with_a_key_not_listed", SIGNATURE, || {
            believed(|claims| Some(signed_by(&EVIL, Algorithm::ES256, "k2", &claims)))
        }),
        attack("name_with_its_own_key_in_it", SIGNATURE, || {
            believed(|claims| {
                let mut header = Header::new(Algorithm::ES256);
                header.jwk = Some(Jwk::from_encoding_key(&EVIL, Algorithm::ES256).unwrap());
                Some(encode(&header, &claims, &EVIL).unwrap())
            })
        }),
        attack("name_changed_after_it_was_signed", SIGNATURE, || {
            believed(|claims| {
                let good = signed(&claims);
                let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
                let mut other = claims.clone();
                other["sub"] = json!("attacker");
                parts[1] = URL_SAFE_NO_PAD.encode(other.to_string());
                Some(parts.join("."))
            })
        }),
    ]
}
