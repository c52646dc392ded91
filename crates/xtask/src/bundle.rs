//! `cargo xtask package`: the Debian package built, looked into, installed in an empty tree, upgraded, used by a newcomer
//! and removed.
//!
//! Owns `docs/results/packages.json` and `newcomer.json`. A part that has passed for this very package is not done
//! again, so a run that was broken off goes on where it was. Too long for `cargo xtask test`, which checks the
//! configuration and walks the newcomer's way without a package.

mod tree;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{cmd::Cmd, env, packages, packages::Purpose, steps::setup, tools, workspace::Workspace};

/// Where the figures are kept.
const RESULTS: &str = "docs/results/packages.json";
const NEWCOMER: &str = "docs/results/newcomer.json";

/// What a package has to bring.
const FILES: [&str; 6] = [
    "usr/bin/postroom",
    "usr/share/applications/Postroom.desktop",
    "usr/share/icons/hicolor/128x128/apps/postroom.png",
    "usr/share/icons/hicolor/32x32/apps/postroom.png",
    "usr/share/metainfo/app.postroom.desktop.metainfo.xml",
    "usr/share/doc/postroom/copyright",
];
/// What it has to name in its fields.
const FIELDS: [(&str, &str); 6] = [
    ("Package", "postroom"),
    ("Depends", "libwebkit2gtk-4.1-0"),
    ("Depends", "libayatana-appindicator3-1"),
    ("Recommends", "xdg-utils"),
    ("Recommends", "gnome-keyring | "),
    ("Recommends", "gstreamer1.0-libav"),
];

/// Options of `cargo xtask package`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Look at this package instead of building one.
    #[arg(long, value_name = "FILE")]
    deb: Option<PathBuf>,
    /// Upgrade from this package; otherwise from the same one, made to say that it is older.
    #[arg(long, value_name = "FILE")]
    older: Option<PathBuf>,
    /// Package the debug build: quick, to try the task itself.
    #[arg(long, conflicts_with = "deb")]
    debug: bool,
    /// Do again what has passed.
    #[arg(long)]
    again: bool,
    /// Answer yes to installing packages.
    #[arg(long)]
    yes: bool,
}

/// Builds, and does every part that has not passed for this package.
pub fn run(options: &Options) -> Result<bool> {
    ensure!(cfg!(target_os = "linux"), "a Debian package is made and installed on Linux");
    let workspace = Workspace::load()?;
    packages::ensure_installed(&[Purpose::Build, Purpose::Run, Purpose::Test], options.yes)?;
    ensure!(setup::npm_ci(&workspace)?, "there is no package-lock.json");
    let deb = match &options.deb {
        Some(deb) => fs::canonicalize(deb).with_context(|| deb.display().to_string())?,
        None => build(&workspace, options.debug)?,
    };
    let results = workspace.root.join(RESULTS);
    let about = about(&workspace, &deb)?;
    let known: Value = fs::read(&results).map_or(Ok(Value::Null), |bytes| serde_json::from_slice(&bytes))?;
    let mut kept = if known["package"] == about && !options.again { known } else { json!({"package": about}) };
    let folder = workspace.target.join("package");
    let parts: [(&str, &dyn Fn() -> Result<Value>); 3] = [
        ("contents", &|| contents(&workspace, &deb)),
        ("installed", &|| tree::install_upgrade_remove(&workspace, &folder, &deb, options.older.as_deref())),
        ("newcomer", &|| newcomer(&workspace, &folder, &deb)),
    ];
    for (name, part) in parts {
        if kept[name].is_null() {
            println!("── {name}");
            kept[name] = part()?;
            fs::write(&results, format!("{kept:#}\n"))?;
        } else {
            println!("── {name}: passed before for this package");
        }
    }
    println!("{kept:#}");
    Ok(true)
}

fn build(workspace: &Workspace, debug: bool) -> Result<PathBuf> {
    let cli = |args: &[&str]| workspace.npm(&[&["exec", "--", "tauri"], args].concat());
    let steps = if debug {
        vec![
            workspace.cargo(&["build", "--locked", "--workspace", "--bins"]),
            cli(&["bundle", "--debug", "--bundles", "deb"]),
        ]
    } else {
        vec![cli(&["build", "--bundles", "deb", "--", "--locked", "--package", "postroom"])]
    };
    for step in [vec![workspace.npm(&["run", "build"])], steps].concat() {
        println!("── {}", step.line());
        let step = step.limit(Duration::from_mins(90));
        let outcome = step.run()?;
        ensure!(outcome.ok, "`{}` failed:\n{}", step.line(), outcome.text);
    }
    let folder = workspace.build_dir().join(if debug { "debug" } else { "release" }).join("bundle/deb");
    let found = fs::read_dir(&folder)?.flatten().map(|entry| entry.path());
    found
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .max()
        .with_context(|| format!("no .deb in {}", folder.display()))
}

fn about(workspace: &Workspace, deb: &Path) -> Result<Value> {
    let digest = workspace.cmd("sha256sum").args([deb]).read()?;
    Ok(json!({
        "version": field(workspace, deb, "Version")?,
        "bytes": fs::metadata(deb)?.len(),
        "sha256": digest.split(' ').next().unwrap_or_default(),
        "build": if deb.components().any(|part| part.as_os_str() == "debug") { "debug" } else { "release" },
    }))
}

fn field(workspace: &Workspace, deb: &Path, name: &str) -> Result<String> {
    let value = workspace.cmd("dpkg-deb").args(["-f".as_ref(), deb.as_os_str(), name.as_ref()]).read()?;
    Ok(value.trim().to_owned())
}

/// What the package brings and asks for.
fn contents(workspace: &Workspace, deb: &Path) -> Result<Value> {
    let listed = workspace.cmd("dpkg-deb").args(["-c".as_ref(), deb.as_os_str()]).read()?;
    let files: Vec<_> = listed
        .lines()
        .filter(|line| !line.starts_with('d'))
        .filter_map(|line| line.split_whitespace().nth(5))
        .collect();
    for wanted in FILES {
        ensure!(files.contains(&wanted), "the package has no {wanted}: {files:?}");
    }
    for (name, wanted) in FIELDS {
        let value = field(workspace, deb, name)?;
        ensure!(value.contains(wanted), "{name} does not name {wanted}: {value}");
    }
    let strangers: Vec<_> =
        listed.lines().filter(|line| !line.contains(" 0/0 ") && !line.contains(" root/root ")).collect();
    ensure!(strangers.is_empty(), "not root's: {strangers:?}");
    Ok(json!({
        "files": files.len(),
        "depends": field(workspace, deb, "Depends")?,
        "recommends": field(workspace, deb, "Recommends")?,
        "installed_kib": field(workspace, deb, "Installed-Size")?.parse::<u64>().unwrap_or(0),
    }))
}

/// The newcomer's way, and an earlier release's profile, with the program that was installed.
fn newcomer(workspace: &Workspace, folder: &Path, deb: &Path) -> Result<Value> {
    let root = tree::Tree::new(workspace, &folder.join("newcomer"))?;
    root.install(deb)?;
    tools::install(workspace, &tools::TAURI_DRIVER)?;
    setup::real_servers(workspace, false)?;
    let bins = workspace.cargo(&["build", "--locked", "--workspace", "--bins"]).run()?;
    ensure!(bins.ok, "building the test programs failed:\n{}", bins.text);
    let results = workspace.root.join(NEWCOMER);
    let outcome = workspace
        .cargo(&["test", "--locked", "--workspace", "--test", "newcomer", "--", "--test-threads=1"])
        .env("PATH", env::path_with(&[tools::folder(workspace).join("bin")]))
        .env("POSTROOM_BIN", root.path("usr/bin/postroom"))
        .env("POSTROOMCTL_BIN", workspace.program("postroomctl"))
        .env("POSTROOM_SERVERS", setup::servers(workspace))
        .env("POSTROOM_NEWCOMER", &results)
        .limit(Duration::from_mins(20))
        .run()?;
    ensure!(outcome.ok, "{}", outcome.text);
    let ways: Value = serde_json::from_slice(&fs::read(&results)?)?;
    let short = |name: &str| json!({"actions": ways[name]["actions"], "person_s": ways[name]["person_s"], "machine_s": ways[name]["machine_s"]});
    Ok(json!({"practice": short("practice"), "bluesky": short("bluesky")}))
}

/// A command that fails aloud.
fn done(command: &Cmd) -> Result<()> {
    let outcome = command.run()?;
    ensure!(outcome.ok, "`{}` failed:\n{}", command.line(), outcome.text);
    Ok(())
}

#[cfg(test)]
#[path = "bundle/bundle_tests.rs"]
mod tests;
