//! What becomes of a post in doubt where looking does not work: its owner is told after a while, and asked where it never
//! will.

use std::time::Duration;

use app::compose::When;
use domain::{ErrorCode, PostId, PublicationState as S};
use sqlx::SqliteConnection;

use crate::{
    bench::{Bench, http},
    cell::database,
};

const MINUTE_MS: i64 = 60_000;
const PATIENCE: Duration = Duration::from_mins(1);

/// From now on every question about what is live is answered so.
async fn answer_looks_with(bench: &Bench, fault: &str) {
    let folder = bench.app.folder().join("practice");
    let token = std::fs::read_to_string(folder.join("control.token")).unwrap();
    let address: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("address.json")).unwrap()).unwrap();
    let body = serde_json::json!({"kind": fault, "operation": "read", "times": 10_000}).to_string();
    let url = format!("{}/control/faults", address["url"].as_str().unwrap());
    let made = http::call("POST", &url, &[&format!("X-Practice-Control: {token}"), http::JSON], body).await;
    assert_eq!(made.status, 201);
}

/// A post in doubt about which every question is answered so.
async fn in_doubt(fault: &str) -> (Bench, PostId) {
    let bench = Bench::start().await;
    bench.link("c").await;
    answer_looks_with(&bench, fault).await;
    bench.fault("lost_reply", 1).await;
    let post = bench.post("Is it there?", &["c"], false, When::Now).await;
    (bench, post)
}

async fn until_told(bench: &Bench) {
    let told = async {
        while bench.notices().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.unwrap();
}

async fn gave_up(database: &mut SqliteConnection) -> Option<i64> {
    sqlx::query_scalar("SELECT gave_up_at FROM effect").fetch_one(database).await.unwrap()
}

#[tokio::test]
async fn an_owner_is_told_and_then_asked_where_looking_never_decides() {
    let (bench, post) = in_doubt("reject").await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    bench.clock.jump_ms(11 * MINUTE_MS);
    until_told(&bench).await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Unconfirmed);
    bench.clock.jump_ms(61 * MINUTE_MS);
    let asked = bench.until(post, S::NeedsDecision).await;
    assert!(asked.status.reason.contains("Postroom could not look"), "{}", asked.status.reason);
    assert_eq!(bench.notices().await, [ErrorCode::OutcomeUnknown, ErrorCode::OutcomeUnknown]);
    bench.app.decide(asked.id, true, None).await.unwrap();
    bench.until(post, S::Published).await;
    runner.stop().await;
    assert_eq!(bench.accepted("Is it there?"), 1);
}

/// After a crash nobody knows when our side gave up; the owner is told all the same, and the looking goes on.
#[tokio::test]
async fn an_owner_is_told_after_a_crash_as_well() {
    let (bench, post) = in_doubt("server_error").await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    runner.stop().await;
    let mut database = database(&bench).await;
    sqlx::query("UPDATE effect SET gave_up_at = NULL").execute(&mut database).await.unwrap();
    let runner = bench.app.start_runner().await.unwrap();
    let counted = async {
        while gave_up(&mut database).await.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counted).await.unwrap();
    bench.clock.jump_ms(61 * MINUTE_MS);
    until_told(&bench).await;
    let looking = bench.publications(post).await.remove(0);
    runner.stop().await;
    assert_eq!((looking.status.state, looking.status.step.as_str()), (S::Unconfirmed, "Still looking"));
    assert_eq!(bench.accepted("Is it there?"), 1);
}
