//! The layers that drive the built programs: one test target of `journeys` each.

use std::time::Duration;

use anyhow::Result;

use super::{commands::all, count, setup};
use crate::{
    context::Context,
    env,
    journeys::{Journey, PACKAGE},
    report::Found,
    tools,
};

/// Builds the programs, then runs the tests one after another: they share a desktop.
pub fn journey(context: &Context, journey: &Journey) -> Result<Found> {
    let workspace = context.workspace;
    let Journey { target, limit_min, .. } = journey;
    let there = workspace.package(PACKAGE).is_some_and(|package| package.tests.iter().any(|test| test == target));
    if !there {
        return Ok(Found::failure(format!("the package {PACKAGE} has no test target {target}\n")));
    }
    if !cfg!(target_os = "linux") {
        return Ok(Found::skipped(format!("{target}: its desktop session and servers exist on Linux only")));
    }
    // Over the whole workspace like every other layer: see `all_packages`.
    if let Err(found) = all(context, vec![workspace.cargo(&["build", "--locked", "--workspace", "--bins"])])? {
        return Ok(found);
    }
    let path = env::path_with(&[tools::folder(workspace).join("bin")]);
    let outcome = workspace
        .cargo(&["test", "--locked", "--workspace", "--test", target, "--", "--test-threads=1"])
        .env("PATH", path)
        .env("POSTROOM_BIN", workspace.program("postroom"))
        .env("POSTROOMCTL_BIN", workspace.program("postroomctl"))
        .env("POSTROOM_SERVERS", setup::servers(workspace))
        .limit(Duration::from_mins(*limit_min))
        .echo(context.options.verbose)
        .run()?;
    Ok(count::tests(&outcome))
}
