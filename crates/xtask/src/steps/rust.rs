//! The layers that work on Rust code: format, lints, structure, unit.

use anyhow::Result;

use super::{commands::all, count, setup};
use crate::{
    check,
    cmd::Cmd,
    context::Context,
    journeys::{self, JOURNEYS},
    report::Found,
};

/// Packages that `--quick` leaves out: the app and its bare twin need the web view's libraries, the journeys drive it.
const APART: [&str; 3] = ["postroom", "bare", journeys::PACKAGE];

/// A cargo command over all packages, or over those that `--quick` takes. Always the whole workspace and never one
/// package: each choice has features of its own, and would build what all depend on once more.
fn all_packages(context: &Context, verb: &[&str]) -> Cmd {
    let mut args: Vec<&str> = verb.to_vec();
    args.push("--workspace");
    if context.options.quick {
        let apart = APART.iter().filter(|name| context.workspace.package(name).is_some());
        args.extend(apart.flat_map(|name| ["--exclude", name]));
    }
    context.workspace.cargo(&args)
}

/// rustfmt over every package, prettier over the user interface.
pub fn format(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    let mut files = workspace.sources(&["rs"])?.len();
    let mut commands = vec![workspace.cargo(&["fmt", "--all", "--check"])];
    if setup::npm_ci(workspace)? {
        files += workspace.sources(&["ts", "svelte"])?.len();
        commands.push(workspace.npm(&["run", "format:check"]).env("NO_COLOR", "1"));
    }
    Ok(all(context, commands)?.map_or_else(|found| found, |_| Found::passed(files)))
}

/// clippy with warnings as errors; the app itself only in the full run, where its libraries are installed.
pub fn lints(context: &Context) -> Result<Found> {
    setup::dist(context)?;
    let clippy = |targets: &[&str]| {
        all_packages(context, &[&["clippy", "--locked"], targets].concat()).args(["--", "-D", "warnings"])
    };
    let mut commands = vec![clippy(&["--all-targets"])];
    if cfg!(unix) {
        // The tests that are layers of their own are not among all targets, and most of them are for Unix.
        commands.push(clippy(&["--test", "*"]));
    }
    let left_out = if context.options.quick { APART.len() } else { 0 };
    let crates = context.workspace.packages.len().saturating_sub(left_out);
    Ok(all(context, commands)?.map_or_else(|found| found, |_| Found::passed(crates)))
}

/// The checks of `check`, in this process.
pub fn structure(context: &Context) -> Result<Found> {
    let mut outcome = check::all(context.workspace)?;
    let findings = journeys::forgotten(context.workspace, JOURNEYS);
    outcome.push(check::Checked { name: "journeys are layers", seen: JOURNEYS.len(), findings });
    let text = check::print(&outcome);
    Ok(if outcome.iter().all(|check| check.findings.is_empty()) {
        Found::passed(outcome.len())
    } else {
        Found::failure(text)
    })
}

/// Every unit and integration test and every documentation example; those of the app in the full run only.
pub fn unit(context: &Context) -> Result<Found> {
    setup::dist(context)?;
    let outcome = all_packages(context, &["test", "--locked", "--no-fail-fast"]).echo(context.options.verbose).run()?;
    Ok(count::tests(&outcome))
}

/// Every provider against its platform.
pub fn conformance(context: &Context) -> Result<Found> {
    one_target(context, "conformance")
}

/// The vault against a real keyring.
pub fn keychain(context: &Context) -> Result<Found> {
    if !cfg!(target_os = "linux") {
        return Ok(Found::skipped("keychain: the keyring and its bus exist on Linux only"));
    }
    one_target(context, "keychain")
}

/// A test target that a plain `cargo test` leaves out.
fn one_target(context: &Context, target: &str) -> Result<Found> {
    let command = all_packages(context, &["test", "--locked", "--test", target]);
    Ok(count::tests(&command.echo(context.options.verbose).run()?))
}
