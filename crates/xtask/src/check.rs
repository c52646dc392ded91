//! The structure checks: what may import what, no cycles, nothing too long.
//!
//! Owns the list of checks. Every check is a pure function from what was read to findings, so that each is tested on
//! an input that breaks it.

mod caps;

use std::fmt::Write as _;

use anyhow::Result;

use crate::workspace::{Workspace, read};

/// What a check looked at and what it found wrong.
#[derive(Debug)]
pub struct Checked {
    pub name: &'static str,
    /// How many things it looked at. A check that saw nothing proves nothing, and fails.
    pub seen: usize,
    pub findings: Vec<String>,
}

/// Runs every check.
pub fn all(workspace: &Workspace) -> Result<Vec<Checked>> {
    let mut files = Vec::new();
    for path in workspace.sources(&["rs", "ts", "svelte", "sql"])? {
        files.push((workspace.relative(&path), read(&path)?));
    }
    let mut checks = vec![caps::files(&files), caps::functions(&files)];
    for check in checks.iter_mut().filter(|check| check.seen == 0) {
        check.findings.push("looked at nothing".to_owned());
    }
    Ok(checks)
}

/// `cargo xtask check-structure`.
pub fn run() -> Result<bool> {
    let checks = all(&Workspace::load()?)?;
    print!("{}", print(&checks));
    Ok(checks.iter().all(|check| check.findings.is_empty()))
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
