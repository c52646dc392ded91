use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::provider::{EffectPlan, Work};

const SENT: &str = "2026-11-21T10:00:00Z";

fn at(offset_ms: i64) -> String {
    UtcMs::parse_rfc3339(SENT).unwrap().plus_ms(offset_ms).to_rfc3339()
}

/// A post made `offset_ms` after ours was first sent.
fn post(id: &str, offset_ms: i64, change: &Value) -> Value {
    let mut post = json!({"id": id, "url": format!("http://127.0.0.1:1/p/{id}"), "text": "Hello\n\nthere",
        "media": [{"id": "med_1"}, {"id": "med_2"}], "created_at": at(offset_ms), "reply_to": "post_0"});
    for (field, value) in change.as_object().into_iter().flatten() {
        post[field] = value.clone();
    }
    post
}

fn find_in(class: EffectClass, claimed: &[&str], posts: &[Value]) -> Confirmation {
    let body = json!({"text": " Hello\r\n\r\n\r\nthere ", "media": [{"id": "med_1", "alt": "x"}, {"id": "med_2"}],
        "reply_to": "post_0"});
    let plan = EffectPlan { class, key: String::new(), request: json!({"path": "/api/posts", "post": body}) };
    let work = Work {
        text: String::new(),
        media: Vec::new(),
        card: None,
        language: String::new(),
        options: BTreeMap::new(),
        root: None,
        parent: None,
    };
    let claimed: Vec<_> = claimed.iter().map(|id| (*id).to_owned()).collect();
    let first_sent = UtcMs::parse_rfc3339(SENT).unwrap();
    let doubtful = Doubtful { plan: &plan, first_sent, key_lives: true, claimed: &claimed, work: &work };
    let posts: Posts = serde_json::from_value(json!({"posts": posts})).unwrap();
    find(&posts, &doubtful)
}

fn found(confirmation: Confirmation) -> Option<String> {
    match confirmation {
        Confirmation::Live(remote) => Some(remote.id),
        _ => None,
    }
}

#[test]
fn the_post_is_found_by_its_stored_form() {
    let live = find_in(EffectClass::C, &[], &[post("post_9", 1_500, &json!({}))]);
    assert_eq!(
        live,
        Confirmation::Live(Remote {
            id: "post_9".into(),
            url: "http://127.0.0.1:1/p/post_9".into(),
            extra: Value::Null
        })
    );
    // Kind a stores what was sent.
    assert_eq!(find_in(EffectClass::A, &[], &[post("post_9", 1_500, &json!({}))]), Confirmation::NotSeen);
    let verbatim = json!({"text": " Hello\r\n\r\n\r\nthere "});
    assert_eq!(found(find_in(EffectClass::A, &[], &[post("post_9", 1_500, &verbatim)])).as_deref(), Some("post_9"));
}

#[test]
fn a_refused_repeat_names_ours_only_where_all_of_it_fits() {
    let body = json!({"text": "Hello  there\n", "media": [{"id": "med_1"}], "reply_to": "post_0"});
    let plan = EffectPlan { class: EffectClass::R, key: String::new(), request: json!({"post": body}) };
    let first = json!({"text": "Hello there", "media": [{"id": "med_1"}]});
    let named_with = |change: Value| {
        let mut post = post("post_9", 20, &first);
        for (field, value) in change.as_object().unwrap() {
            post[field] = value.clone();
        }
        named(&serde_json::from_value(post).unwrap(), &plan)
    };
    let ours = named_with(json!({})).unwrap();
    assert_eq!((ours.id.as_str(), ours.made.to_rfc3339()), ("post_9", at(20)));
    for other in [
        json!({"text": "Hello  there\n"}),
        json!({"media": []}),
        json!({"reply_to": null}),
        json!({"created_at": "soon"}),
        json!({"id": "<b>"}),
    ] {
        assert_eq!(named_with(other.clone()), None, "{other}");
    }
}

#[test]
fn a_post_that_differs_is_another() {
    for change in [
        json!({"text": "Hello there"}),
        json!({"media": [{"id": "med_1"}]}),
        json!({"media": [{"id": "med_2"}, {"id": "med_1"}]}),
        json!({"reply_to": null}),
        json!({"created_at": "yesterday"}),
    ] {
        assert_eq!(
            find_in(EffectClass::C, &[], &[post("post_9", 0, &change.clone())]),
            Confirmation::NotSeen,
            "{change}"
        );
    }
}

#[test]
fn the_window_begins_before_the_first_sending_and_has_no_end() {
    for (offset_ms, inside) in [(-5_001, false), (-5_000, true), (0, true), (65_001, true), (86_400_000, true)] {
        let live = found(find_in(EffectClass::C, &[], &[post("post_9", offset_ms, &json!({}))])).is_some();
        assert_eq!(live, inside, "{offset_ms}");
    }
}

#[test]
fn of_several_the_oldest_unclaimed_is_ours() {
    let posts = [post("post_3", 30, &json!({})), post("post_2", 20, &json!({})), post("post_1", 10, &json!({}))];
    assert_eq!(found(find_in(EffectClass::C, &[], &posts)).as_deref(), Some("post_1"));
    assert_eq!(found(find_in(EffectClass::C, &["post_1"], &posts)).as_deref(), Some("post_2"));
    assert_eq!(find_in(EffectClass::C, &["post_1", "post_2", "post_3"], &posts), Confirmation::NotSeen);
}

#[test]
fn a_full_list_of_newer_posts_proves_nothing() {
    let other = |offset_ms| post("post_x", offset_ms, &json!({"text": "Other"}));
    let newer: Vec<_> = (0..200).map(|_| other(100)).collect();
    assert_eq!(find_in(EffectClass::C, &[], &newer), Confirmation::Blind);
    let mut reaching: Vec<_> = (0..199).map(|_| other(100)).collect();
    reaching.push(other(-60_000));
    assert_eq!(find_in(EffectClass::C, &[], &reaching), Confirmation::NotSeen);
}
