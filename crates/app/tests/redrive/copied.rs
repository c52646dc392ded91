//! A profile that is older than what went out from it: nothing is sent again, and its owner is asked only about what
//! nothing else can tell.

use std::path::PathBuf;

use app::compose::When;
use domain::{HeldReason, PostId, PublicationState as S};

use crate::bench::Bench;

/// A backup made while the runner ran, and what was published after it.
async fn published_after_a_backup(bench: &Bench, kind: &str, text: &str) -> (PostId, PathBuf) {
    let at = bench.clock.wall().plus_ms(30 * 60_000);
    bench.link(kind).await;
    let post = bench.post(text, &[kind], false, When::Instant(at, "Etc/UTC".to_owned())).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    runner.until_idle().await;
    let backup = bench.back_up();
    bench.clock.jump_ms(30 * 60_000 + 1_000);
    bench.app.pause().await.unwrap();
    bench.app.resume().await.unwrap();
    bench.until(post, S::Published).await;
    runner.stop().await;
    (post, backup)
}

/// Reads the accounts back until what they do not show is provably not there.
async fn look_until_sure(bench: &Bench) {
    for _ in 0..600 {
        bench.app.look_after_copy().await.unwrap();
        if bench.app.copied().await.unwrap().unwrap().sure {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it never became sure");
}

#[tokio::test]
async fn what_is_found_live_is_marked_published_and_nothing_is_sent_again() {
    for kind in ["a", "b", "c"] {
        let bench = Bench::start().await;
        let (post, backup) = published_after_a_backup(&bench, kind, "Once only").await;
        let bench = bench.put_back(&backup).await;
        assert!(bench.app.is_paused().await.unwrap(), "{kind}");
        let held = bench.publications(post).await.remove(0);
        assert_eq!((held.status.state, held.status.held), (S::Held, Some(HeldReason::Restored)), "{kind}");
        look_until_sure(&bench).await;
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{kind}: {}", found.status.reason);
        assert!(!found.url.is_empty(), "{kind}");
        assert_eq!(bench.app.copied().await.unwrap().unwrap().found, [found.id], "{kind}");
        bench.app.settle_copy(true).await.unwrap();
        bench.run_until_idle().await;
        assert_eq!(bench.accepted("Once only"), 1, "{kind}");
        assert!(bench.app.copied().await.unwrap().is_none() && !bench.app.is_paused().await.unwrap());
    }
}

#[tokio::test]
async fn a_backup_of_a_run_that_crashed_is_noticed_by_its_mark() {
    let bench = Bench::start().await;
    let (post, backup) = published_after_a_backup(&bench, "a", "Crashed after").await;
    let bench = bench.put_back_after_a_crash(&backup).await;
    assert!(bench.app.is_paused().await.unwrap());
    bench.app.look_after_copy().await.unwrap();
    let early = bench.app.settle_copy(true).await.unwrap_err();
    assert_eq!(early.code, domain::ErrorCode::WrongState, "something may still appear");
    look_until_sure(&bench).await;
    bench.app.settle_copy(true).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Crashed after"), 1);
}

#[tokio::test]
async fn a_crash_alone_makes_no_copy() {
    let bench = Bench::start().await;
    let post = bench.post("Plain", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let bench = bench.crash().await;
    assert!(!bench.app.is_paused().await.unwrap() && bench.app.copied().await.unwrap().is_none());
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
}

#[tokio::test]
async fn what_is_provably_absent_goes_out_once_its_owner_says_so() {
    let bench = Bench::start().await;
    bench.link("c").await;
    let at = bench.clock.wall().plus_ms(30 * 60_000);
    let when = || When::Instant(at, "Etc/UTC".to_owned());
    let taken_back = bench.post("Taken back", &["c"], false, when()).await;
    let sent = bench.post("Sent", &["c"], false, when()).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    runner.until_idle().await;
    let backup = bench.back_up();
    bench.app.cancel_publication(bench.publications(taken_back).await[0].id).await.unwrap();
    bench.clock.jump_ms(30 * 60_000 + 1_000);
    bench.app.pause().await.unwrap();
    bench.app.resume().await.unwrap();
    bench.until(sent, S::Published).await;
    runner.stop().await;

    let bench = bench.put_back(&backup).await;
    let id = bench.publications(taken_back).await[0].id;
    bench.app.look_after_copy().await.unwrap();
    let early = bench.app.copied().await.unwrap().unwrap();
    assert!(
        early.absent.is_empty() && early.unknown.iter().any(|(of, _)| *of == id),
        "it may still be shown: {early:?}"
    );
    bench.clock.jump_ms(10 * 60_000);
    bench.app.look_after_copy().await.unwrap();
    assert!(bench.app.copied().await.unwrap().unwrap().absent.is_empty(), "a clock that jumped proves nothing");
    look_until_sure(&bench).await;
    let copied = bench.app.copied().await.unwrap().unwrap();
    assert_eq!((copied.absent.as_slice(), copied.unknown.len()), ([id].as_slice(), 0));
    assert_eq!(bench.accepted("Taken back"), 0);
    bench.app.settle_copy(true).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(taken_back).await[0].status.state, S::Published);
    assert_eq!((bench.accepted("Taken back"), bench.accepted("Sent")), (1, 1));
}

#[tokio::test]
async fn what_went_out_before_its_time_is_asked_about_and_not_sent_again() {
    let bench = Bench::start().await;
    let at = bench.clock.wall().plus_ms(24 * 3_600_000);
    let post = bench.post("Early", &["c"], false, When::Instant(at, "Etc/UTC".to_owned())).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    runner.until_idle().await;
    let backup = bench.back_up();
    bench.app.retry_publication(bench.publications(post).await[0].id).await.unwrap();
    bench.until(post, S::Published).await;
    runner.stop().await;
    let bench = bench.put_back(&backup).await;
    look_until_sure(&bench).await;
    bench.app.settle_copy(true).await.unwrap();
    bench.clock.jump_ms(25 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::NeedsDecision);
    assert_eq!(bench.accepted("Early"), 1);
}

#[tokio::test]
async fn about_a_blind_account_its_owner_is_asked_with_a_question() {
    let bench = Bench::start().await;
    let (post, backup) = published_after_a_backup(&bench, "d", "Blind").await;
    let bench = bench.put_back(&backup).await;
    look_until_sure(&bench).await;
    let id = bench.publications(post).await[0].id;
    let copied = bench.app.copied().await.unwrap().unwrap();
    assert_eq!((copied.unknown.len(), copied.unknown[0].0), (1, id), "{copied:?}");
    bench.app.settle_copy(true).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::NeedsDecision);
    bench.app.decide(id, true, None).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Blind"), 1);
}

#[tokio::test]
async fn a_thread_that_was_half_out_goes_on_at_the_right_part() {
    let bench = Bench::start().await;
    let account = bench.link("c").await;
    bench.fault("accept_late", 1).await;
    let post = bench.thread(&["one", "two", "three"], account).await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    let backup = bench.back_up();
    runner.stop().await;
    bench.fault("reject", 1).await;
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), ["one"], "the second part was refused");
    let bench = bench.put_back(&backup).await;
    look_until_sure(&bench).await;
    let copied = bench.app.copied().await.unwrap().unwrap();
    assert_eq!(copied.absent.len(), 1, "{copied:?}");
    assert_eq!(bench.app.publication_progress(copied.absent[0]).await.unwrap(), (1, 3));
    bench.app.settle_copy(true).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted_texts(), ["one", "two", "three"]);
}
