//! The platforms this build knows; one line each.

use std::sync::Arc;

use crate::{
    bluesky::Bluesky, discord, github, google, linkedin, mastodon::Mastodon, microsoft, practice::Practice,
    provider::Provider, slack, wordpress_com, x,
};

/// Every platform, by its short name.
#[derive(Clone)]
pub struct Registry(Arc<[Arc<dyn Provider>]>);

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
            Arc::new(wordpress_com::provider()),
            Arc::new(google::provider()),
            Arc::new(microsoft::provider()),
        ])
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_can_be_found_and_described() {
        let registry = Registry::standard();
        let ids: Vec<_> = registry.iter().map(|provider| provider.descriptor().id).collect();
        let linked = ["x", "github", "slack", "discord", "linkedin", "wordpress_com", "google", "microsoft"].as_slice();
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
}
