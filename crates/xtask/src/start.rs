//! `cargo xtask run`: from a fresh clone to the running app, or to the whole main job where there is no display.

mod headless;

use anyhow::{Result, ensure};

use crate::{
    cmd::Cmd,
    env,
    packages::{self, Purpose},
    steps::setup,
    tools,
    workspace::Workspace,
};

/// Options of `cargo xtask run`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Answer yes to installing packages.
    #[arg(long)]
    yes: bool,
    /// Do the main job on the practice network without a window, although there is a display.
    #[arg(long)]
    headless: bool,
    /// Passed on to the app.
    #[arg(last = true)]
    args: Vec<String>,
}

/// Prepares, builds, starts; true when what was started ended well.
pub fn run(options: &Options) -> Result<bool> {
    let workspace = Workspace::load()?;
    tools::check_versions(&workspace)?;
    packages::ensure_installed(&[Purpose::Build, Purpose::Run], options.yes)?;
    step("npm ci");
    ensure!(setup::npm_ci(&workspace)?, "there is no package-lock.json");
    show(&workspace.npm(&["run", "build"]))?;
    // All programs, as the tests build them: what is built once serves both.
    show(&workspace.cargo(&["build", "--locked", "--workspace", "--bins"]))?;
    if let Some(why) = why_headless(options.headless, env::has_display()) {
        println!("\nRunning without a window: {why}.");
        println!("This does the main job on the practice network instead: link, compose, schedule, publish.\n");
        return headless::run(&workspace);
    }
    let app = workspace.cmd(&workspace.program("postroom").to_string_lossy()).args(&options.args);
    step(&app.line());
    Ok(app.command().status()?.success())
}

fn why_headless(asked: bool, display: bool) -> Option<&'static str> {
    match (asked, display) {
        (true, _) => Some("--headless was given"),
        (false, false) => Some("neither DISPLAY nor WAYLAND_DISPLAY is set, so no window can be opened"),
        (false, true) => None,
    }
}

fn step(what: &str) {
    println!("── {what}");
}

/// Runs a command with its output going straight to the person.
fn show(command: &Cmd) -> Result<()> {
    step(&command.line());
    ensure!(command.command().status()?.success(), "`{}` failed", command.line());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::why_headless;

    #[test]
    fn it_runs_headless_only_with_a_reason() {
        assert_eq!(why_headless(false, true), None);
        assert!(why_headless(false, false).unwrap().contains("DISPLAY"));
        assert!(why_headless(true, true).unwrap().contains("--headless"));
    }
}
