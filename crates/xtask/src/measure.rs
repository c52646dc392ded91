//! `cargo xtask measure`: memory and sizes of the release build beside a bare Tauri app, in one run.
//!
//! Owns the release builds it measures and `docs/results/performance.json`. Asserts nothing: it prints ratios.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{cmd::Cmd, packages, packages::Purpose, steps::setup, workspace::Workspace};

/// Where the figures are kept.
const RESULTS: &str = "docs/results/performance.json";

/// The states of the window, as keys and as words.
const STATES: [(&str, &str); 3] = [
    ("never_opened", "started hidden, never opened"),
    ("open", "window open"),
    ("closed_again", "window closed again"),
];

/// Options of `cargo xtask measure`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How often each app is started.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Seconds of rest before each reading.
    #[arg(long, default_value_t = 60)]
    idle: u32,
    /// Answer yes to installing packages.
    #[arg(long)]
    yes: bool,
}

/// Builds, measures, prints a table and keeps the figures.
pub fn run(options: &Options) -> Result<bool> {
    let workspace = Workspace::load()?;
    packages::ensure_installed(&[Purpose::Build, Purpose::Run, Purpose::Test], options.yes)?;
    ensure!(setup::npm_ci(&workspace)?, "there is no package-lock.json");
    let release = workspace.build_dir().join("release");
    build(&workspace)?;
    let example = workspace
        .cargo(&["run", "--locked", "--quiet", "-p", "journeys", "--example", "memory"])
        .env("POSTROOM_BIN", release.join("postroom"))
        .env("BARE_BIN", release.join("bare"))
        .env("ROUNDS", options.rounds.to_string())
        .env("IDLE_S", options.idle.to_string());
    println!("── memory: {} rounds, {} s of rest before each reading", options.rounds, options.idle);
    let memory: Value = serde_json::from_str(example.read()?.trim())?;
    let sizes = sizes(&release)?;
    println!("{}", table(&memory, &sizes));
    let figures = json!({"memory_bytes": memory, "size_bytes": sizes});
    fs::write(workspace.root.join(RESULTS), format!("{figures:#}\n"))?;
    Ok(true)
}

fn build(workspace: &Workspace) -> Result<()> {
    let cli = |args: &[&str]| workspace.npm(&[&["exec", "--", "tauri", "build"], args].concat());
    let steps: [Cmd; 3] = [
        workspace.npm(&["run", "build"]),
        // What follows the dashes is for cargo: the app is not among the default members of the workspace.
        cli(&["--bundles", "deb", "--", "--locked", "--package", "postroom"]),
        workspace.cargo(&["build", "--locked", "--release", "-p", "bare", "--features", "tauri/custom-protocol"]),
    ];
    for step in steps {
        println!("── {}", step.line());
        let outcome = step.run()?;
        ensure!(outcome.ok, "`{}` failed:\n{}", step.line(), outcome.text);
    }
    Ok(())
}

fn sizes(release: &Path) -> Result<Value> {
    let of = |path: &Path| fs::metadata(path).map(|meta| meta.len()).with_context(|| format!("{}", path.display()));
    let bundles = release.join("bundle/deb");
    let packages: Vec<_> = fs::read_dir(&bundles)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let is_package = |path: &&std::path::PathBuf| path.extension().is_some_and(|extension| extension == "deb");
    let package = packages.iter().find(is_package).with_context(|| format!("no .deb in {}", bundles.display()))?;
    Ok(json!({
        "postroom": of(&release.join("postroom"))?,
        "bare": of(&release.join("bare"))?,
        "postroom_deb": of(package)?,
    }))
}

/// The figures in MB with their ratios, as Markdown.
fn table(memory: &Value, sizes: &Value) -> String {
    let mut lines = vec!["| | Postroom | bare Tauri | ratio |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
    for (state, words) in STATES {
        let median = |app: &str| memory[app][state]["median"].as_f64().unwrap_or_default();
        lines.push(row(&format!("PSS, {words}"), median("postroom"), median("bare")));
    }
    let size = |name: &str| sizes[name].as_f64().unwrap_or_default();
    lines.push(row("program file", size("postroom"), size("bare")));
    lines.push(format!("| Debian package | {} | | |", megabytes(size("postroom_deb"))));
    lines.join("\n")
}

fn row(what: &str, ours: f64, bare: f64) -> String {
    format!("| {what} | {} | {} | {:.2} |", megabytes(ours), megabytes(bare), ours / bare)
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table;

    #[test]
    fn the_table_shows_each_state_with_its_ratio() {
        let app = |size: u64| {
            let state = json!({"median": size, "rounds": [size]});
            json!({"never_opened": state, "open": state, "closed_again": state})
        };
        let memory = json!({"postroom": app(60_000_000), "bare": app(40_000_000)});
        let text = table(&memory, &json!({"postroom": 20_000_000, "bare": 10_000_000, "postroom_deb": 7_000_000}));
        assert!(text.contains("| PSS, window open | 60.0 MB | 40.0 MB | 1.50 |"), "{text}");
        assert!(text.contains("| program file | 20.0 MB | 10.0 MB | 2.00 |"), "{text}");
        assert!(text.ends_with("| Debian package | 7.0 MB | | |"), "{text}");
    }
}
