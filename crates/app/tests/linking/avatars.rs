//! Pictures of accounts: fetched from where a server says, drawn anew, kept with the account and erased with it; and what
//! hostile servers put in their place.

use std::{
    io::Cursor,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::system::{SystemClock, SystemRandom};
use domain::{AccountId, ErrorCode, media::digest_hex};
use providers::provider::Identity;
use serde_json::json;
use simulator::{Reply, Request};

use crate::{
    bench,
    sky::Sky,
    world::{Unlogged, World},
};

const FACE: &str = "/files/avatar.png";
/// What a picture's file says beside its pixels.
const HIDDEN: &[u8] = b"taken-at-home-53.55N-9.99E";

/// A picture of one colour, with a comment.
fn face(shade: u8) -> Vec<u8> {
    let pixels = image::RgbImage::from_pixel(600, 400, image::Rgb([shade, 90, 200]));
    let mut bytes = Vec::new();
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    let mut whole = vec![0xff, 0xd8, 0xff, 0xfe, 0, u8::try_from(HIDDEN.len() + 2).unwrap()];
    whole.extend_from_slice(HIDDEN);
    whole.extend_from_slice(&bytes[2..]);
    whole
}

fn file(mime: &str, body: Vec<u8>) -> Reply {
    Reply { status: 200, headers: vec![("content-type", mime.to_owned())], body }
}

fn at(address: &str) -> Identity {
    Identity {
        remote_id: String::new(),
        handle: String::new(),
        name: String::new(),
        kind: String::new(),
        scopes: Vec::new(),
        endpoints: Vec::new(),
        avatar: address.to_owned(),
    }
}

impl World {
    async fn avatar(&self, account: AccountId) -> String {
        self.app().avatar_of(account).await.unwrap()
    }

    /// The file of an account's picture, once it is another than `before`.
    async fn avatar_after(&self, account: AccountId, before: &str) -> PathBuf {
        for _ in 0..1_500 {
            let now = self.avatar(account).await;
            if now != before {
                return self.app().media_path(&now);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no other picture came");
    }

    fn show(&self, shade: u8) {
        self.answer(FACE, file("image/jpeg", face(shade)));
    }
}

#[tokio::test]
async fn a_linked_account_shows_its_picture_and_an_unlinked_one_leaves_none() {
    let world = World::start("mastodon").await;
    world.show(10);
    let account = world.link().await;
    let path = world.avatar_after(account, "").await;
    let kept = std::fs::read(&path).unwrap();
    let (before, drawn) = (world.avatar(account).await, image::load_from_memory(&kept).unwrap());
    assert_eq!((digest_hex(&kept), drawn.width(), drawn.height()), (before.clone(), 128, 85));
    let found = |bytes: &[u8]| bytes.windows(HIDDEN.len()).any(|window| window == HIDDEN);
    assert!(found(&face(10)) && !found(&kept), "nothing but the pixels is kept");
    // Its owner takes another.
    world.show(200);
    world.app().check_account(account).await.unwrap();
    let other = world.avatar_after(account, &before).await;
    assert!(other.is_file() && !path.exists(), "the one before is gone");
    world.unlink(account).await;
    assert_eq!(world.avatar(account).await, "");
    assert!(!other.exists());
    // One that comes too late is not kept.
    let late = world.app().take_avatar(account, &at(&format!("{}{FACE}", world.server.url()))).await;
    assert!(late.is_ok() && world.avatar(account).await.is_empty() && !other.exists());
}

#[tokio::test]
async fn a_file_that_posts_show_too_outlives_the_account() {
    let world = World::start("mastodon").await;
    world.show(10);
    let account = world.link().await;
    let path = world.avatar_after(account, "").await;
    let picture = world.app().add_media(&path, "").await.unwrap();
    assert_eq!(world.app().media_path(&picture.digest), path);
    world.unlink(account).await;
    assert_eq!(world.avatar(account).await, "");
    assert!(path.is_file());
}

#[tokio::test]
async fn an_account_whose_server_names_no_picture_any_more_has_letters() {
    let world = World::start("mastodon").await;
    world.show(10);
    let account = world.link().await;
    let path = world.avatar_after(account, "").await;
    world.app().take_avatar(account, &at("")).await.unwrap();
    assert!(world.avatar(account).await.is_empty() && !path.exists());
}

#[tokio::test]
async fn what_hostile_servers_show_changes_nothing() {
    let world = World::start("mastodon").await;
    world.show(10);
    let account = world.link().await;
    world.avatar_after(account, "").await;
    let (before, inside) = (world.avatar(account).await, world.stranger().await);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    inside.answer_with(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Some(file("image/jpeg", face(77)))
    });
    let mut huge = face(10);
    huge.resize(5 << 20, 0);
    // A PNG that says it is 60,000 pixels across and down.
    let mut wide = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0".to_vec();
    let sum = crc32fast::hash(&wide[12..]);
    wide.extend_from_slice(&sum.to_be_bytes());
    let led = |place: String| Reply { status: 302, headers: vec![("location", place)], body: Vec::new() };
    let served = [
        ("larger than is taken", file("image/jpeg", huge)),
        ("a page that calls itself a picture", file("image/png", b"<svg onload=alert(1)></svg>".to_vec())),
        ("a drawing that could hold a program", file("image/svg+xml", b"<svg/>".to_vec())),
        ("without a type", Reply { status: 200, headers: Vec::new(), body: face(10) }),
        ("more pixels than are opened", file("image/png", wide)),
        ("broken off", file("image/jpeg", face(10)[..400].to_vec())),
        ("nothing", file("image/jpeg", Vec::new())),
        ("a refusal", Reply::empty(403)),
        ("leading to another server here", led(format!("{}{FACE}", inside.url()))),
        ("leading to the machine's own data", led("http://169.254.169.254/latest/meta-data".to_owned())),
        ("leading to a file", led("file:///etc/passwd".to_owned())),
        ("leading round and round", led(FACE.to_owned())),
    ];
    for (what, reply) in served {
        world.answer(FACE, reply);
        let taken = world.app().take_avatar(account, &at(&format!("{}{FACE}", world.server.url()))).await;
        assert!(taken.is_err(), "{what}");
        assert_eq!(world.avatar(account).await, before, "{what}");
    }
    let port = inside.url().rsplit(':').next().unwrap().to_owned();
    for named in [
        format!("{}{FACE}", inside.url()),
        format!("http://localhost:{port}{FACE}"),
        format!("https://127.0.0.1:{port}{FACE}"),
        "https://10.0.0.1/a.png".to_owned(),
        "http://192.168.0.1/a.png".to_owned(),
        "data:image/png;base64,AAAA".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "a.png".to_owned(),
    ] {
        let taken = world.app().take_avatar(account, &at(&named)).await;
        assert_eq!(taken.map_err(|error| error.code), Err(ErrorCode::Internal), "{named}");
        assert_eq!(world.avatar(account).await, before, "{named}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody inside was asked");
    let http = net::Client::new(Arc::new(SystemClock::default()), Arc::new(Unlogged), Arc::new(SystemRandom)).unwrap();
    let own = net::picture::fetch(&http, &format!("{}{FACE}", inside.url()), inside.url()).await;
    assert_eq!((own.map(|file| file.len()), asked.load(Ordering::SeqCst)), (Ok(face(77).len()), 1), "it would answer");
    assert!(world.app().media_path(&before).is_file());
    let left = std::fs::read_dir(world.app().folder().join("media/incoming")).unwrap().count();
    assert_eq!(left, 0, "nothing refused stays behind");
}

#[tokio::test]
async fn a_picture_on_bluesky_is_a_record_of_its_owner() {
    let sky = Sky::start().await;
    let picture = json!({"$type": "blob", "ref": {"$link": "bafkreiface"}, "mimeType": "image/png", "size": 9});
    let profile = json!({"$type": "app.bsky.actor.profile", "displayName": "Robin", "avatar": picture});
    sky.server.answer_with(move |request: &Request| {
        let asks = |name: &str, value: &str| request.param(name) == Some(value);
        match request.path.as_str() {
            "/xrpc/com.atproto.repo.getRecord"
                if asks("collection", "app.bsky.actor.profile") && asks("rkey", "self") =>
            {
                let uri = format!("at://{}/app.bsky.actor.profile/self", request.param("repo")?);
                Some(Reply::json(200, &json!({"uri": uri, "cid": "bafyprofile", "value": profile})))
            }
            "/xrpc/com.atproto.sync.getBlob" if asks("cid", "bafkreiface") && request.param("did").is_some() => {
                Some(file("image/png", bench::picture()))
            }
            _ => None,
        }
    });
    let account = sky.link(None).await.unwrap();
    let mut digest = String::new();
    for _ in 0..1_500 {
        digest = sky.app().avatar_of(account).await.unwrap();
        if !digest.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!digest.is_empty(), "no picture came");
    let drawn = image::load_from_memory(&std::fs::read(sky.app().media_path(&digest)).unwrap()).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (64, 48));
}
