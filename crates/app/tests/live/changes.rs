//! Deleting and rewording what is live: on the practice network, which is the real one, and on a simulated Mastodon.

use std::collections::BTreeMap;

use app::{
    accounts::OnUnlink,
    change::EditedPart,
    compose::{Draft, When},
};
use domain::{
    ChangeState as C, EffectKind, EffectState, ErrorCode, HeldReason, PostId, PublicationId, PublicationState as S,
    post::{Content, Part, Variant},
};
use simulator::Fault;
use store::{live_change::LiveChange, publication::Publication};

use crate::{
    bench::{self, Bench},
    fediverse::Fediverse,
};

impl Bench {
    async fn live(&self, post: PostId) -> Publication {
        self.run_until_idle().await;
        let found = self.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
        found
    }

    async fn change(&self, id: PublicationId) -> LiveChange {
        self.app.last_change(id).await.unwrap().unwrap()
    }

    /// Deletes it and checks what is told of it afterwards.
    async fn deleted(&self, id: PublicationId) -> LiveChange {
        self.app.delete_live(id).await.unwrap();
        self.run_until_idle().await;
        let change = self.change(id).await;
        assert_eq!((change.kind, change.state), (EffectKind::Delete, C::Done), "{}", change.reason);
        let publication = self.app.publication(id).await.unwrap();
        assert!(publication.status.state == S::Published && publication.deleted_at.is_some(), "it was published");
        change
    }

    fn deletions(&self) -> Vec<String> {
        let lines = self.witness().into_iter().filter(|line| line["event"] == "post_deleted");
        lines.map(|line| line["post_id"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_thread_is_deleted_from_its_end_and_never_comes_back() {
    for kind in ["a", "b", "c"] {
        let bench = Bench::start().await;
        let account = bench.link(kind).await;
        let post = bench.thread(&["first", "second", "third"], account).await;
        let live = bench.live(post).await;
        bench.deleted(live.id).await;
        let detail = bench.app.publication_detail(live.id).await.unwrap();
        let of = |kind| detail.effects.iter().filter(move |effect| effect.kind == kind);
        let mut made: Vec<_> = of(EffectKind::Publish).map(|effect| effect.remote_id.clone()).collect();
        made.reverse();
        assert_eq!(bench.deletions(), made, "{kind}");
        assert!(of(EffectKind::Delete).all(|effect| (effect.state, effect.ordinal) == (EffectState::Done, 1)));
        let refused = [bench.app.delete_live(live.id).await, bench.app.retry_publication(live.id).await];
        assert!(refused.iter().all(|again| again.as_ref().unwrap_err().code == ErrorCode::WrongState));
        assert!(bench.app.schedule_post(post, &When::Now).await.is_err());
        bench.run_until_idle().await;
        assert_eq!((bench.accepted_texts().len(), bench.deletions().len()), (3, 3), "{kind}");
    }
}

#[tokio::test]
async fn what_the_platform_cannot_do_is_said_at_once() {
    let bench = Bench::start().await;
    let post = bench.post("No id", &["d"], false, When::Now).await;
    let live = bench.live(post).await;
    assert_eq!(bench.app.delete_live(live.id).await.unwrap_err().code, ErrorCode::Unsupported);
    let words = vec![EditedPart { text: "Other".to_owned(), alts: Vec::new() }];
    let edit = bench.app.edit_live(live.id, words, None, BTreeMap::new()).await;
    assert_eq!(edit.unwrap_err().code, ErrorCode::Unsupported);
    assert!(bench.app.last_change(live.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_deletion_without_an_answer_is_settled_by_looking() {
    for (fault, event) in [("lost_reply", "change_confirmed"), ("refuse_before", "change_retry_planned")] {
        let bench = Bench::start().await;
        let post = bench.post("Gone soon", &["a"], false, When::Now).await;
        let live = bench.live(post).await;
        bench.fault_deleting(fault, 1).await;
        bench.deleted(live.id).await;
        let journal = bench.journal(live.id).await;
        assert!(journal.contains(&"change_no_answer".to_owned()) && journal.contains(&event.to_owned()), "{journal:?}");
        assert_eq!(bench.deletions().len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_refusal_is_tried_again_and_a_revoked_account_is_waited_for() {
    let bench = Bench::start().await;
    let post = bench.post("Patience", &["a"], false, When::Now).await;
    let live = bench.live(post).await;
    bench.fault_deleting("revoke", 1).await;
    bench.app.delete_live(live.id).await.unwrap();
    bench.run_until_idle().await;
    let held = bench.change(live.id).await;
    assert_eq!((held.state, held.held), (C::Held, Some(HeldReason::Relink)), "{}", held.reason);
    assert!(held.reason.ends_with("Until then the post is live."), "{}", held.reason);
    assert_eq!(bench.app.delete_post(post).await.unwrap_err().code, ErrorCode::WrongState);
    bench.fault_deleting("server_error", 1).await;
    bench.link("a").await;
    bench.run_until_idle().await;
    let done = bench.change(live.id).await;
    assert_eq!((done.state, done.ordinal), (C::Done, 1), "{}", done.reason);
    assert_eq!(bench.deletions().len(), 1);
    bench.app.delete_post(post).await.unwrap();
}

/// A profile put back from before the deletion: asked again, the platform finds nothing, and nothing else happens.
#[tokio::test]
async fn deleting_again_from_a_restored_profile_does_no_harm() {
    let bench = Bench::start().await;
    let post = bench.post("Twice gone", &["a"], false, When::Now).await;
    let live = bench.live(post).await;
    bench.app.delete_live(live.id).await.unwrap();
    let backup = bench.back_up();
    bench.run_until_idle().await;
    assert_eq!(bench.deletions().len(), 1);
    let bench = bench.put_back(&backup).await;
    bench.run_until_idle().await;
    assert_eq!(bench.change(live.id).await.held, Some(HeldReason::Paused), "a copy does nothing by itself");
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.change(live.id).await.state, C::Done);
    assert_eq!((bench.deletions().len(), bench.accepted("Twice gone")), (1, 1));
}

/// The program is gone between the recorded intent and any answer: the next one looks, finds the post, and deletes it.
#[tokio::test]
async fn an_intent_without_an_outcome_is_looked_after_before_anything_is_sent() {
    let bench = Bench::start().await;
    let post = bench.post("Interrupted", &["a"], false, When::Now).await;
    let live = bench.live(post).await;
    bench.fault_deleting("hang", 1).await;
    bench.app.delete_live(live.id).await.unwrap();
    let runner = bench.app.start_runner().await.unwrap();
    let open = async {
        loop {
            let effects = bench.app.publication_detail(live.id).await.unwrap().effects;
            if effects.iter().any(|effect| effect.kind == EffectKind::Delete && effect.state == EffectState::Open) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), open).await.unwrap();
    let backup = bench.back_up();
    runner.stop().await;
    assert_eq!(bench.deletions().len(), 0);
    let bench = bench.put_back(&backup).await;
    let found = bench.change(live.id).await;
    assert_eq!(found.state, C::Running, "as it was when the program went");
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.change(live.id).await.state, C::Done);
    let journal = bench.journal(live.id).await;
    let place = |event: &str| journal.iter().position(|line| line == event).unwrap();
    assert!(place("change_intent") < place("change_retry_planned"), "{journal:?}");
    assert_eq!((bench.deletions().len(), bench.accepted("Interrupted")), (1, 1));
}

/// What only waits can be taken back, and goes with its account.
#[tokio::test]
async fn a_deletion_that_waits_can_be_taken_back_and_goes_with_its_account() {
    let bench = Bench::start().await;
    let post = bench.post("Stays live", &["a"], false, When::Now).await;
    let live = bench.live(post).await;
    let refused = bench.app.cancel_publication(live.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState, "nothing was asked of it");
    bench.app.pause().await.unwrap();
    bench.app.delete_live(live.id).await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.change(live.id).await.held, Some(HeldReason::Paused));
    bench.app.cancel_publication(live.id).await.unwrap();
    bench.app.resume().await.unwrap();
    bench.run_until_idle().await;
    assert_eq!(bench.change(live.id).await.state, C::Failed);
    assert_eq!(
        (bench.deletions().len(), bench.app.publication(live.id).await.unwrap().status.state),
        (0, S::Published)
    );

    bench.app.pause().await.unwrap();
    bench.app.delete_live(live.id).await.unwrap();
    bench.run_until_idle().await;
    bench.app.unlink_account(live.account, OnUnlink::Hold).await.unwrap();
    let change = bench.change(live.id).await;
    assert!(change.state == C::Failed && change.reason.contains("unlinked"), "{}", change.reason);
    bench.app.delete_post(post).await.unwrap();
    assert!(bench.deletions().is_empty(), "forgotten here, as asked, and live there");
}

fn said(text: &str) -> Vec<EditedPart> {
    vec![EditedPart { text: text.to_owned(), alts: vec!["A gradient".to_owned()] }]
}

async fn posted(bench: &Bench, server: &Fediverse, text: &str) -> Publication {
    let path = bench.app.folder().join("picture.png");
    std::fs::write(&path, bench::picture()).unwrap();
    let media = bench.app.add_media(&path, "").await.unwrap();
    let picture = domain::post::MediaRef { id: media.id, alt: "A gradient".to_owned() };
    let part = Part { text: text.to_owned(), media: vec![picture], card: None };
    let options = [("content_warning".to_owned(), "Kiln".to_owned())].into();
    let variants = vec![Variant { account: server.account, parts: None, options }];
    let content = Content { parts: vec![part], language: "en".to_owned(), ..Content::default() };
    let draft = Draft { content, variants, accounts: vec![server.account] };
    let post = bench.app.create_post(draft, Some(When::Now)).await.unwrap();
    bench.live(post).await
}

#[tokio::test]
async fn a_live_post_gets_other_words_and_keeps_the_rest() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    let live = posted(&bench, &server, "First words").await;
    let alt = vec![EditedPart { text: "Second words".to_owned(), alts: vec!["A blue gradient".to_owned()] }];
    bench.app.edit_live(live.id, alt, Some("de".to_owned()), BTreeMap::new()).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!((change.kind, change.state), (EffectKind::Edit, C::Done), "{}", change.reason);
    let last = server.last();
    assert_eq!(
        (&last["text"], &last["spoiler_text"], &last["language"]),
        (&"Second words".into(), &"Kiln".into(), &"de".into())
    );
    assert_eq!(last["media"][0]["description"], "A blue gradient");
    let shown = bench.app.publication(live.id).await.unwrap();
    assert_eq!(
        (shown.title.as_str(), shown.language.as_str(), shown.status.state),
        ("Second words", "de", S::Published)
    );
    assert!(shown.edited_at.is_some() && shown.deleted_at.is_none());
    let parts = bench.app.parts_of(live.id).await.unwrap();
    assert_eq!(
        (parts[0].content.text.as_str(), parts[0].content.media[0].alt.as_str()),
        ("Second words", "A blue gradient")
    );

    // On from there: the warning goes; a lost reply changes nothing about it.
    server.fault("statuses.update", Fault::LostReply);
    let plain = [("content_warning".to_owned(), String::new())].into();
    bench.app.edit_live(live.id, said("Third words"), None, plain).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!((change.state, change.ordinal), (C::Done, 2), "{}", change.reason);
    assert!(bench.journal(live.id).await.contains(&"change_confirmed".to_owned()));
    let last = server.last();
    assert_eq!(
        (&last["text"], &last["spoiler_text"], &last["sensitive"]),
        (&"Third words".into(), &"".into(), &false.into())
    );
    let operations: Vec<_> = server.done().into_iter().map(|(operation, _)| operation).collect();
    assert_eq!(operations, ["statuses.create", "statuses.update", "statuses.update"]);

    bench.deleted(live.id).await;
    assert_eq!(server.done().last().unwrap().0, "statuses.delete");
}

#[tokio::test]
async fn what_an_edit_made_of_a_thread_before_it_failed_is_remembered() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    let post = bench.thread(&["One", "Two"], server.account).await;
    let live = bench.live(post).await;
    let words = |texts: [&str; 2]| {
        texts.map(|text| EditedPart { text: text.to_owned(), alts: Vec::new() }).into_iter().collect::<Vec<_>>()
    };
    server.fault_after("statuses.update", 1, Fault::Reject);
    bench.app.edit_live(live.id, words(["Eins", "Zwei"]), Some("de".to_owned()), BTreeMap::new()).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!(change.state, C::Failed);
    assert!(change.reason.contains("One other part was changed before."), "{}", change.reason);

    // The first part says what it was given, in its new language: only the second is still to be changed.
    bench.app.edit_live(live.id, words(["Eins", "Zwo"]), Some("de".to_owned()), BTreeMap::new()).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!(change.state, C::Done, "{}", change.reason);
    let updates: Vec<_> = server.done().into_iter().filter(|(operation, _)| operation == "statuses.update").collect();
    assert_eq!(updates.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["Eins", "Zwo"]);
    assert_eq!(server.last()["language"], "de");
}

#[tokio::test]
async fn what_was_changed_elsewhere_is_left_alone() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    let live = posted(&bench, &server, "Mine").await;
    let id = bench.app.publication_detail(live.id).await.unwrap().effects[0].remote_id.clone();
    server.edit_elsewhere(&id, "By another hand").await;
    bench.app.edit_live(live.id, said("Mine again"), None, BTreeMap::new()).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!((change.state, change.cause.as_str()), (C::Failed, "changed_elsewhere"), "{}", change.reason);
    assert_eq!(bench.notices().await, [ErrorCode::ChangedElsewhere]);
    assert_eq!(server.last()["text"], "By another hand");
    assert!(bench.app.publication(live.id).await.unwrap().edited_at.is_none());
}

#[tokio::test]
async fn an_edit_that_was_not_made_is_sent_again_once_it_cannot_come_late() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    let live = posted(&bench, &server, "Before").await;
    server.fault("statuses.update", Fault::ServerError);
    bench.app.edit_live(live.id, said("After"), None, BTreeMap::new()).await.unwrap();
    bench.run_until_idle().await;
    let change = bench.change(live.id).await;
    assert_eq!(change.state, C::Done, "{}", change.reason);
    let journal = bench.journal(live.id).await;
    assert!(journal.contains(&"change_confirm_pending".to_owned()), "{journal:?}");
    assert_eq!(server.done().iter().filter(|(operation, _)| operation == "statuses.update").count(), 1);
}

#[tokio::test]
async fn words_that_could_not_be_published_are_refused_before_anything_is_sent() {
    let bench = Bench::start().await;
    let server = Fediverse::link(&bench.app).await;
    let live = posted(&bench, &server, "Short").await;
    let edit = |parts, options| bench.app.edit_live(live.id, parts, None, options);
    let none = BTreeMap::new;
    let long = edit(said(&"x".repeat(501)), none()).await.unwrap_err();
    assert_eq!((long.code, long.findings.len()), (ErrorCode::PreflightFailed, 1));
    assert_eq!(edit(said("Short"), none()).await.unwrap_err().code, ErrorCode::InvalidRequest, "nothing changes");
    assert_eq!(edit(Vec::new(), none()).await.unwrap_err().code, ErrorCode::InvalidRequest);
    let hidden = [("visibility".to_owned(), "private".to_owned())].into();
    assert_eq!(edit(said("Other"), hidden).await.unwrap_err().code, ErrorCode::Unsupported);
    assert!(bench.app.last_change(live.id).await.unwrap().is_none());
}
