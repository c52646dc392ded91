use domain::{EffectClass, UtcMs};
use serde_json::json;

use super::*;
use crate::{provider::EffectPlan, testing::work};

fn status(id: &str, content: &str) -> Status {
    Status { id: id.to_owned(), content: content.to_owned(), ..Status::default() }
}

fn look(body: &Value, claimed: &[&str], statuses: &[Status]) -> Found {
    let plan = EffectPlan { class: EffectClass::A, key: "k".to_owned(), request: json!({"body": body, "after": ""}) };
    let (work, claimed) = (work(""), claimed.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
    find(
        statuses,
        &Doubtful { plan: &plan, first_sent: UtcMs::from_millis(0), key_lives: true, claimed: &claimed, work: &work },
    )
}

fn found(body: &Value, statuses: &[Status]) -> Option<String> {
    match look(body, &[], statuses) {
        Found::Status(status) => Some(status.id),
        Found::Alike | Found::None => None,
    }
}

#[test]
fn a_status_is_known_again_as_its_server_rewrites_it() {
    let typed = "Hi @bob@other.example,\r\n\r\nread https://Example.org/a?b=1&c=2  #clay :blob: <3 é";
    let shown = r#"<p>Hi <span class="h-card"><a href="https://other.example/@bob" class="mention">@<span>bob</span></a></span>,</p><p>read <a href="https://example.org/a?b=1&amp;c=2"><span class="invisible">https://</span><span>example.org/a?b…</span></a> <a href="https://x/tags/clay" class="mention hashtag">#<span>clay</span></a> :blob: &lt;3 é</p>"#;
    assert_eq!(found(&json!({"status": typed}), &[status("1", shown)]), Some("1".to_owned()));
}

#[test]
fn another_parent_picture_warning_or_poll_is_another_status() {
    let plain = json!({"status": "same words here"});
    let base = status("1", "<p>same words here</p>");
    assert_eq!(found(&plain, std::slice::from_ref(&base)), Some("1".to_owned()));
    let others = [
        Status { in_reply_to_id: Some("9".to_owned()), ..base.clone() },
        Status { media_attachments: vec![json!({})], ..base.clone() },
        Status { spoiler_text: "careful".to_owned(), ..base.clone() },
        Status { reblog: Some(json!({})), ..base.clone() },
    ];
    for other in others {
        assert_eq!(found(&plain, std::slice::from_ref(&other)), None, "{other:?}");
    }
    let whole = json!({"status": "same words here", "spoiler_text": "careful", "in_reply_to_id": "9",
        "poll": {"options": ["yes", "no"]}});
    let poll = serde_json::from_value(json!({"options": [{"title": "yes"}, {"title": "no"}]})).unwrap();
    let same = Status {
        in_reply_to_id: Some("9".to_owned()),
        spoiler_text: "careful".to_owned(),
        poll: Some(poll),
        ..base.clone()
    };
    assert_eq!(found(&whole, &[base, same]), Some("1".to_owned()));
}

#[test]
fn the_oldest_that_nobody_claims_is_it() {
    let statuses = [status("3", "<p>twin</p>"), status("2", "<p>twin</p>"), status("1", "<p>twin</p>")];
    let body = json!({"status": "twin"});
    assert_eq!(look(&body, &["1"], &statuses), Found::Status(Box::new(status("2", ""))));
    assert_eq!(look(&body, &["1", "2", "3"], &statuses), Found::None);
}

#[test]
fn what_is_nearly_the_same_is_left_to_a_person() {
    let body = json!({"status": "The kiln opens on Sunday at nine"});
    assert_eq!(look(&body, &[], &[status("1", "<p>The kiln opens on Sunday at nine!!</p>")]), Found::Alike);
    assert_eq!(look(&body, &[], &[status("1", "<p>Something else entirely was said here</p>")]), Found::None);
    assert_eq!(look(&json!({"status": "one"}), &[], &[status("1", "<p>two</p>")]), Found::None);
    let written = Status { text: Some("The kiln opens on Sunday at nine".to_owned()), ..status("1", "<p>odd</p>") };
    assert!(matches!(look(&body, &[], &[written]), Found::Status(_)));
}
