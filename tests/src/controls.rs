//! Builds of `postroomctl` that lack one guard each, to show that the tests would notice.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::command::{environment, root};

/// The features that take a guard away, and the crate that holds the guard.
pub const BREAKS: [(&str, &str); 13] = [
    ("break_record_key", "providers"),
    ("break_refresh_lock", "app"),
    ("break_rotation", "app"),
    ("break_absence", "app"),
    ("break_confirm", "app"),
    ("break_fence", "queue"),
    ("break_intent", "app"),
    ("break_linking", "net"),
    ("break_lock", "app"),
    ("break_memory", "ctl"),
    ("break_sealing", "vault"),
    ("break_sync", "store"),
    ("failpoints", "app"),
];

/// Builds `postroomctl-broken` without one guard (or several, `+` between them), in the target folder of the real one:
/// only what depends on the guard is compiled again.
pub fn build(features: &str) -> Result<PathBuf> {
    let target = target()?;
    let passed: Vec<_> = features.split('+').map(|feature| format!("ctl/{feature}")).collect();
    let mut command = Command::new(environment("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    command.current_dir(root()).args(["build", "--quiet", "--locked", "--workspace"]);
    command.args(["--bin", "postroomctl-broken", "--features", &passed.join(",")]);
    let output = command.arg("--target-dir").arg(&target).output().context("start cargo")?;
    ensure!(output.status.success(), "building with {features} failed: {}", String::from_utf8_lossy(&output.stderr));
    let kept = target.join(format!("debug/postroomctl-{features}"));
    // A new file: the one there may be running.
    let _ = fs::remove_file(&kept);
    fs::copy(target.join("debug/postroomctl-broken"), &kept)?;
    let says = version(&kept)?;
    ensure!(features.split('+').all(|feature| says.contains(feature)), "{features} was not built in: {says}");
    Ok(kept)
}

/// What the compiler says of a release build of `crates/<name>/src/guards.rs`, without and with a feature.
pub fn release_with(crate_name: &str, feature: Option<&str>) -> Result<std::result::Result<(), String>> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(environment("RUSTC").unwrap_or_else(|| "rustc".to_owned()));
    command.args(["--crate-type=lib", "--emit=metadata", "-Cdebug-assertions=off", "--out-dir"]).arg(folder.path());
    command.args(feature.map(|feature| format!("--cfg=feature=\"{feature}\"")));
    let output = command.arg(root().join(format!("crates/{crate_name}/src/guards.rs"))).output()?;
    Ok(if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) })
}

/// What a program says of its version: the guards it lacks are named there.
pub fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The target folder of the running test: `<target>/debug/deps/test`.
pub(crate) fn target() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.ancestors().nth(3).context("no target folder")?.to_owned())
}
