//! The layer that brings what the others need: packages, npm modules, tools, real servers.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Result, anyhow, ensure};

use crate::{
    context::Context,
    packages::{self, Purpose},
    report::Found,
    tools::{self, Tool},
    workspace::Workspace,
};

/// Everything that is installed rather than built.
pub fn setup(context: &Context) -> Result<Found> {
    let workspace = context.workspace;
    let mut seen = tools::check_versions(workspace)?;
    seen += packages::ensure_installed(&[Purpose::Build, Purpose::Run, Purpose::Test], context.options.yes)?;
    seen += usize::from(npm_ci(workspace)?);
    let mut found = Found::default();
    if cfg!(target_os = "linux") {
        // The servers' one compiler at a time leaves room for the tools' many.
        let servers = thread::scope(|scope| {
            let servers = scope.spawn(|| real_servers(workspace, context.options.verbose));
            seen += install(workspace, &[tools::CARGO_DENY, tools::CARGO_MACHETE, tools::TAURI_DRIVER])?;
            servers.join().map_err(|_| anyhow!("preparing the real servers panicked"))?
        })?;
        seen += usize::from(servers);
    } else {
        seen += install(workspace, &[tools::CARGO_DENY, tools::CARGO_MACHETE])?;
        found = Found::skipped("real servers and the window's driver: prepared on Linux only");
    }
    found.counts.passed = seen;
    Ok(found)
}

fn install(workspace: &Workspace, tools: &[Tool]) -> Result<usize> {
    for tool in tools {
        tools::install(workspace, tool)?;
    }
    Ok(tools.len())
}

/// Where the real servers are installed.
pub fn servers(workspace: &Workspace) -> PathBuf {
    workspace.target.join("servers")
}

/// Installs the real servers and the second source of times; false where the tree has none.
pub fn real_servers(workspace: &Workspace, verbose: bool) -> Result<bool> {
    let mut any = false;
    let node = servers(workspace).join("pds/bin/node");
    let scripts = [
        ("tests/servers/prepare.sh", "pds", None),
        // It runs under the Node that the one before brought.
        ("tests/servers/oidc/prepare.sh", "oidc", Some(node)),
        ("tests/servers/wordpress/prepare.sh", "wordpress", None),
        ("tests/zones/prepare.sh", "zones", None),
    ];
    for (script, name, with) in scripts {
        let script = workspace.root.join(script);
        if !script.is_file() {
            continue;
        }
        let command = workspace.cmd("bash").args([&script, &servers(workspace).join(name)]).args(with);
        let outcome = command.limit(Duration::from_mins(15)).echo(verbose).run()?;
        ensure!(outcome.ok, "{} failed:\n{}", script.display(), outcome.text);
        any = true;
    }
    Ok(any)
}

/// Installs the npm modules of the lock file unless they are the ones already there; false without a package.json.
pub fn npm_ci(workspace: &Workspace) -> Result<bool> {
    let lock = workspace.root.join("package-lock.json");
    if !lock.is_file() {
        return Ok(false);
    }
    let stamp = workspace.root.join("node_modules/.installed-lock.json");
    if same(&lock, &stamp) {
        return Ok(true);
    }
    let outcome = workspace.npm(&["ci", "--no-fund", "--no-audit"]).limit(Duration::from_mins(10)).run()?;
    ensure!(outcome.ok, "npm ci failed:\n{}", outcome.text);
    fs::copy(&lock, &stamp)?;
    Ok(true)
}

/// Builds the user interface unless it is there: the app takes it in when it is compiled.
pub fn dist(context: &Context) -> Result<()> {
    let workspace = context.workspace;
    if workspace.root.join("ui/dist/index.html").is_file() || !npm_ci(workspace)? {
        return Ok(());
    }
    let outcome = workspace.npm(&["run", "build"]).env("NO_COLOR", "1").run()?;
    ensure!(outcome.ok, "building the user interface failed:\n{}", outcome.text);
    Ok(())
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_changed_or_missing_lock_is_not_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (dir.path().join("one"), dir.path().join("other"));
        std::fs::write(&one, "1").unwrap();
        assert!(!same(&one, &other));
        std::fs::write(&other, "2").unwrap();
        assert!(!same(&one, &other));
        std::fs::write(&other, "1").unwrap();
        assert!(same(&one, &other));
    }
}
