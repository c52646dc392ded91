use serde_json::{Value, json};
use simulator::Command;

use crate::client::{POST, Rig, answer, record, record_with_image, refusal, text};

const RKEY: &str = "3lzzzzzzzzz22";
const PUT: &str = "com.atproto.repo.putRecord";
const DELETE: &str = "com.atproto.repo.deleteRecord";

async fn upload(rig: &Rig, token: &str, bytes: Vec<u8>) -> Value {
    let (status, body) = rig.upload(token, "image/png", bytes).await;
    assert_eq!(status, 200, "{body}");
    body["blob"].clone()
}

#[tokio::test]
async fn a_created_record_can_be_read_and_is_journalled() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let (status, created) = rig.create(&access, RKEY, &record("hello")).await;
    assert_eq!((status, &created["validationStatus"]), (200, &json!("valid")));
    assert_eq!(created["uri"], format!("at://{}/{POST}/{RKEY}", rig.did));

    let (status, read) = rig.read(RKEY).await;
    assert_eq!((status, &read["value"]["text"], &read["cid"]), (200, &json!("hello"), &created["cid"]));

    let effects = rig.running.effects().unwrap();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].accepted, "com.atproto.repo.createRecord");
    assert_eq!((effects[0].get("rkey"), effects[0].get("text")), (Some(RKEY), Some("hello")));
    assert_eq!(rig.running.count("rkey", RKEY).unwrap(), 1);
}

#[tokio::test]
async fn the_same_key_again_is_a_500_and_the_record_exists_once() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    rig.create(&access, RKEY, &record("hello")).await;
    let again = rig.create(&access, RKEY, &record("hello")).await;
    assert_eq!(refusal(&again), (500, "InternalServerError"));
    assert_eq!(rig.running.count("text", "hello").unwrap(), 1);
    assert_eq!(rig.read(RKEY).await.0, 200);
}

#[tokio::test]
async fn without_a_key_the_server_makes_a_new_one_each_time() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let body = json!({"repo": rig.did, "collection": POST, "record": record("twice")});
    for _ in 0..2 {
        assert_eq!(rig.post("com.atproto.repo.createRecord", Some(&access), &body).await.0, 200);
    }
    assert_eq!(rig.running.count("text", "twice").unwrap(), 2, "this is how doubles come about");
}

#[tokio::test]
async fn keys_have_a_syntax() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    for key in ["", "..", "has space", "self", "zzzzzzzzzzzzz", "3lzzzzzzzzz2", &"a".repeat(513)] {
        let refused = rig.create(&access, key, &record("x")).await;
        assert_eq!(refusal(&refused), (400, "InvalidRequest"), "{key:?}");
    }
    assert!(rig.running.effects().unwrap().is_empty());
}

#[tokio::test]
async fn records_are_checked_against_the_lexicon() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let (status, body) = rig.create(&access, RKEY, &record(&"x".repeat(301))).await;
    let message = "Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.record.text";
    assert_eq!((status, &body["message"]), (400, &json!(message)));

    let mut like = record("x");
    like["$type"] = json!("app.bsky.feed.like");
    let (status, body) = rig.create(&access, RKEY, &like).await;
    assert_eq!(
        (status, &body["message"]),
        (400, &json!("Invalid $type: expected app.bsky.feed.post, got app.bsky.feed.like"))
    );
    assert_eq!(refusal(&rig.create(&access, RKEY, &json!("x")).await), (400, "InvalidRequest"));
}

#[tokio::test]
async fn unknown_collections_pass_unvalidated() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let body = json!({"repo": rig.did, "collection": "com.example.thing", "record": {"x": 1}});
    let (status, created) = rig.post("com.atproto.repo.createRecord", Some(&access), &body).await;
    assert_eq!((status, &created["validationStatus"]), (200, &json!("unknown")));
}

#[tokio::test]
async fn only_the_own_repository_can_be_written() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let bob = rig.running.control(&Command::add_account("bob.test", "aaaa-bbbb-cccc-dddd")).unwrap();
    let write = |repo: &Value| json!({"repo": repo, "collection": POST, "record": record("x")});
    let create = "com.atproto.repo.createRecord";
    assert_eq!(refusal(&rig.post(create, Some(&access), &write(&bob["did"])).await), (401, "AuthenticationRequired"));
    assert_eq!(
        refusal(&rig.post(create, Some(&access), &write(&json!("did:plc:nobody"))).await),
        (403, "AccountNotFound")
    );
    assert_eq!(rig.post(create, Some(&access), &write(&json!("alice.test"))).await.0, 200);
    assert_eq!(refusal(&rig.post(create, None, &write(&json!(rig.did))).await), (401, "AuthMissing"));
}

#[tokio::test]
async fn bodies_are_json_of_a_megabyte_at_most() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let create = || rig.request(reqwest::Method::POST, "com.atproto.repo.createRecord", Some(&access));
    assert_eq!(answer(create().body("{}")).await.0, 400);
    let garbled = answer(create().header("content-type", "application/json").body("{")).await;
    assert_eq!(refusal(&garbled), (400, "SyntaxError"));
    let large = answer(create().header("content-type", "application/json").body("x".repeat(1_000_001))).await;
    assert_eq!(refusal(&large), (413, "PayloadTooLargeError"));
}

#[tokio::test]
async fn put_is_repeatable_and_swaps() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let put = async |text: &str, swap: Option<Value>| {
        let mut body = rig.write(RKEY, &record(text));
        if let Some(swap) = swap {
            body["swapRecord"] = swap;
        }
        rig.post(PUT, Some(&access), &body).await
    };
    let (status, first) = put("one", Some(Value::Null)).await;
    assert_eq!(status, 200, "{first}");
    let (status, again) = put("one", Some(Value::Null)).await;
    assert_eq!((status, &again["cid"], &again["commit"]), (200, &first["cid"], &Value::Null));
    assert_eq!(refusal(&put("two", Some(Value::Null)).await), (400, "InvalidSwap"));
    assert_eq!(put("two", Some(first["cid"].clone())).await.0, 200);
    assert_eq!(put("three", None).await.0, 200);
    assert_eq!(rig.running.count("text", "one").unwrap(), 1, "the repeat changed nothing");
    assert_eq!(rig.running.effects().unwrap().len(), 4);
}

#[tokio::test]
async fn deleting_is_repeatable() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    rig.create(&access, RKEY, &record("hello")).await;
    let body = json!({"repo": rig.did, "collection": POST, "rkey": RKEY});
    let (status, first) = rig.post(DELETE, Some(&access), &body).await;
    assert!(status == 200 && first["commit"]["rev"].is_string(), "{first}");
    assert_eq!(rig.post(DELETE, Some(&access), &body).await, (200, json!({})));
    assert_eq!(refusal(&rig.read(RKEY).await), (400, "RecordNotFound"));
    assert_eq!(rig.running.count("rkey", RKEY).unwrap(), 1);
}

#[tokio::test]
async fn lists_come_newest_first_in_pages() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    for key in ["3lzzzzzzzzz22", "3lzzzzzzzzz23", "3lzzzzzzzzz24"] {
        rig.create(&access, key, &record(key)).await;
    }
    let list = async |more: &str| {
        rig.get(&format!("com.atproto.repo.listRecords?repo={}&collection={POST}{more}", rig.did), None).await
    };
    let texts = |page: &Value| {
        page["records"].as_array().unwrap().iter().map(|one| text(&one["value"], "text")).collect::<Vec<_>>()
    };
    let (_, page) = list("&limit=2").await;
    assert_eq!(texts(&page), ["3lzzzzzzzzz24", "3lzzzzzzzzz23"]);
    let (_, rest) = list(&format!("&limit=2&cursor={}", text(&page, "cursor"))).await;
    assert_eq!(texts(&rest), ["3lzzzzzzzzz22"]);
    let (_, reversed) = list("&reverse=true").await;
    assert_eq!(texts(&reversed).first().unwrap(), "3lzzzzzzzzz22");
    assert_eq!(refusal(&list("&limit=101").await), (400, "InvalidRequest"));
    let nobody = format!("com.atproto.repo.listRecords?repo=did:plc:nobody&collection={POST}");
    assert_eq!(refusal(&rig.get(&nobody, None).await), (400, "InvalidRequest"));
}

#[tokio::test]
async fn a_blob_is_addressed_by_content_and_served_once_referred_to() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let blob = upload(&rig, &access, b"picture".to_vec()).await;
    assert_eq!(blob, upload(&rig, &access, b"picture".to_vec()).await);
    let cid = text(&blob["ref"], "$link");
    assert!(cid.starts_with("bafkrei") && cid.len() == 59, "{cid}");
    let path = format!("com.atproto.sync.getBlob?did={}&cid={cid}", rig.did);
    assert_eq!(rig.get(&path, None).await.1["message"], "Blob not found");

    let (status, body) = rig.create(&access, RKEY, &record_with_image(&blob)).await;
    assert_eq!(status, 200, "{body}");
    let served = rig.request(reqwest::Method::GET, &path, None).send().await.unwrap();
    assert_eq!(served.headers()["content-type"], "image/png");
    assert_eq!(served.bytes().await.unwrap(), "picture");
}

#[tokio::test]
async fn an_image_over_two_million_bytes_is_refused_at_the_record_not_at_the_upload() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let blob = upload(&rig, &access, vec![7; 2_000_001]).await;
    let (status, body) = rig.create(&access, RKEY, &record_with_image(&blob)).await;
    assert_eq!(status, 400);
    assert!(text(&body, "message").contains("blob too big (maximum 2000000, got 2000001)"));
}

#[tokio::test]
async fn unknown_and_misdescribed_blobs_are_refused() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let blob = upload(&rig, &access, b"picture".to_vec()).await;
    let with = |key: &str, value: Value| {
        let mut changed = blob.clone();
        changed[key] = value;
        record_with_image(&changed)
    };
    let elsewhere = json!({"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"});
    assert_eq!(refusal(&rig.create(&access, RKEY, &with("ref", elsewhere)).await), (400, "BlobNotFound"));
    assert_eq!(refusal(&rig.create(&access, RKEY, &with("size", json!(5))).await), (400, "InvalidSize"));
    assert_eq!(
        refusal(&rig.create(&access, RKEY, &with("mimeType", json!("image/webp"))).await),
        (400, "InvalidMimeType")
    );
}

#[tokio::test]
async fn a_blob_nobody_refers_to_is_forgotten() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    let blob = upload(&rig, &access, b"picture".to_vec()).await;
    rig.running.control(&Command::Advance { by_ms: 60 * 60 * 1_000 + 1 }).unwrap();
    let refused = rig.create(&access, RKEY, &record_with_image(&blob)).await;
    assert_eq!(refusal(&refused), (400, "BlobNotFound"), "upload when publishing, not when scheduling");
}

#[tokio::test]
async fn uploads_end_at_the_described_limit() {
    let rig = Rig::start().await;
    let access = rig.access().await;
    upload(&rig, &access, vec![7; 5 * 1024 * 1024]).await;
    let refused = rig.upload(&access, "image/png", vec![7; 5 * 1024 * 1024 + 1]).await;
    assert_eq!(refusal(&refused), (413, "PayloadTooLarge"));
}
