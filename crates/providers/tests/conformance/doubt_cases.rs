//! Silence, nonsense and refusal on the call others can see the result of, and crashes around it.

use domain::{EffectClass, ErrorKind, ProviderError, Retry, UtcMs};
use providers::provider::{Confirmation, Plan, Remote, Work};

use crate::{
    runner::{Ready, confirm, found, ready, until_seen, work},
    world::{Trouble, World, picture},
};

/// A part with a picture, ready to be sent.
async fn prepared(world: &dyn World) -> (Work, Ready) {
    let post = Work { media: vec![picture(&world.folder(), 7, 2_000, "A red boat")], ..work("Once and only once") };
    let ready = ready(world, &post).await.unwrap();
    (post, ready)
}

/// Sends the effect into trouble. Answers with when it was first sent, and what came back.
async fn send(world: &dyn World, ready: &Ready, trouble: Trouble) -> (UtcMs, Result<Remote, ProviderError>) {
    let session = world.trouble(trouble).await;
    let provider = if trouble == Trouble::Hang { world.impatient() } else { world.provider() };
    (session.clock.now(), provider.commit(&session, &ready.effect).await)
}

async fn into_doubt(world: &dyn World, ready: &Ready, trouble: Trouble) -> UtcMs {
    let (first_sent, outcome) = send(world, ready, trouble).await;
    let error = outcome.expect_err("it should have gone wrong");
    assert_eq!((error.kind, error.retry), (ErrorKind::OutcomeUnknown, Retry::Confirm), "{error}");
    first_sent
}

/// Nothing was done: confirming shows it where it can, and sending what was recorded publishes it once.
async fn absent_then_sent(world: &dyn World, post: &Work, ready: &Ready, first_sent: UtcMs) {
    let expected = match ready.effect.class {
        EffectClass::D => Confirmation::Blind,
        _ => Confirmation::NotSeen,
    };
    assert_eq!(confirm(world, post, &ready.effect, first_sent).await, expected);
    assert_eq!(world.seen().await, []);
    world.provider().commit(&world.session(), &ready.effect).await.unwrap();
    assert_eq!(world.seen().await.len(), 1);
}

/// It was done: confirming finds exactly what the witness saw, or says that it cannot.
async fn done_then_found(world: &dyn World, post: &Work, ready: &Ready, first_sent: UtcMs) {
    until_seen(world, 1).await;
    if ready.effect.class == EffectClass::D {
        assert_eq!(confirm(world, post, &ready.effect, first_sent).await, Confirmation::Blind);
    } else {
        let remote = found(world, post, &ready.effect, first_sent).await;
        assert_eq!(remote.id, world.seen().await[0].id);
        assert!(remote.url.starts_with("http"));
    }
    assert_eq!(world.seen().await.len(), 1);
}

pub async fn lost_reply(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let first_sent = into_doubt(world, &ready, Trouble::LostReply).await;
    done_then_found(world, &post, &ready, first_sent).await;
}

pub async fn accept_late(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let first_sent = into_doubt(world, &ready, Trouble::AcceptLate).await;
    done_then_found(world, &post, &ready, first_sent).await;
}

pub async fn hang(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let first_sent = into_doubt(world, &ready, Trouble::Hang).await;
    absent_then_sent(world, &post, &ready, first_sent).await;
}

pub async fn reject(world: &dyn World) {
    let (_, ready) = prepared(world).await;
    let error = send(world, &ready, Trouble::Reject).await.1.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::ContentRejected, Retry::Never));
    assert!(!error.remote_code.is_empty());
    assert_eq!(world.seen().await, []);
}

pub async fn rate_limit(world: &dyn World) {
    let (_, ready) = prepared(world).await;
    let (sent, outcome) = send(world, &ready, Trouble::RateLimit).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::RateLimited, Retry::After));
    assert!(error.retry_after.unwrap().since(sent) >= 2_000, "the time the platform named");
    assert_eq!(world.seen().await, []);
}

pub async fn server_error(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let (first_sent, outcome) = send(world, &ready, Trouble::ServerError).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind, error.retry), world.broken());
    absent_then_sent(world, &post, &ready, first_sent).await;
}

pub async fn garbage(world: &dyn World) {
    nonsense(world, Trouble::Garbage).await;
}

pub async fn half_body(world: &dyn World) {
    nonsense(world, Trouble::HalfBody).await;
}

/// Nonsense says nothing about what was done: only asking does.
async fn nonsense(world: &dyn World, trouble: Trouble) {
    let (post, ready) = prepared(world).await;
    let first_sent = into_doubt(world, &ready, trouble).await;
    if world.seen().await.is_empty() {
        absent_then_sent(world, &post, &ready, first_sent).await;
    } else {
        done_then_found(world, &post, &ready, first_sent).await;
    }
}

/// After a crash the plan is made again from the last checkpoint: the same effect, to the last byte.
pub async fn crash_between_steps(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let (provider, session) = (world.provider(), world.session());
    let again = provider.plan(&session.account, &post, &ready.checkpoint, ready.seed).unwrap();
    assert_eq!(again, Plan::Effect(ready.effect.clone()));
    // Before the checkpoint was saved: the step is made again, and nobody sees the first.
    assert_eq!(world.seen().await, []);
    provider.prepare(&session, &post, &serde_json::Value::Null).await.unwrap();
    assert_eq!(world.seen().await, []);
    provider.commit(&session, &ready.effect).await.unwrap();
    assert_eq!(world.seen().await.len(), 1);
}

/// The reply came, but the crash came before it was saved: for the next start it was lost.
pub async fn crash_after_commit(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let first_sent = world.session().clock.now();
    world.provider().commit(&world.session(), &ready.effect).await.unwrap();
    done_then_found(world, &post, &ready, first_sent).await;
}

/// The second belt: should an effect ever be sent twice, the platform holds it to be one.
pub async fn repeated_key(world: &dyn World) {
    let (post, ready) = prepared(world).await;
    let (provider, session) = (world.provider(), world.session());
    let first_sent = session.clock.now();
    let first = provider.commit(&session, &ready.effect).await.unwrap();
    let second = match provider.commit(&session, &ready.effect).await {
        Ok(remote) => remote,
        Err(error) if error.kind == ErrorKind::Duplicate => {
            let named = error.repeats().cloned().expect("the post it repeats");
            assert!(named.made.since(first_sent) > -5_000);
            Remote { id: named.id, url: named.url, extra: first.extra.clone() }
        }
        Err(error) => {
            assert_eq!(error.retry, Retry::Confirm, "{error}");
            found(world, &post, &ready.effect, first_sent).await
        }
    };
    assert_eq!((second, world.seen().await.len()), (first, 1));
}
