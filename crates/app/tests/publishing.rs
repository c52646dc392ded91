//! Publishing to the practice network, the real one in this process: every class, every fault.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bench;

use app::compose::When;
use bench::Bench;
use domain::{ErrorCode, HeldReason, PublicationState as S};

#[tokio::test]
async fn a_post_with_a_picture_goes_out_once_to_every_kind() {
    let bench = Bench::start().await;
    let post = bench.post("One for all", &["a", "b", "c", "d"], true, When::Now).await;
    bench.run_until_idle().await;
    for publication in bench.publications(post).await {
        assert_eq!(publication.status.state, S::Published, "{}", publication.status.reason);
    }
    assert_eq!(bench.accepted("One for all"), 4);
    let picture = domain::media::digest_hex(&bench::picture());
    let stored = bench.witness().into_iter().filter(|line| line["event"] == "post_accepted");
    assert!(stored.into_iter().all(|line| line["media"][0] == *picture), "the picture went out byte for byte");
}

#[tokio::test]
async fn a_thread_goes_out_in_order() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    let post = bench.thread(&["first", "second", "third"], account).await;
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    let lines: Vec<_> = bench.witness().into_iter().filter(|line| line["event"] == "post_accepted").collect();
    let texts: Vec<_> = lines.iter().map(|line| line["text"].as_str().unwrap_or_default()).collect();
    assert_eq!(texts, ["first", "second", "third"]);
    assert_eq!(lines[1]["reply_to"], lines[0]["post_id"]);
    assert_eq!(lines[2]["reply_to"], lines[1]["post_id"]);
}

#[tokio::test]
async fn a_lost_reply_is_settled_by_looking_and_nothing_is_sent_twice() {
    for (kind, fault) in
        [("a", "lost_reply"), ("b", "lost_reply"), ("c", "lost_reply"), ("c", "accept_late"), ("a", "accept_late")]
    {
        let bench = Bench::start().await;
        bench.link(kind).await;
        bench.fault(fault, 1).await;
        let post = bench.post("Lost and found", &[kind], false, When::Now).await;
        bench.run_until_idle().await;
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{kind} {fault}: {}", found.status.reason);
        assert_eq!(bench.accepted("Lost and found"), 1, "{kind} {fault}");
        assert!(bench.journal(found.id).await.contains(&"confirm_found".to_owned()), "{kind} {fault}");
    }
}

#[tokio::test]
async fn silence_without_effect_is_proved_before_it_is_sent_again() {
    let bench = Bench::start().await;
    bench.link("c").await;
    bench.fault("refuse_before", 1).await;
    let post = bench.post("Second try", &["c"], false, When::Now).await;
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert_eq!(bench.accepted("Second try"), 1);
    let journal = bench.journal(found.id).await;
    assert!(journal.contains(&"confirm_absent".to_owned()), "{journal:?}");
}

#[tokio::test]
async fn a_blind_account_asks_its_owner_and_takes_the_word() {
    for (fault, live) in [("lost_reply", true), ("refuse_before", false)] {
        let bench = Bench::start().await;
        bench.link("d").await;
        bench.fault(fault, 1).await;
        let post = bench.post("Did it?", &["d"], false, When::Now).await;
        bench.run_until_idle().await;
        let asked = bench.publications(post).await.remove(0);
        assert_eq!(asked.status.state, S::NeedsDecision);
        assert_eq!(bench.notices().await, [ErrorCode::OutcomeUnknown]);
        bench.app.decide(asked.id, live, None).await.unwrap();
        bench.run_until_idle().await;
        assert_eq!(bench.publications(post).await[0].status.state, S::Published);
        assert_eq!(bench.accepted("Did it?"), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_refusal_fails_with_its_cause_and_a_retry_publishes_once() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("reject", 1).await;
    let post = bench.post("Not today", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let failed = bench.publications(post).await.remove(0);
    assert_eq!((failed.status.state, failed.status.cause.as_str()), (S::Failed, "content_rejected"));
    assert_eq!(bench.notices().await, [ErrorCode::ContentRejected]);
    bench.app.retry_publication(failed.id).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Not today"), 1);
}

#[tokio::test]
async fn trouble_that_did_nothing_is_tried_again_by_itself() {
    for fault in ["server_error", "rate_limit"] {
        let bench = Bench::start().await;
        bench.link("a").await;
        bench.fault(fault, 1).await;
        let post = bench.post("Later", &["a"], false, When::Now).await;
        bench.run_until_idle().await;
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{fault}: {}", found.status.reason);
        assert!(bench.journal(found.id).await.contains(&"retry_planned".to_owned()));
        assert_eq!(bench.accepted("Later"), 1);
    }
}

#[tokio::test]
async fn a_revoked_account_holds_its_posts_until_it_is_linked_again() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("revoke", 1).await;
    let post = bench.post("Patience", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let held = bench.publications(post).await.remove(0);
    assert_eq!((held.status.state, held.status.held), (S::Held, Some(HeldReason::Relink)), "{}", held.status.reason);
    assert_eq!(bench.notices().await, [ErrorCode::RelinkNeeded]);
    bench.link("a").await;
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Patience"), 1);
}

#[tokio::test]
async fn a_pause_holds_and_resuming_goes_on() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.pause().await.unwrap();
    let post = bench.post("Paused", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.held, Some(HeldReason::Paused));
    assert_eq!(bench.accepted("Paused"), 0);
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
}

#[tokio::test]
async fn a_post_missed_by_more_than_the_grace_is_asked_about() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let soon = bench.clock.wall().plus_ms(60_000);
    let post = bench.post("Missed", &["a"], false, When::Instant(soon, "UTC".to_owned())).await;
    bench.clock.jump_ms(60_000 + 16 * 60_000);
    bench.run_until_idle().await;
    let held = bench.publications(post).await.remove(0);
    assert_eq!(held.status.held, Some(HeldReason::Missed));
    assert_eq!(bench.accepted("Missed"), 0);
    bench.app.retry_publication(held.id).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Missed"), 1);
}

#[tokio::test]
async fn cancelling_before_it_goes_out_makes_it_a_draft_again() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let later = bench.clock.wall().plus_ms(3_600_000);
    let post = bench.post("Undo", &["a"], false, When::Instant(later, "UTC".to_owned())).await;
    bench.app.cancel_post(post).await.unwrap();
    bench.clock.jump_ms(3_700_000);
    bench.run_until_idle().await;
    assert_eq!(bench.accepted("Undo"), 0);
    let (draft, publications) = bench.app.post(post).await.unwrap();
    assert!(draft.schedule.is_none() && publications.is_empty());
}

#[tokio::test]
async fn what_cannot_go_out_is_refused_before_anything_is_sent() {
    let bench = Bench::start().await;
    bench.link("a").await;
    let refused = bench.try_post(&"x".repeat(501), &["a"], When::Now).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PreflightFailed);
    let finding = refused.findings.iter().find(|finding| finding.blocks()).unwrap();
    assert_eq!((finding.actual, finding.limit), (Some(501), Some(500)));
    let past = bench.clock.wall().plus_ms(-60_000);
    let refused = bench.try_post("late", &["a"], When::Instant(past, "UTC".to_owned())).await.unwrap_err();
    assert_eq!(refused.findings[0].code, domain::FindingCode::TimePast);
    assert!(bench.app.drafts(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_clock_that_is_set_forward_proves_no_absence() {
    let bench = Bench::start().await;
    bench.link("c").await;
    bench.fault("accept_late", 1).await;
    let post = bench.post("Late but there", &["c"], false, When::Now).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    bench.clock.jump_ms(3_600_000);
    runner.until_idle().await;
    runner.stop().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert_eq!(bench.accepted("Late but there"), 1);
}

#[tokio::test]
async fn a_backup_from_the_same_run_starts_paused_and_sends_nothing_again() {
    let bench = Bench::start().await;
    let at = bench.clock.wall().plus_ms(30 * 60_000);
    let when = When::Instant(at, "Etc/UTC".to_owned());
    bench.link("a").await;
    let post = bench.post("Once only", &["a"], false, when).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    runner.until_idle().await;
    let backup = bench.back_up();
    bench.clock.jump_ms(30 * 60_000 + 1_000);
    bench.app.pause().await.unwrap();
    bench.app.resume().await.unwrap();
    bench.until(post, S::Published).await;
    runner.stop().await;

    let bench = bench.put_back(&backup).await;
    assert!(bench.app.is_paused().await.unwrap());
    bench.run_until_idle().await;
    let held = bench.publications(post).await.remove(0);
    assert_eq!((held.status.state, held.status.held), (S::Held, Some(HeldReason::Restored)));
    assert_eq!(bench.accepted("Once only"), 1);
}

#[tokio::test]
async fn a_cancelled_post_stays_cancelled_and_says_so() {
    let bench = Bench::start().await;
    let at = bench.clock.wall().plus_ms(30 * 60_000);
    let when = When::Instant(at, "Etc/UTC".to_owned());
    let post = bench.post("Never mind", &["a"], false, when).await;
    let id = bench.publications(post).await[0].id;
    bench.app.cancel_publication(id).await.unwrap();
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Cancelled);
    assert_eq!(found.status.reason, "Cancelled by you before it went out.");
    assert_eq!(bench.app.cancel_publication(id).await.unwrap_err().code, ErrorCode::WrongState);
    assert_eq!(bench.accepted("Never mind"), 0);
}
