//! The matrix of targets and cases, committed by hand.

use std::{collections::BTreeMap, sync::LazyLock};

type Matrix = BTreeMap<String, BTreeMap<String, String>>;

static MATRIX: LazyLock<Matrix> = LazyLock::new(|| toml::from_str(include_str!("../matrix.toml")).unwrap());

/// The sheet's line that says there is nothing to test; `None` where there is.
pub fn refusal(target: &str, case: &str) -> Option<&'static str> {
    let entry = MATRIX.get(target).and_then(|cases| cases.get(case));
    let entry = entry.unwrap_or_else(|| panic!("matrix.toml has no line for {case} of {target}"));
    (entry != "yes").then_some(entry.as_str())
}

pub fn targets() -> impl Iterator<Item = &'static str> {
    MATRIX.keys().map(String::as_str)
}

/// Fails unless exactly these targets and cases are in the matrix, and every "no" quotes its source.
pub fn check(targets: &[&str], cases: &[&str]) {
    assert_eq!(MATRIX.keys().map(String::as_str).collect::<Vec<_>>(), targets);
    let mut wanted = cases.to_vec();
    wanted.sort_unstable();
    for (target, lines) in MATRIX.iter() {
        assert_eq!(lines.keys().map(String::as_str).collect::<Vec<_>>(), wanted, "{target}");
        for (case, line) in lines.iter().filter(|(_, line)| *line != "yes") {
            assert!(line.starts_with("no: ") && line.contains('§'), "{target} {case}: {line}");
        }
    }
}
