//! Links, mentions and tags inside a text, at byte offsets.

use super::super::node::{Checked, Node};
use super::super::syntax;

const MAX_FACETS: usize = 1_000;

/// Checks the facets of `text`.
pub fn check(list: &Node<'_>, text: &str) -> Checked<()> {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for facet in list.array(MAX_FACETS)? {
        let (start, end) = check_index(&facet.required("index")?, text)?;
        if taken.iter().any(|(other_start, other_end)| start < *other_end && *other_start < end) {
            return facet.complain("facet overlaps another");
        }
        taken.push((start, end));
        for feature in facet.required("features")?.array(MAX_FACETS)? {
            check_feature(&feature)?;
        }
    }
    Ok(())
}

/// Start inclusive, end exclusive, both on character boundaries of the text.
fn check_index(index: &Node<'_>, text: &str) -> Checked<(usize, usize)> {
    let mut ends = [0_usize; 2];
    for (key, end) in ["byteStart", "byteEnd"].into_iter().zip(&mut ends) {
        let node = index.required(key)?;
        *end = usize::try_from(node.integer(0)?).unwrap_or(usize::MAX);
        if !text.is_char_boundary(*end) {
            return node.complain(format_args!("facet end not on a character boundary (got {end})"));
        }
    }
    let [start, end] = ends;
    if start >= end { index.complain("facet without any text") } else { Ok((start, end)) }
}

/// Kinds this server does not know are let through, as open unions are.
fn check_feature(feature: &Node<'_>) -> Checked<()> {
    match feature.required("$type")?.string()? {
        "app.bsky.richtext.facet#link" => feature.required("uri")?.formatted("uri", syntax::is_uri).map(drop),
        "app.bsky.richtext.facet#mention" => feature.required("did")?.formatted("DID", syntax::is_did).map(drop),
        "app.bsky.richtext.facet#tag" => super::check_tag(&feature.required("tag")?),
        _ => Ok(()),
    }
}
