use domain::{FindingCode, ports::Random};

use super::*;
use crate::{Store, Tx};

struct Counting(std::sync::atomic::AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
        bytes.iter_mut().rev().zip(count.iter().rev()).for_each(|(byte, part)| *byte = *part);
    }
}

struct World {
    tx: Tx,
    account: AccountId,
    random: Counting,
    _folder: tempfile::TempDir,
}

fn at(ms: i64) -> UtcMs {
    UtcMs::from_millis(ms)
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let random = Counting(1.into());
        let account = AccountId::new(at(0), &random);
        sqlx::query(
            "INSERT INTO account (id, platform, instance, remote_id, handle, name, kind, method, endpoints, state,
                 linked_at, updated_at) VALUES (?1, 'practice', '', '1', 'a', 'A', 'a', 'oauth', '{}', 'healthy', 0, 0)",
        )
        .bind(account.as_bytes().to_vec())
        .execute(&mut *tx)
        .await
        .unwrap();
        Self { tx, account, random, _folder: folder }
    }

    async fn publication(&mut self, due: i64, state: &str) -> PublicationId {
        let (post, id) = (domain::PostId::new(at(0), &self.random), PublicationId::new(at(0), &self.random));
        sqlx::query("INSERT INTO post (id, content, created_at, updated_at) VALUES (?1, '{}', 0, 0)")
            .bind(post.as_bytes().to_vec())
            .execute(&mut *self.tx)
            .await
            .unwrap();
        let held = if state == "held" { "paused" } else { "" };
        sqlx::query(
            "INSERT INTO publication (id, post, account, state, held, class, at, wall, zone, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'a', ?6, '', 'UTC', 0, 0)",
        )
        .bind(id.as_bytes().to_vec())
        .bind(post.as_bytes().to_vec())
        .bind(self.account.as_bytes().to_vec())
        .bind(state)
        .bind(held)
        .bind(due)
        .execute(&mut *self.tx)
        .await
        .unwrap();
        id
    }

    async fn plan(&mut self, sql: &str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut *self.tx).await.unwrap();
        rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("; ")
    }
}

fn told(finding: &Finding) -> (Finding, String) {
    (finding.clone(), "Why.".to_owned())
}

#[tokio::test]
async fn what_was_not_known_before_is_news_and_what_was_mended_is_gone() {
    let mut world = World::new().await;
    let id = world.publication(100, "scheduled").await;
    let (gone, long) = (Finding::new(FindingCode::FileMissing), Finding::new(FindingCode::TextTooLong));
    let risk = Finding::new(FindingCode::AccessEnds).as_risk();
    let worse = Finding::new(FindingCode::AccessEnds);
    let table = [
        (vec![&gone], vec![&gone]),
        (vec![&gone], vec![]),
        (vec![&gone, &long], vec![&long]),
        (vec![&risk], vec![&risk]),
        (vec![&worse], vec![&worse]),
        (vec![&risk], vec![]),
        (vec![], vec![]),
        (vec![&gone], vec![&gone]),
    ];
    for (found, news) in table {
        let told: Vec<_> = found.iter().map(|finding| told(finding)).collect();
        let new = replace(&mut world.tx, id, &told, at(5)).await.unwrap();
        assert_eq!(new.iter().collect::<Vec<_>>(), news);
        let kept = of(&mut world.tx, id).await.unwrap();
        assert_eq!(kept.len(), found.len());
    }
    assert_eq!(troubled(&mut world.tx, world.account, 9).await.unwrap(), [id]);
    assert_eq!(accounts_in_trouble(&mut world.tx).await.unwrap(), [world.account]);
    assert!(!known_elsewhere(&mut world.tx, &gone, world.account).await.unwrap());
}

#[tokio::test]
async fn what_is_ahead_is_told_with_its_last_look() {
    let mut world = World::new().await;
    let account = world.account;
    for state in ["published", "held", "failed"] {
        world.publication(20, state).await;
    }
    let (near, far) = (world.publication(20, "scheduled").await, world.publication(90, "scheduled").await);
    looked(&mut world.tx, near, at(7)).await.unwrap();
    looked(&mut world.tx, near, at(8)).await.unwrap();
    let found = ahead(&mut world.tx, account, (at(0), at(50)), 9).await.unwrap();
    assert_eq!(found, [Ahead { publication: near, at: at(20), checked_at: Some(at(8)) }]);
    assert_eq!(first_after(&mut world.tx, account, at(50)).await.unwrap(), Some(at(90)));
    assert_eq!(first_after(&mut world.tx, account, at(90)).await.unwrap(), None);
    assert_eq!(account_and_look(&mut world.tx, far).await.unwrap(), Some((account, None)));
    look_again(&mut world.tx, account).await.unwrap();
    assert_eq!(account_and_look(&mut world.tx, near).await.unwrap(), Some((account, None)));
    assert_eq!(accounts_ahead(&mut world.tx, at(0)).await.unwrap(), [account]);
    assert_eq!(accounts_ahead(&mut world.tx, at(90)).await.unwrap(), []);
    let planned = planned(&mut world.tx, (at(20), at(90)), 9).await.unwrap();
    assert_eq!(planned.len(), 2, "the one that is held, and the near one");
}

/// With years of posts waiting, only those of the days asked for are read.
#[tokio::test]
async fn nothing_but_the_days_asked_for_is_read() {
    let mut world = World::new().await;
    for due in 0..400 {
        world.publication(due, if due % 2 == 0 { "scheduled" } else { "published" }).await;
    }
    sqlx::query("ANALYZE").execute(&mut *world.tx).await.unwrap();
    let planned = world
        .plan(
            "SELECT id, account, at, state, held, (SELECT count(*) FROM part WHERE part.publication = publication.id)
             FROM publication WHERE state IN ('scheduled', 'retrying', 'held') AND at < 7 AND (state <> 'held' OR at >= 3)",
        )
        .await;
    assert!(planned.contains("publication USING INDEX publication_state_at (state=? AND at<?)"), "{planned}");
    assert!(!planned.contains("SCAN"), "{planned}");
    let ahead = world
        .plan(
            "SELECT publication.id, at, checked_at FROM publication
             LEFT JOIN lookahead ON lookahead.publication = publication.id
             WHERE account = x'00' AND state = 'scheduled' AND at > 1 AND at <= 9 ORDER BY at LIMIT 4",
        )
        .await;
    assert!(ahead.contains("publication_account_at (account=? AND state=? AND at>? AND at<?)"), "{ahead}");
    assert!(!ahead.contains("SCAN") && !ahead.contains("TEMP B-TREE"), "{ahead}");
    let first =
        world.plan("SELECT min(at) FROM publication WHERE account = x'00' AND state = 'scheduled' AND at > 5").await;
    assert!(first.contains("publication_account_at (account=? AND state=? AND at>?)"), "{first}");
}
