//! The wall clock jumps while the runner runs: nothing is lost, nothing goes out twice, and nothing goes out by a clock
//! that is wrong.

use app::compose::When;
use domain::{PostId, PublicationState as S};

use crate::{
    bench::Bench,
    series::{draft, in_an_hour},
};

const HOUR: i64 = 3_600_000;
/// Five years, two of them leap years.
const FIVE_YEARS: i64 = 1_826 * 24 * HOUR;

struct Planned {
    text: String,
    post: PostId,
}

/// Three posts that are due soon, at the same instants whatever becomes of the clock.
async fn plan(bench: &Bench) -> Vec<Planned> {
    let mut planned = Vec::new();
    for n in 0..3 {
        let text = format!("Due {n}");
        let when = When::Instant(bench.clock.wall().plus_ms((n + 1) * 20 * 60_000), "Europe/Berlin".to_owned());
        planned.push(Planned { post: bench.post(&text, &["a"], false, when).await, text });
    }
    planned
}

#[tokio::test]
async fn a_clock_that_is_set_wrong_and_right_again_loses_and_doubles_nothing() {
    for by_ms in [HOUR, -HOUR, FIVE_YEARS, -FIVE_YEARS] {
        let bench = Bench::start().await;
        bench.link("a").await;
        bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
        let planned = plan(&bench).await;
        let mut runner = bench.app.start_runner().await.unwrap();
        runner.until_idle().await;
        bench.clock.set_by_ms(by_ms);
        // The pause and its end are what wakes the runner: its clock is not the system's.
        bench.app.pause().await.unwrap();
        bench.app.resume().await.unwrap();
        runner.until_idle().await;
        for one in &planned {
            assert_eq!(bench.accepted(&one.text), 0, "{} by a clock {by_ms} ms wrong", one.text);
        }
        bench.clock.set_by_ms(-by_ms);
        runner.stop().await;
        for _ in &planned {
            bench.clock.jump_ms(20 * 60_000);
            bench.run_until_idle().await;
        }
        for one in &planned {
            let found = bench.publications(one.post).await.remove(0);
            assert_eq!(found.status.state, S::Published, "{by_ms}: {}", found.status.reason);
            assert_eq!(bench.accepted(&one.text), 1, "{by_ms}");
        }
    }
}

#[tokio::test]
async fn a_clock_that_really_is_years_on_sends_nothing_by_itself_and_asks() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let planned = plan(&bench).await;
    bench.clock.jump_ms(FIVE_YEARS);
    bench.run_until_idle().await;
    for one in &planned {
        assert_eq!(bench.publications(one.post).await[0].status.held, Some(domain::HeldReason::Missed));
        assert_eq!(bench.accepted(&one.text), 0);
    }
}

#[tokio::test]
async fn a_series_comes_once_each_day_whatever_the_clock_does_in_between() {
    for by_ms in [HOUR, -HOUR, FIVE_YEARS, -FIVE_YEARS] {
        let bench = Bench::start().await;
        let account = bench.link("a").await;
        bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
        let timing = in_an_hour(&bench, "FREQ=DAILY;COUNT=3", "Europe/Berlin");
        let id = bench.app.create_series(draft("Daily", account), &timing).await.unwrap();
        bench.clock.jump_ms(HOUR + 60_000);
        bench.run_until_idle().await;
        bench.clock.set_by_ms(by_ms);
        bench.run_until_idle().await;
        bench.clock.set_by_ms(-by_ms);
        for _ in 0..4 {
            bench.clock.jump_ms(24 * HOUR);
            bench.run_until_idle().await;
        }
        assert_eq!(bench.accepted("Daily"), 3, "{by_ms}");
        assert_eq!(bench.app.series(id).await.unwrap().made.len(), 3, "{by_ms}");
    }
}
