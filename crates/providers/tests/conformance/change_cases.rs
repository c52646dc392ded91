//! Deleting and editing what is live: done, done before, answered by silence, interrupted, and met by somebody else's
//! change.

use domain::{EffectKind, ErrorKind, Retry, change::Wording};
use providers::{
    change::{Live, Prospect, Sight, Wish},
    provider::{EffectPlan, Remote, Work},
};

use crate::{
    runner::{publish, work},
    world::{Trouble, World, picture},
};

/// A live part with a picture and a neighbour that must stay as it is, and the words it went out with.
struct Posted {
    remote: Remote,
    wording: Wording,
}

async fn posted(world: &dyn World) -> Posted {
    let post = Work { media: vec![picture(&world.folder(), 9, 2_000, "A red boat")], ..work("As it went out") };
    let remote = publish(world, &post).await.unwrap();
    publish(world, &work("A neighbour")).await.unwrap();
    let wording = Wording {
        text: post.text,
        alts: vec!["A red boat".to_owned()],
        language: post.language,
        options: post.options,
    };
    Posted { remote, wording }
}

fn reworded() -> Wording {
    Wording {
        text: "As it should be: https://example.org/ & more".to_owned(),
        alts: vec!["A blue boat".to_owned()],
        language: "de".to_owned(),
        options: [("content_warning".to_owned(), "Boats".to_owned())].into(),
    }
}

impl Posted {
    async fn prospect(&self, world: &dyn World, wish: Wish<'_>) -> Prospect {
        let live = Live { remote: &self.remote, wording: &self.wording };
        world.provider().plan_change(&world.session(), &live, wish).await.unwrap()
    }

    async fn plan(&self, world: &dyn World, wish: Wish<'_>) -> EffectPlan {
        match self.prospect(world, wish).await {
            Prospect::Effect(plan) => plan,
            other => panic!("no effect was planned: {other:?}"),
        }
    }
}

async fn texts(world: &dyn World) -> Vec<String> {
    world.seen().await.into_iter().map(|seen| seen.text).collect()
}

async fn look(world: &dyn World, plan: &EffectPlan) -> Sight {
    world.provider().look(&world.session(), plan).await.unwrap()
}

/// Sends a change whose reply is lost.
async fn unanswered(world: &dyn World, kind: EffectKind, plan: &EffectPlan) {
    let session = world.change_trouble(kind, Trouble::LostReply).await;
    let error = world.provider().change(&session, plan).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::OutcomeUnknown, Retry::Confirm), "{error}");
}

pub async fn delete(world: &dyn World) {
    let posted = posted(world).await;
    assert_eq!(texts(world).await, ["As it went out", "A neighbour"]);
    let plan = posted.plan(world, Wish::Delete).await;
    assert_eq!(look(world, &plan).await, Sight::Before);
    let gone = world.provider().change(&world.session(), &plan).await.unwrap();
    assert_eq!((gone.id, gone.url.as_str()), (posted.remote.id, ""));
    assert_eq!(texts(world).await, ["A neighbour"]);
}

pub async fn delete_gone_before(world: &dyn World) {
    let posted = posted(world).await;
    let plan = posted.plan(world, Wish::Delete).await;
    world.provider().change(&world.session(), &plan).await.unwrap();
    let again = posted.plan(world, Wish::Delete).await;
    assert_eq!(again, plan);
    let gone = world.provider().change(&world.session(), &again).await.unwrap();
    assert_eq!((gone.id, texts(world).await), (posted.remote.id, vec!["A neighbour".to_owned()]));
}

pub async fn delete_lost_reply(world: &dyn World) {
    let posted = posted(world).await;
    let plan = posted.plan(world, Wish::Delete).await;
    unanswered(world, EffectKind::Delete, &plan).await;
    let Sight::Done(gone) = look(world, &plan).await else { panic!("it is gone") };
    assert_eq!((gone.id, texts(world).await), (posted.remote.id, vec!["A neighbour".to_owned()]));
}

/// The intent was recorded, the call never made: looking says so, and the same plan is made again.
pub async fn delete_crash_between_steps(world: &dyn World) {
    let posted = posted(world).await;
    let plan = posted.plan(world, Wish::Delete).await;
    let kept: EffectPlan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(look(world, &kept).await, Sight::Before);
    assert_eq!(posted.plan(world, Wish::Delete).await, kept);
    world.provider().change(&world.session(), &kept).await.unwrap();
    assert!(matches!(look(world, &kept).await, Sight::Done(_)));
    assert_eq!(texts(world).await, ["A neighbour"]);
}

/// What was posted is there still, under the same id, and says what was wished; pictures stay.
async fn shows_the_edit(world: &dyn World, posted: &Posted) {
    let seen = world.seen().await;
    let wanted = reworded();
    assert_eq!((seen[0].id.as_str(), seen[0].text.as_str()), (posted.remote.id.as_str(), wanted.text.as_str()));
    assert_eq!(seen[0].alts, wanted.alts);
    assert_eq!((&seen[0].raw["spoiler_text"], &seen[0].raw["language"]), (&"Boats".into(), &"de".into()));
    assert_eq!((seen.len(), seen[1].text.as_str()), (2, "A neighbour"));
}

pub async fn edit(world: &dyn World) {
    let mut posted = posted(world).await;
    let wanted = reworded();
    let plan = posted.plan(world, Wish::Edit(&wanted)).await;
    posted.remote = world.provider().change(&world.session(), &plan).await.unwrap();
    shows_the_edit(world, &posted).await;
    // Once more, from what the first edit left: the warning goes, and with it what it hid.
    posted.wording = wanted;
    let plain = Wording { options: [].into(), ..posted.wording.clone() };
    let plan = posted.plan(world, Wish::Edit(&plain)).await;
    world.provider().change(&world.session(), &plan).await.unwrap();
    let shown = world.seen().await.remove(0).raw;
    assert_eq!(
        (&shown["spoiler_text"], &shown["sensitive"], &shown["language"]),
        (&"".into(), &false.into(), &"de".into())
    );
}

pub async fn edit_lost_reply(world: &dyn World) {
    let mut posted = posted(world).await;
    let wanted = reworded();
    let plan = posted.plan(world, Wish::Edit(&wanted)).await;
    unanswered(world, EffectKind::Edit, &plan).await;
    let Sight::Done(remote) = look(world, &plan).await else { panic!("it was made") };
    shows_the_edit(world, &posted).await;
    // Planned again, it is found made; and what was found can be edited on.
    assert_eq!(posted.prospect(world, Wish::Edit(&wanted)).await, Prospect::Done(remote.clone()));
    (posted.remote, posted.wording) = (remote, wanted);
    let next = Wording { text: "And on".to_owned(), ..posted.wording.clone() };
    posted.plan(world, Wish::Edit(&next)).await;
}

pub async fn edit_crash_between_steps(world: &dyn World) {
    let posted = posted(world).await;
    let wanted = reworded();
    let plan = posted.plan(world, Wish::Edit(&wanted)).await;
    let kept: EffectPlan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(look(world, &kept).await, Sight::Before);
    assert_eq!(posted.plan(world, Wish::Edit(&wanted)).await, kept);
    world.provider().change(&world.session(), &kept).await.unwrap();
    shows_the_edit(world, &posted).await;
}

pub async fn edit_changed_elsewhere(world: &dyn World) {
    let posted = posted(world).await;
    let wanted = reworded();
    let before = posted.plan(world, Wish::Edit(&wanted)).await;
    world.change_elsewhere(&posted.remote.id, "By another hand").await;
    assert_eq!(posted.prospect(world, Wish::Edit(&wanted)).await, Prospect::Elsewhere);
    assert_eq!(look(world, &before).await, Sight::Elsewhere, "nor after silence");
    // Back to the old words is a change as well: the alt text may not be the old one.
    world.change_elsewhere(&posted.remote.id, "As it went out").await;
    assert_eq!(posted.prospect(world, Wish::Edit(&wanted)).await, Prospect::Elsewhere);
    assert_eq!(texts(world).await, ["As it went out", "A neighbour"]);
    let plan = posted.plan(world, Wish::Delete).await;
    world.provider().change(&world.session(), &plan).await.unwrap();
    assert_eq!(posted.prospect(world, Wish::Edit(&wanted)).await, Prospect::Gone);
}
