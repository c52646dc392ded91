use super::{functions, is_test, is_test_path, test_lines};

const SOURCE: &str = "\
//! A module.

/// Adds.
fn add(a: u8) -> u8 {

    a
}

trait T { fn t(&self) { } fn u(&self); }

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        super::add(1);
    }
}
";

#[test]
fn finds_functions_with_their_length_and_kind() {
    let found = functions(&syn::parse_file(SOURCE).unwrap());
    let short: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.line, f.lines, f.test)).collect();
    assert_eq!(short, [("add", 4, 4, false), ("t", 9, 1, false), ("adds", 14, 3, true)]);
}

#[test]
fn counts_test_lines_without_blank_ones() {
    let file = syn::parse_file(SOURCE).unwrap();
    assert_eq!(test_lines("crates/a/src/lib.rs", SOURCE, &file), 7);
    assert_eq!(test_lines("crates/a/src/lib_tests.rs", SOURCE, &file), 13);
}

#[test]
fn knows_test_attributes() {
    let attributes = |text: &str| syn::parse_str::<syn::ItemMod>(&format!("{text} mod m {{}}")).unwrap().attrs;
    assert!(is_test(&attributes("#[cfg(test)]")));
    assert!(is_test(&attributes("#[cfg(all(unix, test))]")));
    assert!(!is_test(&attributes("#[cfg(any(test, feature = \"demo\"))]")));
    assert!(!is_test(&attributes("#[cfg(not(test))]")));
    assert!(!is_test(&attributes("#[derive(Debug)]")));
}

#[test]
fn knows_test_files_by_name() {
    for path in [
        "tests/kills.rs",
        "crates/a/tests/flow.rs",
        "crates/a/src/x_tests.rs",
        "ui/src/a.test.ts",
        "ui/src/test/setup.ts",
    ] {
        assert!(is_test_path(path), "{path}");
    }
    for path in ["crates/a/src/contests.rs", "ui/src/latest.ts", "crates/xtask/src/layers.rs"] {
        assert!(!is_test_path(path), "{path}");
    }
}
