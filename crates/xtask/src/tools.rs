//! The programs that the tasks themselves need: minimum versions, and cargo tools installed beside the build.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::Workspace;

/// A program, the lowest version that will do, and where to get a newer one.
struct Minimum {
    name: &'static str,
    version: [u32; 2],
    remedy: &'static str,
}

const MINIMUM: [Minimum; 3] = [
    Minimum { name: "cargo", version: [1, 95], remedy: "`rustup update stable` brings a newer one" },
    Minimum { name: "node", version: [20, 19], remedy: "take a current release from nodejs.org" },
    Minimum { name: "npm", version: [10, 0], remedy: "`npm install --global npm@11` brings a newer one" },
];

/// A cargo tool, pinned.
pub struct Tool {
    pub name: &'static str,
    version: &'static str,
}

pub const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
pub const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };
/// The 2.x line belongs to Tauri 2; newer ones do not.
pub const TAURI_DRIVER: Tool = Tool { name: "tauri-driver", version: "^2" };

/// Fails with a sentence when cargo, node or npm is missing or too old; returns how many were looked at.
pub fn check_versions(workspace: &Workspace) -> Result<usize> {
    for Minimum { name, version, remedy } in &MINIMUM {
        let command =
            if *name == "npm" { workspace.npm(&["--version"]) } else { workspace.cmd(name).args(["--version"]) };
        let text = command.read().with_context(|| format!("{name} was not found; {remedy}"))?;
        if let Some(complaint) = complaint(name, *version, &text, remedy) {
            bail!(complaint);
        }
    }
    Ok(MINIMUM.len())
}

fn complaint(name: &str, [major, minor]: [u32; 2], printed: &str, remedy: &str) -> Option<String> {
    let needs = format!("Postroom needs {name} {major}.{minor} or newer");
    match parse(printed) {
        None => Some(format!("{needs}; `{name} --version` printed {:?}", printed.trim())),
        Some(found) if found < [major, minor] => {
            Some(format!("{needs}, and this is {}.{}: {remedy}", found[0], found[1]))
        }
        Some(_) => None,
    }
}

/// The first two numbers of `cargo 1.95.0 (…)`, `v20.20.2`, `11.19.1`.
fn parse(printed: &str) -> Option<[u32; 2]> {
    let start = printed.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = printed.get(start..)?.split(|c: char| !c.is_ascii_digit());
    Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
}

/// Where cargo tools are installed.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("tools")
}

/// Installs a cargo tool below the target folder unless this version is there; returns the program.
pub fn install(workspace: &Workspace, tool: &Tool) -> Result<PathBuf> {
    let folder = folder(workspace);
    let program = folder.join("bin").join(format!("{}{}", tool.name, std::env::consts::EXE_SUFFIX));
    let stamp = folder.join(format!("{}.version", tool.name));
    if program.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|text| text == tool.version) {
        return Ok(program);
    }
    println!("   installing {} {}", tool.name, tool.version);
    let args = ["install", "--debug", "--locked", "--force", "--version", tool.version, tool.name, "--root"];
    let outcome = workspace
        .cargo(&args)
        .args([&folder])
        // Built apart, or every tool would rebuild crates that the workspace has in other versions.
        .env("CARGO_TARGET_DIR", workspace.target.join("tools-build"))
        .run()?;
    ensure!(outcome.ok, "installing {} failed:\n{}", tool.name, outcome.text);
    std::fs::write(&stamp, tool.version)?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::{complaint, parse};

    #[test]
    fn versions_are_read_as_each_program_prints_them() {
        assert_eq!(parse("cargo 1.95.0 (f2d3ce0bd 2026-03-21)\n"), Some([1, 95]));
        assert_eq!(parse("v20.20.2\n"), Some([20, 20]));
        assert_eq!(parse("11.19.1"), Some([11, 19]));
        assert_eq!(parse("unknown"), None);
    }

    #[test]
    fn what_is_too_old_is_said_in_a_sentence() {
        assert_eq!(complaint("node", [20, 19], "v20.19.0", "update it"), None);
        assert_eq!(complaint("node", [20, 19], "v22.1.0", "update it"), None);
        assert_eq!(
            complaint("node", [20, 19], "v18.20.4", "update it").unwrap(),
            "Postroom needs node 20.19 or newer, and this is 18.20: update it"
        );
        assert!(complaint("npm", [10, 0], "?", "update it").unwrap().contains("printed \"?\""));
    }
}
