use std::collections::BTreeMap;

use domain::{EffectClass, UtcMs};
use serde_json::json;

use super::*;
use crate::{
    mastodon::{
        Mastodon,
        descriptor::{KEYED, PLAIN},
    },
    provider::Provider,
    testing::{self, picture, planned, preparing, seed, work},
};

fn alice(kind: &str) -> AccountRef {
    testing::account(Mastodon::new().descriptor(), "109", kind)
}

fn with_options(text: &str, options: &[(&str, &str)]) -> Work {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Work { options: options.collect::<BTreeMap<_, _>>(), ..work(text) }
}

fn marked() -> Value {
    json!({"media": [], "after": "100"})
}

#[test]
fn a_plain_post_notes_the_newest_status_and_then_goes_out() {
    let (provider, account) = (Mastodon::new(), alice(KEYED));
    assert_eq!(preparing(&provider, &account, &work("Hello"), &Value::Null), "Noting the newest post");
    let request = planned(&provider, &account, &work("Hello"), &marked());
    assert_eq!(request, json!({"body": {"status": "Hello"}, "after": "100"}));
}

#[test]
fn options_become_fields_and_empty_ones_none() {
    let poll = r#"{"answers":["yes","no"],"life_s":3600,"multiple":true}"#;
    let options = [
        ("visibility", "unlisted"),
        ("content_warning", "careful"),
        ("sensitive", "true"),
        ("language", "de"),
        ("poll", poll),
    ];
    let request = planned(&Mastodon::new(), &alice(KEYED), &with_options("Well?", &options), &marked());
    let body = json!({"status": "Well?", "visibility": "unlisted", "spoiler_text": "careful", "sensitive": true,
        "language": "de",
        "poll": {"options": ["yes", "no"], "expires_in": 3600, "multiple": true, "hide_totals": false}});
    assert_eq!(request["body"], body);
    let empty = with_options("Hm", &[("visibility", ""), ("sensitive", "false"), ("poll", "")]);
    assert_eq!(planned(&Mastodon::new(), &alice(KEYED), &empty, &marked())["body"], json!({"status": "Hm"}));
}

#[test]
fn a_reply_is_looked_for_after_its_parent() {
    let mut second = work("Two");
    second.parent = Some(Remote { id: "107".to_owned(), url: String::new(), extra: Value::Null });
    let request = planned(&Mastodon::new(), &alice(KEYED), &second, &Value::Null);
    assert_eq!(request, json!({"body": {"status": "Two", "in_reply_to_id": "107"}, "after": "107"}));
}

#[test]
fn pictures_are_uploaded_then_awaited_and_uploaded_again_when_they_change() {
    let (provider, account) = (Mastodon::new(), alice(KEYED));
    let mut post = work("Two pictures");
    post.media = vec![picture("one", "First"), picture("two", "")];
    let done = |content: &str, id: &str, ready: bool| json!({"digest": picture(content, "").digest, "id": id, "ready": ready, "at": 0});
    let label = |media: Value| preparing(&provider, &account, &post, &json!({"media": media, "after": "1"}));
    assert_eq!(label(json!([])), "Uploading picture 1 of 2");
    assert_eq!(label(json!([done("one", "7", false)])), "Uploading picture 2 of 2");
    assert_eq!(label(json!([done("one", "7", true), done("two", "8", false)])), "Waiting for picture 2 of 2");
    assert_eq!(label(json!([done("other", "7", true), done("two", "8", true)])), "Uploading picture 1 of 2");
    let ready = json!({"media": [done("one", "7", true), done("two", "8", true)], "after": "1"});
    assert_eq!(planned(&provider, &account, &post, &ready)["body"]["media_ids"], json!(["7", "8"]));
}

#[test]
fn the_class_is_that_of_the_kind_of_server_and_the_key_stays() {
    let class = |kind: &str| preview(&alice(kind), &work("x"), seed()).class;
    assert_eq!((class(KEYED), class(PLAIN), class("other")), (EffectClass::A, EffectClass::C, EffectClass::D));
    let key = preview(&alice(PLAIN), &work("x"), seed()).key;
    assert_eq!(key, "01a1fd8c-69fa-7012-8003-456789abcdef");
    let other = Seed { random: seed().random ^ 1, ..seed() };
    assert_ne!(preview(&alice(PLAIN), &work("x"), other).key, key);
    let later = Seed { at: UtcMs::from_millis(seed().at.as_millis() + 1), ..seed() };
    assert_ne!(body::key(later), key);
}

#[test]
fn a_file_goes_out_as_a_form_with_its_description() {
    let (form, sent) = body::multipart("abc", "image/png", b"\x89PNG", "Ein Bötchen");
    assert_eq!(form, "multipart/form-data; boundary=postroom-abc");
    let head = "--postroom-abc\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nEin Bötchen\r\n\
        --postroom-abc\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture.png\"\r\n\
        Content-Type: image/png\r\n\r\n";
    let whole = [head.as_bytes(), b"\x89PNG", b"\r\n--postroom-abc--\r\n"].concat();
    assert_eq!(sent, whole);
}

#[test]
fn an_account_has_the_limits_of_its_server() {
    let provider = Mastodon::new();
    let mut account = alice(KEYED);
    assert_eq!((provider.limits(&account).text.graphemes_max, provider.limits(&account).image_max_side), (500, 5_760));
    account.facts = json!({"characters": 5_000, "url_chars": 25, "poll_answers": 0});
    let limits = provider.limits(&account);
    assert_eq!((limits.text.graphemes_max, limits.text.url_chars), (5_000, Some(25)));
    let ids = |fields: Vec<domain::options::OptionField>| fields.into_iter().map(|field| field.id).collect::<Vec<_>>();
    assert!(ids(provider.options(None)).contains(&"poll".to_owned()));
    assert!(!ids(provider.options(Some(&account))).contains(&"poll".to_owned()), "a server without polls");
}
