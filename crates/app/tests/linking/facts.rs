//! What an account's server says of its limits: learnt when linking, again after a day, and when it refused what they
//! allowed.

use std::time::Duration;

use domain::PublicationState as S;
use serde_json::json;
use simulator::{Fault, Rule};

use crate::world::World;

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn they_are_learnt_anew_after_a_day_and_not_before() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    assert_eq!(world.characters(id).await, 500);
    world.set(&json!({"max_characters": 1_000}));
    let asked = world.calls("instance.v2");
    // Away from the daily check, which asks too: between 22 h and 24 h, or minutes after a later start.
    for (pass_ms, characters, calls) in [(21 * HOUR_MS, 500, 0), (4 * HOUR_MS, 1_000, 1), (60_000, 1_000, 1)] {
        world.pass_ms(pass_ms);
        let post = world.write(id, &format!("After {pass_ms} ms, {calls} more calls")).await;
        world.bench.run_until_idle().await;
        let found = world.bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{}", found.status.reason);
        assert_eq!(world.characters(id).await, characters);
        assert_eq!(world.calls("instance.v2"), asked + calls);
    }
}

/// Writing asks once, not at every letter, and not a server that said something a moment ago.
#[tokio::test]
async fn they_are_learnt_anew_while_somebody_writes() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    world.set(&json!({"max_characters": 1_000}));
    let asked = world.calls("instance.v2");
    world.pass_ms(25 * HOUR_MS);
    let mut events = world.app().events();
    for _ in 0..20 {
        world.app().refresh_facts_beside(&[id]);
    }
    // Renewing the access tells of the account, too.
    let told = async {
        while world.characters(id).await != 1_000 {
            events.recv().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.unwrap();
    assert_eq!((world.characters(id).await, world.calls("instance.v2")), (1_000, asked + 1));
    world.pass_ms(HOUR_MS);
    world.app().refresh_facts_beside(&[id]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.calls("instance.v2"), asked + 1, "it is not old");
}

#[tokio::test]
async fn a_server_that_says_nothing_of_itself_stops_no_post() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    for (fault, hostile) in [(Some(Fault::ServerError), None), (Some(Fault::HalfBody), None), (None, Some("html"))] {
        world.pass_ms(25 * HOUR_MS);
        world.set(&json!({ "hostile": hostile, "max_characters": 7 }));
        world.server.faults().set(fault.into_iter().map(|fault| Rule::new(fault).on("instance.v2")).collect());
        let post = world.write(id, "Short").await;
        world.bench.run_until_idle().await;
        let found = world.bench.publications(post).await.remove(0);
        assert_eq!(found.status.state, S::Published, "{fault:?} {hostile:?}: {}", found.status.reason);
        assert_eq!(world.characters(id).await, 500, "{fault:?} {hostile:?}: what was known stays");
    }
}

#[tokio::test]
async fn a_server_that_lies_is_believed_within_bounds() {
    for (lie, characters) in [("huge", 100_000), ("negative", 500), ("strings", 500), ("zero", 1), ("absent", 500)] {
        let world = World::start("mastodon").await;
        world.set(&json!({ "lie": lie }));
        let id = world.link().await;
        let account = world.app().account(id).await.unwrap();
        let (limits, _) = world.app().limits_of(&account).unwrap();
        assert_eq!(limits.text.graphemes_max, characters, "{lie}");
        assert!((10_000..=64 << 20).contains(&limits.image_max_bytes) && limits.images_max <= 32, "{lie}: {limits:?}");
    }
}

#[tokio::test]
async fn a_refusal_of_what_they_allowed_makes_them_learnt_at_once() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    world.set(&json!({"max_characters": 100}));
    let post = world.write(id, &"long ".repeat(40)).await;
    world.bench.run_until_idle().await;
    let refused = world.bench.publications(post).await.remove(0);
    assert_eq!((refused.status.state, refused.status.cause.as_str()), (S::Failed, "content_rejected"));
    assert!(refused.status.reason.contains("not live"), "{}", refused.status.reason);
    assert_eq!(world.characters(id).await, 100);
}
