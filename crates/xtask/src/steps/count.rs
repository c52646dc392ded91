//! Reads how many tests ran from what the test programs printed.

use crate::{
    cmd::Outcome,
    report::{Counts, Found},
};

/// The sum over all `test result:` lines of cargo, with ignored tests named as skips.
pub fn tests(outcome: &Outcome) -> Found {
    let mut counts = Counts::default();
    let mut skips = Vec::new();
    for line in outcome.text.lines() {
        if let Some(result) = line.trim().strip_prefix("test result: ") {
            counts.add(Counts {
                passed: before(result, " passed"),
                failed: before(result, " failed"),
                skipped: before(result, " ignored"),
            });
        } else if let Some(name) = line.strip_prefix("test ").and_then(ignored) {
            skips.push(name);
        }
    }
    let failed = !outcome.ok || counts.failed > 0;
    Found { counts, output: if failed { outcome.text.clone() } else { String::new() }, failed, skips, notes: vec![] }
}

/// The `Tests` line of vitest. No such line means that no test ran, which is a failure.
pub fn vitest(printed: &str) -> Found {
    let line = printed.lines().map(str::trim).find_map(|line| line.strip_prefix("Tests "));
    let Some(line) = line else {
        return Found::failure(format!(
            "{printed}
no tests were run\n"
        ));
    };
    let counts = Counts {
        passed: before(line, " passed"),
        failed: before(line, " failed"),
        skipped: before(line, " skipped") + before(line, " todo"),
    };
    let skips = if counts.skipped > 0 { vec![format!("vitest: {}", line.trim())] } else { vec![] };
    Found { counts, failed: counts.failed > 0, skips, ..Found::default() }
}

/// The number standing directly before `word`.
fn before(text: &str, word: &str) -> usize {
    let Some(at) = text.find(word) else { return 0 };
    let head = text.get(..at).unwrap_or_default();
    head.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// `a::b ... ignored, reason` as "a::b (reason)".
fn ignored(line: &str) -> Option<String> {
    let (name, rest) = line.split_once(" ... ignored")?;
    let why = rest.trim_start_matches([',', ' ']);
    Some(if why.is_empty() { name.to_owned() } else { format!("{name} ({why})") })
}

#[cfg(test)]
mod tests {
    use super::{tests, vitest};
    use crate::{cmd::Outcome, report::Counts};

    fn outcome(ok: bool, text: &str) -> Outcome {
        Outcome { ok, text: text.to_owned() }
    }

    #[test]
    fn adds_up_all_programs_and_names_what_was_ignored() {
        let text = "\
test a::b ... ok
test a::c ... ignored, needs a tape drive
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
test result: ok. 30 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";
        let found = tests(&outcome(true, text));
        assert_eq!(found.counts, Counts { passed: 42, failed: 0, skipped: 1 });
        assert_eq!(found.skips, ["a::c (needs a tape drive)"]);
        assert!(!found.failed);
    }

    #[test]
    fn a_failure_keeps_the_output() {
        let text = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured";
        let found = tests(&outcome(false, text));
        assert_eq!(found.counts, Counts { passed: 3, failed: 2, skipped: 0 });
        assert!(found.failed && found.output.contains("FAILED"));
    }

    #[test]
    fn vitest_is_counted_and_its_silence_is_a_failure() {
        let text = " Test Files  3 passed (3)\n      Tests  1 skipped | 27 passed (28)\n";
        assert_eq!(vitest(text).counts, Counts { passed: 27, failed: 0, skipped: 1 });
        assert_eq!(vitest(text).skips.len(), 1);
        assert!(vitest("No test files found").failed);
    }

    #[test]
    fn what_does_not_compile_fails_although_no_test_was_counted() {
        let found = tests(&outcome(false, "error[E0432]: unresolved import"));
        assert!(found.failed && found.counts == Counts::default());
    }
}
