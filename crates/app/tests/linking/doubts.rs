//! What is said and done of posts in doubt, of threads that are partly live, and beside a server whose clock is wrong.

use std::time::Duration;

use app::compose::{Draft, When};
use domain::{
    AccountId, PublicationId, PublicationState as S,
    post::{Content, Part},
};
use serde_json::json;
use simulator::{Command, Effect, Fault, Rule};

use crate::{
    bench::http::{FORM, call},
    world::World,
};

const READABLE_AFTER_MS: i64 = 5_000;

impl World {
    /// The owner posts with another app.
    async fn post_elsewhere(&self, count: usize) {
        let grant = Command::Grant { handle: "alice".to_owned(), scopes: "write:statuses".to_owned() };
        let grant = self.server.control(&grant).unwrap();
        let token = format!("Authorization: Bearer {}", grant["access_token"].as_str().unwrap());
        for number in 0..count {
            let url = format!("{}/api/v1/statuses", self.server.url());
            let made = call("POST", &url, &[FORM, &token], format!("status=Elsewhere+{number}")).await;
            assert_eq!(made.status, 200);
        }
    }

    fn accepted(&self, text: &str) -> usize {
        let effects = self.server.effects().unwrap();
        effects.iter().filter(|effect| effect.made_something() && effect.get("text") == Some(text)).count()
    }

    fn fault(&self, rule: Rule) {
        self.server.faults().set(vec![rule.on("statuses.create")]);
    }

    async fn write_parts(&self, account: AccountId, parts: &[&str]) -> PublicationId {
        let parts = parts.iter().map(|text| Part { text: (*text).to_owned(), ..Part::default() }).collect();
        let content = Content { parts, language: "en".to_owned(), ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        let post = self.app().create_post(draft, Some(When::Now)).await.unwrap();
        self.bench.publications(post).await.remove(0).id
    }

    /// Runs until a publication is in doubt, and no further.
    async fn run_into_doubt(&self, id: PublicationId) {
        let runner = self.app().start_runner().await.unwrap();
        let doubt = async {
            while self.app().publication_detail(id).await.unwrap().publication.status.state != S::Unconfirmed {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), doubt).await.unwrap();
        runner.stop().await;
    }
}

/// However much was posted since, it is found, or known not to be there; beyond what is read, its owner is asked.
#[tokio::test]
async fn doubt_is_settled_behind_many_newer_posts() {
    for (fault, newer, state, accepted) in [
        (Fault::LostReply, 45, S::Published, 1),
        (Fault::LostReply, 130, S::Published, 1),
        (Fault::ServerError, 90, S::Published, 1),
        (Fault::LostReply, 210, S::NeedsDecision, 1),
        (Fault::ServerError, 210, S::NeedsDecision, 0),
    ] {
        let world = World::start("mastodon").await;
        world.set(&json!({ "keys": "ignored", "visible_after_ms": READABLE_AFTER_MS }));
        let account = world.link().await;
        world.post_elsewhere(3).await;
        world.pass_ms(READABLE_AFTER_MS);
        world.fault(Rule::new(fault));
        let id = world.write_parts(account, &["In doubt"]).await;
        world.run_into_doubt(id).await;
        world.post_elsewhere(newer).await;
        world.pass_ms(60_000);
        world.bench.run_until_idle().await;
        let found = world.app().publication_detail(id).await.unwrap().publication;
        assert_eq!(found.status.state, state, "{fault:?}, {newer} newer: {}", found.status.reason);
        assert_eq!(world.accepted("In doubt"), accepted, "{fault:?}, {newer} newer");
    }
}

#[tokio::test]
async fn a_thread_that_is_partly_live_is_not_called_not_live() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.fault(Rule { after: 1, ..Rule::new(Fault::Reject) });
    let id = world.write_parts(account, &["The first", "The second"]).await;
    world.bench.run_until_idle().await;
    let found = world.app().publication_detail(id).await.unwrap().publication;
    assert_eq!(found.status.state, S::Failed);
    assert!(found.status.reason.contains("1 of 2 parts is live, the rest is not"), "{}", found.status.reason);
    assert!(!found.status.reason.contains("It is not live"), "{}", found.status.reason);
    assert_eq!((world.accepted("The first"), world.accepted("The second")), (1, 0));
}

/// Its own clock is wrong, as the others' tell; nobody's posts are held for that.
#[tokio::test]
async fn a_server_with_a_wrong_clock_holds_nothing() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.server.control(&Command::Advance { by_ms: 3 * 3_600_000 }).unwrap();
    let theirs = world.write(account, "Before its clock is heard").await;
    let ours = world.bench.post("On the practice network", &["a"], false, When::Now).await;
    world.bench.run_until_idle().await;
    for post in [ours, theirs] {
        let found = world.bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    }
    let made = world.server.effects().unwrap();
    assert_eq!(made.iter().filter(|effect| Effect::made_something(effect)).count(), 1);
}
