use domain::ports::Random;
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use super::*;

struct Counting(std::sync::atomic::AtomicU8);
impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    }
}

async fn open() -> SqliteConnection {
    let mut conn = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
    for migration in [
        include_str!("../../../migrations/0001_begin.sql"),
        include_str!("../../../migrations/0002_servers.sql"),
        include_str!("../../../migrations/0003_live_changes.sql"),
        include_str!("../../../migrations/0004_queue.sql"),
        include_str!("../../../migrations/0005_limits.sql"),
    ] {
        sqlx::raw_sql(migration).execute(&mut conn).await.unwrap();
    }
    conn
}

fn at(ms: i64) -> UtcMs {
    UtcMs::from_millis(ms)
}

fn ids() -> impl FnMut() -> JobId {
    let random = Counting(std::sync::atomic::AtomicU8::new(0));
    move || JobId::new(at(1), &random)
}

#[tokio::test]
async fn a_job_is_claimed_once_when_due_and_completed_once() {
    let (mut conn, mut id) = (open().await, ids());
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(100), at(0)).await.unwrap();
    assert_eq!(claim(&mut conn, at(99), 1_000, 10).await.unwrap(), vec![]);
    assert_eq!(next_due(&mut conn).await.unwrap(), Some(at(100)));
    let job = claim(&mut conn, at(100), 1_000, 10).await.unwrap().pop().unwrap();
    assert_eq!((job.key.as_str(), job.attempt, job.due), ("one", 1, at(100)));
    assert_eq!(claim(&mut conn, at(100), 1_000, 10).await.unwrap(), vec![]);
    assert_eq!(complete(&mut conn, &job, at(101)).await.unwrap(), Verdict::Taken);
    assert_eq!(complete(&mut conn, &job, at(102)).await.unwrap(), Verdict::Stale);
    assert_eq!(next_due(&mut conn).await.unwrap(), None);
}

#[tokio::test]
async fn the_longest_due_come_first_and_the_limit_holds() {
    let (mut conn, mut id) = (open().await, ids());
    for (key, due) in [("late", 300), ("early", 100), ("middle", 200)] {
        enqueue(&mut conn, id(), ("publish", key, key), at(due), at(0)).await.unwrap();
    }
    let mut keys: Vec<_> = claim(&mut conn, at(500), 1, 2).await.unwrap().into_iter().map(|j| j.key).collect();
    keys.sort();
    assert_eq!(keys, ["early", "middle"]);
}

#[tokio::test]
async fn one_lane_never_stands_before_another() {
    let (mut conn, mut id) = (open().await, ids());
    for number in 0..200 {
        let key = format!("slow-{number}");
        enqueue(&mut conn, id(), ("publish", &key, "slow"), at(number), at(0)).await.unwrap();
    }
    enqueue(&mut conn, id(), ("publish", "quick", "quick"), at(900), at(0)).await.unwrap();
    let mut claimed = claim(&mut conn, at(1_000), 50, 32).await.unwrap();
    claimed.sort_by(|a, b| a.key.cmp(&b.key));
    let keys: Vec<_> = claimed.iter().map(|job| job.key.as_str()).collect();
    assert_eq!(keys, ["quick", "slow-0"], "the longest due of each lane");
    assert_eq!(claim(&mut conn, at(1_000), 50, 32).await.unwrap(), vec![], "one at work in each");
    assert_eq!(next_due(&mut conn).await.unwrap(), None, "nothing that could be claimed is due");
    let due = due_in(&mut conn, ("publish", "slow"), at(3), 99).await.unwrap();
    assert_eq!(due, ["slow-1", "slow-2", "slow-3"], "what is due in a lane behind the one at work");
    complete(&mut conn, &claimed[1], at(1_001)).await.unwrap();
    assert_eq!(next_due(&mut conn).await.unwrap(), Some(at(1)));
    assert_eq!(claim(&mut conn, at(1_001), 50, 32).await.unwrap()[0].key, "slow-1");
}

#[tokio::test]
async fn a_job_that_waits_is_put_off_and_one_at_work_is_not() {
    let (mut conn, mut id) = (open().await, ids());
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(100), at(0)).await.unwrap();
    assert_eq!(put_off(&mut conn, "publish", "one", at(50), at(0)).await.unwrap(), Verdict::Taken);
    let job = claim(&mut conn, at(50), 50, 1).await.unwrap().pop().unwrap();
    assert_eq!(put_off(&mut conn, "publish", "one", at(900), at(60)).await.unwrap(), Verdict::Stale);
    assert!(holds(&mut conn, &job).await.unwrap());
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_is_not_believed() {
    let (mut conn, mut id) = (open().await, ids());
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(0), at(0)).await.unwrap();
    let stale = claim(&mut conn, at(0), 50, 1).await.unwrap().pop().unwrap();
    assert_eq!(rescue(&mut conn, at(49), at(49)).await.unwrap(), 0, "the lease still runs");
    assert_eq!(rescue(&mut conn, at(50), at(50)).await.unwrap(), 1);
    assert!(!holds(&mut conn, &stale).await.unwrap());
    let fresh = claim(&mut conn, at(51), 50, 1).await.unwrap().pop().unwrap();
    assert!(fresh.fence > stale.fence);
    assert_eq!(complete(&mut conn, &stale, at(52)).await.unwrap(), Verdict::Stale);
    assert_eq!(snooze(&mut conn, &stale, at(90), at(52)).await.unwrap(), Verdict::Stale);
    assert_eq!(extend(&mut conn, &stale, at(52), 50).await.unwrap(), Verdict::Stale);
    assert!(holds(&mut conn, &fresh).await.unwrap());
    assert_eq!(extend(&mut conn, &fresh, at(52), 500).await.unwrap(), Verdict::Taken);
    assert_eq!(rescue(&mut conn, at(551), at(551)).await.unwrap(), 0);
}

#[tokio::test]
async fn snoozed_jobs_come_back_and_cancelled_ones_do_not() {
    let (mut conn, mut id) = (open().await, ids());
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(0), at(0)).await.unwrap();
    let job = claim(&mut conn, at(0), 50, 1).await.unwrap().pop().unwrap();
    assert_eq!(snooze(&mut conn, &job, at(70), at(1)).await.unwrap(), Verdict::Taken);
    assert_eq!(claim(&mut conn, at(69), 50, 1).await.unwrap(), vec![]);
    assert_eq!(claim(&mut conn, at(70), 50, 1).await.unwrap().len(), 1);
    cancel(&mut conn, "publish", "one", at(71)).await.unwrap();
    assert_eq!(rescue(&mut conn, at(999), at(999)).await.unwrap(), 0);
    assert_eq!(claim(&mut conn, at(999), 50, 1).await.unwrap(), vec![]);
    assert_eq!(prune(&mut conn, at(999)).await.unwrap(), 1);
}

#[tokio::test]
async fn enqueueing_again_moves_the_one_job_and_fences_out_its_worker() {
    let (mut conn, mut id) = (open().await, ids());
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(0), at(0)).await.unwrap();
    let running = claim(&mut conn, at(0), 50, 1).await.unwrap().pop().unwrap();
    enqueue(&mut conn, id(), ("publish", "one", "one"), at(500), at(10)).await.unwrap();
    assert_eq!(complete(&mut conn, &running, at(11)).await.unwrap(), Verdict::Stale);
    assert_eq!(next_due(&mut conn).await.unwrap(), Some(at(500)));
    let again = claim(&mut conn, at(500), 50, 9).await.unwrap();
    assert_eq!(again.iter().map(|j| (j.id, j.attempt)).collect::<Vec<_>>(), vec![(running.id, 1)]);
}

#[tokio::test]
async fn what_is_coming_is_told_ahead() {
    let (mut conn, mut id) = (open().await, ids());
    for (kind, key, due) in [("publish", "b", 200), ("publish", "a", 100), ("edit", "c", 150), ("publish", "d", 900)] {
        enqueue(&mut conn, id(), (kind, key, key), at(due), at(0)).await.unwrap();
    }
    let coming: Vec<_> = coming(&mut conn, "publish", (at(99), at(200)), 9).await.unwrap();
    assert_eq!(coming, [("a".to_owned(), at(100)), ("b".to_owned(), at(200))]);
    assert_eq!(next_due_after(&mut conn, at(200)).await.unwrap(), Some(at(900)));
    assert_eq!(next_due_after(&mut conn, at(900)).await.unwrap(), None);
}

#[tokio::test]
async fn a_job_wanted_sooner_waits_no_longer_and_one_at_work_is_left_alone() {
    let (mut conn, mut id) = (open().await, ids());
    for (wanted, due) in [(500, 500), (700, 500), (300, 300)] {
        enqueue_by(&mut conn, id(), ("look", "one", "one"), at(wanted), at(0)).await.unwrap();
        assert_eq!(next_due(&mut conn).await.unwrap(), Some(at(due)));
    }
    let job = claim(&mut conn, at(300), 50, 9).await.unwrap().pop().unwrap();
    enqueue_by(&mut conn, id(), ("look", "one", "one"), at(310), at(305)).await.unwrap();
    assert!(holds(&mut conn, &job).await.unwrap());
    assert_eq!(complete(&mut conn, &job, at(320)).await.unwrap(), Verdict::Taken);
    enqueue_by(&mut conn, id(), ("look", "one", "one"), at(900), at(330)).await.unwrap();
    assert_eq!(next_due(&mut conn).await.unwrap(), Some(at(900)));
}
