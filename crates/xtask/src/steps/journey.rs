//! The layers that drive the built programs: one test target each, most of them of `journeys`.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::{commands::all, count, setup};
use crate::{cmd::Cmd, context::Context, env, journeys::Journey, report::Found, tools, workspace::Workspace};

/// Whether the programs of this run are built. Cargo puts finished programs in their place anew at every build, and a
/// journey of the other lane may be about to start one.
static BUILT: Mutex<bool> = Mutex::new(false);

/// Builds the programs once, over the whole workspace like every other layer: see `all_packages`.
pub fn programs(context: &Context) -> Result<std::result::Result<(), Found>> {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if !*built {
        let build = context.workspace.cargo(&["build", "--locked", "--workspace", "--bins"]);
        if let Err(found) = all(context, vec![build])? {
            return Ok(Err(found));
        }
        *built = true;
    }
    Ok(Ok(()))
}

/// Builds the programs, then runs the tests one after another: they share a desktop.
pub fn journey(context: &Context, journey: &Journey) -> Result<Found> {
    let workspace = context.workspace;
    let target = journey.target;
    let there = workspace.packages.iter().any(|package| package.tests.iter().any(|test| test == target));
    if !there {
        return Ok(Found::failure(format!("no package has a test target {target}\n")));
    }
    if !cfg!(target_os = "linux") {
        return Ok(Found::skipped(format!("{target}: its desktop session and servers exist on Linux only")));
    }
    if let Err(found) = programs(context)? {
        return Ok(found);
    }
    let outcome = journey_command(workspace, target).echo(context.options.verbose).run()?;
    Ok(count::tests(&outcome))
}

/// A test target with what its tests are told about this machine.
pub fn journey_command(workspace: &Workspace, target: &str) -> Cmd {
    workspace
        .cargo(&["test", "--locked", "--workspace", "--test", target, "--", "--test-threads=1"])
        .env("PATH", env::path_with(&[tools::folder(workspace).join("bin")]))
        .env("POSTROOM_BIN", workspace.program("postroom"))
        .env("POSTROOMCTL_BIN", workspace.program("postroomctl"))
        .env("POSTROOM_SERVERS", setup::servers(workspace))
}
