//! What was written: parts, media, and what one account gets instead.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, MediaId};

/// A picture in a part, with the description given for it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MediaRef {
    /// Which picture.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub id: MediaId,
    /// Alt text; empty when none was written.
    #[serde(default)]
    pub alt: String,
}

/// The card shown for a link, as the writer accepted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LinkCard {
    /// The address the card opens.
    pub url: String,
    /// Title line.
    pub title: String,
    /// Text below the title; may be empty.
    #[serde(default)]
    pub description: String,
}

/// One part: the whole of a plain post, or one piece of a thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Part {
    /// The text as written.
    pub text: String,
    /// Pictures in order.
    #[serde(default)]
    pub media: Vec<MediaRef>,
    /// Card for a link; platforms that take pictures or a card show the pictures.
    #[serde(default)]
    pub card: Option<LinkCard>,
}

/// The text and media of a post, common to all accounts without an override.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Content {
    /// At least one part.
    pub parts: Vec<Part>,
    /// BCP 47 language tag of the text; empty when unknown.
    #[serde(default)]
    pub language: String,
    /// Written below the post once all of it is live, where the platform can; empty for none.
    #[serde(default)]
    pub first_comment: String,
}

/// What one account gets instead of, or beside, the common content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Variant {
    /// The account.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub account: AccountId,
    /// Parts that replace the common ones; `None` for the common ones.
    #[serde(default)]
    pub parts: Option<Vec<Part>>,
    /// Values of the platform's option fields.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// What becomes of a post that cannot go out as planned. Chosen beforehand, done only where provably nothing of it was
/// sent, and never silently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fallback {
    /// It waits, and its owner is asked.
    #[default]
    Hold,
    /// Its text goes out without the pictures, when those keep failing.
    Text,
    /// It goes out through another account of the same platform.
    Account {
        /// That account.
        #[cfg_attr(feature = "ts", ts(type = "string"))]
        account: AccountId,
    },
}

/// Parts one post may have, before any platform's own limit.
pub const MAX_PARTS: usize = 50;
/// Bytes of text one part may have, before any platform's own limit.
pub const MAX_PART_BYTES: usize = 100_000;
/// Accounts one post may go to.
pub const MAX_ACCOUNTS: usize = 100;
