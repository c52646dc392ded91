//! What only a person can settle: the evidence, their word, and a thread that goes on at the right part.

use domain::{ErrorCode, PostId, PublicationState as S};

use app::{compose::When, likeness::Likeness};

use crate::bench::Bench;

async fn doubtful(bench: &Bench, kind: &str, texts: &[&str]) -> PostId {
    let account = bench.link(kind).await;
    bench.fault("lost_reply", 1).await;
    bench.thread(texts, account).await
}

#[tokio::test]
async fn a_blind_account_says_why_it_cannot_be_read_and_a_wrong_link_decides_nothing() {
    let bench = Bench::start().await;
    let post = doubtful(&bench, "d", &["Did it?"]).await;
    bench.run_until_idle().await;
    let asked = bench.publications(post).await.remove(0);
    let evidence = bench.app.evidence(asked.id).await.unwrap();
    assert!(evidence.unreadable.contains("not read"), "{}", evidence.unreadable);
    assert!(evidence.first_sent.is_some() && evidence.profile_url.contains("/timeline?account="));
    let refused = bench.app.decide(asked.id, true, Some("https://elsewhere.example/a b?c=1/")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert_eq!(bench.publications(post).await[0].status.state, S::NeedsDecision, "nothing was decided");
    bench.app.decide(asked.id, true, Some(" post_1 ")).await.unwrap();
    bench.run_until_idle().await;
    let found = bench.publications(post).await.remove(0);
    assert_eq!(found.status.state, S::Published);
    assert!(found.url.ends_with("/p/post_1"), "{}", found.url);
}

#[tokio::test]
async fn a_readable_account_shows_what_looks_like_it() {
    let bench = Bench::start().await;
    // Of a kind that shows at once what it took.
    bench.post("Something else entirely", &["a"], false, When::Now).await;
    let post = bench.post("The kiln is open", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let id = bench.publications(post).await[0].id;
    let evidence = bench.app.evidence(id).await.unwrap();
    assert_eq!(evidence.unreadable, "");
    let shown: Vec<_> = evidence.posts.iter().map(|post| (post.seen.text.as_str(), post.likeness)).collect();
    assert_eq!(shown, [("The kiln is open", Likeness::Same), ("Something else entirely", Likeness::Other)]);
    assert!(evidence.posts[0].seen.at.is_some());
}

#[tokio::test]
async fn a_blind_thread_goes_on_after_the_part_that_was_decided() {
    let mut bench = Bench::start().await;
    let account = bench.link("d").await;
    let post = bench.thread(&["one", "two", "three"], account).await;
    // The first part is there and its answer lost; the second never arrived.
    for (part, fault, live) in [(0, "lost_reply", true), (1, "refuse_before", false)] {
        bench.fault(fault, 1).await;
        bench.run_until_idle().await;
        bench = bench.crash().await;
        let asked = bench.publications(post).await.remove(0);
        assert_eq!(asked.status.state, S::NeedsDecision, "a crash decides nothing");
        assert_eq!(bench.app.evidence(asked.id).await.unwrap().part, part);
        bench.app.decide(asked.id, live, None).await.unwrap();
        assert_eq!(bench.app.publication_progress(asked.id).await.unwrap(), (1, 3));
    }
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted_texts(), ["one", "two", "three"], "each once and in order");
}

#[tokio::test]
async fn a_crash_in_the_second_part_is_looked_for_and_the_rest_follows() {
    for kind in ["a", "b", "c"] {
        let bench = Bench::start().await;
        let account = bench.link(kind).await;
        bench.fault("accept_late", 1).await;
        let post = bench.thread(&["one", "two", "three"], account).await;
        let runner = bench.app.start_runner().await.unwrap();
        bench.until(post, S::Unconfirmed).await;
        runner.stop().await;
        // The first part is settled by looking; the second one loses its answer too.
        bench.fault("accept_late", 1).await;
        let bench = bench.crash().await;
        let mut runner = bench.app.start_runner().await.unwrap();
        bench.until_live(post, 1).await;
        bench.until(post, S::Unconfirmed).await;
        runner.stop().await;
        let bench = bench.crash().await;
        runner = bench.app.start_runner().await.unwrap();
        runner.until_idle().await;
        runner.stop().await;
        let found = bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{kind}: {}", found.status.reason);
        assert_eq!(bench.accepted_texts(), ["one", "two", "three"], "{kind}");
    }
}
