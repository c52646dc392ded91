use std::cell::RefCell;

use anyhow::Result;

use super::{last, publish, running, text, vault_key};

/// Answers as `postroomctl --json` does; `state` is how the publication ends.
fn answer(args: &[&str], state: &str) -> String {
    match args {
        ["practice", "link", ..] => r#"{"id":"acc_1","handle":"Robin"}"#.to_owned(),
        ["media", "add", ..] => r#"{"id":"med_1"}"#.to_owned(),
        ["posts", "create", ..] => r#"{"id":"post_1","publications":[{"id":"pub_1"}]}"#.to_owned(),
        ["queue", "run", ..] => "{\"event\":\"claimed\"}\n{\"event\":\"published\"}\n".to_owned(),
        ["publications", "show", "pub_1"] => format!(
            r#"{{"publication":{{"id":"pub_1","state":"{state}","reason":"why","url":"http://127.0.0.1:1/p/1"}},
                "journal":[{{"at":"now","event":"intent","part":0,"text":"Going to send."}}]}}"#
        ),
        other => panic!("unexpected {other:?}"),
    }
}

#[test]
fn the_whole_job_is_done_in_order() {
    let typed = RefCell::new(Vec::new());
    let call = |args: &[&str]| -> Result<String> {
        typed.borrow_mut().push(args.join(" "));
        Ok(answer(args, "published"))
    };
    let published = publish(&call, "a.png").unwrap();
    assert_eq!((published.publication.as_str(), published.url.as_str()), ("pub_1", "http://127.0.0.1:1/p/1"));
    let typed = typed.into_inner();
    assert_eq!(typed[0], "practice link --kind a");
    assert!(typed[2].contains("--to acc_1") && typed[2].contains("--media a.png::The Postroom icon --at +5s"));
    assert_eq!(typed[3..], ["queue run --until-idle", "publications show pub_1"]);
}

#[test]
fn a_post_that_did_not_go_out_is_an_error_with_its_reason() {
    let error = publish(&|args: &[&str]| Ok(answer(args, "failed")), "a.png").unwrap_err();
    assert_eq!(error.to_string(), "the post is failed: why");
}

#[test]
fn a_network_that_is_down_is_not_taken_for_running() {
    let down = |_: &[&str]| Ok(r#"{"running":false,"url":""}"#.to_owned());
    assert_eq!(running(&down).unwrap(), None);
    let up = |_: &[&str]| Ok(r#"{"running":true,"url":"http://127.0.0.1:1"}"#.to_owned());
    assert_eq!(running(&up).unwrap().unwrap(), "http://127.0.0.1:1");
}

#[test]
fn the_last_value_is_read_from_one_value_and_from_a_stream() {
    assert_eq!(text(&last("{\n  \"id\": \"a\"\n}\n").unwrap(), "/id").unwrap(), "a");
    assert_eq!(text(&last("{\"id\":\"a\"}\n{\"id\":\"b\"}\n\n").unwrap(), "/id").unwrap(), "b");
    assert!(last("").is_err() && last("oops").is_err());
}

#[cfg(unix)]
#[test]
fn the_key_is_made_once_and_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("vault-key");
    let key = vault_key(&file).unwrap();
    assert_eq!(vault_key(&file).unwrap(), key);
    assert_eq!(key.len(), 44);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_ne!(vault_key(&dir.path().join("other")).unwrap(), key);
}
