use domain::{EffectClass, ErrorKind, Retry};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    practice::Practice,
    provider::{AccountRef, Plan, Provider, Remote, Work},
    testing::{account, picture, planned, preparing, seed, work},
};

fn robin(kind: &str) -> AccountRef {
    account(Practice::new().descriptor(), "acct_robin", kind)
}

fn full() -> Work {
    let mut full = work(" Hello \r\n🛶 ");
    full.media = vec![picture("one", "A red boat"), picture("two", "")];
    full.language = "en".to_owned();
    full.parent = Some(Remote { id: "post_1".to_owned(), url: String::new(), extra: Value::Null });
    full
}

fn uploaded() -> Value {
    json!([
        {"digest": picture("one", "").digest, "id": "med_1"},
        {"digest": picture("two", "").digest, "id": "med_2"},
    ])
}

#[test]
fn a_post_is_sent_as_written() {
    let expected: Value = serde_json::from_str(include_str!("fixtures/post.json")).unwrap();
    for kind in ["a", "r", "c", "d"] {
        assert_eq!(planned(&Practice::new(), &robin(kind), &full(), &json!({"media": uploaded()})), expected, "{kind}");
    }
}

#[test]
fn a_plain_text_is_sent_alone() {
    let expected: Value = serde_json::from_str(include_str!("fixtures/plain.json")).unwrap();
    assert_eq!(planned(&Practice::new(), &robin("a"), &work("Hello"), &Value::Null), expected);
}

#[test]
fn a_staged_post_publishes_its_container() {
    let expected: Value = serde_json::from_str(include_str!("fixtures/container.json")).unwrap();
    let checkpoint = json!({"media": uploaded(), "container": {"id": "cont_1", "post": expected["post"]}});
    assert_eq!(planned(&Practice::new(), &robin("b"), &full(), &checkpoint), expected);
}

#[test]
fn steps_come_in_order_and_end_in_the_effect() {
    let (provider, work) = (Practice::new(), full());
    let label = |kind: &str, checkpoint: Value| preparing(&provider, &robin(kind), &work, &checkpoint);
    assert_eq!(label("a", Value::Null), "Uploading picture 1 of 2");
    assert_eq!(label("d", json!({"media": [uploaded()[0]]})), "Uploading picture 2 of 2");
    assert_eq!(label("b", json!({"media": uploaded()})), "Staging the post");
    // A container made of something else does not count.
    let other = json!({"media": uploaded(), "container": {"id": "cont_1", "post": {"text": "Other"}}});
    assert_eq!(label("b", other), "Staging the post");
}

#[test]
fn class_and_key_follow_the_kind() {
    let provider = Practice::new();
    let preview = |kind: &str| provider.preview(&robin(kind), &full(), seed()).unwrap();
    for (kind, class, keyed) in [
        ("a", EffectClass::A, true),
        ("b", EffectClass::B, true),
        ("r", EffectClass::R, false),
        ("c", EffectClass::C, false),
        ("d", EffectClass::D, false),
    ] {
        let effect = preview(kind);
        assert_eq!((effect.class, !effect.key.is_empty()), (class, keyed), "{kind}");
        assert_eq!(provider.descriptor().class(kind), class);
    }
    assert_eq!(preview("a").key, "01a1fd8c69fa0123456789abcdef");
    let unknown = provider.preview(&robin("e"), &full(), seed()).unwrap_err();
    assert_eq!((unknown.kind, unknown.retry), (ErrorKind::Unsupported, Retry::Never));
}

#[test]
fn a_part_after_a_nameless_one_is_no_reply() {
    let mut second = work("2/2");
    second.parent = Some(Remote { id: String::new(), url: String::new(), extra: Value::Null });
    assert_eq!(planned(&Practice::new(), &robin("d"), &second, &Value::Null)["post"], json!({"text": "2/2"}));
}

proptest! {
    #[test]
    fn planning_is_pure(text in "\\PC{0,40}", kind in "[abrcd]", done in 0_usize..3) {
        let provider = Practice::new();
        let mut work = full();
        work.text = text;
        let media: Vec<_> = uploaded().as_array().unwrap().iter().take(done).cloned().collect();
        let checkpoint = json!({"media": media});
        let plan = || provider.plan(&robin(&kind), &work, &checkpoint, seed()).unwrap();
        prop_assert_eq!(plan(), plan());
    }

    #[test]
    fn no_checkpoint_makes_planning_fail(saved in "\\PC{0,40}") {
        let checkpoint: Value = serde_json::from_str(&saved).unwrap_or(Value::String(saved));
        let plan = Practice::new().plan(&robin("a"), &work("x"), &checkpoint, seed());
        prop_assert!(matches!(plan, Ok(Plan::Effect(_))));
    }
}
