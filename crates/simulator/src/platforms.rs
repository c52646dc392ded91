//! The registry: one line per simulated platform.

use std::sync::Arc;

use crate::clock::Clock;
use crate::oauth::{Rules, Site};
use crate::platform::Platform;
use crate::recorder::Recorder;

mod bluesky;
mod discord;
mod github;
mod google;
mod instagram;
mod linkedin;
mod mastodon;
mod microsoft;
mod slack;
mod standard;
mod wordpress;
mod wordpress_com;
mod x;

/// The platforms that can be started, by name.
pub const PLATFORMS: &[&str] = &[
    "bluesky",
    "mastodon",
    "gotosocial",
    "mastodon-old",
    "github",
    "google",
    "microsoft",
    "x",
    "linkedin",
    "slack",
    "instagram",
    "discord",
    "wordpress-com",
    "wordpress",
    "standard",
];

/// Makes a platform that believes to be reachable at `url`.
pub fn open(name: &str, url: &str, recorder: Arc<Recorder>, clock: Arc<Clock>) -> Option<Arc<dyn Platform>> {
    match name {
        "bluesky" => Some(Arc::new(bluesky::Bluesky::new(url, recorder, clock))),
        "mastodon" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Mastodon, url, recorder, clock))),
        "gotosocial" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Gotosocial, url, recorder, clock))),
        "mastodon-old" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Old, url, recorder, clock))),
        "wordpress" => Some(Arc::new(wordpress::Wordpress::new(url, clock))),
        _ => oauth_rules(name).map(|rules| Arc::new(Site::new(rules, url, clock)) as Arc<dyn Platform>),
    }
}

/// The platforms that are a table: their linking only, no publishing yet.
fn oauth_rules(name: &str) -> Option<&'static Rules> {
    match name {
        "github" => Some(&github::RULES),
        "google" => Some(&google::RULES),
        "microsoft" => Some(&microsoft::RULES),
        "x" => Some(&x::RULES),
        "linkedin" => Some(&linkedin::RULES),
        "slack" => Some(&slack::RULES),
        "instagram" => Some(&instagram::RULES),
        "standard" => Some(&standard::RULES),
        "discord" => Some(&discord::RULES),
        "wordpress-com" => Some(&wordpress_com::RULES),
        _ => None,
    }
}
