//! The structure checks: what may import what, no cycles, nothing too long.
//!
//! Owns the list of checks. Every check is a pure function from what was read to findings, so that each is tested on
//! an input that breaks it.

mod caps;
mod checked;
mod crates;
mod cycles;
mod imports;
mod lints;
mod modules;
mod resolve;
mod ui;

use std::{fs, path::Path};

use anyhow::Result;

pub use checked::{Checked, print};

use crate::workspace::Workspace;

/// Runs every check.
pub fn all(workspace: &Workspace) -> Result<Vec<Checked>> {
    let sources = workspace.read_sources()?;
    let on_disk = |path: &Path| fs::read_to_string(path).ok();
    let mut checks = vec![
        crates::layers(&workspace.packages),
        modules::cycles(&workspace.packages, &on_disk)?,
        lints::taken(&workspace.packages, &on_disk),
        caps::files(&sources),
        caps::functions(&sources),
    ];
    // Until the first view is written there is nothing to look at; afterwards, seeing nothing is a finding.
    if workspace.root.join("ui/src/main.ts").is_file() {
        checks.extend([ui::tiers(&sources), ui::cycles(&sources)]);
    }
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
