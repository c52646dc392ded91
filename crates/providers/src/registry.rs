//! The platforms this build knows; one line each.

use std::sync::Arc;

use crate::provider::Provider;

/// Every platform, by its short name.
#[derive(Clone)]
pub struct Registry(Arc<[Arc<dyn Provider>]>);

impl Registry {
    /// A registry of the given platforms, in the order they are shown.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self(providers.into())
    }

    /// The platform with that short name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Provider>> {
        self.0.iter().find(|provider| provider.descriptor().id == id)
    }

    /// All platforms.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.iter()
    }
}
