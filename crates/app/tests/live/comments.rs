//! The first comment: an effect of its own below what is live, on the practice network and on a simulated Mastodon.

use app::compose::{Draft, When};
use domain::{
    AccountId, ChangeState as C, EffectKind, FindingCode, PostId, PublicationState as S,
    post::{Content, Part},
};
use simulator::Fault;

use crate::{bench::Bench, fediverse::Fediverse};

const COMMENT: &str = "Sources below";

fn commented(texts: &[&str], account: AccountId) -> Draft {
    let parts = texts.iter().map(|text| Part { text: (*text).to_owned(), ..Part::default() }).collect();
    let content = Content { parts, language: "en".to_owned(), first_comment: COMMENT.to_owned() };
    Draft { content, variants: Vec::new(), accounts: vec![account] }
}

impl Bench {
    async fn commented(&self, texts: &[&str], account: AccountId) -> PostId {
        self.app.create_post(commented(texts, account), Some(When::Now)).await.unwrap()
    }

    /// Everything accepted: the text, and the id of what it answers.
    fn said(&self) -> Vec<(String, String, String)> {
        let lines = self.witness().into_iter().filter(|line| line["event"] == "post_accepted");
        let text = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        lines.map(|line| (text(&line, "post_id"), text(&line, "text"), text(&line, "reply_to"))).collect()
    }
}

#[tokio::test]
async fn it_answers_the_end_of_what_is_live_and_belongs_to_the_post() {
    for kind in ["a", "b", "c"] {
        let bench = Bench::start().await;
        let account = bench.link(kind).await;
        let post = bench.commented(&["first", "second"], account).await;
        bench.run_until_idle().await;
        let live = bench.publications(post).await.remove(0);
        let change = bench.app.last_change(live.id).await.unwrap().unwrap();
        assert_eq!((live.status.state, change.kind, change.state), (S::Published, EffectKind::Comment, C::Done));
        let said = bench.said();
        let texts: Vec<_> = said.iter().map(|(_, text, _)| text.as_str()).collect();
        assert_eq!(texts, ["first", "second", COMMENT], "{kind}");
        assert_eq!(said[2].2, said[1].0, "{kind}: it answers the last part");
        let effects = bench.app.publication_detail(live.id).await.unwrap().effects;
        let comment = effects.iter().find(|effect| effect.kind == EffectKind::Comment).unwrap();
        assert_eq!((comment.remote_id.as_str(), comment.attempts), (said[2].0.as_str(), 1));

        // The same words as a post of their own are another post.
        let again = bench.thread(&[COMMENT], account).await;
        bench.run_until_idle().await;
        assert_eq!(bench.publications(again).await[0].status.state, S::Published);
        assert_eq!(bench.accepted(COMMENT), 2, "{kind}");
    }
}

#[tokio::test]
async fn a_comment_without_an_answer_is_looked_for_and_never_written_twice() {
    for (fault, event) in
        [(Fault::LostReply, "change_confirmed"), (Fault::AcceptLate { delay_ms: 900 }, "change_confirmed")]
    {
        let bench = Bench::start().await;
        let server = Fediverse::link(&bench.app).await;
        server.fault_after("statuses.create", 1, fault);
        let post = bench.commented(&["The post"], server.account).await;
        bench.run_until_idle().await;
        let live = bench.publications(post).await.remove(0);
        let change = bench.app.last_change(live.id).await.unwrap().unwrap();
        assert_eq!((live.status.state, change.state), (S::Published, C::Done), "{}", change.reason);
        let journal = bench.journal(live.id).await;
        assert!(journal.iter().any(|line| line == "change_no_answer") && journal.iter().any(|line| line == event));
        let texts: Vec<_> = server.done().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["The post", COMMENT]);
    }
}

#[tokio::test]
async fn a_comment_that_is_refused_leaves_the_post_live() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    server.fault_after("statuses.create", 1, Fault::Reject);
    let post = bench.commented(&["The post"], server.account).await;
    bench.run_until_idle().await;
    let live = bench.publications(post).await.remove(0);
    let change = bench.app.last_change(live.id).await.unwrap().unwrap();
    assert_eq!((live.status.state, change.state), (S::Published, C::Failed));
    assert!(change.reason.contains("The post is live without its first comment."), "{}", change.reason);
    assert_eq!(bench.notices().await.len(), 1);
    assert_eq!(server.done().len(), 1);
}

#[tokio::test]
async fn who_cannot_comment_is_told_before_and_posts_without() {
    let bench = Bench::start().await;
    let account = bench.link("d").await;
    let review = bench.app.review(None, &commented(&["Blind"], account)).await.unwrap();
    assert_eq!(review.findings.iter().map(|found| found.code).collect::<Vec<_>>(), [FindingCode::CommentNotSent]);
    let post = bench.commented(&["Blind"], account).await;
    bench.run_until_idle().await;
    let live = bench.publications(post).await.remove(0);
    assert_eq!(live.status.state, S::Published);
    assert!(bench.app.last_change(live.id).await.unwrap().is_none());
    assert_eq!(bench.accepted_texts(), ["Blind"]);

    let mut long = commented(&["Long"], bench.link("a").await);
    long.content.first_comment = "x".repeat(501);
    let refused = bench.app.create_post(long, Some(When::Now)).await.unwrap_err();
    assert_eq!(refused.findings.iter().map(|found| found.code).collect::<Vec<_>>(), [FindingCode::CommentTooLong]);
}
