//! The layer that looks at what we depend on: licences, sources, bans, advisories, unused dependencies.

use std::time::Duration;

use anyhow::Result;

use super::commands::all;
use crate::{context::Context, report::Found, tools};

/// How cargo-deny says that it could not get its database; anything else is a verdict.
const OFFLINE: [&str; 3] = ["failed to fetch advisory database", "failed to load advisory database", "unable to fetch"];

/// cargo-deny and cargo-machete.
pub fn deny(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    let deny = tools::install(workspace, &tools::CARGO_DENY)?;
    let machete = tools::install(workspace, &tools::CARGO_MACHETE)?;
    let deny = workspace.cmd(&deny.to_string_lossy());
    let commands = vec![
        // cargo-deny looks at the crates of every system, also those that were never built here.
        workspace.cargo(&["fetch", "--locked"]),
        deny.clone().args([
            "--offline",
            "--log-level",
            "error",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ]),
        workspace.cmd(&machete.to_string_lossy()).args(["--skip-target-dir"]),
    ];
    if let Err(found) = all(context, commands)? {
        return Ok(found);
    }
    let outcome = deny.args(["--log-level", "error", "check", "advisories"]).limit(Duration::from_secs(90)).run()?;
    Ok(judge(outcome.ok, outcome.text))
}

/// Bans, licences, sources and unused dependencies have passed; advisories are the fifth.
fn judge(ok: bool, text: String) -> Found {
    if ok {
        return Found::passed(5);
    }
    if !OFFLINE.iter().any(|sign| text.contains(sign)) {
        return Found::failure(text);
    }
    let mut found = Found::skipped("advisories: NOT CHECKED, needs the network");
    found.counts.passed = 4;
    found
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn without_the_database_it_is_a_named_skip_and_a_found_advisory_is_a_failure() {
        let offline = judge(false, "[ERROR] failed to fetch advisory database https://…".to_owned());
        assert_eq!((offline.counts.passed, offline.counts.skipped, offline.failed), (4, 1, false));
        assert_eq!(offline.skips, ["advisories: NOT CHECKED, needs the network"]);
        let found = judge(false, "error[vulnerability]: use after free".to_owned());
        assert!(found.failed);
        assert_eq!(judge(true, String::new()).counts.passed, 5);
    }
}
