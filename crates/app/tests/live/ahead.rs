//! What is done before a post is due, and what is then not done at its time.

use std::time::Duration;

use app::{Progress, compose::When};
use domain::{PublicationState as S, UtcMs};
use sqlx::{Connection, Row, SqliteConnection};

use crate::bench::Bench;

impl Bench {
    fn renewals(&self) -> usize {
        self.witness().iter().filter(|line| line["event"] == "token_refreshed").count()
    }

    /// Calls made, by what they were for.
    async fn calls(&self, operation: &str) -> i64 {
        let file = format!("sqlite://{}?mode=ro", self.app.folder().join("postroom.db").display());
        let mut conn = SqliteConnection::connect(&file).await.unwrap();
        let count = sqlx::query("SELECT count(*) FROM call_log WHERE operation = ?1").bind(operation);
        count.fetch_one(&mut conn).await.unwrap().get(0)
    }

    /// Runs until so many were opened ahead and so many tokens renewed.
    async fn run_until_ahead(&self, opened: i64, renewed: usize) {
        let runner = self.app.start_runner().await.unwrap();
        let mut seen = (0, 0);
        for _ in 0..400 {
            seen = (self.calls("warm_up").await, self.renewals());
            if seen == (opened, renewed) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(seen, (opened, renewed));
        runner.stop().await;
    }
}

#[tokio::test]
async fn a_post_is_made_ready_before_its_time_and_then_only_sent() {
    let bench = Bench::start().await;
    bench.link("a").await;
    // Its token, which lives for an hour, would have to be renewed then.
    let due = bench.clock.wall().plus_ms(3_590_000);
    let post = bench.post("Ready", &["a"], true, When::Instant(due, "UTC".to_owned())).await;
    bench.clock.jump_ms(due.since(bench.clock.wall()) - 50_000);
    bench.run_until_ahead(0, 1).await;
    bench.clock.jump_ms(due.since(bench.clock.wall()) - 6_000);
    bench.run_until_ahead(1, 1).await;
    bench.clock.jump_ms(due.since(bench.clock.wall()));
    bench.run_until_idle().await;
    assert_eq!(bench.until(post, S::Published).await.status.attempts, 0);
    assert_eq!((bench.renewals(), bench.accepted("Ready")), (1, 1));
    assert_eq!((bench.calls("warm_up").await, bench.calls("time").await), (1, 0), "nothing was left to ask");
}

#[tokio::test]
async fn where_nothing_goes_out_nothing_is_done_ahead() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let due = bench.clock.wall().plus_ms(3_590_000);
    let post = bench.post("Paused", &["a"], false, When::Instant(due, "UTC".to_owned())).await;
    bench.app.pause().await.unwrap();
    bench.clock.jump_ms(due.since(bench.clock.wall()) - 6_000);
    bench.run_until_ahead(0, 0).await;
    bench.app.resume().await.unwrap();
    bench.run_until_ahead(1, 1).await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Scheduled);
    assert_eq!(bench.accepted("Paused"), 0, "what is done ahead is not the post");
}

#[tokio::test]
async fn a_blind_account_gets_a_connection_of_its_own_at_its_time() {
    let bench = Bench::start().await;
    bench.link("d").await;
    let due = bench.clock.wall().plus_ms(3_590_000);
    bench.post("Blind", &["d"], false, When::Instant(due, "UTC".to_owned())).await;
    bench.clock.jump_ms(due.since(bench.clock.wall()) - 6_000);
    bench.run_until_ahead(0, 1).await;
}

#[tokio::test]
async fn one_that_is_claimed_a_moment_early_is_not_sent_before_its_time_nor_once_it_is_taken_back_or_all_is_paused() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let runner = bench.app.start_runner().await.unwrap();
    let mut watched = bench.app.watch_progress();
    let mut claimed = async |text: &str, due| {
        let post = bench.post(text, &["a"], false, When::Instant(due, "UTC".to_owned())).await;
        let publication = bench.publications(post).await[0].id;
        while !matches!(watched.recv().await.unwrap(), Progress::Claimed(id) if id == publication) {}
        (post, publication)
    };
    let due = bench.clock.wall().plus_ms(500);
    let (kept, _) = claimed("Kept", due).await;
    bench.until(kept, S::Published).await;
    let accepted = bench.witness().into_iter().find(|line| line["text"] == "Kept").unwrap();
    assert!(UtcMs::parse_rfc3339(accepted["at"].as_str().unwrap()).unwrap() >= due);
    let (post, publication) = claimed("Taken", bench.clock.wall().plus_ms(500)).await;
    let taken = bench.app.cancel_publication(publication).await.is_ok();
    bench.until(post, if taken { S::Cancelled } else { S::Published }).await;
    assert_eq!(bench.accepted("Taken"), usize::from(!taken));
    let (post, _) = claimed("Paused then", bench.clock.wall().plus_ms(500)).await;
    bench.app.pause().await.unwrap();
    let paused_at = bench.clock.wall();
    while !matches!(bench.publications(post).await[0].status.state, S::Held | S::Published) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    runner.stop().await;
    let found = bench.publications(post).await.remove(0);
    let journal = bench.app.publication_detail(found.id).await.unwrap().journal;
    let begun = journal.iter().any(|line| line.event == "intent" && line.at <= paused_at);
    assert_eq!(found.status.state == S::Published, begun, "sent only where the intent came before the pause");
    assert_eq!(bench.accepted("Paused then"), usize::from(begun));
}
