//! What the runner asks all the time must cost what it finds, and not what waits: each of these queries goes through an
//! index to its rows. The queries are those compiled into the program, from `.sqlx`.

use std::{collections::BTreeMap, fs, path::Path};

use sqlx::Row;

use crate::Store;

/// A piece of each query that belongs to claiming, publishing or asking what is next.
const OFTEN: &[&str] = &[
    "UPDATE job SET state = 'running'",
    "SELECT min(run_at) AS",
    "SELECT key, run_at FROM job",
    "SELECT key FROM job",
    "FROM turn WHERE",
    "AND step = ",
    "SELECT fence, state FROM job WHERE id",
    "UPDATE job SET leased_until = ?3",
    "UPDATE job SET state = ?3, leased_until = 0",
    "UPDATE job SET state = 'retryable'",
    "SELECT EXISTS (SELECT 1 FROM publication",
    "WHERE state IN ('scheduled', 'retrying') AND at < ?1",
    "FROM publication WHERE state = 'held' AND held = ?1",
    "WHERE account = ?2 AND state = 'held' AND held = ?1",
    "WHERE state IN ('scheduled', 'retrying', 'publishing', 'unconfirmed', 'held') AND at <= ?1",
    "FROM publication WHERE id = ?1",
    "UPDATE publication SET state = ?2",
    "FROM part WHERE publication = ?1",
    "FROM effect WHERE publication = ?1",
    "UPDATE effect SET gave_up_at = ?1",
    "FROM live_change WHERE state NOT IN",
];

/// Pieces of queries that must not begin with everything that waits, and what leads to their rows instead.
const LED_BY: &[(&str, &str)] = &[
    ("SELECT key, run_at FROM job", "job_due"),
    ("SELECT key FROM job", "job_due"),
    ("AND id > ?1 ORDER BY id", "sqlite_autoindex_publication_1"),
    ("FROM finding CROSS JOIN publication", "SCAN finding"),
    ("title = ?3 AND at BETWEEN", "publication_account_at (account=? AND state=? AND at>? AND at<?)"),
];

/// Indexes that hold only what is asked for, so that going through all of one is no harm.
const SMALL: &[&str] = &["live_change_unsettled", "effect_open"];

fn queries() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let read = |path| serde_json::from_str::<serde_json::Value>(&fs::read_to_string(path).unwrap()).unwrap();
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let queries = files.map(|path| read(path)["query"].as_str().unwrap().to_owned());
    queries.map(|query| (query.split_whitespace().collect::<Vec<_>>().join(" "), query)).collect()
}

async fn plan(conn: &mut sqlx::SqliteConnection, query: &str) -> Vec<String> {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
    let steps = sqlx::query(explain).fetch_all(conn).await.unwrap();
    steps.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn what_finds_a_few_among_many_is_led_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let queries = queries();
    for (piece, leader) in LED_BY {
        let found: Vec<_> = queries.iter().filter(|(flat, _)| flat.contains(piece)).collect();
        assert!(!found.is_empty(), "no query has {piece:?} any more");
        for (flat, query) in found {
            let steps = plan(&mut conn, query).await;
            assert!(steps.iter().any(|step| step.contains(leader)), "{steps:?}: {flat}");
        }
    }
}

#[tokio::test]
async fn what_is_asked_often_goes_through_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("postroom.db")).await.unwrap();
    let queries = queries();
    let mut conn = store.read().await.unwrap();
    for piece in OFTEN {
        let found: Vec<_> = queries.iter().filter(|(flat, _)| flat.contains(piece)).collect();
        assert!(!found.is_empty(), "no query has {piece:?} any more");
        for (flat, query) in found {
            for step in plan(&mut conn, query).await {
                let small = SMALL.iter().any(|index| step.ends_with(index));
                // What was found already, not a table.
                let found = step == "SCAN CONSTANT ROW" || step.starts_with("SCAN (");
                assert!(small || found || !step.starts_with("SCAN"), "{step}: {flat}");
            }
        }
    }
}
