//! Acting on many at once, and taking that back.

use app::{
    MissedAnswer,
    compose::When,
    redrive::{Act, Undone, Whose},
};
use domain::{EffectState, ErrorCode, HeldReason, PublicationId, PublicationState as S};
use store::publication::Publication;

use crate::bench::Bench;

/// How far their times are apart.
fn apart_ms(publications: &[Publication]) -> Vec<i64> {
    publications.windows(2).map(|pair| pair[1].schedule.at.since(pair[0].schedule.at)).collect()
}

/// So many posts of one account that were refused.
async fn failed(bench: &Bench, count: u32) -> Vec<PublicationId> {
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 1).await.unwrap();
    bench.fault("reject", count).await;
    let mut ids = Vec::new();
    for n in 1..=count {
        let post = bench.post(&format!("Refused {n}"), &["a"], false, When::Now).await;
        ids.push(bench.publications(post).await[0].id);
    }
    bench.run_until_idle().await;
    for id in &ids {
        assert_eq!(bench.app.publication(*id).await.unwrap().status.state, S::Failed);
    }
    ids
}

#[tokio::test]
async fn all_that_failed_go_out_once_and_never_in_a_burst() {
    let bench = Bench::start().await;
    let ids = failed(&bench, 4).await;
    let outcome = bench.app.bulk(&Act::Retry, &Whose::Failed(None)).await.unwrap();
    assert_eq!((outcome.done, outcome.left.len()), (4, 0));
    assert_eq!(apart_ms(&bench.all(&ids).await), [1_000, 1_000, 1_000], "spaced");
    bench.run_until_idle().await;
    for id in &ids {
        assert_eq!(bench.app.publication(*id).await.unwrap().status.state, S::Published);
    }
    assert_eq!(bench.accepted_texts(), (1..=4).map(|n| format!("Refused {n}")).collect::<Vec<_>>());
    let undone = bench.app.undo_bulk(outcome.id).await.unwrap();
    assert_eq!(undone, Undone { restored: 0, begun: 4, changed: 0 }, "what went out stays");
}

#[tokio::test]
async fn a_retry_of_many_is_undone_as_it_was_also_after_a_restart() {
    let mut bench = Bench::start().await;
    let ids = failed(&bench, 3).await;
    let before: Vec<_> = bench.all(&ids).await;
    let requests = bench.requests(ids[0]).await;
    bench.app.bulk(&Act::Retry, &Whose::These(ids.clone())).await.unwrap();
    assert!(bench.all(&ids).await.iter().all(|found| found.status.state == S::Scheduled));
    bench = bench.reopen().await;
    let undone = bench.app.undo_bulk(None).await.unwrap();
    assert_eq!(undone, Undone { restored: 3, begun: 0, changed: 0 });
    let after = bench.all(&ids).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((&before.status, &before.schedule), (&after.status, &after.schedule));
    }
    assert_eq!(bench.requests(ids[0]).await, requests, "what was refused is there to be looked at again");
    assert_eq!(bench.app.undo_bulk(None).await.unwrap_err().code, ErrorCode::WrongState, "once");
    bench.run_until_idle().await;
    assert!(bench.accepted_texts().is_empty(), "nothing of it goes out by itself");
}

#[tokio::test]
async fn undoing_says_what_had_gone_out_and_leaves_what_was_changed_since() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let start = bench.clock.wall();
    let at = |minutes: i64| start.plus_ms(minutes * 60_000);
    let mut ids = Vec::new();
    for n in 1..=3 {
        let post = bench.post(&format!("Planned {n}"), &["a"], false, When::Instant(at(60 + n), "UTC".into())).await;
        ids.push(bench.publications(post).await[0].id);
    }
    let sooner = Act::Reschedule(When::Instant(at(30), "UTC".to_owned()));
    let outcome = bench.app.bulk(&sooner, &Whose::These(ids.clone())).await.unwrap();
    assert_eq!(outcome.done, 3);
    let moved: Vec<_> = bench.all(&ids).await.iter().map(|found| found.schedule.at.since(at(30))).collect();
    let apart = [moved[1] - moved[0], moved[2] - moved[1]];
    assert!(moved[0].abs() < 5_000 && apart.iter().all(|ms| (55_000..65_000).contains(ms)), "{moved:?}");
    bench.app.retry_publication(ids[0]).await.unwrap();
    bench.run_until_idle().await;
    bench.app.cancel_publication(ids[1]).await.unwrap();
    let undone = bench.app.undo_bulk(outcome.id).await.unwrap();
    assert_eq!(undone, Undone { restored: 1, begun: 1, changed: 1 });
    assert!((bench.app.publication(ids[2]).await.unwrap().schedule.at.since(at(63))).abs() < 5_000);
    assert_eq!(bench.accepted_texts(), ["Planned 1"]);
}

#[tokio::test]
async fn cancelling_many_skips_what_may_be_live_and_is_undone() {
    let bench = Bench::start().await;
    let mut ids = failed(&bench, 2).await;
    let at = bench.clock.wall().plus_ms(3_600_000);
    let later = bench.post("Later", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    ids.push(bench.publications(later).await[0].id);
    bench.link("d").await;
    bench.fault("lost_reply", 1).await;
    let doubtful = bench.post("Did it?", &["d"], false, When::Now).await;
    bench.run_until_idle().await;
    let asked = bench.publications(doubtful).await.remove(0);
    assert_eq!(asked.status.state, S::NeedsDecision);
    ids.push(asked.id);
    let outcome = bench.app.bulk(&Act::Cancel, &Whose::These(ids.clone())).await.unwrap();
    assert_eq!((outcome.done, outcome.left.len(), outcome.left[0].publication), (3, 1, asked.id));
    assert_eq!(bench.app.undo_bulk(None).await.unwrap().restored, 3);
    let states: Vec<_> = bench.all(&ids).await.iter().map(|found| found.status.state).collect();
    assert_eq!(states, [S::Failed, S::Failed, S::Scheduled, S::NeedsDecision]);
}

#[tokio::test]
async fn the_answer_for_all_missed_posts_is_undone() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let at = bench.clock.wall().plus_ms(n * 60_000);
        let post = bench.post(&format!("Missed {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await;
        ids.push(bench.publications(post).await[0].id);
    }
    bench.clock.jump_ms(8 * 3_600_000);
    bench.run_until_idle().await;
    for answer in [MissedAnswer::Cancel, MissedAnswer::PublishNow] {
        assert_eq!(bench.app.settle_missed(answer).await.unwrap(), 3);
        assert_eq!(bench.app.undo_bulk(None).await.unwrap().restored, 3, "{answer:?}");
        let held = bench.all(&ids).await;
        assert!(held.iter().all(|found| found.status.held == Some(HeldReason::Missed)), "{answer:?}");
    }
    bench.run_until_idle().await;
    assert!(bench.accepted_texts().is_empty());
}

#[tokio::test]
async fn what_waited_for_an_account_goes_out_once_it_is_linked_again() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 1).await.unwrap();
    let mut ids = Vec::new();
    for n in 1..=3 {
        let at = bench.clock.wall().plus_ms((n + 60) * 60_000);
        let post = bench.post(&format!("Waited {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await;
        ids.push(bench.publications(post).await[0].id);
    }
    bench.fault("revoke", 1).await;
    let first = bench.post("First", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    bench.clock.jump_ms(6 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(first).await[0].status.held, Some(HeldReason::Relink));
    bench.link("a").await;
    bench.run_until_idle().await;
    assert!(bench.accepted_texts().is_empty(), "hours late: its owner is asked");
    let outcome = bench.app.bulk(&Act::Retry, &Whose::Waited(account)).await.unwrap();
    assert_eq!((outcome.done, outcome.left.len()), (4, 0));
    assert_eq!(apart_ms(&bench.all(&ids).await), [1_000, 1_000], "spaced");
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), ["First", "Waited 1", "Waited 2", "Waited 3"]);
}

#[tokio::test]
async fn of_a_post_with_mixed_outcomes_only_what_failed_is_tried_again() {
    let bench = Bench::start().await;
    for kind in ["a", "b", "c"] {
        bench.link(kind).await;
    }
    bench.fault("reject", 2).await;
    let post = bench.post("Mixed", &["a", "b", "c"], false, When::Now).await;
    bench.run_until_idle().await;
    assert_eq!(bench.accepted("Mixed"), 1);
    let outcome = bench.app.bulk(&Act::Retry, &Whose::FailedOf(post)).await.unwrap();
    assert_eq!(outcome.done, 2);
    bench.run_until_idle().await;
    assert_eq!(bench.accepted("Mixed"), 3);
    assert!(bench.publications(post).await.iter().all(|found| found.status.state == S::Published));
}

#[tokio::test]
async fn hundreds_are_done_in_slices_and_undone_whole() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let at = bench.clock.wall().plus_ms(3_600_000);
    let mut ids = Vec::new();
    for n in 0..450 {
        let post = bench.post(&format!("Many {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await;
        ids.push(bench.publications(post).await[0].id);
    }
    let outcome = bench.app.bulk(&Act::Cancel, &Whose::These(ids.clone())).await.unwrap();
    assert_eq!(outcome.done, 450);
    let last = bench.app.last_bulk().await.unwrap().unwrap();
    assert_eq!((last.total, last.done), (450, 450));
    assert_eq!(bench.app.undo_bulk(outcome.id).await.unwrap().restored, 450);
    assert!(bench.all(&ids).await.iter().all(|found| found.status.state == S::Scheduled));
}

#[tokio::test]
async fn undoing_is_over_after_ten_minutes() {
    let bench = Bench::start().await;
    let ids = failed(&bench, 1).await;
    bench.app.bulk(&Act::Cancel, &Whose::These(ids.clone())).await.unwrap();
    bench.clock.jump_ms(11 * 60_000);
    assert_eq!(bench.app.undo_bulk(None).await.unwrap_err().code, ErrorCode::WrongState);
    let effects = bench.app.publication_detail(ids[0]).await.unwrap().effects;
    assert_eq!(effects[0].state, EffectState::Refused);
}
