//! What the unit tests of every platform need: an account, pictures, works and seeds.

use std::collections::BTreeMap;

use domain::{AccountId, Endpoints, UtcMs, media::digest_hex};
use serde_json::Value;

use crate::{
    descriptor::Descriptor,
    provider::{AccountRef, Plan, Provider, Rendition, Seed, Work},
};

/// 2026-11-21T10:00:00.250Z and fixed bits.
pub(crate) fn seed() -> Seed {
    Seed { at: UtcMs::from_millis(1_795_255_200_250), random: 0x0123_4567_89ab_cdef }
}

pub(crate) fn account(facts: &Descriptor, remote_id: &str, kind: &str) -> AccountRef {
    AccountRef {
        id: AccountId::from_bytes(&[7; 16]).unwrap(),
        remote_id: remote_id.to_owned(),
        handle: "alice.test".to_owned(),
        kind: kind.to_owned(),
        endpoints: Endpoints { custom: false, urls: facts.endpoints("http://127.0.0.1:1").urls },
        facts: Value::Null,
    }
}

pub(crate) fn work(text: &str) -> Work {
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

/// A picture whose file holds `content`; the file itself is not made.
pub(crate) fn picture(content: &str, alt: &str) -> Rendition {
    Rendition {
        path: "nowhere".into(),
        digest: digest_hex(content.as_bytes()),
        mime: "image/png".to_owned(),
        bytes: content.len() as u64,
        width: 1_200,
        height: 800,
        alt: alt.to_owned(),
    }
}

/// The request of the effect a provider plans from a checkpoint.
pub(crate) fn planned(provider: &dyn Provider, account: &AccountRef, work: &Work, checkpoint: &Value) -> Value {
    match provider.plan(account, work, checkpoint, seed()).unwrap() {
        Plan::Effect(effect) => effect.request,
        Plan::Prepare { label } => panic!("not ready: {label}"),
    }
}

/// The label of the prepare step a provider plans from a checkpoint.
pub(crate) fn preparing(provider: &dyn Provider, account: &AccountRef, work: &Work, checkpoint: &Value) -> String {
    match provider.plan(account, work, checkpoint, seed()).unwrap() {
        Plan::Prepare { label } => label,
        Plan::Effect(effect) => panic!("ready: {}", effect.request),
    }
}
