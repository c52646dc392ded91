//! Which crate may depend on which.

use super::checked::Checked;
use crate::workspace::{Kind, Package};

/// A row of the table: a crate and what it may depend on within the tree.
type Row = (&'static str, &'static [&'static str]);

const ROOMS: &[&str] = &["domain", "net", "vault", "store", "queue", "oauth", "providers", "app"];

/// `domain` ← `net` `vault` `store` `queue` ← `oauth` `providers` ← `app` ← `ipc` ← the programs.
const TABLE: &[Row] = &[
    ("domain", &[]),
    ("net", &["domain"]),
    ("vault", &["domain"]),
    ("store", &["domain"]),
    ("queue", &["domain"]),
    ("oauth", &["domain", "net"]),
    ("providers", &["domain", "net"]),
    ("app", &["domain", "net", "vault", "store", "queue", "oauth", "providers"]),
    ("ipc", ROOMS),
    ("api", ROOMS),
    ("ctl", PROGRAM),
    ("postroom", PROGRAM),
    // Written from the platforms' documents alone, so that a misreading cannot agree with itself.
    ("simulator", &[]),
    ("practice", &["domain"]),
    ("faultshim", &[]),
    ("xtask", &[]),
    ("journeys", PROGRAM),
    ("bare", &[]),
];

/// What a program may link: every room, the wire, and the practice network it starts as a child.
const PROGRAM: &[&str] =
    &["domain", "net", "vault", "store", "queue", "oauth", "providers", "app", "ipc", "api", "practice"];

/// What any crate's tests may use on top of its own row.
const FOR_TESTS: &[&str] = &["simulator", "practice"];

/// The package of the journeys, which is nothing but tests.
const JOURNEYS: &str = "journeys";

/// Every dependency of every package of the tree, held to the table.
pub fn layers(packages: &[Package]) -> Checked {
    let mut findings = Vec::new();
    for package in packages {
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!("{} has no row in the table of layers", package.name));
            continue;
        };
        for (dependency, kind) in &package.deps {
            let is_test = *kind == Kind::Dev || package.name == JOURNEYS;
            let fine = allowed.contains(&dependency.as_str()) || (is_test && FOR_TESTS.contains(&dependency.as_str()));
            if !fine {
                findings.push(format!("{} may not depend on {dependency}{}", package.name, suffix(*kind)));
            }
        }
    }
    Checked { name: "crate layers", seen: packages.len(), findings }
}

fn suffix(kind: Kind) -> &'static str {
    match kind {
        Kind::Normal => "",
        Kind::Dev => " (in its tests)",
        Kind::Build => " (in its build script)",
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Package, layers};

    fn package(name: &str, deps: &[(&str, Kind)]) -> Package {
        Package {
            name: name.to_owned(),
            dir: "/".into(),
            deps: deps.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect(),
            entries: vec![],
            tests: vec![],
        }
    }

    fn findings(name: &str, deps: &[(&str, Kind)]) -> Vec<String> {
        layers(&[package(name, deps)]).findings
    }

    #[test]
    fn what_the_table_allows_passes() {
        assert!(findings("app", &[("store", Kind::Normal), ("providers", Kind::Normal)]).is_empty());
        assert!(findings("providers", &[("net", Kind::Normal), ("simulator", Kind::Dev)]).is_empty());
        assert!(findings("journeys", &[("simulator", Kind::Normal), ("store", Kind::Normal)]).is_empty());
    }

    #[test]
    fn what_it_does_not_allow_is_reported() {
        for (name, dependency) in [
            ("domain", "net"),
            ("providers", "store"),
            ("providers", "oauth"),
            ("queue", "store"),
            ("oauth", "vault"),
            ("app", "ipc"),
            ("simulator", "domain"),
            ("practice", "net"),
            ("app", "simulator"),
            ("ctl", "simulator"),
        ] {
            let found = findings(name, &[(dependency, Kind::Normal)]);
            assert_eq!(found, [format!("{name} may not depend on {dependency}")]);
        }
        assert_eq!(findings("queue", &[("store", Kind::Dev)]), ["queue may not depend on store (in its tests)"]);
    }

    #[test]
    fn a_crate_without_a_row_is_reported() {
        assert_eq!(findings("helpers", &[]), ["helpers has no row in the table of layers"]);
    }
}
