//! The TypeScript of the wire: every shape and one `Commands` map, in one generated file.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use ts_rs::{Config, TS, TypeVisitor};

use crate::{
    commands::{self, Visitor},
    wire::{Event, Failure},
};

struct Collector {
    config: Config,
    seen: HashSet<TypeId>,
    declarations: BTreeMap<String, String>,
    commands: String,
}

impl Collector {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            self.declarations.insert(T::ident(&self.config), T::decl(&self.config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Collector {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

impl Visitor for Collector {
    fn command<P: TS + 'static, A: TS + 'static>(&mut self, name: &str) {
        self.add::<P>();
        self.add::<A>();
        let (params, answer) = (P::name(&self.config), A::name(&self.config));
        // Writing to a String cannot fail.
        let _ = writeln!(self.commands, "  {name}: {{ params: {params}; answer: {answer} }};");
    }
}

/// The whole generated file.
#[must_use]
pub fn generate() -> String {
    let mut collector = Collector {
        config: Config::new(),
        seen: HashSet::new(),
        declarations: BTreeMap::new(),
        commands: String::new(),
    };
    collector.add::<Event>();
    collector.add::<Failure>();
    commands::describe(&mut collector);
    let mut text = String::from("// Generated from crates/ipc; regenerate with `cargo xtask gen`.\n\n");
    for declaration in collector.declarations.values() {
        let _ = writeln!(text, "export {declaration}\n");
    }
    let _ = write!(text, "export type Commands = {{\n{}}};\n", collector.commands);
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_in_the_tree_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/ipc/generated.ts");
        let stored = std::fs::read_to_string(path).expect("ui/src/ipc/generated.ts exists");
        assert!(stored == super::generate(), "run `cargo xtask gen` and commit ui/src/ipc/generated.ts");
    }
}
