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
}

/// In the order they run.
pub const JOURNEYS: &[Journey] = &[
    Journey { layer: "headless", target: "headless", limit_min: 25 },
    Journey { layer: "real-servers", target: "pds", limit_min: 10 },
    Journey { layer: "canaries", target: "canaries", limit_min: 10 },
    Journey { layer: "kills", target: "kills", limit_min: 20 },
    Journey { layer: "window", target: "window", limit_min: 15 },
    Journey { layer: "shell", target: "shell", limit_min: 15 },
    Journey { layer: "main-job", target: "main_job", limit_min: 15 },
    Journey { layer: "bluesky", target: "bluesky_window", limit_min: 10 },
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
    use super::{JOURNEYS, Journey, PACKAGE, forgotten};
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
        let window = Journey { layer: "window", target: "window", limit_min: 1 };
        assert_eq!(forgotten(&workspace, &[window]), ["test kills of journeys is no layer: nothing runs it"]);
    }

    #[test]
    fn every_journey_has_time_to_run() {
        assert!(JOURNEYS.iter().all(|journey| journey.limit_min > 0));
    }
}
