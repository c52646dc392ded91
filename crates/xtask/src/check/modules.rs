//! Cycles between the modules of one crate.
//!
//! Reads the module tree from the crate's entry file, as the compiler does, and leaves out what is compiled for tests
//! only. A `pub use` is not a use: whoever imports through it uses the module that defines the name.
//!
//! A module and the modules inside it are one thing: a child may use what its parent defines, and the parent its
//! children. Siblings may not form a cycle, on any level, whichever of their descendants closes it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use syn::{Item, ItemMod};

use super::{
    checked::Checked,
    cycles::Graph,
    resolve::{self, Module, Modules},
};
use crate::{rust, workspace::Package};

/// Reads a file; `None` when there is none. On disk, or from a map in tests.
pub type Read<'a> = &'a dyn Fn(&Path) -> Option<String>;

/// Deepest nesting of modules followed.
const DEPTH: usize = 16;

/// Every entry of every package.
pub fn cycles(packages: &[Package], read: Read) -> Result<Checked> {
    let (mut seen, mut findings) = (0, Vec::new());
    for package in packages {
        for entry in &package.entries {
            let modules = load(entry, read).with_context(|| format!("modules of {}", package.name))?;
            seen += modules.len();
            findings.extend(graph(&modules).cycles().into_iter().map(|cycle| format!("{}: {cycle}", package.name)));
        }
    }
    Ok(Checked { name: "module cycles", seen, findings })
}

fn graph(modules: &Modules) -> Graph {
    let mut graph = Graph::default();
    for (path, module) in modules {
        for used in module.uses.iter().filter(|used| !used.reexport) {
            for target in resolve::owners(modules, path, used) {
                if let Some((from, to)) = siblings(path, &target) {
                    graph.add(&name(from), &name(to), used.path.join("::"));
                }
            }
        }
    }
    graph
}

/// The two siblings a use leads between; `None` inside one family line.
fn siblings<'a>(from: &'a [String], to: &'a [String]) -> Option<(&'a [String], &'a [String])> {
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    Some((from.get(..=shared)?, to.get(..=shared)?))
}

fn name(path: &[String]) -> String {
    if path.is_empty() { "crate".to_owned() } else { path.join("::") }
}

/// Where the children of a module are looked for.
struct Place {
    file: PathBuf,
    /// Folder that `mod child;` refers to.
    dir: PathBuf,
}

fn load(entry: &Path, read: Read) -> Result<Modules> {
    let dir = entry.parent().unwrap_or(Path::new("")).to_owned();
    let mut modules = Modules::new();
    let text = read(entry).with_context(|| format!("no file {}", entry.display()))?;
    let items = parse(entry, &text)?;
    add(&mut modules, Vec::new(), &items, &Place { file: entry.to_owned(), dir }, read)?;
    Ok(modules)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Item>> {
    Ok(syn::parse_file(text).with_context(|| format!("parse {}", path.display()))?.items)
}

fn add(modules: &mut Modules, path: Vec<String>, items: &[Item], place: &Place, read: Read) -> Result<()> {
    ensure!(path.len() < DEPTH, "modules nested deeper than {DEPTH}");
    let mut module = Module::default();
    for item in items.iter().filter(|item| !rust::is_test_item(item)) {
        if let Item::Mod(child) = item {
            let mut inner = path.clone();
            inner.push(child.ident.to_string());
            child_module(modules, inner, child, place, read)?;
        } else {
            resolve::item(&mut module, &path, item);
        }
    }
    modules.insert(path, module);
    Ok(())
}

fn child_module(modules: &mut Modules, path: Vec<String>, child: &ItemMod, place: &Place, read: Read) -> Result<()> {
    let name = child.ident.to_string();
    if let Some((_, items)) = &child.content {
        let place = Place { file: place.file.clone(), dir: place.dir.join(&name) };
        return add(modules, path, items, &place, read);
    }
    let beside = place.file.parent().unwrap_or(Path::new(""));
    let candidates = match rust::path_attribute(&child.attrs) {
        Some(file) => vec![beside.join(file)],
        None => vec![place.dir.join(format!("{name}.rs")), place.dir.join(&name).join("mod.rs")],
    };
    // Modules of another system or written by a build script have no file to read here.
    let Some((file, text)) = candidates.into_iter().find_map(|file| read(&file).map(|text| (file, text))) else {
        return Ok(());
    };
    let items = parse(&file, &text)?;
    let is_mod_rs = file.file_name().is_some_and(|name| name == "mod.rs");
    let parent = file.parent().unwrap_or(Path::new(""));
    let stem = file.file_stem().unwrap_or_default();
    let dir = if is_mod_rs { parent.to_owned() } else { parent.join(stem) };
    add(modules, path, &items, &Place { file, dir }, read)
}

#[cfg(test)]
#[path = "modules_tests.rs"]
mod tests;
