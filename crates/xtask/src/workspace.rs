//! The workspace as cargo describes it: where it is, what is in it, what depends on what.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cmd::Cmd;

/// Why a package depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

/// One package of the workspace.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: String,
    /// Folder of its manifest.
    pub dir: PathBuf,
    /// Names of the packages it depends on; `in_tree` says which are ours.
    pub deps: Vec<(String, Kind)>,
    /// Entry files of libraries and programs, and of tests.
    pub entries: Vec<PathBuf>,
    pub tests: Vec<String>,
}

/// The checkout and what cargo knows about it.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
    pub packages: Vec<Package>,
}

impl Workspace {
    /// Reads the workspace that the current folder lies in. Needs no network.
    pub fn load() -> Result<Self> {
        let args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
        let text = Cmd::new("cargo", Path::new(".")).args(args).read()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("read cargo metadata")?;
        let path = |name: &str| value[name].as_str().map(PathBuf::from).with_context(|| format!("no {name}"));
        let packages = value["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            packages: packages.iter().filter_map(package).collect(),
        })
    }

    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }

    /// A command run at the root of the checkout.
    pub fn cmd(&self, program: &str) -> Cmd {
        let cmd = Cmd::new(program, &self.root);
        if cfg!(windows) { cmd.env("CARGO_TARGET_DIR", self.build_dir()) } else { cmd }
    }

    /// Where commands run from here build. A running program cannot be replaced on Windows, and checks build this one
    /// anew with other features: so there it is a folder of its own.
    pub fn build_dir(&self) -> PathBuf {
        if cfg!(windows) { self.target.join("checks") } else { self.target.clone() }
    }

    /// A program that the workspace builds, in its debug form.
    pub fn program(&self, name: &str) -> PathBuf {
        self.build_dir().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    pub fn cargo(&self, args: &[&str]) -> Cmd {
        self.cmd("cargo").args(args)
    }

    /// npm under the name it has on this system.
    pub fn npm(&self, args: &[&str]) -> Cmd {
        self.cmd(if cfg!(windows) { "npm.cmd" } else { "npm" }).args(args)
    }

    /// Path relative to the root, with forward slashes.
    pub fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Every source file that the checks and figures are about, read.
    pub fn read_sources(&self) -> Result<Vec<Source>> {
        let files = self.sources(&["rs", "ts", "svelte", "sql"])?;
        files.iter().map(|path| Ok(Source::new(self.relative(path), read(path)?))).collect()
    }

    /// Source files that people wrote: tracked or new, not ignored, not generated.
    pub fn sources(&self, extensions: &[&str]) -> Result<Vec<PathBuf>> {
        let args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
        let listed = Cmd::new("git", &self.root).args(args).read()?;
        let wanted = |path: &&str| {
            let extension = Path::new(path).extension().and_then(|ext| ext.to_str()).unwrap_or_default();
            extensions.contains(&extension) && !is_generated(path)
        };
        let mut files: Vec<_> = listed.split('\0').filter(wanted).map(|path| self.root.join(path)).collect();
        files.sort();
        files.dedup();
        files.retain(|file| file.is_file());
        Ok(files)
    }
}

/// A source file that a person wrote.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub fn is_rust(&self) -> bool {
        has_extension(&self.path, "rs")
    }

    pub fn is_ui(&self) -> bool {
        has_extension(&self.path, "ts") || has_extension(&self.path, "svelte")
    }
}

/// Files no person edits, known by name.
fn is_generated(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "gen" | "generated" | "dist" | "node_modules" | "fixtures" | "target"))
        || path.contains("generated.")
}

/// True for `a.rs` and `rs`.
fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

/// Reads a source file, naming it in the error.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {}", path.display()))
}

fn package(value: &Value) -> Option<Package> {
    let manifest = PathBuf::from(value["manifest_path"].as_str()?);
    let targets = value["targets"].as_array()?;
    let is = |target: &Value, wanted: &[&str]| {
        let kinds = target["kind"].as_array().map(Vec::as_slice).unwrap_or_default();
        kinds.iter().filter_map(Value::as_str).any(|kind| wanted.contains(&kind))
    };
    let of = |wanted: &'static [&'static str]| targets.iter().filter(move |target| is(target, wanted));
    Some(Package {
        name: value["name"].as_str()?.to_owned(),
        dir: manifest.parent()?.to_owned(),
        deps: value["dependencies"].as_array()?.iter().filter_map(dependency).collect(),
        entries: of(&["lib", "rlib", "cdylib", "staticlib", "proc-macro", "bin"])
            .filter_map(|target| target["src_path"].as_str().map(PathBuf::from))
            .collect(),
        tests: of(&["test"]).filter_map(|target| target["name"].as_str().map(str::to_owned)).collect(),
    })
}

fn dependency(value: &Value) -> Option<(String, Kind)> {
    let kind = match value["kind"].as_str() {
        Some("dev") => Kind::Dev,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    };
    value["path"].as_str()?; // only packages of this tree have one
    Some((value["name"].as_str()?.to_owned(), kind))
}

#[cfg(test)]
#[path = "workspace_tests.rs"]
mod tests;
