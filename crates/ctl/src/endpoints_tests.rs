use std::io::Write;

use super::*;
use crate::testing::platform;

fn platforms() -> Vec<PlatformView> {
    vec![serde_json::from_value(platform("x")).unwrap()]
}

fn refused(text: &str) -> String {
    let trouble = Overrides::parse(text).and_then(|overrides| overrides.of("x", &platforms())).unwrap_err();
    assert_eq!(trouble.exit as u8, 2, "{text}");
    trouble.failure.message
}

#[test]
fn addresses_on_this_machine_are_taken() {
    let text = r#"
        [x]
        authorize = "http://127.0.0.1:4010/i/oauth2/authorize"
        api = "http://[::1]:4010/"
    "#;
    let given = Overrides::parse(text).unwrap().of("x", &platforms()).unwrap();
    assert_eq!(given["authorize"], "http://127.0.0.1:4010/i/oauth2/authorize");
    assert_eq!(given["api"], "http://[::1]:4010");
    assert!(Overrides::parse("[x]\napi = \"http://localhost:1\"").is_ok());
    assert!(Overrides::parse("[x]\napi = \"http://127.9.9.9\"").is_ok());
}

#[test]
fn another_platform_gets_nothing() {
    let overrides = Overrides::parse("[x]\napi = \"http://127.0.0.1\"").unwrap();
    assert_eq!(overrides.of("bluesky", &platforms()), Ok(BTreeMap::new()));
    assert_eq!(Overrides::default().of("x", &[]), Ok(BTreeMap::new()));
}

#[test]
fn other_machines_need_the_word_for_it() {
    for address in [
        "https://pds.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://0.0.0.0:1",
        "http://[::ffff:127.0.0.1]:1",
        "http://[fe80::1]",
    ] {
        assert!(refused(&format!("[x]\napi = {address:?}")).ends_with("is not on this machine."), "{address}");
        assert!(refused(&format!("allow_remote = false\n[x]\napi = {address:?}")).ends_with("is not on this machine."));
        let allowed = Overrides::parse(&format!("allow_remote = true\n[x]\napi = {address:?}")).unwrap();
        assert_eq!(allowed.of("x", &platforms()).unwrap()["api"], address);
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let table = [
        ("[x", "is not TOML"),
        ("x = 1", "is not a table"),
        ("[x]\napi = 1", "is not a text"),
        ("[x]\napi = \"api\"", "is not an address"),
        ("[x]\napi = \"ftp://127.0.0.1\"", "http or https"),
        ("[x]\napi = \"file:///etc/passwd\"", "http or https"),
        ("[x]\napi = \"http://u:p@127.0.0.1\"", "has a user"),
        ("[x]\napi = \"http://127.0.0.1/?a=b\"", "a query"),
        ("[x]\napis = \"http://127.0.0.1\"", "has no endpoint `apis`; it has api, authorize"),
        ("[y]\napi = \"http://127.0.0.1\"", "does not know"),
        ("allow_remote = \"yes\"", "true or false"),
    ];
    for (text, part) in table {
        let message = refused(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn files_are_bounded_and_missing_ones_named() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[x]\napi = \"http://127.0.0.1\"\n").unwrap();
    assert!(Overrides::load(file.path()).is_ok());
    file.write_all("# long\n".repeat(10_000).as_bytes()).unwrap();
    assert!(Overrides::load(file.path()).unwrap_err().failure.message.contains("more than"));
    assert_eq!(Overrides::load(Path::new("/nowhere.toml")).unwrap_err().exit as u8, 2);
}
