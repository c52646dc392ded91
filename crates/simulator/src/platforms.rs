//! The registry: one line per simulated platform.

use std::sync::Arc;

use crate::clock::Clock;
use crate::platform::Platform;
use crate::recorder::Recorder;

mod bluesky;

/// The platforms that can be started, by name.
pub const PLATFORMS: &[&str] = &["bluesky"];

/// Makes a platform that believes to be reachable at `url`.
pub fn open(name: &str, url: &str, recorder: Arc<Recorder>, clock: Arc<Clock>) -> Option<Arc<dyn Platform>> {
    match name {
        "bluesky" => Some(Arc::new(bluesky::Bluesky::new(url, recorder, clock))),
        _ => None,
    }
}
