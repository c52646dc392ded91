//! What a piece of Rust names, and which module of its crate defines it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Item, ItemUse, Macro, UseTree, VisRestricted, Visibility,
    visit::{self, Visit},
};

/// Longest chain of re-exports followed.
const HOPS: usize = 8;

/// A module: what it defines, brings in, and uses.
#[derive(Debug, Default)]
pub struct Module {
    pub defines: BTreeSet<String>,
    /// Names brought in by `use`, with the path they stand for.
    pub imports: BTreeMap<String, Vec<String>>,
    pub globs: Vec<Vec<String>>,
    pub uses: Vec<Used>,
}

/// All modules of a crate by path; the root is the empty path.
pub type Modules = BTreeMap<Vec<String>, Module>;

/// A path that a module names.
#[derive(Debug, Clone)]
pub struct Used {
    /// As written but from the crate's root, without `crate`; relative ones start below the module.
    pub path: Vec<String>,
    /// From a `use` that passes the name on.
    pub reexport: bool,
}

/// Adds what one item (not a module) of the module at `at` defines and names.
pub fn item(module: &mut Module, at: &[String], item: &Item) {
    if let Item::Use(item) = item {
        return imports(module, at, item);
    }
    if let Some(name) = defined(item) {
        module.defines.insert(name);
    }
    let mut finder = Finder { at, found: Vec::new() };
    finder.visit_item(item);
    module.uses.extend(finder.found.into_iter().map(|path| Used { path, reexport: false }));
}

/// The modules that a used path leads to; none when it leads out of the crate.
pub fn owners(modules: &Modules, at: &[String], used: &Used) -> BTreeSet<Vec<String>> {
    let owner = owner(modules, &used.path, HOPS).filter(|owner| owner != at);
    owner.into_iter().collect()
}

/// The module that defines what `path` (from the root) names.
fn owner(modules: &Modules, path: &[String], hops: usize) -> Option<Vec<String>> {
    if hops == 0 {
        return None;
    }
    let mut here: Vec<String> = Vec::new();
    for (index, segment) in path.iter().enumerate() {
        let module = modules.get(&here)?;
        let last = index + 1 == path.len();
        let mut child = here.clone();
        child.push(segment.clone());
        if modules.contains_key(&child) && !(last && module.defines.contains(segment)) {
            here = child;
        } else if module.defines.contains(segment) {
            return Some(here);
        } else if let Some(import) = module.imports.get(segment) {
            let rest = path.get(index + 1..).unwrap_or_default();
            return owner(modules, &[import, rest].concat(), hops - 1);
        } else {
            let rest = path.get(index..).unwrap_or_default();
            return module.globs.iter().find_map(|glob| owner(modules, &[glob, rest].concat(), hops - 1));
        }
    }
    modules.contains_key(&here).then_some(here)
}

fn defined(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}

fn imports(module: &mut Module, at: &[String], item: &ItemUse) {
    let reexport = !matches!(item.vis, Visibility::Inherited);
    let mut found = Vec::new();
    flatten(&item.tree, &mut Vec::new(), &mut found);
    for (path, rename, glob) in found {
        let path = absolute(at, &path);
        if glob {
            module.globs.push(path.clone());
        } else if let Some(name) = rename.or_else(|| path.last().cloned()) {
            module.imports.insert(name, path.clone());
        }
        module.uses.push(Used { path, reexport });
    }
}

/// Every leaf of a `use`: its path, the name it is given, whether it is a `*`.
fn flatten(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<(Vec<String>, Option<String>, bool)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => found.push((leaf(before, &name.ident.to_string()), None, false)),
        UseTree::Rename(name) => {
            found.push((leaf(before, &name.ident.to_string()), Some(name.rename.to_string()), false));
        }
        UseTree::Glob(_) => found.push((before.clone(), None, true)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
    }
}

fn leaf(before: &[String], name: &str) -> Vec<String> {
    let mut path = before.to_vec();
    if name != "self" || before.is_empty() {
        path.push(name.to_owned());
    }
    path
}

/// A path from the crate's root. A bare first word is taken as a child of the module; if there is none, nothing in
/// the crate answers to it.
fn absolute(at: &[String], path: &[String]) -> Vec<String> {
    let mut base = at.to_vec();
    let mut rest = path;
    while let Some((first, tail)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => _ = base.pop(),
            "self" => {}
            _ => break,
        }
        rest = tail;
    }
    [base.as_slice(), rest].concat()
}

/// Finds paths in expressions, types and patterns.
struct Finder<'a> {
    at: &'a [String],
    found: Vec<Vec<String>>,
}

impl Finder<'_> {
    fn add(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.found.push(absolute(self.at, path));
        }
    }

    /// Paths such as `crate::a::b` among the arguments of a macro, which have no syntax tree.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut joined = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if !joined {
                        self.add(&std::mem::take(&mut path));
                    }
                    path.push(word.to_string());
                    joined = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => joined = true,
                other => {
                    self.add(&std::mem::take(&mut path));
                    joined = false;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_none() {
            self.add(&words);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, makro: &'ast Macro) {
        self.tokens(makro.tokens.clone());
    }

    /// `pub(super)` names a module without using it.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
