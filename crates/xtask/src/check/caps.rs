//! Nothing too long: files and functions.

use super::checked::Checked;
use crate::{rust, workspace::Source};

/// Lines a source file may have.
pub const FILE_LINES: usize = 500;
/// Lines a Rust function may have.
pub const FUNCTION_LINES: usize = 80;

/// Every source file.
pub fn files(sources: &[Source]) -> Checked {
    let long = |Source { path, text }: &Source| {
        let lines = text.lines().count();
        (lines > FILE_LINES).then(|| format!("{path} has {lines} lines, the cap is {FILE_LINES}"))
    };
    Checked { name: "file length", seen: sources.len(), findings: sources.iter().filter_map(long).collect() }
}

/// Every function of the Rust files among them, tests included.
pub fn functions(sources: &[Source]) -> Checked {
    let (mut seen, mut findings) = (0, Vec::new());
    for Source { path, text } in sources.iter().filter(|source| source.is_rust()) {
        let file = match syn::parse_file(text) {
            Ok(file) => file,
            Err(error) => {
                findings.push(format!("{path} cannot be parsed: {error}"));
                continue;
            }
        };
        let found = rust::functions(&file);
        seen += found.len();
        for function in found.iter().filter(|function| function.lines > FUNCTION_LINES) {
            let rust::Function { name, line, lines, .. } = function;
            findings.push(format!("{path}:{line} `{name}` has {lines} lines, the cap is {FUNCTION_LINES}"));
        }
    }
    Checked { name: "function length", seen, findings }
}

#[cfg(test)]
mod tests {
    use super::{FILE_LINES, FUNCTION_LINES, Source, files, functions};

    fn one(path: &str, text: String) -> [Source; 1] {
        [Source::new(path, text)]
    }

    #[test]
    fn a_file_at_the_cap_passes_and_one_over_it_is_reported() {
        for path in ["a.rs", "a.ts", "a.svelte", "a.sql"] {
            assert!(files(&one(path, "x\n".repeat(FILE_LINES))).findings.is_empty());
            let checked = files(&one(path, "x\n".repeat(FILE_LINES + 1)));
            assert_eq!(checked.findings, [format!("{path} has 501 lines, the cap is 500")]);
        }
    }

    #[test]
    fn a_function_at_the_cap_passes_and_one_over_it_is_reported() {
        let source = |lines: usize| format!("\nfn long() {{\n{}}}\n", "    call();\n".repeat(lines - 2));
        assert!(functions(&one("a.rs", source(FUNCTION_LINES))).findings.is_empty());
        let checked = functions(&one("a.rs", source(FUNCTION_LINES + 1)));
        assert_eq!(checked.findings, ["a.rs:2 `long` has 81 lines, the cap is 80"]);
    }

    #[test]
    fn a_method_in_an_impl_is_seen_too() {
        let body = "    call();\n".repeat(FUNCTION_LINES);
        let checked = functions(&one("a.rs", format!("impl A {{ fn m() {{\n{body}}} }}")));
        assert_eq!((checked.seen, checked.findings.len()), (1, 1));
    }

    #[test]
    fn a_file_that_does_not_parse_is_reported() {
        assert_eq!(functions(&one("a.rs", "fn (".to_owned())).findings.len(), 1);
    }
}
