//! The layer of the user interface: types, lint, tests, unused code, build.

use anyhow::Result;

use super::{commands::all, count, setup};
use crate::{context::Context, report::Found};

/// The scripts of package.json, in order.
const SCRIPTS: [&str; 5] = ["check", "lint", "test", "knip", "build"];

/// All scripts; counts the tests.
pub fn ui(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    if !setup::npm_ci(workspace)? {
        return Ok(Found::failure("there is no package-lock.json\n"));
    }
    let script = |name: &str| workspace.npm(&["run", name]).env("NO_COLOR", "1");
    Ok(match all(context, SCRIPTS.iter().map(|name| script(name)).collect())? {
        Ok(printed) => count::vitest(&printed),
        Err(found) => found,
    })
}
