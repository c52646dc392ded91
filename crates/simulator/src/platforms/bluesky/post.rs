//! What a post may be: the lexicon `app.bsky.feed.post`.
//!
//! Stricter than the server in one thing, on purpose: facets off a character boundary, beyond the text, reversed or
//! overlapping are refused. A real server stores them and the app view silently drops them, which no test would notice.

mod embeds;
mod facets;

use serde_json::Value;

use super::node::{Checked, Node};
pub use embeds::BlobClaim;

use super::syntax;
use crate::content::is_cid;

const TEXT_GRAPHEMES: usize = 300;
const TEXT_BYTES: usize = 3_000;
const TAG_GRAPHEMES: usize = 64;
const TAG_BYTES: usize = 640;
const MAX_TAGS: usize = 8;
const MAX_LANGS: usize = 3;
const MAX_LABELS: usize = 10;

/// Checks a post; the complaint names the place below `$.record`.
pub fn check(record: &Value) -> Checked<()> {
    let post = Node::root(record, "$.record");
    let text = post.required("text")?.text(TEXT_GRAPHEMES, TEXT_BYTES)?;
    post.required("createdAt")?.formatted("datetime", syntax::is_datetime)?;
    if let Some(facet_list) = post.optional("facets")? {
        facets::check(&facet_list, text)?;
    }
    if let Some(langs) = post.optional("langs")? {
        for lang in langs.array(MAX_LANGS)? {
            lang.formatted("language", syntax::is_language)?;
        }
    }
    if let Some(tags) = post.optional("tags")? {
        for tag in tags.array(MAX_TAGS)? {
            check_tag(&tag)?;
        }
    }
    if let Some(labels) = post.optional("labels")? {
        for label in labels.required("values")?.array(MAX_LABELS)? {
            label.required("val")?.text(128, 128)?;
        }
    }
    if let Some(reply) = post.optional("reply")? {
        check_reference(&reply.required("root")?)?;
        check_reference(&reply.required("parent")?)?;
    }
    match post.optional("embed")? {
        Some(embed) => embeds::check(&embed),
        None => Ok(()),
    }
}

/// A hashtag, stored without its sign.
pub fn check_tag(tag: &Node<'_>) -> Checked<()> {
    tag.text(TAG_GRAPHEMES, TAG_BYTES).map(drop)
}

/// A reference to a record: where it is and what it was.
pub fn check_reference(reference: &Node<'_>) -> Checked<()> {
    reference.required("uri")?.formatted("at-uri", syntax::is_at_uri)?;
    reference.required("cid")?.formatted("CID string", is_cid).map(drop)
}

#[cfg(test)]
#[path = "post_tests.rs"]
mod tests;
