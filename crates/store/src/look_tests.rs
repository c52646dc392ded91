use std::{collections::BTreeMap, fs};

use domain::{ProfileId, UtcMs};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::{Store, Unwritable, profile, setting};

const DATABASE: &str = "postroom.db";

/// A profile's database with something in it; not folded in where `log` is asked for, as after a crash.
async fn filled(log: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join(DATABASE)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = ProfileId::from_bytes(&[1; 16]).unwrap();
    profile::load_or_create(&mut tx, id, UtcMs::from_millis(1)).await.unwrap();
    for number in 0..400 {
        setting::set(&mut tx, &format!("key {number:03}"), &"word ".repeat(20)).await.unwrap();
    }
    tx.commit().await.unwrap();
    if !log {
        store.close().await;
        return folder;
    }
    let copy = tempfile::tempdir().unwrap();
    for name in [DATABASE, "postroom.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    store.close().await;
    copy
}

/// Pretends that a newer version has been here.
async fn make_newer(folder: &TempDir) {
    let options = SqliteConnectOptions::new().filename(folder.path().join(DATABASE));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::query(later).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// The digest of the database and its log; the log's index is no data.
fn digests(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    let named = files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()));
    named
        .filter(|(name, _)| !name.ends_with("-shm"))
        .map(|(name, bytes)| (name, Sha256::digest(bytes).to_vec()))
        .collect()
}

async fn read(store: &Store) -> BTreeMap<String, String> {
    setting::all(&mut store.read().await.unwrap()).await.unwrap()
}

async fn refused(folder: &TempDir) -> StoreError {
    Store::open(&folder.path().join(DATABASE)).await.err().unwrap()
}

#[tokio::test]
async fn a_newer_file_is_read_and_not_a_byte_of_it_changes() {
    let folder = filled(false).await;
    make_newer(&folder).await;
    let before = digests(&folder);
    let why = Unwritable::of(&refused(&folder).await).unwrap();
    assert_eq!(why, Unwritable::Newer);
    let store = Store::for_reading(&folder.path().join(DATABASE), why);
    assert!(read(&store).await.contains_key("key 007"));
    assert!(matches!(store.begin().await, Err(StoreError::Newer)));
    store.close().await;
    assert_eq!(digests(&folder), before);
}

#[tokio::test]
async fn a_newer_file_that_was_left_with_a_log_is_read_with_it_and_keeps_both() {
    let folder = filled(true).await;
    let log = folder.path().join("postroom.db-wal");
    assert!(fs::metadata(&log).unwrap().len() > 0, "the log alone knows of the settings");
    let before = digests(&folder);
    look(&folder.path().join(DATABASE)).await.unwrap();
    let store = Store::for_reading(&folder.path().join(DATABASE), Unwritable::Newer);
    assert!(read(&store).await.contains_key("key 007"));
    store.close().await;
    assert_eq!(digests(&folder), before);
}

#[tokio::test]
async fn opening_for_writing_does_change_a_file_left_with_a_log() {
    let folder = filled(true).await;
    let before = digests(&folder);
    Store::open(&folder.path().join(DATABASE)).await.unwrap().close().await;
    assert_ne!(digests(&folder), before, "the comparison would notice");
}

#[tokio::test]
async fn damage_anywhere_is_found_and_the_file_is_left_as_it_is() {
    let whole = filled(false).await;
    let good = fs::read(whole.path().join(DATABASE)).unwrap();
    let page = 4096;
    let kinds: [(&str, Vec<u8>); 4] = [
        ("no header", [vec![0x5a; 100], good[100..].to_vec()].concat()),
        ("cut off", good[..good.len() / 2 / page * page].to_vec()),
        ("pages overwritten", flipped(&good, page..good.len())),
        ("no database", b"this is a letter".repeat(1000)),
    ];
    for (name, bytes) in kinds {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(DATABASE), &bytes).unwrap();
        let before = digests(&folder);
        let error = refused(&folder).await;
        assert!(matches!(error, StoreError::Damaged(_)), "{name}: {error:?}");
        let store = Store::for_reading(&folder.path().join(DATABASE), Unwritable::of(&error).unwrap());
        assert!(matches!(store.begin().await, Err(StoreError::Damaged(_))), "{name}");
        store.close().await;
        assert_eq!(digests(&folder), before, "{name}");
    }
}

#[tokio::test]
async fn a_lost_index_entry_is_damage_and_the_rest_can_be_read() {
    let folder = filled(false).await;
    let path = folder.path().join(DATABASE);
    let mut conn = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    // Two indexes change places, one of a full table and one of an empty one: every page of the file is in order.
    for sql in [
        "CREATE TABLE full (a TEXT)",
        "CREATE TABLE empty (a TEXT)",
        "CREATE UNIQUE INDEX of_full ON full (a)",
        "CREATE UNIQUE INDEX of_empty ON empty (a)",
        "INSERT INTO full SELECT name FROM setting",
        "CREATE TEMP TABLE place AS SELECT name, rootpage FROM sqlite_master WHERE name IN ('of_full', 'of_empty')",
        "PRAGMA writable_schema = 1",
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM place WHERE name <> sqlite_master.name) \
         WHERE name IN ('of_full', 'of_empty')",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    conn.close().await.unwrap();
    let error = refused(&folder).await;
    assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
    let store = Store::for_reading(&path, Unwritable::of(&error).unwrap());
    assert!(read(&store).await.contains_key("key 007"));
}

#[tokio::test]
async fn nothing_and_an_empty_file_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(DATABASE);
    look(&path).await.unwrap();
    assert!(!path.exists(), "looking makes nothing");
    fs::write(&path, b"").unwrap();
    Store::open(&path).await.unwrap().close().await;
}

fn flipped(good: &[u8], range: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for byte in &mut bytes[range] {
        *byte ^= 0x5a;
    }
    bytes
}

#[tokio::test]
async fn a_letter_of_a_post_that_became_another_is_found_out() {
    for (written, of) in
        [("\"second\"", "content"), ("{\"word\"", "wording"), ("{\"media\"", "checkpoint"), ("{\"id\":", "remote")]
    {
        let folder = filled(false).await;
        let file = folder.path().join(DATABASE);
        // Only the row itself matters here, not whose it is.
        let options = SqliteConnectOptions::new().filename(&file).foreign_keys(false);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        for sql in [
            "INSERT INTO part (publication, ordinal, content) VALUES (x'01', 0, '{\"text\":\"first\"}')",
            "UPDATE part SET content = '{\"text\":\"second\"}', wording = '{\"word\":1}', checkpoint = '{\"media\":[]}', remote = '{\"id\":\"1\"}'",
        ] {
            sqlx::query(sql).execute(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
        Store::open(&file).await.unwrap().close().await;
        let mut bytes = fs::read(&file).unwrap();
        let place = bytes.windows(written.len()).position(|bytes| bytes == written.as_bytes()).unwrap();
        bytes[place + 1] ^= 0x10;
        fs::write(&file, bytes).unwrap();
        assert!(matches!(refused(&folder).await, StoreError::Damaged(_)), "{of}");
    }
}
