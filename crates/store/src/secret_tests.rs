use std::{collections::BTreeSet, path::Path};

use super::*;
use crate::Store;

/// Added to an account's number in its key.
const KEY: u8 = 170;
/// The same in its token.
const TOKEN: u8 = 80;

/// As long as a wrapped key, and to be found again.
fn wrapped(account: u8) -> Vec<u8> {
    [&b"wrapped-key-of-account-"[..], &[account + KEY; 55]].concat()
}

fn account(number: u8) -> AccountId {
    AccountId::from_bytes(&[number; 16]).unwrap()
}

/// A profile with keys and tokens of many accounts, more than a page holds.
async fn kept(folder: &Path) -> Store {
    let store = Store::open(&folder.join("postroom.db")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for number in 0..80_u8 {
        sqlx::query(
            "INSERT INTO account (id, platform, remote_id, handle, method, endpoints, state, linked_at, updated_at)
             VALUES (?1, 'practice', ?2, 'robin', 'oauth', '{}', 'healthy', 0, 0)",
        )
        .bind(&[number; 16][..])
        .bind(number.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
        assert!(insert_key(&mut tx, account(number), &wrapped(number), UtcMs::from_millis(1)).await.unwrap());
        let token = [&b"sealed-token-of-account-"[..], &[number + TOKEN; 6_000]].concat();
        put(&mut tx, account(number), Field::Access, &token, UtcMs::from_millis(1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    store
}

/// The accounts of which a key (with [`KEY`] added) or a token (with [`TOKEN`] added) is in the database or its log.
fn found(folder: &Path) -> BTreeSet<u8> {
    let mut accounts = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(entry.unwrap().path()).unwrap();
        // Either is one byte again and again, and nothing else here is but zeros and spaces.
        accounts.extend(file.chunk_by(|one, next| one == next).filter(|run| run.len() >= 40).map(|run| run[0]));
    }
    accounts
}

#[tokio::test]
async fn nothing_of_an_erased_key_is_left_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path()).await;
    assert!(store.fold().await.unwrap());
    let there = found(folder.path());
    assert!((5..75).all(|number| there.contains(&(number + KEY)) && there.contains(&(number + TOKEN))), "{there:?}");
    for number in 5..75 {
        let mut tx = store.begin().await.unwrap();
        erase(&mut tx, account(number)).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(store.fold().await.unwrap());
    let left = found(folder.path());
    assert!(!(5..75).any(|number| left.contains(&(number + KEY)) || left.contains(&(number + TOKEN))), "{left:?}");
    assert!(left.contains(&(4 + KEY)) && left.contains(&(75 + KEY)), "the others are there: {left:?}");
    store.close().await;
}

/// The control: the same search finds what a connection that does not overwrite leaves behind.
#[tokio::test]
async fn without_overwriting_it_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path()).await;
    let mut tx = store.begin().await.unwrap();
    sqlx::raw_sql("PRAGMA secure_delete = OFF").execute(&mut *tx).await.unwrap();
    // The first bytes of what is deleted become part of the list of free places; the key comes after them.
    sqlx::query("DELETE FROM account_key WHERE account = ?1").bind(&[7; 16][..]).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.fold().await.unwrap());
    assert!(found(folder.path()).contains(&(7 + KEY)));
    store.close().await;
}

/// Why erasing overwrites all, and not only what is written anyway: pages that become free would keep what they had.
#[tokio::test]
async fn overwriting_only_what_is_written_anyway_is_not_enough() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path()).await;
    assert!(store.fold().await.unwrap());
    let mut tx = store.begin().await.unwrap();
    for number in 5..75_u8 {
        sqlx::query("DELETE FROM account_key WHERE account = ?1")
            .bind(&[number; 16][..])
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert!(store.fold().await.unwrap());
    assert!(found(folder.path()).iter().any(|byte| (KEY + 5..KEY + 75).contains(byte)));
    store.close().await;
}

#[tokio::test]
async fn a_replaced_key_is_gone_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path()).await;
    let next = AccountKey { wrapped: vec![0x10; 78], version: 2 };
    let mut tx = store.begin().await.unwrap();
    overwrite_all(&mut tx).await.unwrap();
    for (id, _) in keys(&mut tx).await.unwrap() {
        replace_key(&mut tx, id, &next).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(store.fold().await.unwrap());
    assert!(!found(folder.path()).iter().any(|byte| (KEY..KEY + 80).contains(byte)));
    let read = get_with_key(&mut store.read().await.unwrap(), account(3), Field::Access).await.unwrap().unwrap();
    assert_eq!(read.key, Some(next));
    store.close().await;
}

#[tokio::test]
async fn a_value_whose_key_was_erased_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path()).await;
    let mut tx = store.begin().await.unwrap();
    sqlx::query("DELETE FROM account_key").execute(&mut *tx).await.unwrap();
    let read = get_with_key(&mut tx, account(3), Field::Access).await.unwrap().unwrap();
    assert_eq!(read.key, None);
    assert_eq!(get_with_key(&mut tx, account(3), Field::Refresh).await.unwrap(), None);
}
