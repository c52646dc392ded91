//! The registry: one line per simulated platform.

use std::sync::Arc;

use crate::clock::Clock;
use crate::platform::Platform;
use crate::recorder::Recorder;

mod bluesky;
mod mastodon;

/// The platforms that can be started, by name.
pub const PLATFORMS: &[&str] = &["bluesky", "mastodon", "gotosocial", "mastodon-old"];

/// Makes a platform that believes to be reachable at `url`.
pub fn open(name: &str, url: &str, recorder: Arc<Recorder>, clock: Arc<Clock>) -> Option<Arc<dyn Platform>> {
    match name {
        "bluesky" => Some(Arc::new(bluesky::Bluesky::new(url, recorder, clock))),
        "mastodon" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Mastodon, url, recorder, clock))),
        "gotosocial" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Gotosocial, url, recorder, clock))),
        "mastodon-old" => Some(Arc::new(mastodon::Mastodon::new(mastodon::Flavour::Old, url, recorder, clock))),
        _ => None,
    }
}
