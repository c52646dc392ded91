//! Every package takes the workspace's lints, which forbid unsafe code; but one.

use std::path::Path;

use super::checked::Checked;
use crate::workspace::Package;

/// Tests only: it stands between a program and the system, which cannot be done without unsafe code. It has the other
/// lints itself.
const APART: &str = "faultshim";

/// Packages whose manifest does not take the workspace's lints.
pub fn taken(packages: &[Package], read: &dyn Fn(&Path) -> Option<String>) -> Checked {
    let takes = |package: &&Package| {
        read(&package.dir.join("Cargo.toml")).is_some_and(|manifest| manifest.contains("[lints]\nworkspace = true"))
    };
    let others = packages.iter().filter(|package| package.name != APART && !takes(package));
    let findings = others.map(|package| format!("{} does not take the workspace's lints", package.name)).collect();
    Checked { name: "lints", seen: packages.len(), findings }
}

#[cfg(test)]
mod tests {
    use super::{APART, taken};
    use crate::workspace::Package;

    #[test]
    fn a_package_with_lints_of_its_own_is_reported_unless_it_is_the_one() {
        let package = |name: &str| Package {
            name: name.to_owned(),
            dir: name.into(),
            deps: vec![],
            entries: vec![],
            tests: vec![],
        };
        let packages = [package("app"), package("own"), package(APART)];
        let read = |path: &std::path::Path| {
            Some(if path.starts_with("app") { "[lints]\nworkspace = true\n" } else { "" }.to_owned())
        };
        assert_eq!(taken(&packages, &read).findings, ["own does not take the workspace's lints"]);
    }
}
