use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::AsDer,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use serde_json::json;

use super::*;

const NOW_S: i64 = 1_795_248_000;

struct Signer {
    key: EncodingKey,
    keys: JwkSet,
}

/// One key for all tests: making one takes long.
static RSA: LazyLock<Signer> = LazyLock::new(|| {
    let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der>::as_der(&pair).unwrap();
    // The crate reads the PKCS#1 key that lies inside.
    let pem = crate::test_support::pem(der.as_ref());
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    signer(key, Algorithm::RS256)
});

fn signer(key: EncodingKey, algorithm: Algorithm) -> Signer {
    let mut public = Jwk::from_encoding_key(&key, algorithm).unwrap();
    public.common.key_id = Some("k1".to_owned());
    Signer { key, keys: JwkSet { keys: vec![public] } }
}

fn header(algorithm: Algorithm, kid: Option<&str>) -> Header {
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    header
}

fn good() -> Value {
    json!({"iss": "https://id.example", "aud": "client", "sub": "s1", "exp": NOW_S + 3_600, "iat": NOW_S,
           "nonce": "n", "email": "a@example.org", "email_verified": "true"})
}

fn rules() -> OpenId {
    OpenId { issuers: vec!["https://id.example".to_owned()], keys: String::new() }
}

fn judge(token: &str, keys: &JwkSet, rules: &OpenId) -> Result<Claims, &'static str> {
    let (nonce, access) = (Secret::from("n"), Secret::from("access"));
    let now = UtcMs::from_millis(NOW_S * 1_000);
    verify(&Secret::from(token), keys, rules, &Expected { client_id: "client", nonce: &nonce, access: &access, now })
}

fn signed(claims: &Value) -> Result<Claims, &'static str> {
    let token = encode(&header(Algorithm::RS256, Some("k1")), claims, &RSA.key).unwrap();
    judge(&token, &RSA.keys, &rules())
}

/// The good claims with one of them changed, or taken away where it is null.
fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

#[test]
fn a_good_token_says_who_it_is() {
    let claims = signed(&good()).unwrap();
    assert_eq!((claims.text("sub").as_str(), claims.text("email").as_str()), ("s1", "a@example.org"));
    assert!(claims.is_true("email_verified") && !claims.is_true("sub") && claims.text("nothing").is_empty());
    assert!(!format!("{claims:?}").contains("example.org"), "people's data are in no log");
}

#[test]
fn every_broken_claim_is_refused() {
    let cases = [
        ("iss", json!("https://evil.example")),
        ("iss", json!("https://id.example/")),
        ("iss", json!(null)),
        ("aud", json!("another")),
        ("aud", json!(["another", "third"])),
        ("aud", json!(["client", "another"])),
        ("aud", json!(null)),
        ("azp", json!("another")),
        ("sub", json!("")),
        ("sub", json!(null)),
        ("exp", json!(NOW_S - LEEWAY_S)),
        ("exp", json!("tomorrow")),
        ("exp", json!(null)),
        ("iat", json!(NOW_S + AHEAD_S + 1)),
        ("nonce", json!("m")),
        ("nonce", json!(null)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, value) in cases {
        assert!(signed(&with(name, value.clone())).is_err(), "{name} {value}");
    }
}

#[test]
fn what_the_standard_allows_is_taken() {
    let half = URL_SAFE_NO_PAD.encode(&Sha256::digest("access")[..16]);
    let mut several = with("aud", json!(["client", "another"]));
    several["azp"] = json!("client");
    let taken = [
        with("at_hash", json!(half)),
        several,
        with("aud", json!(["client"])),
        with("exp", json!(NOW_S - LEEWAY_S + 1)),
        with("iat", json!(NOW_S + AHEAD_S)),
        with("iat", json!(null)),
    ];
    for claims in taken {
        assert!(signed(&claims).is_ok(), "{claims}");
    }
}

#[test]
fn a_tenant_names_itself_in_the_issuer() {
    let rules = OpenId { issuers: vec!["https://login.example/{tid}/v2.0".to_owned()], keys: String::new() };
    let token = |iss: &str, tid: Value| {
        let mut claims = with("iss", json!(iss));
        claims["tid"] = tid;
        encode(&header(Algorithm::RS256, Some("k1")), &claims, &RSA.key).unwrap()
    };
    assert!(judge(&token("https://login.example/t1/v2.0", json!("t1")), &RSA.keys, &rules).is_ok());
    for (iss, tid) in [
        ("https://login.example/t1/v2.0", json!("t2")),
        ("https://login.example//v2.0", json!("")),
        ("https://login.example/{tid}/v2.0", json!(5)),
    ] {
        assert!(judge(&token(iss, tid), &RSA.keys, &rules).is_err(), "{iss}");
    }
}

#[test]
fn a_signature_has_to_be_the_issuers_own() {
    let token = |kid| encode(&header(Algorithm::RS256, kid), &good(), &RSA.key).unwrap();
    assert!(judge(&token(None), &RSA.keys, &rules()).is_ok(), "there is only one key it can be");
    assert!(judge(&token(Some("k2")), &RSA.keys, &rules()).is_err());
    assert!(judge(&token(Some("k1")), &JwkSet { keys: vec![] }, &rules()).is_err());
    let twice = JwkSet { keys: [RSA.keys.keys.clone(), RSA.keys.keys.clone()].concat() };
    assert!(judge(&token(None), &twice, &rules()).is_err(), "nobody says which");

    let good = token(Some("k1"));
    let mut spoilt = good.clone().into_bytes();
    let last = spoilt.len() - 10;
    spoilt[last] = if spoilt[last] == b'A' { b'B' } else { b'A' };
    assert!(judge(std::str::from_utf8(&spoilt).unwrap(), &RSA.keys, &rules()).is_err());

    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let elliptic = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let elliptic = signer(elliptic, Algorithm::ES256);
    let token = encode(&header(Algorithm::ES256, Some("k1")), &super::tests::good(), &elliptic.key).unwrap();
    assert!(judge(&token, &elliptic.keys, &rules()).is_ok());
    assert!(judge(&token, &RSA.keys, &rules()).is_err(), "another family of keys");
}

#[test]
fn tokens_that_prove_nothing_are_refused() {
    let none =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(good().to_string()));
    let secret = EncodingKey::from_secret(b"the public key as a secret");
    let shared = encode(&header(Algorithm::HS256, Some("k1")), &good(), &secret).unwrap();
    for bad in ["", "a.b.c", none.as_str(), shared.as_str(), &"x".repeat(TOKEN_MAX_BYTES + 1)] {
        assert!(judge(bad, &RSA.keys, &rules()).is_err(), "{bad:.60}");
    }
}
