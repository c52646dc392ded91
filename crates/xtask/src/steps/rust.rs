//! The layers that work on Rust code: format, lints, structure, unit.

use anyhow::Result;

use super::{commands::all, count, setup};
use crate::{
    check,
    cmd::Outcome,
    context::Context,
    journeys::{self, JOURNEYS},
    report::Found,
};

/// Packages that `--workspace` must leave out: the app and its bare twin need the web view's libraries, the journeys
/// are layers of their own.
const APART: [&str; 3] = ["postroom", "bare", journeys::PACKAGE];

/// Those of them with tests of their own.
const APART_TESTED: [&str; 2] = ["postroom", journeys::PACKAGE];

/// `--workspace` without the packages that are checked elsewhere.
fn light(context: &Context, verb: &[&str]) -> Vec<String> {
    let mut args: Vec<String> = verb.iter().map(|&word| word.to_owned()).collect();
    args.push("--workspace".to_owned());
    for name in APART.iter().filter(|name| context.workspace.package(name).is_some()) {
        args.extend(["--exclude".to_owned(), (*name).to_owned()]);
    }
    args
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
    let deny = ["--", "-D", "warnings"];
    setup::dist(context)?;
    let clippy = |targets: &[&str]| {
        let args = light(context, &[&["clippy", "--locked"], targets].concat());
        context.workspace.cmd("cargo").args(args).args(deny)
    };
    let mut commands = vec![clippy(&["--all-targets"])];
    if cfg!(unix) {
        // The tests that are layers of their own are not among all targets, and one of them is for Unix.
        commands.push(clippy(&["--test", "*"]));
    }
    let mut crates = context.workspace.packages.len();
    for name in APART.iter().filter(|name| context.workspace.package(name).is_some()) {
        if context.options.quick {
            crates -= 1;
        } else {
            let args = ["clippy", "--locked", "--all-targets", "--package", name];
            commands.push(context.workspace.cargo(&args).args(deny));
        }
    }
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

/// Every unit and integration test and every documentation example of the light crates, and the tests inside the
/// packages that are built apart; those of the app in the full run only.
pub fn unit(context: &Context) -> Result<Found> {
    setup::dist(context)?;
    let workspace = context.workspace;
    let mut commands = vec![workspace.cmd("cargo").args(light(context, &["test", "--locked", "--no-fail-fast"]))];
    for name in APART_TESTED.iter().filter(|name| workspace.package(name).is_some()) {
        if *name == journeys::PACKAGE || !context.options.quick {
            commands.push(workspace.cargo(&["test", "--locked", "--no-fail-fast", "--package", name, "--lib"]));
        }
    }
    let mut sum = Outcome { ok: true, text: String::new() };
    for command in commands {
        let outcome = command.echo(context.options.verbose).run()?;
        sum.ok &= outcome.ok;
        sum.text.push_str(&outcome.text);
    }
    Ok(count::tests(&sum))
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

/// A test target of a light crate that a plain `cargo test` leaves out; chosen from the whole workspace, so that
/// nothing is built with other features than before.
fn one_target(context: &Context, target: &str) -> Result<Found> {
    let args = light(context, &["test", "--locked", "--test", target]);
    Ok(count::tests(&context.workspace.cmd("cargo").args(args).echo(context.options.verbose).run()?))
}
