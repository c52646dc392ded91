//! The licences of everything that is in the program: what the window shows under About.
//!
//! Cargo says which packages are linked, on whichever system; `package-lock.json` says which are in the interface. Each
//! is named with its SPDX expression and the texts it came with; equal texts are kept once. A package with neither stops
//! the generation: nothing is left out silently.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::workspace::Workspace;

/// Where they are committed.
pub const FILE: &str = "ui/src/features/settings/licences.json";

/// Programs that are shipped.
const SHIPPED: [&str; 2] = ["postroom", "ctl"];
/// How a file with a licence begins.
const NAMES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];
/// Largest file taken for a licence.
const TEXT_MAX_BYTES: u64 = 256 * 1024;

/// One package and where it lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
    folder: std::path::PathBuf,
}

/// Writes the file.
pub fn write(workspace: &Workspace, into: &Path) -> Result<()> {
    let metadata = workspace.cmd("cargo").args(["metadata", "--locked", "--format-version", "1"]).read()?;
    let mut packages = linked(&serde_json::from_str(&metadata).context("read cargo metadata")?)?;
    let lock = fs::read_to_string(workspace.root.join("package-lock.json"))?;
    packages.extend(in_the_interface(&serde_json::from_str(&lock)?, &workspace.root)?);
    fs::write(into, list(packages)?)?;
    Ok(())
}

/// Packages of others that a shipped program depends on to run.
fn linked(metadata: &Value) -> Result<BTreeSet<Package>> {
    let all = array(&metadata["packages"]);
    let by_id: BTreeMap<_, _> = all.iter().filter_map(|one| Some((one["id"].as_str()?, one))).collect();
    let nodes = array(&metadata["resolve"]["nodes"]);
    let needs: BTreeMap<_, _> = nodes.iter().filter_map(|one| Some((one["id"].as_str()?, &one["deps"]))).collect();
    let own = |one: &&Value| one["source"].is_null();
    let shipped = |one: &&Value| SHIPPED.iter().any(|name| one["name"] == *name);
    let mut next: Vec<_> = all.iter().filter(own).filter(shipped).filter_map(|one| one["id"].as_str()).collect();
    ensure!(next.len() == SHIPPED.len(), "cargo does not know what is shipped");
    let mut seen = BTreeSet::new();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dep in needs.get(id).map(|deps| array(deps)).unwrap_or_default() {
            let to_run = array(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            next.extend(dep["pkg"].as_str().filter(|_| to_run));
        }
    }
    let found = seen.into_iter().filter_map(|id| by_id.get(id)).filter(|one| !one["source"].is_null());
    found
        .map(|one| {
            let manifest = Path::new(text(&one["manifest_path"]));
            package(one, text(&one["name"]), manifest.parent().context("a manifest without a folder")?)
        })
        .collect()
}

/// Packages of the interface that are no mere tools of its making.
fn in_the_interface(lock: &Value, root: &Path) -> Result<BTreeSet<Package>> {
    let all = lock["packages"].as_object().context("no packages in package-lock.json")?;
    let needed = all.iter().filter(|(place, one)| !place.is_empty() && one["dev"] != true && one["optional"] != true);
    needed
        .map(|(place, one)| {
            let name = place.rsplit_once("node_modules/").map_or(place.as_str(), |(_, name)| name);
            package(one, name, &root.join(place))
        })
        .collect()
}

fn package(one: &Value, name: &str, folder: &Path) -> Result<Package> {
    let expression = one["license"].as_str().filter(|expression| !expression.is_empty()).map(str::to_owned);
    // Without an expression the text has to say what it is: its first line does.
    let heading = || texts_of(folder).ok()?.first()?.lines().next().map(str::to_owned);
    let licence = expression.or_else(heading).with_context(|| format!("{name} names no licence"))?;
    let version = text(&one["version"]).to_owned();
    Ok(Package { name: name.to_owned(), version, licence, folder: folder.to_owned() })
}

/// The file: packages by name, then texts in the order of their first use.
fn list(packages: BTreeSet<Package>) -> Result<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for package in packages {
        let mut numbers = Vec::new();
        for text in texts_of(&package.folder)? {
            let known = texts.iter().position(|known| *known == text);
            numbers.push(known.unwrap_or_else(|| {
                texts.push(text);
                texts.len() - 1
            }));
        }
        let Package { name, version, licence, .. } = package;
        let [name, version, licence, numbers] = [json!(name), json!(version), json!(licence), json!(numbers)];
        // Written out, so that the order does not hang on how the library was built.
        lines.push(format!(r#"{{"name":{name},"version":{version},"licence":{licence},"texts":{numbers}}}"#));
    }
    let texts: Vec<_> = texts.iter().map(|text| json!(text).to_string()).collect();
    Ok(format!("{{\"packages\":[\n{}\n],\"texts\":[\n{}\n]}}\n", lines.join(",\n"), texts.join(",\n")))
}

/// The texts beside a manifest, by the name of their file.
fn texts_of(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_file()
            && path.metadata()?.len() <= TEXT_MAX_BYTES
            && NAMES.iter().any(|known| name.starts_with(known))
        {
            files.push(path);
        }
    }
    files.sort();
    let read = |path: &std::path::PathBuf| -> Result<String> {
        let text = String::from_utf8_lossy(&fs::read(path)?).replace("\r\n", "\n");
        Ok(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned())
    };
    files.iter().map(read).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |name: &str, source: Value, licence: Value| {
            json!({ "id": name, "name": name, "version": "1.0.0", "source": source, "license": licence,
                "manifest_path": format!("/registry/{name}/Cargo.toml") })
        };
        let dep = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind, "target": null }] });
        json!({
            "packages": [
                package("postroom", Value::Null, json!("MIT")), package("ctl", Value::Null, json!("MIT")),
                package("linked", json!("registry"), json!("MIT OR Apache-2.0")),
                package("below", json!("registry"), json!("ISC")), package("tested", json!("registry"), json!("MIT")),
                package("unused", json!("registry"), json!("MIT")),
            ],
            "resolve": { "nodes": [
                { "id": "postroom", "deps": [dep("linked", Value::Null), dep("tested", json!("dev"))] },
                { "id": "ctl", "deps": [dep("postroom", Value::Null)] },
                { "id": "linked", "deps": [dep("below", Value::Null)] },
            ] },
        })
    }

    #[test]
    fn what_is_linked_is_found_to_the_last_package_and_nothing_else() {
        let names: Vec<_> = linked(&metadata()).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["below", "linked"]);
    }

    #[test]
    fn a_package_without_a_licence_stops_it() {
        let mut silent = metadata();
        silent["packages"][3]["license"] = Value::Null;
        assert!(linked(&silent).unwrap_err().to_string().contains("below names no licence"));
    }

    #[test]
    fn tools_are_no_part_of_the_interface() {
        let lock = json!({ "packages": {
            "": { "license": "MIT" },
            "node_modules/svelte": { "version": "5.0.0", "license": "MIT" },
            "node_modules/a/node_modules/@b/c": { "version": "1.0.0", "license": "0BSD" },
            "node_modules/vite": { "version": "7.0.0", "license": "MIT", "dev": true },
        } });
        let names: Vec<_> = in_the_interface(&lock, Path::new("/r")).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["@b/c", "svelte"]);
    }

    #[test]
    fn equal_texts_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("a", "Free.\r\n"), ("b", "Free.  \n\n"), ("c", "Other.\n")] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("LICENSE-MIT"), text).unwrap();
        }
        let package = |name: &str| Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            folder: folder.path().join(name),
        };
        let listed = list(["a", "b", "c"].into_iter().map(package).collect()).unwrap();
        let listed: Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(listed["texts"], json!(["Free.", "Other."]));
        let numbers: Vec<_> = array(&listed["packages"]).iter().map(|one| one["texts"].clone()).collect();
        assert_eq!(numbers, [json!([0]), json!([0]), json!([1])]);
    }
}
