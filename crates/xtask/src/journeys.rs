//! Which integration tests of the package `journeys` are layers of their own.
//!
//! Adding one is one line here. A test that is there without a line is reported, and a line without its test fails:
//! so none can be forgotten in silence.

use crate::workspace::Workspace;

/// The package, in `tests/`.
pub const PACKAGE: &str = "journeys";

/// A layer made of one test target.
#[derive(Debug, Clone, Copy)]
pub struct Journey {
    /// Name of the layer.
    pub layer: &'static str,
    /// Name of the test target.
    pub target: &'static str,
    /// Longest it may take, in minutes.
    pub limit_min: u64,
    /// Which of the two rows of journeys that run beside each other it belongs to.
    pub lane: Lane,
}

/// Journeys of one lane run one after another, the two lanes side by side: most of what they do is waiting. Each has
/// a desktop, a bus, folders and ports of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Programs without a window.
    Runner,
    /// The real window.
    Window,
}

/// In the order they run within their lane.
pub const JOURNEYS: &[Journey] = &[
    Journey { layer: "headless", target: "headless", limit_min: 25, lane: Lane::Runner },
    Journey { layer: "upgrade", target: "upgrade", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "real-servers", target: "pds", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "real-consent", target: "pds_consent", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "real-oauth", target: "oidc", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "own-server", target: "own_server", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "attacks", target: "attacks", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "wordpress", target: "wordpress", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "canaries", target: "canaries", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "sleep", target: "sleep", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "lateness", target: "lateness", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "soak", target: "soak", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "zones", target: "zones", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "kills", target: "kills", limit_min: 20, lane: Lane::Runner },
    Journey { layer: "every-step", target: "every_step", limit_min: 15, lane: Lane::Runner },
    Journey { layer: "vault", target: "vault", limit_min: 25, lane: Lane::Runner },
    Journey { layer: "refresh", target: "refresh", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "fediverse", target: "fediverse", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "network", target: "network", limit_min: 10, lane: Lane::Runner },
    Journey { layer: "window", target: "window", limit_min: 15, lane: Lane::Window },
    Journey { layer: "shell", target: "shell", limit_min: 15, lane: Lane::Window },
    Journey { layer: "desktop", target: "desktop", limit_min: 10, lane: Lane::Window },
    Journey { layer: "memory", target: "memory", limit_min: 10, lane: Lane::Window },
    Journey { layer: "canaries-window", target: "canaries_window", limit_min: 10, lane: Lane::Window },
    Journey { layer: "main-job", target: "main_job", limit_min: 15, lane: Lane::Window },
    Journey { layer: "accounts", target: "accounts", limit_min: 10, lane: Lane::Window },
    Journey { layer: "guides", target: "guides", limit_min: 15, lane: Lane::Window },
    Journey { layer: "bluesky", target: "bluesky_window", limit_min: 10, lane: Lane::Window },
    Journey { layer: "mastodon", target: "mastodon_window", limit_min: 10, lane: Lane::Window },
    Journey { layer: "bad-days", target: "bad_days", limit_min: 15, lane: Lane::Window },
    Journey { layer: "recovery", target: "recovery", limit_min: 10, lane: Lane::Window },
    Journey { layer: "newcomer", target: "newcomer", limit_min: 10, lane: Lane::Window },
];

/// Test targets that no layer runs.
pub fn forgotten(workspace: &Workspace, journeys: &[Journey]) -> Vec<String> {
    let targets = workspace.package(PACKAGE).map(|package| package.tests.as_slice()).unwrap_or_default();
    let known = |target: &String| journeys.iter().any(|journey| journey.target == target);
    targets
        .iter()
        .filter(|target| !known(target))
        .map(|target| format!("test {target} of {PACKAGE} is no layer: nothing runs it"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{JOURNEYS, Journey, Lane, PACKAGE, forgotten};
    use crate::workspace::{Package, Workspace};

    #[test]
    fn a_test_without_a_layer_is_reported() {
        let package = Package {
            name: PACKAGE.to_owned(),
            dir: "/".into(),
            deps: vec![],
            entries: vec![],
            tests: vec!["window".to_owned(), "kills".to_owned()],
        };
        let workspace = Workspace { root: "/".into(), target: "/".into(), packages: vec![package] };
        let window = Journey { layer: "window", target: "window", limit_min: 1, lane: Lane::Window };
        assert_eq!(forgotten(&workspace, &[window]), ["test kills of journeys is no layer: nothing runs it"]);
    }

    #[test]
    fn every_journey_has_time_to_run() {
        assert!(JOURNEYS.iter().all(|journey| journey.limit_min > 0));
    }
}
