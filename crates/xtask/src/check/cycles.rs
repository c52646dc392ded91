//! Cycles in a graph of named things, whichever they are.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::{algo::tarjan_scc, graph::DiGraph};

/// Who uses whom, with one example of how.
#[derive(Debug, Default)]
pub struct Graph {
    edges: BTreeMap<(String, String), String>,
}

impl Graph {
    /// Notes that `from` uses `to`, as seen in `example`. The first example is kept.
    pub fn add(&mut self, from: &str, to: &str, example: impl Into<String>) {
        if from != to {
            self.edges.entry((from.to_owned(), to.to_owned())).or_insert_with(|| example.into());
        }
    }

    /// One description per group of things that reach each other, with the edges that tie them.
    pub fn cycles(&self) -> Vec<String> {
        let mut graph = DiGraph::<&str, ()>::new();
        let mut nodes = BTreeMap::new();
        for (from, to) in self.edges.keys() {
            let from = *nodes.entry(from.as_str()).or_insert_with(|| graph.add_node(from));
            let to = *nodes.entry(to.as_str()).or_insert_with(|| graph.add_node(to));
            graph.add_edge(from, to, ());
        }
        let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
        groups
            .map(|group| self.describe(&group.iter().filter_map(|&node| graph.node_weight(node).copied()).collect()))
            .collect()
    }

    fn describe(&self, group: &BTreeSet<&str>) -> String {
        let names: Vec<_> = group.iter().copied().collect();
        let inside =
            self.edges.iter().filter(|((from, to), _)| group.contains(from.as_str()) && group.contains(to.as_str()));
        let edges: Vec<_> = inside.map(|((from, to), how)| format!("{from} → {to} ({how})")).collect();
        format!("cycle of {}: {}", names.join(", "), edges.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    fn cycles(edges: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph::default();
        for (from, to) in edges {
            graph.add(from, to, "use");
        }
        graph.cycles()
    }

    #[test]
    fn a_tree_and_a_diamond_have_none() {
        assert!(cycles(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "a")]).is_empty());
    }

    #[test]
    fn cycles_are_found_with_their_edges_only() {
        let found = cycles(&[("a", "b"), ("b", "c"), ("c", "b"), ("x", "y"), ("y", "z"), ("z", "x")]);
        assert_eq!(found.len(), 2);
        assert!(found.contains(&"cycle of b, c: b → c (use); c → b (use)".to_owned()), "{found:?}");
    }
}
