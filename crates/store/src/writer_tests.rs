use std::{
    future::Future,
    pin::{Pin, pin},
    task::Poll,
};

use sqlx::Row;
use tokio::task::{JoinHandle, yield_now};

use super::{Duration, Group, Instant, MEMBERS_MAX, Worth};
use crate::{Store, StoreError, Tx, setting, writer::Writer};

struct Bench {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
        Self { store, _folder: folder }
    }

    fn writer(&self) -> &Writer {
        self.store.writer().unwrap()
    }

    /// Somebody else writes a setting of this name.
    fn write(&self, name: &str) -> JoinHandle<Result<(), StoreError>> {
        let (store, name) = (self.store.clone(), name.to_owned());
        tokio::spawn(async move {
            let mut tx = store.begin().await?;
            setting::set(&mut tx, &name, "written").await?;
            tx.commit().await
        })
    }

    async fn until_waiting(&self, count: usize) {
        while self.writer().waiting.load(std::sync::atomic::Ordering::SeqCst) != count {
            yield_now().await;
        }
    }

    /// What is on the disk.
    async fn names(&self) -> Vec<String> {
        setting::all(&mut self.store.read().await.unwrap()).await.unwrap().into_keys().collect()
    }
}

async fn set(tx: &mut Tx, name: &str) {
    setting::set(tx, name, "written").await.unwrap();
}

/// One that SQLite only looks at when everything ends.
async fn spoil_the_end(tx: &mut Tx) {
    sqlx::query("PRAGMA defer_foreign_keys = 1").execute(&mut **tx).await.unwrap();
    sqlx::query("INSERT INTO account_key (account, wrapped, created_at) VALUES (x'00', x'00', 0)")
        .execute(&mut **tx)
        .await
        .unwrap();
}

/// Whether it is still to end, having been asked to.
async fn pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| Poll::Ready(pin!(&mut *future).poll(context).is_pending())).await
}

/// One that wrote "first" and asked for its end, which it left to the second, whose turn it now is.
async fn first_and_second(bench: &Bench) -> (Pin<Box<impl Future<Output = Result<(), StoreError>>>>, Tx) {
    let mut first = bench.store.begin().await.unwrap();
    set(&mut first, "first").await;
    let mut second = Box::pin(bench.store.begin());
    assert!(pending(&mut second).await, "the first has the turn");
    let mut first = Box::pin(first.commit());
    assert!(pending(&mut first).await, "it leaves the end to the second");
    (first, second.await.unwrap())
}

#[tokio::test]
async fn those_that_wait_for_one_another_share_syncs() {
    const COUNT: usize = 100;
    let bench = Bench::open().await;
    let mut first = bench.store.begin().await.unwrap();
    set(&mut first, "first").await;
    let others: Vec<_> = (0..COUNT).map(|number| bench.write(&format!("other {number}"))).collect();
    bench.until_waiting(COUNT).await;
    let before = bench.store.syncs();
    first.commit().await.unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    assert_eq!(bench.names().await.len(), COUNT + 1);
    let syncs = bench.store.syncs() - before;
    assert!(syncs < u64::try_from(COUNT).unwrap() / 2, "{syncs}");
    const { assert!(COUNT < MEMBERS_MAX) };
}

#[tokio::test]
async fn one_after_the_other_each_has_a_sync_of_its_own() {
    let bench = Bench::open().await;
    let before = bench.store.syncs();
    for name in ["a", "b", "c"] {
        bench.write(name).await.unwrap().unwrap();
    }
    assert_eq!(bench.store.syncs() - before, 3);
}

#[tokio::test]
async fn nobody_hears_of_success_before_it_is_on_the_disk() {
    let bench = Bench::open().await;
    let (mut first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    assert!(pending(&mut first).await, "it ends with the second");
    assert!(bench.names().await.is_empty());
    second.commit().await.unwrap();
    first.await.unwrap();
    assert_eq!(bench.names().await, ["first", "second"]);
}

#[tokio::test]
async fn one_that_fails_in_the_middle_takes_back_its_own_only() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    sqlx::query("INSERT INTO setting VALUES ('second', 'twice')").execute(&mut *second).await.unwrap_err();
    let third = bench.write("third");
    bench.until_waiting(1).await;
    drop(second);
    third.await.unwrap().unwrap();
    first.await.unwrap();
    assert_eq!(bench.names().await, ["first", "third"]);
}

#[tokio::test]
async fn one_that_is_dropped_leaves_the_end_to_nobody_else_and_still_it_comes() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    drop(second);
    first.await.unwrap();
    assert_eq!(bench.names().await, ["first"]);
}

#[tokio::test]
async fn one_that_gives_up_its_place_leaves_nobody_waiting() {
    let bench = Bench::open().await;
    let mut first = bench.store.begin().await.unwrap();
    set(&mut first, "first").await;
    let mut second = Box::pin(bench.store.begin());
    assert!(pending(&mut second).await);
    let mut first = Box::pin(first.commit());
    assert!(pending(&mut first).await, "it leaves the end to the second");
    drop(second);
    first.await.unwrap();
    assert_eq!(bench.names().await, ["first"]);
}

#[tokio::test]
async fn one_that_ends_at_once_leaves_the_end_to_nobody() {
    let bench = Bench::open().await;
    let mut first = bench.store.begin().await.unwrap();
    set(&mut first, "first").await;
    let mut second = Box::pin(bench.store.begin());
    assert!(pending(&mut second).await);
    // The second does not go on before the first has ended.
    first.commit_at_once().await.unwrap();
    assert_eq!(bench.names().await, ["first"]);
    let mut second = second.await.unwrap();
    set(&mut second, "second").await;
    second.commit().await.unwrap();
    assert_eq!(bench.names().await, ["first", "second"]);
}

#[tokio::test]
async fn one_that_is_dropped_while_it_ends_still_ends_for_the_others() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    let mut ending = Box::pin(second.commit());
    // As far as it goes without being asked again: at the latest its savepoint is being released.
    assert!(pending(&mut ending).await);
    drop(ending);
    first.await.unwrap();
    assert!(bench.names().await.contains(&"first".to_owned()));
    bench.write("later").await.unwrap().unwrap();
}

#[tokio::test]
async fn where_the_end_fails_nothing_of_any_is_there_and_all_hear_of_it() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    spoil_the_end(&mut second).await;
    let before = bench.store.syncs();
    assert!(second.commit().await.is_err());
    assert!(first.await.is_err());
    assert_eq!((bench.names().await.len(), bench.store.syncs()), (0, before));
    bench.write("later").await.unwrap().unwrap();
    assert_eq!(bench.names().await, ["later"]);
}

#[tokio::test]
async fn where_sqlite_takes_all_of_it_back_all_hear_of_it() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    // What SQLite does by itself on a broken disk.
    sqlx::query("ROLLBACK").execute(&mut *second).await.unwrap();
    let third = bench.write("third");
    bench.until_waiting(1).await;
    assert!(second.commit().await.is_err());
    assert!(first.await.is_err());
    third.await.unwrap().unwrap();
    assert_eq!(bench.names().await, ["third"]);
}

#[tokio::test]
async fn where_one_cannot_take_back_its_own_nothing_of_any_is_kept_and_all_hear_of_it() {
    let bench = Bench::open().await;
    let (first, mut second) = first_and_second(&bench).await;
    set(&mut second, "second").await;
    sqlx::query("RELEASE member").execute(&mut *second).await.unwrap();
    let third = bench.write("third");
    bench.until_waiting(1).await;
    drop(second);
    assert!(first.await.is_err());
    third.await.unwrap().unwrap();
    assert_eq!(bench.names().await, ["third"]);
}

#[tokio::test]
async fn what_need_not_be_synced_is_not_and_what_must_be_always_is() {
    let bench = Bench::open().await;
    let before = bench.store.syncs();
    for (unsynced, level) in [(true, 1_i64), (false, 2), (false, 2), (true, 1), (false, 2)] {
        let mut tx = if unsynced { bench.store.begin_unsynced().await } else { bench.store.begin().await }.unwrap();
        let known = sqlx::query("PRAGMA synchronous").fetch_one(&mut *tx).await.unwrap().get::<i64, _>(0);
        assert_eq!(known, level);
        setting::set(&mut tx, "name", &before.to_string()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(bench.store.syncs() - before, 3);
}

#[tokio::test]
async fn one_that_must_be_synced_joins_none_that_need_not_be() {
    let bench = Bench::open().await;
    let mut first = bench.store.begin_unsynced().await.unwrap();
    set(&mut first, "first").await;
    let second = bench.write("second");
    bench.until_waiting(1).await;
    let before = bench.store.syncs();
    first.commit().await.unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(bench.store.syncs() - before, 1);
    assert_eq!(bench.names().await, ["first", "second"]);
}

#[tokio::test]
async fn a_crowd_that_fails_drops_and_gives_up_loses_nothing_that_was_promised() {
    let bench = Bench::open().await;
    let mut promised = Vec::new();
    let mut at_work = Vec::new();
    for number in 0..400 {
        let (store, name) = (bench.store.clone(), format!("{number:03}"));
        let task = tokio::spawn(async move {
            let mut tx = store.begin().await?;
            setting::set(&mut tx, &name, "written").await?;
            if number % 7 == 3 {
                return Err(StoreError::Row("dropped"));
            }
            tx.commit().await.map(|()| name)
        });
        yield_now().await;
        if number % 5 == 1 {
            task.abort();
        }
        at_work.push(task);
    }
    for task in at_work {
        if let Ok(Ok(name)) = task.await {
            promised.push(name);
        }
    }
    let kept = bench.names().await;
    assert!(promised.len() > 200, "{}", promised.len());
    assert!(promised.iter().all(|name| kept.contains(name)));
    assert!(!kept.iter().any(|name| name.parse::<u32>().unwrap() % 7 == 3));
}

#[tokio::test]
async fn once_closed_it_writes_no_more() {
    let bench = Bench::open().await;
    bench.write("before").await.unwrap().unwrap();
    bench.store.close().await;
    assert!(bench.store.begin().await.is_err());
}

#[test]
fn a_group_takes_no_more_once_its_time_is_over() {
    let group = |joining| Group { worth: Worth::Synced, since: Instant::now(), joining, done: Vec::new() };
    assert!(group(Duration::ZERO).is_full());
    assert!(!group(Duration::from_secs(30)).is_full());
}
