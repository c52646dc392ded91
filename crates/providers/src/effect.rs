//! An effect as it is recorded before it is made, and what comes of it.

use domain::EffectClass;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A published thing at the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// The platform's id of it (for Bluesky the `at://` address).
    pub id: String,
    /// Its public link; empty where the platform tells none.
    pub url: String,
    /// What later parts need of it (for Bluesky the `cid`); `Null` otherwise.
    #[serde(default)]
    pub extra: Value,
}

/// An effect about to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectPlan {
    /// How doubt about it is settled.
    pub class: EffectClass,
    /// Chosen id or key; empty where the platform takes none.
    pub key: String,
    /// Exactly what will be sent. Recorded, fingerprinted, shown, and never changed afterwards.
    pub request: Value,
}
