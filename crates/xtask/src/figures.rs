//! `cargo xtask figures`: how large things are, how much of it is tests, what layers and cycles there are.
//!
//! Blank lines are not counted as code or tests; file lengths are counted as an editor shows them.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;

use crate::{
    check::{self, Checked},
    rust,
    workspace::{Source, Workspace},
};

/// Lines of code and of tests in one crate or in the user interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Lines {
    code: usize,
    test: usize,
}

/// A function and the file it stands in.
type Placed = (String, rust::Function);

/// Prints everything.
pub fn run() -> Result<bool> {
    let workspace = Workspace::load()?;
    let sources = workspace.read_sources()?;
    let checks = check::all(&workspace)?;
    print!("{}", text(&workspace, &sources, &checks));
    Ok(true)
}

fn text(workspace: &Workspace, sources: &[Source], checks: &[Checked]) -> String {
    let mut text = String::new();
    let functions = functions(sources);
    for (name, wanted) in [("Rust", Source::is_rust as fn(&Source) -> bool), ("ui", Source::is_ui), ("all", |_| true)] {
        let lengths: Vec<_> = sources.iter().filter(|source| wanted(source)).map(|s| s.text.lines().count()).collect();
        writeln!(text, "file length, {name:<5} {}", spread(lengths)).ok();
    }
    writeln!(text, "function length   {}", spread(functions.iter().map(|(_, f)| f.lines).collect())).ok();
    for (kind, test) in [("function", false), ("test function", true)] {
        if let Some((path, f)) = functions.iter().filter(|(_, f)| f.test == test).max_by_key(|(_, f)| f.lines) {
            writeln!(text, "longest {kind}: {} in {path}:{}, {} lines", f.name, f.line, f.lines).ok();
        }
    }
    text.push_str(&ratios(workspace, sources));
    writeln!(text, "\nstructure").ok();
    text.push_str(&check::print(checks));
    text
}

/// Number, median, 90th percentile and largest.
fn spread(mut values: Vec<usize>) -> String {
    values.sort_unstable();
    let at = |percent: usize| percentile(&values, percent);
    format!("{} of them, median {}, 90th percentile {}, largest {}", values.len(), at(50), at(90), at(100))
}

/// Nearest rank in sorted values.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

fn functions(sources: &[Source]) -> Vec<Placed> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let Ok(file) = syn::parse_file(&source.text) else { continue };
        let of_test_file = rust::is_test_path(&source.path);
        for mut function in rust::functions(&file) {
            function.test |= of_test_file;
            found.push((source.path.clone(), function));
        }
    }
    found
}

fn ratios(workspace: &Workspace, sources: &[Source]) -> String {
    let mut text = format!("\n{:<12}{:>8}{:>8}{:>7}\n", "test to code", "code", "tests", "ratio");
    let mut total = Lines::default();
    for (part, lines) in parts(workspace, sources) {
        total.code += lines.code;
        total.test += lines.test;
        row(&mut text, &part, lines);
    }
    row(&mut text, "total", total);
    text
}

fn row(text: &mut String, name: &str, Lines { code, test }: Lines) {
    // Nothing but tests has no ratio.
    let hundredths = (test * 100).checked_div(code);
    let ratio = hundredths.map_or("-".to_owned(), |ratio| format!("{}.{:02}", ratio / 100, ratio % 100));
    writeln!(text, "{name:<12}{code:>8}{test:>8}{ratio:>7}").ok();
}

/// Lines by crate and for the user interface. Files outside every crate's folder count for the root package.
fn parts(workspace: &Workspace, sources: &[Source]) -> BTreeMap<String, Lines> {
    let mut parts: BTreeMap<String, Lines> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_rust() || source.is_ui()) {
        let lines = parts.entry(part(workspace, &source.path)).or_default();
        let all = rust::written(source.text.lines());
        let test = match syn::parse_file(&source.text) {
            Ok(file) if source.is_rust() => rust::test_lines(&source.path, &source.text, &file),
            _ if rust::is_test_path(&source.path) => all,
            _ => 0,
        };
        lines.test += test;
        lines.code += all - test;
    }
    parts
}

fn part(workspace: &Workspace, path: &str) -> String {
    if path.starts_with("ui/") {
        return "ui".to_owned();
    }
    let inside = |dir: &str| path.strip_prefix(dir).is_some_and(|rest| dir.is_empty() || rest.starts_with('/'));
    let dir = |package: &&crate::workspace::Package| {
        let dir = workspace.relative(&package.dir);
        inside(&dir).then_some(dir.len())
    };
    let owner = workspace.packages.iter().filter(|package| dir(package).is_some()).max_by_key(dir);
    owner.map_or_else(|| "elsewhere".to_owned(), |package| package.name.clone())
}

#[cfg(test)]
mod tests {
    use super::{Lines, Source, functions, part, parts, percentile, ratios};
    use crate::workspace::{Package, Workspace};

    fn workspace() -> Workspace {
        let package = |name: &str, dir: &str| Package {
            name: name.to_owned(),
            dir: dir.into(),
            deps: vec![],
            entries: vec![],
            tests: vec![],
        };
        let packages =
            vec![package("postroom", "/w"), package("app", "/w/crates/app"), package("journeys", "/w/tests")];
        Workspace { root: "/w".into(), target: "/t".into(), packages }
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<_> = (1..=10).collect();
        assert_eq!([50, 90, 100].map(|percent| percentile(&values, percent)), [5, 9, 10]);
        assert_eq!(percentile(&[7], 50), 7);
        assert_eq!(percentile(&[], 90), 0);
    }

    #[test]
    fn files_belong_to_the_innermost_package() {
        let workspace = workspace();
        for (path, owner) in [
            ("crates/app/src/lib.rs", "app"),
            ("src-tauri/src/main.rs", "postroom"),
            ("crates/application/src/lib.rs", "postroom"),
            ("tests/tests/kills.rs", "journeys"),
            ("ui/src/main.ts", "ui"),
        ] {
            assert_eq!(part(&workspace, path), owner, "{path}");
        }
    }

    #[test]
    fn code_and_tests_are_told_apart() {
        let sources = [
            Source::new(
                "crates/app/src/lib.rs",
                "fn a() {}\n\nfn b() {}\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n",
            ),
            Source::new("crates/app/src/lib_tests.rs", "fn d() {}\n"),
            Source::new("ui/src/a.ts", "const a = 1\n"),
            Source::new("ui/src/a.test.ts", "test()\n"),
        ];
        let parts = parts(&workspace(), &sources);
        assert_eq!(parts["app"], Lines { code: 2, test: 5 });
        assert_eq!(parts["ui"], Lines { code: 1, test: 1 });
        assert!(ratios(&workspace(), &sources).contains("app                2       5   2.50"));
        let tests: Vec<_> = functions(&sources).into_iter().filter(|(_, f)| f.test).map(|(_, f)| f.name).collect();
        assert_eq!(tests, ["c", "d"]);
    }
}
