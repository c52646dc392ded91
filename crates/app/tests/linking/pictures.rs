//! Pictures that a server works on after it took them: waited for, given up, uploaded again.

use app::compose::{Draft, When};
use domain::{
    AccountId, PublicationState as S,
    post::{Content, MediaRef, Part},
};
use serde_json::json;
use simulator::Effect;
use store::publication::Publication;

use crate::{bench::picture, world::World};

impl World {
    /// Writes a post with one picture, due now, and runs until nothing is left to do.
    async fn write_pictured(&self, account: AccountId, text: &str) -> Publication {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("boat.png");
        std::fs::write(&path, picture()).unwrap();
        let media = self.app().add_media(&path, "").await.unwrap();
        let media = vec![MediaRef { id: media.id, alt: "A red boat".to_owned() }];
        let content = Content { parts: vec![Part { text: text.to_owned(), media, card: None }], ..Content::default() };
        let draft = Draft { content, variants: Vec::new(), accounts: vec![account] };
        let post = self.app().create_post(draft, Some(When::Now)).await.unwrap();
        self.bench.run_until_idle().await;
        self.bench.publications(post).await.remove(0)
    }

    fn made(&self) -> Vec<Effect> {
        let effects = self.server.effects().unwrap().into_iter();
        effects.filter(|effect| effect.made_something() && effect.accepted == "statuses.create").collect()
    }
}

#[tokio::test]
async fn a_picture_that_is_worked_on_is_waited_for() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.set(&json!({ "image_processing_ms": 3_000 }));
    let found = world.write_pictured(account, "With a boat").await;
    assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
    assert!(world.calls("media.get") > 1, "it was asked about until it was ready");
    let made = world.made();
    assert_eq!((made.len(), world.calls("media.create")), (1, 1), "{made:?}");
    assert_eq!(made[0].detail["media"][0]["description"], "A red boat", "{made:?}");
}

#[tokio::test]
async fn a_picture_that_cannot_be_worked_on_is_refused_and_nothing_goes_out() {
    let world = World::start("mastodon").await;
    let account = world.link().await;
    world.set(&json!({ "image_processing_ms": 1_000, "processing_fails": true }));
    let found = world.write_pictured(account, "Without a boat").await;
    assert_eq!((found.status.state, found.status.cause.as_str()), (S::Failed, "media_rejected"));
    assert!(found.status.reason.contains("not live"), "{}", found.status.reason);
    assert!(world.made().is_empty());
}
