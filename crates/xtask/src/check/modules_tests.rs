use std::{collections::HashMap, path::PathBuf};

use super::{Package, cycles};
use crate::workspace::Kind;

/// Findings for a crate made of these files.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let files: HashMap<PathBuf, String> =
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
    let package = Package {
        name: "sample".to_owned(),
        dir: "".into(),
        deps: Vec::<(String, Kind)>::new(),
        entries: vec!["src/lib.rs".into()],
        tests: vec![],
    };
    let checked = cycles(&[package], &|path| files.get(path).cloned()).unwrap();
    assert!(checked.seen >= 1);
    checked.findings
}

#[test]
fn one_way_use_passes() {
    let files = [
        ("src/lib.rs", "mod a; mod b; pub use a::A;"),
        ("src/a.rs", "use crate::b::B; use std::fmt; pub struct A(B); fn f() { fmt::format(g!()); }"),
        ("src/b.rs", "pub struct B; pub(super) fn own() { self::own() }"),
    ];
    assert_eq!(findings(&files), Vec::<String>::new());
}

#[test]
fn two_modules_that_use_each_other_are_reported() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "pub struct B; fn f(a: super::a::A) {}"),
    ];
    assert_eq!(findings(&files), ["sample: cycle of a, b: a → b (b::B); b → a (a::A)"]);
}

#[test]
fn a_cycle_through_a_re_export_is_traced_to_the_module_that_defines_the_name() {
    let files = [
        ("src/lib.rs", "mod a; mod b; pub use {a::A, b::*};"),
        ("src/a.rs", "use crate::B; pub struct A;"),
        ("src/b.rs", "use crate::A; pub struct B;"),
    ];
    assert_eq!(findings(&files), ["sample: cycle of a, b: a → b (B); b → a (A)"]);
}

#[test]
fn a_parent_and_its_children_are_one_thing() {
    let files = [
        ("src/lib.rs", "mod a; pub struct Root(a::P);"),
        ("src/a/mod.rs", "mod child; pub struct P; fn f() { child::go() }"),
        ("src/a/child.rs", "use super::P; use crate::Root; pub fn go() {}"),
    ];
    assert!(findings(&files).is_empty());
}

#[test]
fn a_cycle_closed_by_a_child_is_its_parents() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a/mod.rs", "mod child; pub struct P;"),
        ("src/a/child.rs", "use crate::b::B;"),
        ("src/b.rs", "pub struct B; fn f(p: crate::a::P) {}"),
    ];
    assert_eq!(findings(&files), ["sample: cycle of a, b: a → b (b::B); b → a (a::P)"]);
}

#[test]
fn inline_modules_and_macro_arguments_are_seen() {
    let files = [(
        "src/lib.rs",
        "mod a { pub fn one() { println!(\"{}\", [crate::b::two()]) } } mod b { pub fn two() { crate::a::one() } }",
    )];
    assert_eq!(findings(&files).len(), 1);
}

#[test]
fn what_is_compiled_for_tests_only_does_not_count() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "use crate::b::B; pub struct A; #[cfg(test)] #[path = \"a_tests.rs\"] mod tests;"),
        ("src/a_tests.rs", "use super::A;"),
        ("src/b.rs", "pub struct B; #[cfg(test)] mod tests { use crate::a::A; } #[cfg(test)] use crate::a::A;"),
    ];
    assert_eq!(findings(&files), Vec::<String>::new());
}

#[test]
fn names_of_other_crates_are_not_mistaken_for_modules() {
    let files = [
        ("src/lib.rs", "mod a; mod time;"),
        ("src/a.rs", "use tokio::time::sleep; pub struct A; fn f() { time::now() }"),
        ("src/time.rs", "use crate::a::A;"),
    ];
    assert_eq!(findings(&files), Vec::<String>::new());
}
