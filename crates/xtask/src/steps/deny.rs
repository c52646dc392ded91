//! The layer that looks at what we depend on: licences, sources, bans, unused dependencies.
//!
//! Known vulnerabilities change without a change of ours and need a database from the network: they are a job of their
//! own in the hosted CI.

use anyhow::Result;

use super::commands::all;
use crate::{context::Context, report::Found, tools};

/// What cargo-deny checks here.
const CHECKS: [&str; 3] = ["bans", "licenses", "sources"];

/// cargo-deny and cargo-machete.
pub fn deny(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    let deny = tools::install(workspace, &tools::CARGO_DENY)?;
    let machete = tools::install(workspace, &tools::CARGO_MACHETE)?;
    let deny = workspace.cmd(&deny.to_string_lossy()).args(["--offline", "--log-level", "error", "check"]);
    let commands = vec![
        // cargo-deny looks at the crates of every system, also those that were never built here.
        workspace.cargo(&["fetch", "--locked"]),
        deny.args(["--hide-inclusion-graph"]).args(CHECKS),
        workspace.cmd(&machete.to_string_lossy()).args(["--skip-target-dir"]),
    ];
    Ok(all(context, commands)?.map_or_else(|found| found, |_| Found::passed(CHECKS.len() + 1)))
}
