//! What comes after agreeing: a grant that never ends until it is taken back, and servers that spoil it.

use domain::{AccountState, ErrorCode, HeldReason, PublicationState as S};
use serde_json::json;
use simulator::{Command, Effect, Reply};

use crate::{
    only::{CLIENT, Only, SECRET},
    world::World,
};

fn made(world: &World) -> usize {
    world.server.effects().unwrap().iter().filter(|effect| Effect::made_something(effect)).count()
}

#[tokio::test]
async fn a_grant_without_an_end_lasts_until_it_is_taken_back_and_the_post_waits_for_the_next() {
    let world = World::start("mastodon").await;
    let id = world.link().await;
    let account = world.app().account(id).await.unwrap();
    assert_eq!((account.access_expires_at, account.refresh_expires_at), (None, None));
    assert_eq!(account.scopes, ["profile", "read:statuses", "write:statuses", "write:media"], "what was granted");
    assert!(!world.app().renews(id).await.unwrap(), "there is nothing to renew it with");
    world.pass_ms(400 * 86_400_000);
    let first = world.write(id, "A year later").await;
    world.bench.run_until_idle().await;
    assert_eq!(world.bench.publications(first).await[0].status.state, S::Published);
    world.server.control(&Command::RevokeTokens).unwrap();
    let second = world.write(id, "Taken back").await;
    world.bench.run_until_idle().await;
    let held = world.bench.publications(second).await.remove(0);
    assert_eq!((held.status.state, held.status.held), (S::Held, Some(HeldReason::Relink)), "{}", held.status.reason);
    assert_eq!(world.app().account(id).await.unwrap().state, AccountState::NeedsRelink);
    assert_eq!(world.bench.notices().await, [ErrorCode::RelinkNeeded]);
    assert_eq!((made(&world), world.calls("oauth.token")), (1, 1), "nothing was renewed, nothing sent");
    let again = world.ask(Some(id)).await.unwrap();
    assert_eq!(world.finish(&again).await.unwrap(), id);
    world.bench.run_until_idle().await;
    assert_eq!(world.bench.publications(second).await[0].status.state, S::Published);
    assert_eq!(made(&world), 2);
}

#[tokio::test]
async fn a_spoilt_answer_to_the_code_links_nothing_and_takes_it_nowhere() {
    let world = World::start("mastodon").await;
    let stranger = world.stranger().await;
    let elsewhere = format!("{}/oauth/token", stranger.url());
    let mut gigantic = Reply::json(200, &json!({"access_token": "t", "token_type": "Bearer"}));
    gigantic.body.resize(64 << 20, b' ');
    for (what, reply) in [
        ("leads elsewhere", Reply::empty(307).with("location", &elsewhere)),
        ("is gigantic", gigantic),
        ("is a page", Reply { body: b"<html>".to_vec(), ..Reply::empty(200) }.with("content-type", &"text/html")),
        ("has no token", Reply::json(200, &json!({"token_type": "Bearer"}))),
        ("is broken", Reply::empty(500)),
    ] {
        world.behave();
        let attempt = world.ask(None).await.unwrap();
        world.answer("/oauth/token", reply);
        let error = world.finish(&attempt).await.unwrap_err();
        assert!(error.message.ends_with('.') && !error.action.is_empty(), "{what}: {error:?}");
        assert!(world.linked().await.is_empty(), "{what}");
    }
    assert!(stranger.seen().unwrap().is_empty(), "the code and the secret went nowhere else");
}

#[tokio::test]
async fn a_server_does_not_choose_who_it_says_somebody_is_freely() {
    let world = World::start("mastodon").await;
    let me = "/api/v1/accounts/verify_credentials";
    for (what, body) in [
        ("a path for an id", json!({"id": "../../1", "username": "alice"})),
        ("no id", json!({"username": "alice"})),
        ("a tag for a name", json!({"id": "1", "username": "<b>alice</b>"})),
        ("no name", json!({"id": "1", "username": ""})),
        ("an endless name", json!({"id": "1", "username": "a".repeat(5_000)})),
    ] {
        world.behave();
        let attempt = world.ask(None).await.unwrap();
        world.answer(me, Reply::json(200, &body));
        let error = world.finish(&attempt).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PlatformProtocol, "{what}: {error:?}");
        assert!(world.linked().await.is_empty(), "{what}");
    }
    world.behave();
    world.set(&json!({"domain": "evil.example/<script>"}));
    let account = world.link().await;
    let handle = world.app().account(account).await.unwrap().handle;
    assert_eq!(handle, format!("alice@{}", world.server.url().trim_start_matches("http://")), "its own host instead");
}

#[tokio::test]
async fn handles_are_under_the_domain_the_server_names() {
    let world = World::start("gotosocial").await;
    world.set(&json!({"domain": "example.social"}));
    let account = world.link().await;
    let account = world.app().account(account).await.unwrap();
    assert_eq!((account.handle.as_str(), account.instance.as_str()), ("alice@example.social", world.server.url()));
}

#[tokio::test]
async fn a_grant_of_somebody_else_is_given_back_unless_they_are_linked_here() {
    let only = Only::start("discord").await;
    only.register(CLIENT, Some(SECRET)).await;
    only.enter(CLIENT, Some(SECRET)).await.unwrap();
    let linked_as = async |handle: &str, again| {
        let attempt = only.ask(again).await.unwrap();
        only.decide(&attempt, &[("decision", "allow"), ("account", handle)]).await;
        only.end(&attempt).await
    };
    let tokens_of = |handle: &str| {
        let told = only.server.control(&Command::TokensOf { handle: handle.to_owned() }).unwrap();
        told["tokens"].as_u64().unwrap()
    };
    let alice = linked_as("alice", None).await.unwrap();
    assert_eq!(linked_as("bob", Some(alice)).await.unwrap_err().code, ErrorCode::LinkMismatch);
    assert_eq!((tokens_of("bob"), tokens_of("alice") > 0), (0, true));
    let bob = linked_as("bob", None).await.unwrap();
    assert_eq!(linked_as("bob", Some(alice)).await.unwrap_err().code, ErrorCode::LinkMismatch);
    assert_eq!(only.check(bob).await, (AccountState::Healthy, None), "bob keeps what he has");
    assert!(tokens_of("bob") > 0 && only.check(alice).await == (AccountState::Healthy, None));
}
