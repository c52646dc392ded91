use domain::{EffectClass, ErrorKind, Retry, post::LinkCard};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    bluesky::Bluesky,
    provider::{AccountRef, Plan, Provider, Remote, Work},
    testing::{account, picture, planned, preparing, seed, work},
};

fn alice() -> AccountRef {
    account(Bluesky::new().descriptor(), "did:plc:alice", "user")
}

fn blob(content: &str) -> Value {
    let digest = picture(content, "").digest;
    json!({"digest": digest, "blob": {"$type": "blob", "ref": {"$link": format!("bafkrei{content}")},
        "mimeType": "image/png", "size": content.len()}})
}

fn remote(number: u32) -> Remote {
    Remote {
        id: format!("at://did:plc:alice/app.bsky.feed.post/{number}"),
        url: String::new(),
        extra: json!({"cid": format!("bafyrei{number}")}),
    }
}

fn check(work: &Work, checkpoint: &Value, fixture: &str) {
    let expected: Value = serde_json::from_str(fixture).unwrap();
    assert_eq!(planned(&Bluesky::new(), &alice(), work, checkpoint), expected);
}

#[test]
fn a_plain_text_is_one_small_record() {
    check(&work("Hello"), &Value::Null, include_str!("fixtures/plain.json"));
}

#[test]
fn links_mentions_and_tags_become_facets_at_byte_offsets() {
    let mut rich = work("🛶 Hi @bob.test and @nobody.test, see example.com/ü #céramique");
    rich.language = "en".to_owned();
    let dids = json!({"dids": {"bob.test": "did:plc:bob", "nobody.test": null}});
    check(&rich, &dids, include_str!("fixtures/rich.json"));
}

#[test]
fn pictures_carry_alt_text_and_shape_and_win_over_the_card() {
    let mut pictured = work("");
    pictured.media = vec![picture("one", "A red boat"), picture("two", "")];
    pictured.card = Some(LinkCard { url: "https://a.test".into(), title: "A".into(), description: String::new() });
    let checkpoint = json!({"blobs": [blob("one"), blob("two")]});
    check(&pictured, &checkpoint, include_str!("fixtures/pictures.json"));
}

#[test]
fn a_card_is_an_external_embed() {
    let mut carded = work("Read");
    let (url, title) = ("https://a.test/x".to_owned(), "A title".to_owned());
    carded.card = Some(LinkCard { url, title, description: "Words".to_owned() });
    check(&carded, &Value::Null, include_str!("fixtures/card.json"));
}

#[test]
fn a_reply_names_root_and_parent_with_their_cids() {
    let mut third = work("3/3");
    (third.root, third.parent) = (Some(remote(1)), Some(remote(2)));
    check(&third, &Value::Null, include_str!("fixtures/reply.json"));
}

#[test]
fn a_reply_to_a_part_without_cid_is_refused() {
    let mut second = work("2/2");
    second.parent = Some(Remote { extra: Value::Null, ..remote(1) });
    let error = Bluesky::new().plan(&alice(), &second, &Value::Null, seed()).unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Protocol, Retry::Never));
}

#[test]
fn steps_come_in_order_and_end_in_the_effect() {
    let provider = Bluesky::new();
    let mut all = work("Hi @bob.test");
    all.media = vec![picture("one", ""), picture("two", "")];
    let dids = json!({"bob.test": null});
    let label = |checkpoint: Value| preparing(&provider, &alice(), &all, &checkpoint);
    assert_eq!(label(Value::Null), "Looking up mentions");
    assert_eq!(label(json!({"dids": dids})), "Uploading picture 1 of 2");
    assert_eq!(label(json!({"dids": dids, "blobs": [blob("one")]})), "Uploading picture 2 of 2");
    // What was uploaded of another file does not count.
    assert_eq!(label(json!({"dids": dids, "blobs": [blob("two"), blob("two")]})), "Uploading picture 1 of 2");
    let ready = json!({"dids": dids, "blobs": [blob("one"), blob("two")]});
    assert_eq!(
        planned(&provider, &alice(), &all, &ready)["record"]["embed"]["images"][1]["image"],
        blob("two")["blob"]
    );
}

#[test]
fn the_preview_is_what_will_be_sent() {
    let provider = Bluesky::new();
    let mut pictured = work("Look example.com");
    pictured.media = vec![picture("hello world", "Words")];
    let preview = provider.preview(&alice(), &pictured, seed()).unwrap();
    let sent = &preview.request["record"]["embed"]["images"][0]["image"];
    assert_eq!(sent["ref"]["$link"], "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    let uploaded = json!({"blobs": [{"digest": pictured.media[0].digest, "blob": sent}]});
    assert_eq!(planned(&provider, &alice(), &pictured, &uploaded), preview.request);
    assert_eq!((preview.class, preview.key.as_str()), (EffectClass::A, preview.request["rkey"].as_str().unwrap()));
}

fn any_work() -> impl Strategy<Value = Work> {
    ("[a-z@#. é🛶]{0,60}", prop::collection::vec("[a-c]{1,3}", 0..4), any::<bool>()).prop_map(
        |(text, pictures, reply)| {
            let mut any = work(&text);
            any.media = pictures.iter().map(|content| picture(content, content)).collect();
            any.parent = reply.then(|| remote(1));
            any
        },
    )
}

proptest! {
    #[test]
    fn planning_is_pure(work in any_work(), done in 0_usize..4) {
        let provider = Bluesky::new();
        let blobs: Vec<_> = work.media.iter().take(done).map(|m| json!({"digest": m.digest, "blob": {}})).collect();
        let checkpoint = json!({"blobs": blobs});
        let plan = || provider.plan(&alice(), &work, &checkpoint, seed()).unwrap();
        prop_assert_eq!(plan(), plan());
        prop_assert_eq!(provider.preview(&alice(), &work, seed()).unwrap(), provider.preview(&alice(), &work, seed()).unwrap());
    }

    #[test]
    fn no_checkpoint_makes_planning_fail(saved in "\\PC{0,40}") {
        let checkpoint: Value = serde_json::from_str(&saved).unwrap_or(Value::String(saved));
        let plan = Bluesky::new().plan(&alice(), &work("x"), &checkpoint, seed());
        prop_assert!(matches!(plan, Ok(Plan::Effect(_))));
    }
}
