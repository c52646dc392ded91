use serde_json::json;

use super::*;

fn read(typed: &str) -> Option<(String, Option<String>)> {
    Named::read(typed).map(|named| (named.origin.origin().ascii_serialization(), named.person))
}

#[test]
fn a_server_is_named_in_every_way_people_do() {
    let server = |origin: &str| Some((origin.to_owned(), None));
    let person = |origin: &str, name: &str| Some((origin.to_owned(), Some(name.to_owned())));
    assert_eq!(read(" mastodon.example "), server("https://mastodon.example"));
    assert_eq!(read("Mastodon.Example/"), server("https://mastodon.example"));
    assert_eq!(read("https://mastodon.example/@alice"), server("https://mastodon.example"));
    assert_eq!(read("@alice@mastodon.example"), person("https://mastodon.example", "alice"));
    assert_eq!(read("alice@mastodon.example"), person("https://mastodon.example", "alice"));
    assert_eq!(read("http://127.0.0.1:4100"), server("http://127.0.0.1:4100"));
    assert_eq!(read("bücher.example"), server("https://xn--bcher-kva.example"));
}

#[test]
fn nothing_else_is_a_server() {
    for odd in [
        "",
        "alice",
        "http://mastodon.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:word@mastodon.example",
        "https://192.168.0.1",
        "https://[fe80::1]",
        "@a b@mastodon.example",
        "@@",
        "https://",
        &"a".repeat(600),
    ] {
        assert_eq!(read(odd), None, "{odd}");
    }
}

fn endpoints(metadata: &Value) -> Result<(Vec<(String, String)>, bool), ProviderError> {
    metadata_endpoints(&Url::parse("https://mastodon.example").unwrap(), metadata)
}

#[test]
fn a_server_may_name_its_own_addresses() {
    let (found, narrow) = endpoints(&json!({
        "issuer": "https://mastodon.example/",
        "authorization_endpoint": "https://mastodon.example/oauth/authorize",
        "token_endpoint": "https://mastodon.example/oauth/token",
        "app_registration_endpoint": "https://mastodon.example/api/v1/apps",
        "scopes_supported": ["read", "profile"],
    }))
    .unwrap();
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names.as_slice(), narrow), (["authorize", "token", "register"].as_slice(), true));
}

#[test]
fn addresses_anywhere_else_are_refused() {
    let own = "https://mastodon.example/";
    assert!(endpoints(&json!({"issuer": "https://evil.example/"})).is_err());
    assert!(endpoints(&json!({})).is_err());
    for place in [
        "https://evil.example/oauth/token",
        "https://mastodon.example.evil.example/oauth/token",
        "https://mastodon.example:8443/oauth/token",
        "https://mastodon.example@evil.example/oauth/token",
        "https://a:b@mastodon.example/oauth/token",
        "http://mastodon.example/oauth/token",
        "http://127.0.0.1:9/oauth/token",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://mastodon.example/oauth/token#x",
        "//evil.example/x",
        "",
    ] {
        for key in ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "app_registration_endpoint"] {
            let refused = endpoints(&json!({"issuer": own, key: place})).unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Protocol, "{key} {place}");
        }
    }
}

#[test]
fn only_the_machine_that_was_typed_is_this_machine() {
    let url = |text: &str| Url::parse(text).unwrap();
    assert!(sane(&url("http://127.0.0.1:4100/x"), true) && !sane(&url("http://127.0.0.1:4100/x"), false));
    assert!(sane(&url("https://a.example"), false) && !sane(&url("http://a.example"), true));
    assert!(!sane(&url("https://10.0.0.1/"), true) && !sane(&url("https://intranet/"), true));
}
