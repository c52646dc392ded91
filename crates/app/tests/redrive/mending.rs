//! A dead letter: what it shows, mending it, and that nothing accepted ever gets other words.

use app::compose::{Draft, When};
use domain::{ErrorCode, PublicationState as S, post::Part};

use crate::bench::Bench;

#[tokio::test]
async fn a_refusal_is_told_once_and_its_answer_is_kept() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("reject", 1).await;
    let post = bench.post("Refused", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let failed = bench.publications(post).await.remove(0);
    let detail = bench.app.publication_detail(failed.id).await.unwrap();
    let texts: Vec<_> = detail.journal.iter().map(|line| line.text.as_str()).collect();
    let told = texts.iter().filter(|text| text.contains("refused this post")).count();
    assert_eq!(told, 1, "{texts:?}");
    let reply = &detail.replies.last().expect("an answer").reply;
    assert!((400..500).contains(&reply.status) && reply.body.contains("error"), "{reply:?}");
    assert!(reply.headers.iter().any(|(name, _)| name == "content-type"), "{reply:?}");
    assert!(detail.effects[0].request.contains("Refused"), "the exact payload");
}

#[tokio::test]
async fn a_mended_post_goes_out_as_the_same_publication_with_a_new_fingerprint() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("reject", 1).await;
    let post = bench.post("Wrong wrods", &["a", "b"], false, When::Now).await;
    bench.run_until_idle().await;
    let failed = bench.publications(post).await.into_iter().find(|found| found.status.state == S::Failed).unwrap();
    let before = bench.app.publication_detail(failed.id).await.unwrap().effects.remove(0);
    let draft = bench.app.mend(failed.id).await.unwrap();
    assert_eq!(bench.app.mend(failed.id).await.unwrap(), draft, "the one begun before");
    let (mut written, _) = bench.app.post(draft).await.unwrap();
    assert_eq!(written.content.parts[0].text, "Wrong wrods");
    written.content.parts[0].text = "Right words".to_owned();
    let mended = Draft { content: written.content, variants: written.variants, accounts: written.accounts };
    bench.app.save_draft(Some(draft), mended).await.unwrap();
    assert_eq!(bench.app.schedule_post(draft, &When::Now).await.unwrap(), post);
    assert_eq!(bench.app.post(draft).await.unwrap_err().code, ErrorCode::NotFound, "the draft is used up");
    bench.run_until_idle().await;
    let found = bench.app.publication(failed.id).await.unwrap();
    assert_eq!((found.status.state, found.title.as_str()), (S::Published, "Right words"));
    let after = bench.app.publication_detail(failed.id).await.unwrap().effects.remove(0);
    assert_eq!((after.id, &after.key), (before.id, &before.key), "the key stays: it is the second belt");
    assert_ne!(after.fingerprint, before.fingerprint);
    assert_eq!(
        (bench.accepted("Right words"), bench.accepted("Wrong wrods")),
        (1, 1),
        "the other account is untouched"
    );
    let (original, _) = bench.app.post(post).await.unwrap();
    let own = original.variants.iter().find(|variant| variant.account == failed.account).unwrap();
    assert_eq!(own.parts.as_ref().unwrap()[0].text, "Right words");
}

#[tokio::test]
async fn of_a_thread_only_what_is_not_live_gets_other_words() {
    let bench = Bench::start().await;
    let account = bench.link("c").await;
    bench.fault("accept_late", 1).await;
    let post = bench.thread(&["one", "two", "three"], account).await;
    let runner = bench.app.start_runner().await.unwrap();
    bench.until(post, S::Unconfirmed).await;
    runner.stop().await;
    bench.fault("reject", 1).await;
    bench.run_until_idle().await;
    let failed = bench.publications(post).await.remove(0);
    assert_eq!((failed.status.state, bench.accepted_texts().len()), (S::Failed, 1), "{}", failed.status.reason);
    let draft = bench.app.mend(failed.id).await.unwrap();
    let (mut written, _) = bench.app.post(draft).await.unwrap();
    assert_eq!(written.content.parts.len(), 2);
    written.content.parts = vec![Part { text: "two and three".to_owned(), ..Part::default() }];
    let mended = Draft { content: written.content, variants: written.variants, accounts: written.accounts };
    bench.app.save_draft(Some(draft), mended).await.unwrap();
    bench.app.schedule_post(draft, &When::Now).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.publications(post).await[0].status.state, S::Published);
    assert_eq!(bench.accepted_texts(), ["one", "two and three"]);
    let lines: Vec<_> = bench.witness().into_iter().filter(|line| line["event"] == "post_accepted").collect();
    assert_eq!(lines[1]["reply_to"], lines[0]["post_id"]);
}

#[tokio::test]
async fn what_may_be_live_keeps_its_words() {
    let bench = Bench::start().await;
    bench.link("d").await;
    bench.fault("lost_reply", 1).await;
    let post = bench.post("Did it?", &["d"], false, When::Now).await;
    bench.run_until_idle().await;
    let asked = bench.publications(post).await.remove(0);
    assert_eq!(bench.app.mend(asked.id).await.unwrap_err().code, ErrorCode::WrongState);
    // A draft begun before does not go out either once the publication is live.
    let other = Bench::start().await;
    other.link("a").await;
    other.fault("reject", 1).await;
    let post = other.post("Once", &["a"], false, When::Now).await;
    other.run_until_idle().await;
    let failed = other.publications(post).await.remove(0);
    let draft = other.app.mend(failed.id).await.unwrap();
    other.app.retry_publication(failed.id).await.unwrap();
    other.run_until_idle().await;
    let refused = other.app.schedule_post(draft, &When::Now).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
    other.run_until_idle().await;
    assert_eq!(other.accepted("Once"), 1);
}

#[tokio::test]
async fn a_mended_post_goes_nowhere_else() {
    let bench = Bench::start().await;
    bench.link("a").await;
    bench.fault("reject", 1).await;
    let post = bench.post("Mine", &["a"], false, When::Now).await;
    bench.run_until_idle().await;
    let failed = bench.publications(post).await.remove(0);
    let draft = bench.app.mend(failed.id).await.unwrap();
    let (written, _) = bench.app.post(draft).await.unwrap();
    let accounts = vec![failed.account, bench.link("b").await];
    let wider = Draft { content: written.content, variants: written.variants, accounts };
    bench.app.save_draft(Some(draft), wider).await.unwrap();
    assert_eq!(bench.app.schedule_post(draft, &When::Now).await.unwrap_err().code, ErrorCode::InvalidRequest);
    bench.run_until_idle().await;
    assert!(bench.accepted_texts().is_empty());
}
