//! Publishing to the practice network, the real one in this process: every class, every fault.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[path = "live/ahead.rs"]
mod ahead;
mod bench;
#[path = "redrive/bulk.rs"]
mod bulk;
#[path = "live/changes.rs"]
mod changes;
#[path = "live/comments.rs"]
mod comments;
#[path = "redrive/copied.rs"]
mod copied;
#[path = "redrive/deciding.rs"]
mod deciding;
#[path = "live/fediverse.rs"]
mod fediverse;
#[path = "live/limits.rs"]
mod limits;
#[path = "redrive/mending.rs"]
mod mending;

use app::{MissedAnswer, compose::When};
use bench::Bench;
use domain::{ErrorCode, HeldReason, PublicationState as S};
use sqlx::Connection;

#[tokio::test]
async fn a_post_with_a_picture_goes_out_once_to_every_kind() {
    let bench = Bench::start().await;
    let post = bench.post("One for all", &["a", "b", "r", "c", "d"], true, When::Now).await;
    bench.run_until_idle().await;
    for publication in bench.publications(post).await {
        assert_eq!(publication.status.state, S::Published, "{}", publication.status.reason);
    }
    assert_eq!(bench.accepted("One for all"), 5);
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
    for (kind, fault) in [
        ("a", "lost_reply"),
        ("b", "lost_reply"),
        ("r", "lost_reply"),
        ("c", "lost_reply"),
        ("c", "accept_late"),
        ("r", "accept_late"),
        ("a", "accept_late"),
    ] {
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
async fn what_cannot_be_read_is_told_and_holds_nothing_else_up() {
    let bench = Bench::start().await;
    let post = bench.post("Half of it is damaged", &["a", "b"], false, When::Now).await;
    let [damaged, sound] = bench.publications(post).await.try_into().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(bench.app.folder().join("postroom.db"));
    let mut database = sqlx::sqlite::SqliteConnection::connect_with(&options).await.unwrap();
    let spoil = sqlx::query("UPDATE part SET wording = 'n5ll' WHERE publication = ?1").bind(damaged.id.as_bytes());
    assert_eq!(spoil.execute(&mut database).await.unwrap().rows_affected(), 1);
    bench.run_until_idle().await;
    let found = bench.publications(post).await;
    let of = |id| &found.iter().find(|publication| publication.id == id).unwrap().status;
    assert_eq!(of(sound.id).state, S::Published);
    let status = of(damaged.id);
    assert_eq!((status.state, status.cause.as_str()), (S::Failed, "database_unusable"), "{}", status.reason);
    assert!(status.reason.contains("Look at the account"), "{}", status.reason);
    assert_eq!(bench.notices().await, [ErrorCode::DatabaseUnusable]);
    assert_eq!(bench.accepted("Half of it is damaged"), 1);
}

/// The network takes longer to show a post than it says, so that absence seems proved: the second call is refused.
#[tokio::test]
async fn a_refused_repeat_names_what_went_out() {
    let bench = Bench::start_with(|limits| limits.visible_after_max_ms = 3_600_000).await;
    bench.link("r").await;
    bench.fault("lost_reply", 1).await;
    let post = bench.post("Said  once\n", &["r"], true, When::Now).await;
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert_eq!(bench.accepted("Said once"), 1);
    let journal = bench.journal(found.id).await;
    assert!(
        ["confirm_absent", "confirm_found"].iter().all(|event| journal.contains(&(*event).to_owned())),
        "{journal:?}"
    );
}

/// The same words on purpose: what the platform refuses is not called live because the first is.
#[tokio::test]
async fn the_same_text_on_purpose_is_not_taken_for_our_own() {
    let bench = Bench::start().await;
    let first = bench.post("Twice", &["r"], false, When::Now).await;
    bench.run_until_idle().await;
    for fault in ["none", "server_error"] {
        bench.fault(fault, 1).await;
        let second = bench.post("Twice", &["r"], false, When::Now).await;
        bench.run_until_idle().await;
        let refused = bench.publications(second).await.remove(0);
        assert_eq!(refused.status.state, S::Failed, "{fault}: {}", refused.status.reason);
        assert!(refused.status.reason.contains("posted this before"), "{}", refused.status.reason);
    }
    assert_eq!(bench.publications(first).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Twice"), 1);
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
async fn many_missed_posts_are_asked_about_once_and_never_go_out_in_a_burst() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 1).await.unwrap();
    let mut posts = Vec::new();
    for n in 1..=6 {
        let at = bench.clock.wall().plus_ms(n * 60_000);
        posts.push(bench.post(&format!("Missed {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await);
    }
    bench.clock.jump_ms(8 * 3_600_000);
    bench.run_until_idle().await;
    for post in &posts {
        assert_eq!(bench.publications(*post).await[0].status.held, Some(HeldReason::Missed));
    }
    assert_eq!(bench.notices().await, [ErrorCode::Missed], "one notice for all of them");
    bench.app.cancel_publication(bench.publications(posts[5]).await[0].id).await.unwrap();
    let answered = bench.clock.real();
    assert_eq!(bench.app.settle_missed(MissedAnswer::PublishNow).await.unwrap(), 5);
    bench.run_until_idle().await;
    let texts = bench.accepted_texts();
    assert_eq!(texts, (1..=5).map(|n| format!("Missed {n}")).collect::<Vec<_>>(), "in their order, once each");
    bench.each_in_its_turn(answered, 1_000);
    assert_eq!(bench.app.settle_missed(MissedAnswer::Cancel).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_late_within_the_grace_goes_out_in_order_and_apart() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 1).await.unwrap();
    for n in 1..=4 {
        let at = bench.clock.wall().plus_ms(n * 60_000);
        bench.post(&format!("Late {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    }
    bench.clock.jump_ms(5 * 60_000);
    let woken = bench.clock.real();
    bench.run_until_idle().await;
    assert_eq!(bench.accepted_texts(), ["Late 1", "Late 2", "Late 3", "Late 4"]);
    bench.each_in_its_turn(woken, 1_000);
    assert!(bench.notices().await.is_empty());
}

#[tokio::test]
async fn missed_posts_go_out_all_the_same_where_their_owner_chose_so_but_not_after_a_day() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.missed = "publish".to_owned()).await.unwrap();
    let at = bench.clock.wall().plus_ms(60_000);
    let post = bench.post("Late is fine", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    bench.clock.jump_ms(8 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    let at = bench.clock.wall().plus_ms(60_000);
    let post = bench.post("Stale", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    bench.clock.jump_ms(25 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.held, Some(HeldReason::Missed));
}

#[tokio::test]
async fn a_retry_that_was_slept_through_counts_as_missed() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("server_error", 1).await;
    let post = bench.post("Tried once", &["a"], false, When::Now).await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Retrying).await;
    runner.stop().await;
    bench.clock.jump_ms(16 * 60_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.held, Some(HeldReason::Missed));
    assert_eq!(bench.accepted("Tried once"), 0);
}

#[tokio::test]
async fn what_may_have_been_sent_is_looked_for_however_late() {
    let bench = Bench::start().await;
    bench.link("c").await;
    bench.fault("lost_reply", 1).await;
    let post = bench.post("Sent before the lid closed", &["c"], false, When::Now).await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    runner.stop().await;
    bench.clock.jump_ms(3 * 24 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Sent before the lid closed"), 1);
}

#[tokio::test]
async fn without_a_network_a_post_waits_and_is_asked_about_past_its_grace() {
    let mut bench = Bench::start().await;
    bench.link("a").await;
    let (soon, kept) = (bench.post("Back in time", &["a"], false, When::Now).await, bench.clock.wall());
    bench.unplug().await;
    let runner = bench.app.start_runner().await.unwrap();
    let waits = bench.until(soon, S::Retrying).await;
    assert_eq!(waits.status.cause, "offline");
    assert!(waits.status.next_at.unwrap().since(kept) <= 120_000);
    runner.stop().await;
    bench.plug_in().await;
    bench.run_until_idle().await;
    assert_eq!(bench.publications(soon).await[0].status.state, S::Published);

    let late = bench.post("Back too late", &["a"], false, When::Now).await;
    bench.unplug().await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(late, S::Retrying).await;
    bench.clock.jump_ms(16 * 60_000);
    let held = bench.until(late, S::Held).await;
    runner.stop().await;
    assert_eq!(held.status.held, Some(HeldReason::Missed));
    assert!(held.status.reason.contains("no network"), "{}", held.status.reason);
    bench.plug_in().await;
    bench.run_until_idle().await;
    assert_eq!((bench.accepted("Back in time"), bench.accepted("Back too late")), (1, 0));
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
    bench.clock.set_by_ms(3_600_000);
    runner.until_idle().await;
    runner.stop().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert_eq!(bench.accepted("Late but there"), 1);
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_no_look() {
    let bench = Bench::start().await;
    bench.link("c").await;
    bench.fault("accept_late", 1).await;
    let post = bench.post("Looked for in time", &["c"], false, When::Now).await;
    let mut runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    bench.clock.set_by_ms(-3_600_000);
    runner.until_idle().await;
    runner.stop().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Looked for in time"), 1);
}

#[tokio::test]
async fn a_clock_that_is_wrong_sends_nothing_by_itself_and_is_told_once() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.app.change_settings(|settings| settings.spacing_s = 0).await.unwrap();
    let mut posts = Vec::new();
    for n in 1..=3 {
        let at = bench.clock.wall().plus_ms(3 * 3_600_000 - n * 20 * 60_000);
        posts.push(bench.post(&format!("Tomorrow's {n}"), &["a"], false, When::Instant(at, "UTC".to_owned())).await);
    }
    bench.clock.set_by_ms(3 * 3_600_000);
    bench.run_until_idle().await;
    for post in &posts {
        let held = bench.publications(*post).await.remove(0);
        assert_eq!(held.status.held, Some(HeldReason::ClockWrong), "{}", held.status.reason);
        assert!(held.status.reason.contains("hours ahead of that of"), "{}", held.status.reason);
    }
    assert_eq!(bench.notices().await, [ErrorCode::ClockWrong], "one notice for all of them");
    // Its owner says now: that needs no clock.
    bench.app.retry_publication(bench.publications(posts[0]).await[0].id).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!((bench.accepted("Tomorrow's 1"), bench.accepted("Tomorrow's 2")), (1, 0));
    // Set right, the others are on time again.
    bench.clock.set_by_ms(-3 * 3_600_000);
    bench.run_until_idle().await;
    assert_eq!(bench.accepted("Tomorrow's 2"), 0);
    bench.clock.jump_ms(2 * 3_600_000 + 60_000);
    bench.run_until_idle().await;
    bench.clock.jump_ms(20 * 60_000);
    bench.run_until_idle().await;
    assert_eq!((bench.accepted("Tomorrow's 2"), bench.accepted("Tomorrow's 3")), (1, 1));
}

#[tokio::test]
async fn what_was_sent_by_a_clock_that_is_ahead_is_found() {
    let bench = Bench::start().await;
    bench.link("c").await;
    bench.clock.set_by_ms(3 * 3_600_000);
    bench.fault("lost_reply", 1).await;
    let post = bench.post("Ahead of its time", &["c"], false, When::Now).await;
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted("Ahead of its time"), 1);
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
