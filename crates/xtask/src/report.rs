//! What a layer of the tests found, and the table at the end.

use std::fmt::Write as _;

/// What was counted in one layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Counts {
    pub fn passed(passed: usize) -> Self {
        Self { passed, ..Self::default() }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What running a layer came to.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// How many things of the kind the layer counts passed, failed, were skipped.
    pub counts: Counts,
    /// Printed when something failed: the programs' own output.
    pub output: String,
    pub failed: bool,
    /// What was left out and why, one entry each; shown under the layer's line.
    pub skips: Vec<String>,
    /// What a reader should know although nothing is wrong.
    pub notes: Vec<String>,
}

impl Found {
    pub fn passed(count: usize) -> Self {
        Self { counts: Counts::passed(count), ..Self::default() }
    }

    pub fn failure(output: impl Into<String>) -> Self {
        Self {
            counts: Counts { failed: 1, ..Counts::default() },
            output: output.into(),
            failed: true,
            ..Self::default()
        }
    }

    pub fn skipped(why: impl Into<String>) -> Self {
        Self { counts: Counts { skipped: 1, ..Counts::default() }, skips: vec![why.into()], ..Self::default() }
    }
}

/// How a layer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Failed,
    Skipped,
    /// An earlier layer failed.
    NotRun,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Line {
    pub name: &'static str,
    /// What is counted: "files", "tests" …
    pub unit: &'static str,
    pub seconds: f64,
    pub verdict: Verdict,
    pub counts: Counts,
    pub remarks: Vec<String>,
}

/// True when every layer ran and none failed.
pub fn all_good(lines: &[Line]) -> bool {
    lines.iter().all(|line| matches!(line.verdict, Verdict::Ok | Verdict::Skipped))
}

/// One line per layer and a total; `seconds` is what all took together, less than the sum where layers ran side by side.
pub fn table(lines: &[Line], seconds: f64) -> String {
    let mut text =
        format!("\n{:<14}{:>8}{:>8}{:>8}  {:<8}{:>9}  result\n", "layer", "passed", "failed", "skipped", "", "seconds");
    let mut total = Counts::default();
    for line in lines {
        total.add(line.counts);
        row(&mut text, line.name, line.counts, line.unit, line.seconds, word(line.verdict));
        for remark in &line.remarks {
            writeln!(text, "{:<14}{remark}", "").ok();
        }
    }
    row(&mut text, "total", total, "", seconds, if all_good(lines) { "ok" } else { "FAILED" });
    text
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Failed => "FAILED",
        Verdict::Skipped => "SKIPPED",
        Verdict::NotRun => "not run",
    }
}

fn row(text: &mut String, name: &str, counts: Counts, unit: &str, seconds: f64, result: &str) {
    let Counts { passed, failed, skipped } = counts;
    writeln!(text, "{name:<14}{passed:>8}{failed:>8}{skipped:>8}  {unit:<8}{seconds:>9.1}  {result}").ok();
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
