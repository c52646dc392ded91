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
    Journey { layer: "headless", target: "headless", lane: Lane::Runner },
    Journey { layer: "upgrade", target: "upgrade", lane: Lane::Runner },
    Journey { layer: "real-servers", target: "pds", lane: Lane::Runner },
    Journey { layer: "real-consent", target: "pds_consent", lane: Lane::Runner },
    Journey { layer: "real-oauth", target: "oidc", lane: Lane::Runner },
    Journey { layer: "own-server", target: "own_server", lane: Lane::Runner },
    Journey { layer: "attacks", target: "attacks", lane: Lane::Runner },
    Journey { layer: "wordpress", target: "wordpress", lane: Lane::Runner },
    Journey { layer: "canaries", target: "canaries", lane: Lane::Runner },
    Journey { layer: "sleep", target: "sleep", lane: Lane::Runner },
    Journey { layer: "lateness", target: "lateness", lane: Lane::Runner },
    Journey { layer: "soak", target: "soak", lane: Lane::Runner },
    Journey { layer: "zones", target: "zones", lane: Lane::Runner },
    Journey { layer: "kills", target: "kills", lane: Lane::Runner },
    Journey { layer: "every-step", target: "every_step", lane: Lane::Runner },
    Journey { layer: "vault", target: "vault", lane: Lane::Runner },
    Journey { layer: "refresh", target: "refresh", lane: Lane::Runner },
    Journey { layer: "fediverse", target: "fediverse", lane: Lane::Runner },
    Journey { layer: "network", target: "network", lane: Lane::Runner },
    Journey { layer: "window", target: "window", lane: Lane::Window },
    Journey { layer: "shell", target: "shell", lane: Lane::Window },
    Journey { layer: "desktop", target: "desktop", lane: Lane::Window },
    Journey { layer: "memory", target: "memory", lane: Lane::Window },
    Journey { layer: "canaries-window", target: "canaries_window", lane: Lane::Window },
    Journey { layer: "main-job", target: "main_job", lane: Lane::Window },
    Journey { layer: "accounts", target: "accounts", lane: Lane::Window },
    Journey { layer: "guides", target: "guides", lane: Lane::Window },
    Journey { layer: "bluesky", target: "bluesky_window", lane: Lane::Window },
    Journey { layer: "mastodon", target: "mastodon_window", lane: Lane::Window },
    Journey { layer: "bad-days", target: "bad_days", lane: Lane::Window },
    Journey { layer: "recovery", target: "recovery", lane: Lane::Window },
    Journey { layer: "newcomer", target: "newcomer", lane: Lane::Window },
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
    use super::{Journey, Lane, PACKAGE, forgotten};
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
        let window = Journey { layer: "window", target: "window", lane: Lane::Window };
        assert_eq!(forgotten(&workspace, &[window]), ["test kills of journeys is no layer: nothing runs it"]);
    }
}
