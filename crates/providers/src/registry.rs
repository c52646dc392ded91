//! The platforms this build knows, one line each, and those a person defined.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    bluesky::Bluesky, discord, github, google, instagram, linkedin, mastodon::Mastodon, microsoft, practice::Practice,
    provider::Provider, slack, wordpress::Wordpress, wordpress_com, x,
};

/// Every platform, by its short name.
#[derive(Clone)]
pub struct Registry {
    built_in: Arc<[Arc<dyn Provider>]>,
    /// Those a person defined stay in memory once they were: they are few, and small.
    defined: Arc<RwLock<BTreeMap<String, &'static Arc<dyn Provider>>>>,
}

impl Registry {
    /// The platforms of this build.
    #[must_use]
    pub fn standard() -> Self {
        Self::new(vec![
            Arc::new(Bluesky::new()),
            Arc::new(Mastodon::new()),
            Arc::new(Practice::new()),
            Arc::new(x::provider()),
            Arc::new(github::provider()),
            Arc::new(slack::provider()),
            Arc::new(discord::provider()),
            Arc::new(linkedin::provider()),
            Arc::new(instagram::provider()),
            Arc::new(wordpress_com::provider()),
            Arc::new(Wordpress::new()),
            Arc::new(google::provider()),
            Arc::new(microsoft::provider()),
        ])
    }

    /// A registry of the given platforms, in the order they are shown.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self { built_in: providers.into(), defined: Arc::default() }
    }

    /// The platform with that short name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Provider>> {
        let built_in = self.built_in.iter().find(|provider| provider.descriptor().id == id);
        built_in.or_else(|| self.defined().get(id).copied())
    }

    /// All platforms.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        let defined: Vec<_> = self.defined().values().copied().collect();
        self.built_in.iter().chain(defined)
    }

    /// Whether a platform with that short name came with this build.
    #[must_use]
    pub fn is_built_in(&self, id: &str) -> bool {
        self.built_in.iter().any(|provider| provider.descriptor().id == id)
    }

    /// Takes a defined platform in, in place of the one with the same short name; never in that of one that came with
    /// this build.
    pub fn define(&self, provider: Arc<dyn Provider>) {
        let id = provider.descriptor().id;
        if !self.is_built_in(id) {
            let mut defined = self.defined.write().unwrap_or_else(PoisonError::into_inner);
            defined.insert(id.to_owned(), Box::leak(Box::new(provider)));
        }
    }

    /// Forgets a defined platform.
    pub fn forget(&self, id: &str) {
        self.defined.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn defined(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<String, &'static Arc<dyn Provider>>> {
        self.defined.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_can_be_found_and_described() {
        let registry = Registry::standard();
        let ids: Vec<_> = registry.iter().map(|provider| provider.descriptor().id).collect();
        let linked = [
            "x",
            "github",
            "slack",
            "discord",
            "linkedin",
            "instagram",
            "wordpress_com",
            "wordpress",
            "google",
            "microsoft",
        ]
        .as_slice();
        assert_eq!(ids, [["bluesky", "mastodon", "practice"].as_slice(), linked].concat());
        for id in ids {
            let facts = registry.get(id).unwrap().descriptor();
            assert_eq!(crate::calls::platform(facts.id).as_str(), id);
            assert!(!facts.kinds.is_empty() && !facts.methods.is_empty() && !facts.source.is_empty(), "{id}");
            assert!(facts.guide.starts_with(&format!("# {}\n", facts.name)), "{id}");
            assert!(facts.color.len() == 7 && facts.color.starts_with('#'), "{id}");
        }
        assert!(registry.get("nowhere").is_none());
    }

    #[test]
    fn endpoints_follow_the_instance() {
        let registry = Registry::standard();
        let facts = registry.get("practice").unwrap().descriptor();
        let endpoints = facts.endpoints("http://127.0.0.1:4100");
        assert_eq!(endpoints.get("token"), "http://127.0.0.1:4100/oauth/token");
        assert_eq!((endpoints.get("issuer"), endpoints.custom), ("http://127.0.0.1:4100", false));
    }

    #[test]
    fn a_defined_platform_is_one_like_the_others_until_it_is_forgotten() {
        use crate::defined::{Definition, provider};

        let registry = Registry::standard();
        let other = registry.clone();
        let definition =
            |name: &str| Definition { id: "forge".to_owned(), name: name.to_owned(), ..Definition::default() };
        registry.define(Arc::new(provider(&definition("One"))));
        registry.define(Arc::new(provider(&definition("Two"))));
        assert_eq!(other.get("forge").map(|known| known.descriptor().name), Some("Two"));
        assert_eq!(registry.iter().filter(|known| known.descriptor().id == "forge").count(), 1);
        assert!(!registry.is_built_in("forge") && registry.is_built_in("x"));
        registry.define(Arc::new(provider(&Definition { id: "x".to_owned(), ..definition("False") })));
        assert_eq!(registry.get("x").map(|known| known.descriptor().name), Some("X"), "what came with it stays");
        registry.forget("forge");
        assert!(other.get("forge").is_none());
    }
}
