use std::{fs, path::Path};

use super::*;
use crate::Store;

/// A database as a killed process leaves it, with commits in its log.
async fn killed(folder: &Path) -> PathBuf {
    let (live, left) = (folder.join("live.db"), folder.join("left.db"));
    let store = Store::open(&live).await.unwrap();
    for number in 0..20 {
        let mut tx = store.begin().await.unwrap();
        crate::setting::set(&mut tx, &format!("name-{number}"), "value").await.unwrap();
        tx.commit().await.unwrap();
    }
    for ending in ["", "-wal", "-shm"] {
        fs::copy(format!("{}{ending}", live.display()), format!("{}{ending}", left.display())).unwrap();
    }
    store.close().await;
    left
}

fn log(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", path.display()))
}

#[tokio::test]
async fn what_a_killed_process_leaves_is_whole_and_so_is_what_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed(folder.path()).await;
    assert!(!commits_are_lost(&path));
    assert!(!commits_are_lost(&folder.path().join("live.db")) && !commits_are_lost(&folder.path().join("none.db")));
    Store::open(&path).await.unwrap().close().await;
    assert!(!commits_are_lost(&path));
}

#[tokio::test]
async fn a_log_that_was_cut_off_or_changed_anywhere_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed(folder.path()).await;
    let whole = fs::read(log(&path)).unwrap();
    let index = Index::read(&PathBuf::from(format!("{}-shm", path.display()))).unwrap().unwrap();
    let counted = HEAD_BYTES + usize::try_from(index.frames).unwrap() * (FRAME_HEAD_BYTES + 4_096);
    for place in [0, 5, 31, 32, 40, 60, 5_000, counted / 2, counted - 1] {
        fs::write(log(&path), &whole[..place]).unwrap();
        assert!(commits_are_lost(&path), "cut off at {place}");
        let mut flipped = whole.clone();
        flipped[place] ^= 4;
        fs::write(log(&path), &flipped).unwrap();
        assert!(commits_are_lost(&path), "changed at {place}");
    }
    fs::remove_file(log(&path)).unwrap();
    assert!(commits_are_lost(&path), "removed");
}

#[tokio::test]
async fn a_half_written_transaction_behind_the_last_commit_is_no_loss() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed(folder.path()).await;
    let mut longer = fs::read(log(&path)).unwrap();
    longer.extend([7; 5_000]);
    fs::write(log(&path), &longer).unwrap();
    assert!(!commits_are_lost(&path));
}

#[tokio::test]
async fn the_index_of_an_older_log_says_nothing_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = killed(folder.path()).await;
    let shm = PathBuf::from(format!("{}-shm", path.display()));
    let mut index = fs::read(&shm).unwrap();
    for at in [32, INDEX_HEAD_BYTES + 32] {
        index[at] ^= 1;
    }
    fs::write(&shm, &index).unwrap();
    assert!(!commits_are_lost(&path));
}
