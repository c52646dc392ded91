//! What a check found, and how it is printed.

use std::fmt::Write as _;

/// What a check looked at and what it found wrong.
#[derive(Debug)]
pub struct Checked {
    pub name: &'static str,
    /// How many things it looked at. A check that saw nothing proves nothing, and fails.
    pub seen: usize,
    pub findings: Vec<String>,
}

/// One line per check, findings below it.
pub fn print(checks: &[Checked]) -> String {
    let mut text = String::new();
    for check in checks {
        let Checked { name, seen, findings } = check;
        writeln!(text, "{name}: {seen} looked at, {} found", findings.len()).ok();
        for finding in findings {
            writeln!(text, "  {finding}").ok();
        }
    }
    text
}
