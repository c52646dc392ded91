//! Tiers and cycles of the user interface: design ← features ← views, and one door to Tauri.

use std::collections::BTreeMap;

use super::{checked::Checked, cycles::Graph, imports};
use crate::{rust, workspace::Source};

const ROOT: &str = "ui/src/";

/// A folder below `ui/src` and the folders it may import from besides itself.
const TIERS: &[(&str, &[&str])] = &[
    ("i18n", &[]),
    ("ipc", &["i18n"]),
    ("design", &["i18n"]),
    ("errors", &["design", "ipc", "i18n"]),
    ("features", &["design", "errors", "ipc", "i18n"]),
    ("views", &["features", "design", "errors", "ipc", "i18n"]),
];

/// The one folder that may import `@tauri-apps`.
const DOOR: &str = "ipc";

/// Held to the tiers: every import of every file but tests; Tauri also in tests.
pub fn tiers(sources: &[Source]) -> Checked {
    let files = files(sources);
    let mut findings = Vec::new();
    for (&path, text) in &files {
        let tier = tier(path);
        let known = |tier| rust::is_test_path(path) || TIERS.iter().any(|(name, _)| *name == tier);
        if !tier.is_none_or(known) {
            findings.push(format!("{path} lies in no tier of the user interface"));
            continue;
        }
        for specifier in imports::specifiers(path, text) {
            findings.extend(finding(&files, path, tier, &specifier));
        }
    }
    Checked { name: "ui tiers", seen: files.len(), findings }
}

fn finding(files: &BTreeMap<&str, &str>, path: &str, tier: Option<&str>, specifier: &str) -> Option<String> {
    if specifier.starts_with("@tauri-apps") {
        return (tier != Some(DOOR)).then(|| format!("{path} imports {specifier}: only {ROOT}{DOOR} may"));
    }
    if rust::is_test_path(path) {
        return None;
    }
    let wanted = join(path, specifier)?;
    let Some(target) = file(files, &wanted) else {
        return is_code(&wanted).then(|| format!("{path} imports {specifier}, which is not there"));
    };
    let (from, to) = (tier?, self::tier(target)?);
    let allowed = TIERS.iter().find(|(name, _)| *name == from).map(|(_, allowed)| *allowed).unwrap_or_default();
    if from != to && !allowed.contains(&to) {
        return Some(format!("{path} imports {target}: {from} may not import {to}"));
    }
    let (here, there) = (area(path), area(target));
    (from == "features" && to == "features" && here != there)
        .then(|| format!("{path} imports {target}: features never import each other"))
}

/// Import cycles between files, tests left out.
pub fn cycles(sources: &[Source]) -> Checked {
    let files = files(sources);
    let mut graph = Graph::default();
    for (&path, text) in files.iter().filter(|(path, _)| !rust::is_test_path(path)) {
        for specifier in imports::specifiers(path, text) {
            if let Some(target) = join(path, &specifier).and_then(|wanted| file(&files, &wanted)) {
                graph.add(path, target, specifier);
            }
        }
    }
    Checked { name: "ui cycles", seen: files.len(), findings: graph.cycles() }
}

fn files(sources: &[Source]) -> BTreeMap<&str, &str> {
    let ours = sources.iter().filter(|source| source.path.starts_with(ROOT) && source.is_ui());
    ours.map(|source| (source.path.as_str(), source.text.as_str())).collect()
}

/// The folder below `ui/src`; none for the entry files that lie there directly.
fn tier(path: &str) -> Option<&str> {
    path.strip_prefix(ROOT)?.split_once('/').map(|(tier, _)| tier)
}

/// The second folder: the area of a feature.
fn area(path: &str) -> Option<&str> {
    path.strip_prefix(ROOT)?.split('/').nth(1)
}

/// Where a relative import leads; none for packages. `$name/…` is short for `ui/src/name/…`, `$lib/…` for `ui/src/…`.
fn join(path: &str, specifier: &str) -> Option<String> {
    let specifier = specifier.split(['?', '#']).next().unwrap_or_default();
    if let Some(alias) = specifier.strip_prefix("$lib/") {
        return Some(format!("{ROOT}{alias}"));
    }
    if let Some(alias) = specifier.strip_prefix('$') {
        return Some(format!("{ROOT}{alias}"));
    }
    if !specifier.starts_with('.') {
        return None;
    }
    let mut parts: Vec<_> = path.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." | "" => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The file that an import without or with an ending stands for.
fn file<'a>(files: &BTreeMap<&'a str, &str>, wanted: &str) -> Option<&'a str> {
    let stem = wanted.strip_suffix(".js").unwrap_or(wanted);
    let candidates = ["", ".ts", ".svelte", ".svelte.ts", "/index.ts"].map(|ending| format!("{stem}{ending}"));
    candidates.iter().find_map(|candidate| files.get_key_value(candidate.as_str()).map(|(path, _)| *path))
}

/// False for styles, pictures, data and generated files, which are no part of the tiers.
fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("ts", |(_, ending)| ending);
    !matches!(ending, "css" | "json" | "svg" | "png" | "woff2") && !name.starts_with("generated")
}

#[cfg(test)]
#[path = "ui_tests.rs"]
mod tests;
