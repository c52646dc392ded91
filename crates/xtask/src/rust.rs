//! Reads Rust source as syntax: which items are tests, how long functions are.

use std::{collections::HashSet, path::Path};

use proc_macro2::{LineColumn, TokenTree};
use syn::{
    Attribute, ImplItemFn, Item, ItemFn, Meta, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A function with a body and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// First line, from 1, attributes and comments not counted.
    pub line: usize,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
    /// Inside a `#[cfg(test)]` item or itself a `#[test]`.
    pub test: bool,
}

/// True for `#[cfg(test)]` and `#[cfg(all(test, …))]`.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => needs_test(list.tokens.clone()),
        _ => false,
    })
}

fn needs_test(tokens: proc_macro2::TokenStream) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(word), ..] if word == "test" => true,
        [TokenTree::Ident(word), TokenTree::Group(group), ..] if word == "all" => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            inner
                .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
                .any(|part| needs_test(part.iter().cloned().collect()))
        }
        _ => false,
    }
}

fn is_test_fn(attributes: &[Attribute]) -> bool {
    let last = |attribute: &Attribute| attribute.path().segments.last().is_some_and(|segment| segment.ident == "test");
    is_test(attributes) || attributes.iter().any(last)
}

/// Every function with a body in a file.
pub fn functions(file: &syn::File) -> Vec<Function> {
    let mut finder = Finder { test: false, found: Vec::new() };
    finder.visit_file(file);
    finder.found
}

struct Finder {
    test: bool,
    found: Vec<Function>,
}

impl Finder {
    fn add(&mut self, sig: &syn::Signature, block: &syn::Block, attributes: &[Attribute]) {
        let (start, end) = (sig.span().start(), block.span().end());
        self.found.push(Function {
            name: sig.ident.to_string(),
            line: start.line,
            lines: lines(start, end),
            test: self.test || is_test_fn(attributes),
        });
    }

    fn within(&mut self, test: bool, visit: impl FnOnce(&mut Self)) {
        let outer = self.test;
        self.test = outer || test;
        visit(self);
        self.test = outer;
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.add(&item.sig, &item.block, &item.attrs);
        self.within(is_test_fn(&item.attrs), |finder| visit::visit_item_fn(finder, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.add(&item.sig, &item.block, &item.attrs);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block, &item.attrs);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(is_test(&item.attrs), |finder| visit::visit_item_mod(finder, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(is_test(&item.attrs), |finder| visit::visit_item_impl(finder, item));
    }
}

fn lines(start: LineColumn, end: LineColumn) -> usize {
    end.line.saturating_sub(start.line) + 1
}

/// Lines of a file that hold tests: all of it for test files, else its `#[cfg(test)]` items.
pub fn test_lines(path: &str, text: &str, file: &syn::File) -> usize {
    if is_test_path(path) {
        return written(text.lines());
    }
    let mut marked = HashSet::new();
    for item in &file.items {
        if is_test(attributes(item)) {
            marked.extend(item.span().start().line..=item.span().end().line);
        }
    }
    written(text.lines().enumerate().filter(|(index, _)| marked.contains(&(index + 1))).map(|(_, line)| line))
}

/// Lines that are not blank.
pub fn written<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    lines.filter(|line| !line.trim().is_empty()).count()
}

/// Files that hold nothing but tests, known by name.
pub fn is_test_path(path: &str) -> bool {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.starts_with("ui/src/test/")
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
        || name.contains(".test.")
        || name.contains(".spec.")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[path = "…"]` of a module.
pub fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// True when an item is compiled for tests only.
pub fn is_test_item(item: &Item) -> bool {
    is_test(attributes(item))
}

#[cfg(test)]
#[path = "rust_tests.rs"]
mod tests;
