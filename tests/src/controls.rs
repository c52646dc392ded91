//! Builds of `postroomctl` that lack one guard each, to show that the tests would notice.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::command::{environment, root};

/// The features that take a guard away.
pub const BREAKS: [&str; 4] = ["break_record_key", "break_confirm", "break_intent", "break_sealing"];

/// Builds `postroomctl` without one guard, in a target folder of its own so that it is never mistaken for the real one.
pub fn build(feature: &str) -> Result<PathBuf> {
    let target = target()?.join("controls");
    let cargo = environment("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["build", "--quiet", "--locked", "-p", "ctl", "--features"]);
    command.arg(format!("ctl/{feature}")).arg("--target-dir").arg(&target);
    // Nobody debugs it, and it is built once.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    let output = command.output().context("start cargo")?;
    ensure!(output.status.success(), "building with {feature} failed: {}", String::from_utf8_lossy(&output.stderr));
    let kept = target.join(format!("postroomctl-{feature}"));
    // A new file: the one there may be running.
    let _ = fs::remove_file(&kept);
    fs::copy(target.join("debug/postroomctl"), &kept)?;
    Ok(kept)
}

/// What a program says of its version: the guards it lacks are named there.
pub fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The target folder of the running test: `<target>/debug/deps/test`.
fn target() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.ancestors().nth(3).context("no target folder")?.to_owned())
}
