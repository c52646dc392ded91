//! The smallest runner there can be: plan, prepare until there is an effect, commit once.

use std::{collections::BTreeMap, time::Duration};

use domain::{ProviderError, UtcMs};
use providers::provider::{Confirmation, Doubtful, EffectPlan, Plan, Remote, Seed, Session, Step, Work};
use serde_json::Value;

use crate::world::World;

/// Longest wait for something that is sure to happen.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn work(text: &str) -> Work {
    Work {
        text: text.to_owned(),
        media: Vec::new(),
        card: None,
        language: String::new(),
        options: BTreeMap::new(),
        root: None,
        parent: None,
    }
}

pub fn seed(session: &Session, random: u64) -> Seed {
    Seed { at: session.clock.now(), random }
}

/// An effect ready to be sent, with the checkpoint it was planned from.
pub struct Ready {
    pub effect: EffectPlan,
    pub checkpoint: Value,
    pub seed: Seed,
}

/// Makes all prepare steps. Every checkpoint goes through text, as when it is stored.
pub async fn ready(world: &dyn World, work: &Work) -> Result<Ready, ProviderError> {
    let (provider, session) = (world.provider(), world.session());
    let seed = seed(&session, 0x5eed);
    let mut checkpoint = Value::Null;
    for _ in 0..40 {
        match provider.plan(&session.account, work, &checkpoint, seed)? {
            Plan::Effect(effect) => return Ok(Ready { effect, checkpoint, seed }),
            Plan::Prepare { .. } => match provider.prepare(&session, work, &checkpoint).await? {
                Step::Next(next) => checkpoint = serde_json::from_str(&next.to_string()).unwrap(),
                Step::Wait(until, next) => {
                    checkpoint = next;
                    let wait = until.since(session.clock.now()).max(0);
                    tokio::time::sleep(Duration::from_millis(wait.cast_unsigned())).await;
                }
            },
        }
    }
    panic!("the steps do not end")
}

pub async fn publish(world: &dyn World, work: &Work) -> Result<Remote, ProviderError> {
    let ready = ready(world, work).await?;
    world.provider().commit(&world.session(), &ready.effect).await
}

pub async fn confirm(world: &dyn World, work: &Work, effect: &EffectPlan, first_sent: UtcMs) -> Confirmation {
    let session = world.session();
    let key_lives = world.provider().descriptor().key_lives(first_sent, session.clock.now());
    let doubtful = Doubtful { plan: effect, first_sent, key_lives, claimed: &[], work };
    world.provider().confirm(&session, &doubtful).await.unwrap()
}

/// Confirms until the post is found, as a runner does until the platform's time for doubt has passed.
pub async fn found(world: &dyn World, work: &Work, effect: &EffectPlan, first_sent: UtcMs) -> Remote {
    let looking = async {
        loop {
            match confirm(world, work, effect, first_sent).await {
                Confirmation::Live(remote) => return remote,
                Confirmation::NotSeen => tokio::time::sleep(Duration::from_millis(20)).await,
                Confirmation::Blind => panic!("this account can be asked"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("never found")
}

/// Waits until the witness counts `count` posts.
pub async fn until_seen(world: &dyn World, count: usize) {
    let looking = async {
        while world.seen().await.len() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("never seen");
}
