//! The platforms that people define themselves, as a profile keeps them: read when it is opened, and then like all others.

use std::sync::Arc;

use providers::{
    Registry,
    defined::{self, Definition},
};
use store::Store;

use crate::Error;

/// What the settings that hold a definition are named like; an empty one holds none.
pub const SETTING: &str = "platform:";
/// Most of them.
pub const DEFINED_MAX: usize = 20;

/// The platforms of this build and those defined in a profile. One whose definitions cannot be read is opened without.
pub async fn registry(store: &Store) -> Registry {
    let registry = Registry::standard();
    let read = definitions(store).await.unwrap_or_else(|error| {
        tracing::warn!(%error, details = error.details, "the platforms defined in this profile cannot be read");
        Vec::new()
    });
    for definition in read {
        // What an edited database says is checked like anything else.
        if definition.problems(|_| false).is_empty() && definition.lacking().is_empty() {
            registry.define(Arc::new(defined::provider(&definition)));
        } else {
            tracing::warn!(platform = definition.id, "a platform of this profile is not defined well");
        }
    }
    registry
}

/// The definitions of a profile.
pub async fn definitions(store: &Store) -> Result<Vec<Definition>, Error> {
    let settings = store::setting::all(&mut *store.read().await?).await?;
    let texts = settings.iter().filter(|(name, text)| name.starts_with(SETTING) && !text.is_empty());
    Ok(texts.filter_map(|(_, text)| serde_json::from_str(text).ok()).take(DEFINED_MAX).collect())
}
