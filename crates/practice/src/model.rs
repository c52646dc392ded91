//! What the network knows: kinds, accounts, drafts, posts, containers, pictures.

use serde::{Deserialize, Serialize};

use crate::clock::Stamp;

/// An account kind, one per class of protection against double posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Client-chosen key.
    A,
    /// Staged: container, then publish.
    B,
    /// Repeats are refused.
    R,
    /// Read-back.
    C,
    /// Blind.
    D,
}

impl Kind {
    /// All kinds in order.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::R, Self::C, Self::D];

    /// `a`, `b`, `r`, `c`, `d`.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::R => "r",
            Self::C => "c",
            Self::D => "d",
        }
    }

    /// The kind of a letter.
    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.letter() == letter)
    }
}

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read one's own posts back.
    Read,
    /// Everything else.
    Write,
}

/// Scopes as OAuth spells them, separated by a space.
pub fn scope_text(scopes: &[Scope]) -> String {
    let words: Vec<_> = scopes.iter().map(|scope| if *scope == Scope::Read { "read" } else { "write" }).collect();
    words.join(" ")
}

/// A demo account.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: String,
    pub kind: Kind,
    pub name: String,
    pub created_at: Stamp,
}

/// A picture as one post shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub media_id: String,
    pub sha256: String,
    pub alt: String,
}

/// What is posted. Two drafts are the same post to an idempotency key when they are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    pub media: Vec<Attached>,
    pub reply_to: Option<String>,
    pub language: Option<String>,
}

/// A draft as the journal spells it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftRecord {
    text: String,
    media: Vec<String>,
    media_ids: Vec<String>,
    alts: Vec<String>,
    reply_to: Option<String>,
    language: Option<String>,
}

impl From<&Draft> for DraftRecord {
    fn from(draft: &Draft) -> Self {
        Self {
            text: draft.text.clone(),
            media: draft.media.iter().map(|one| one.sha256.clone()).collect(),
            media_ids: draft.media.iter().map(|one| one.media_id.clone()).collect(),
            alts: draft.media.iter().map(|one| one.alt.clone()).collect(),
            reply_to: draft.reply_to.clone(),
            language: draft.language.clone(),
        }
    }
}

impl From<&DraftRecord> for Draft {
    fn from(record: &DraftRecord) -> Self {
        let triples = record.media_ids.iter().zip(&record.media).zip(&record.alts);
        Self {
            text: record.text.clone(),
            media: triples
                .map(|((id, sha256), alt)| Attached { media_id: id.clone(), sha256: sha256.clone(), alt: alt.clone() })
                .collect(),
            reply_to: record.reply_to.clone(),
            language: record.language.clone(),
        }
    }
}

/// A published post.
#[derive(Debug, Clone)]
pub struct Post {
    pub id: String,
    pub account: String,
    pub draft: Draft,
    pub created_at: Stamp,
    /// When reading back may show it.
    pub visible_at: Stamp,
    pub deleted: bool,
}

/// A staged post of kind B.
#[derive(Debug, Clone)]
pub struct Container {
    pub id: String,
    pub account: String,
    pub draft: Draft,
    pub created_at: Stamp,
    /// The post, once published.
    pub post: Option<String>,
}

/// An uploaded picture; its bytes are a file named by the digest.
#[derive(Debug, Clone)]
pub struct Media {
    pub id: String,
    pub account: String,
    pub sha256: String,
    pub bytes: u64,
    pub picture: Picture,
}

/// A picture format the network takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Picture {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
}

impl Picture {
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The format named by a Content-Type (parameters ignored) that the first bytes agree with.
    pub fn recognise(content_type: &str, bytes: &[u8]) -> Option<Self> {
        let named = content_type.split(';').next().unwrap_or_default().trim();
        let found = if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Self::Jpeg
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Self::Png
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Self::Webp
        } else {
            return None;
        };
        named.eq_ignore_ascii_case(found.content_type()).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_both_its_name_and_its_bytes_say() {
        let png = b"\x89PNG\r\n\x1a\n....";
        assert_eq!(Picture::recognise("image/png; x=1", png), Some(Picture::Png));
        assert_eq!(Picture::recognise("image/jpeg", png), None);
        assert_eq!(Picture::recognise("image/webp", b"RIFF\0\0\0\0WEBPVP8 "), Some(Picture::Webp));
        assert_eq!(Picture::recognise("image/jpeg", &[0xFF, 0xD8, 0xFF, 0xE0]), Some(Picture::Jpeg));
        assert_eq!(Picture::recognise("image/png", b""), None);
    }

    #[test]
    fn letters_name_kinds() {
        assert_eq!((Kind::from_letter("c"), Kind::from_letter("r")), (Some(Kind::C), Some(Kind::R)));
        assert_eq!(Kind::from_letter("C"), None);
        assert_eq!(scope_text(&[Scope::Read, Scope::Write]), "read write");
    }
}
