//! Servers that are down, limits met ahead of the platform, and accounts that leave each other alone.

use app::compose::When;
use domain::{
    ErrorCode, FindingCode, HeldReason, PostId, PublicationState as S, forecast::Outlook, ports::Clock, post::Fallback,
};

use sqlx::ConnectOptions;

use crate::bench::Bench;

/// Posts that fail in a row until a server is left alone.
const FAILURES: u32 = 5;

#[tokio::test]
async fn a_server_that_fails_is_left_alone_and_what_waits_goes_out_by_itself() {
    let bench = Bench::start().await;
    bench.fault("server_error", FAILURES).await;
    let mut posts = Vec::new();
    // Kind b makes a container first, which would be an answer in between.
    for kind in ["a", "c", "d"] {
        posts.push(bench.post("Outage", &[kind], false, When::Now).await);
    }
    bench.run_until_idle().await;
    let mut waited = 0;
    for post in posts {
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
        let journal = bench.journal(found.id).await;
        let failed = journal.iter().filter(|event| *event == "retry_planned").count();
        assert_eq!(i64::try_from(failed).unwrap(), found.status.attempts, "waiting uses up no tries: {journal:?}");
        waited += journal.iter().filter(|event| *event == "server_down").count();
    }
    assert!(waited >= 1, "somebody waited for the server");
    assert_eq!(bench.accepted("Outage"), 3);
    assert_eq!(bench.app.degraded().await.unwrap(), [], "it is back");
    assert_eq!(bench.notices().await, [ErrorCode::PlatformUnavailable], "told once");
}

/// Waits until the profile's file says that a server was left alone at least so often. How often it says it was.
async fn kept_outage(bench: &Bench, times: i64) -> i64 {
    let file = bench.app.folder().join("postroom.db");
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new().filename(file).read_only(true).connect().await.unwrap();
    for _ in 0..1_000 {
        let kept: Option<i64> = sqlx::query_scalar("SELECT times FROM outage").fetch_optional(&mut conn).await.unwrap();
        if let Some(kept) = kept.filter(|kept| *kept >= times) {
            return kept;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    panic!("no outage was kept");
}

/// Waits until a post came by in its own time, and was sent away.
async fn sent_away(bench: &Bench) {
    for _ in 0..1_000 {
        if bench.app.degraded().await.unwrap().iter().any(|down| down.waiting > 0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    panic!("nobody waits");
}

#[tokio::test]
async fn an_outage_is_shown_survives_a_restart_and_a_person_can_have_it_tried() {
    let bench = Bench::start().await;
    // More failures than open it: the probes fail too.
    bench.fault("server_error", FAILURES + 3).await;
    let mut posts = Vec::new();
    for kind in ["a", "c", "d"] {
        posts.push(bench.post("Still down", &[kind], false, When::Now).await);
    }
    let runner = bench.app.start_runner().await.unwrap();
    kept_outage(&bench, 2).await;
    sent_away(&bench).await;
    runner.stop().await;
    let down = bench.app.degraded().await.unwrap().pop().unwrap();
    assert_eq!(down.platform, "Practice network");
    assert!(down.outage.times >= 2, "{down:?}");
    kept_outage(&bench, i64::from(down.outage.times)).await;
    let mut waiting = Vec::new();
    for post in &posts {
        let found = bench.publications(*post).await.remove(0);
        assert_eq!((found.status.state, found.status.cause.as_str()), (S::Retrying, "platform_unavailable"));
        if found.status.reason.contains("leaves it alone") {
            waiting.push(found);
        }
    }
    assert_eq!(u32::try_from(waiting.len()).unwrap(), down.waiting);
    assert!(!waiting.is_empty());

    let bench = bench.reopen().await;
    let after = bench.app.degraded().await.unwrap().pop().unwrap();
    assert_eq!(after.outage, down.outage, "a restart forgets nothing");
    assert_eq!(bench.accepted("Still down"), 0);
    bench.app.retry_publication(waiting[0].id).await.unwrap();
    bench.run_until_idle().await;
    for post in posts {
        assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    }
    assert_eq!(bench.accepted("Still down"), 3);
    assert_eq!(bench.app.degraded().await.unwrap(), []);
}

#[tokio::test]
async fn the_accounts_limit_is_met_here_and_not_at_the_platform() {
    let bench = Bench::start_with(|limits| (limits.posts_per_window, limits.window_s) = (2, 3)).await;
    let account = bench.link("a").await;
    let mut posts = Vec::new();
    for text in ["one", "two", "three"] {
        posts.push(bench.post(text, &["a"], false, When::Now).await);
    }
    bench.run_until_idle().await;
    let mut waited = 0;
    for post in posts {
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
        let journal = bench.journal(found.id).await;
        assert!(!journal.contains(&"retry_planned".to_owned()), "the platform refused: {journal:?}");
        waited += journal.iter().filter(|event| *event == "budget_used").count();
    }
    assert_eq!(waited, 1, "the third waited for the next window, and its journal says so once");
    let account = bench.app.account(account).await.unwrap();
    let standing = bench.app.budget_of(&account).remove(0);
    assert_eq!((standing.name.as_str(), standing.allowed), ("posts", 2), "as its answers say, not as documented");
}

#[tokio::test]
async fn a_post_that_its_quota_makes_too_late_is_held_and_its_owner_told() {
    let bench = Bench::start_with(|limits| (limits.posts_per_window, limits.window_s) = (1, 7_200)).await;
    bench.post("The only one", &["a"], false, When::Now).await;
    let at = bench.clock.now().plus_ms(1_500);
    let post = bench.post("Too many", &["a"], false, When::Instant(at, "UTC".to_owned())).await;
    bench.run_until_idle().await;
    let held = bench.publications(post).await.remove(0);
    assert_eq!((held.status.state, held.status.held), (S::Held, Some(HeldReason::Quota)), "{}", held.status.reason);
    assert_eq!(bench.notices().await, [ErrorCode::QuotaExhausted]);
    assert_eq!(bench.accepted("Too many"), 0);
}

impl Bench {
    /// A post that is due in so many minutes.
    async fn due_in(&self, minutes: i64, text: &str, kind: &str) -> PostId {
        let at = self.clock.wall().plus_ms(minutes * 60_000);
        self.post(text, &[kind], false, When::Instant(at, "UTC".to_owned())).await
    }

    /// What is to be expected of the next days, by the texts of the posts.
    async fn expected(&self) -> Vec<(String, Outlook, Vec<FindingCode>)> {
        let expected = self.app.forecast(true, 100).await.unwrap().expected;
        let told = |one: app::lookahead::forecast::Expected| {
            (one.publication.title, one.outlook, one.findings.iter().map(|finding| finding.code).collect())
        };
        expected.into_iter().map(told).collect()
    }
}

#[tokio::test]
async fn what_the_quota_has_no_room_for_is_told_ahead() {
    let bench = Bench::start_with(|limits| (limits.posts_per_window, limits.window_s) = (1, 86_400)).await;
    bench.post("Takes it all", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    for (minutes, text, kind) in [
        (120, "Too early", "a"),
        (130, "Another account", "b"),
        (1_430, "A little late", "a"),
        (1_450, "In the next window", "a"),
    ] {
        bench.due_in(minutes, text, kind).await;
    }
    let over = vec![FindingCode::QuotaUsedUp];
    assert_eq!(
        bench.expected().await,
        [
            ("Too early".to_owned(), Outlook::WillNot, over.clone()),
            ("Another account".to_owned(), Outlook::WillGoOut, vec![]),
            ("A little late".to_owned(), Outlook::AtRisk, over),
            ("In the next window".to_owned(), Outlook::WillGoOut, vec![]),
        ]
    );
    bench.clock.jump_ms(65 * 60_000);
    bench.run_until_idle().await;
    assert_eq!(
        bench.notices().await,
        [ErrorCode::PreflightFailed],
        "told an hour before, and only of what will not go out"
    );
}

#[tokio::test]
async fn an_outage_is_held_against_what_is_due_soon_until_it_is_over() {
    let bench = Bench::start().await;
    // The probes fail too, for as long as this looks.
    bench.fault("server_error", FAILURES + 3).await;
    for kind in ["a", "c", "d"] {
        bench.post("Now", &[kind], false, When::Now).await;
    }
    bench.due_in(30, "Soon", "a").await;
    bench.due_in(600, "Later", "a").await;
    let runner = bench.app.start_runner().await.unwrap();
    kept_outage(&bench, 2).await;
    runner.stop().await;
    let of = |expected: Vec<(String, Outlook, Vec<FindingCode>)>, text: &str| {
        expected.into_iter().find(|one| one.0 == text).map(|one| (one.1, one.2)).unwrap()
    };
    let down = bench.expected().await;
    assert_eq!(of(down.clone(), "Soon"), (Outlook::AtRisk, vec![FindingCode::PlatformInTrouble]));
    assert_eq!(of(down, "Later"), (Outlook::WillGoOut, vec![]));
    bench.run_until_idle().await;
    assert_eq!(bench.accepted("Now"), 3);
    assert_eq!(of(bench.expected().await, "Soon"), (Outlook::WillGoOut, vec![]));
}

#[tokio::test]
async fn uploads_of_one_account_that_hang_keep_nobody_waiting() {
    let bench = Bench::start().await;
    bench.link("b").await;
    bench.fault_at("media", "hang", 1_000).await;
    let mut slow = Vec::new();
    for number in 0..40 {
        slow.push(bench.post(&format!("Slow {number}"), &["a"], true, When::Now).await);
    }
    let quick = bench.post("Quick", &["b"], false, When::Now).await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(quick, S::Published).await;
    let mut begun = 0;
    for post in &slow {
        let found = bench.publications(*post).await.remove(0);
        assert_ne!(found.status.state, S::Published);
        begun += usize::from(!bench.app.publication_detail(found.id).await.unwrap().journal.is_empty());
    }
    assert!(begun <= 2, "one at work at a time: {begun}");
    // The uploads hang for as long as they may: nobody waits for their end.
    drop(runner);
}

#[tokio::test]
async fn a_picture_that_is_refused_goes_without_as_chosen_and_is_told() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault_at("media", "reject", 1).await;
    let post = bench.post("See https://clay.example", &["a"], true, When::Now).await;
    bench.app.set_fallback(post, Fallback::Text).await.unwrap();
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert!(bench.journal(found.id).await.contains(&"instead_text".to_owned()));
    assert_eq!(bench.app.fallback_taken(found.id).await.unwrap().unwrap().kind, "text");
    assert_eq!(bench.notices().await, [ErrorCode::MediaRejected]);
    let line = bench.witness().into_iter().rfind(|line| line["event"] == "post_accepted").unwrap();
    assert_eq!(
        (line["text"].as_str(), line["media"].as_array().map(Vec::len)),
        (Some("See https://clay.example"), Some(0))
    );
    assert_eq!(bench.accepted("See https://clay.example"), 1);
}

#[tokio::test]
async fn without_the_choice_it_is_held_and_nothing_is_changed_silently() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault_at("media", "reject", 1).await;
    let post = bench.post("As written or not at all", &["a"], true, When::Now).await;
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Failed, "{}", found.status.reason);
    assert_eq!(bench.app.fallback_taken(found.id).await.unwrap(), None);
    assert_eq!(bench.accepted("As written or not at all"), 0);
}

#[tokio::test]
async fn another_account_takes_over_where_nothing_was_sent_and_never_where_it_may_be_live() {
    for (fault, taken) in [("revoke", true), ("lost_reply", false)] {
        let bench = Bench::start().await;
        let other = bench.link("b").await;
        bench.link("d").await;
        bench.fault(fault, 1).await;
        let post = bench.post("One of two", &["d"], false, When::Now).await;
        bench.app.set_fallback(post, Fallback::Account { account: other }).await.unwrap();
        if taken {
            // All tokens end at once: the other account is linked again before the first is tried.
            bench.link("b").await;
        }
        bench.run_until_idle().await;
        let found = bench.publications(post).await;
        let states: Vec<_> = found.iter().map(|publication| publication.status.state).collect();
        if taken {
            assert_eq!(states, [S::Cancelled, S::Published], "{}", found[0].status.reason);
            assert!(found[0].status.reason.contains("instead"), "{}", found[0].status.reason);
            assert!(bench.journal(found[1].id).await.contains(&"instead_account".to_owned()));
        } else {
            assert_eq!(states, [S::NeedsDecision], "what may be live is asked about, and goes nowhere else");
        }
        assert_eq!(bench.accepted("One of two"), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_fall_back_must_be_another_account_of_the_same_platform() {
    let bench = Bench::start().await;
    let account = bench.link("a").await;
    let post = bench.post("x", &["a"], false, When::Now).await;
    let same = bench.app.set_fallback(post, Fallback::Account { account }).await.unwrap_err();
    assert_eq!(same.code, ErrorCode::InvalidRequest);
    let other = bench.link("c").await;
    bench.app.set_fallback(post, Fallback::Account { account: other }).await.unwrap();
    let copy = bench.app.duplicate_post(post).await.unwrap();
    assert_eq!(bench.app.fallback_of(copy).await.unwrap(), Fallback::Account { account: other });
}
