//! Writing: drafts, media, previews and what pre-flight finds.

use std::collections::BTreeMap;

use domain::{
    EffectClass, Finding, MediaKind,
    post::{Content, Fallback, LinkCard, Variant},
    schedule::Schedule,
    text::TextCount,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PublicationView;

/// What is being written.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Text and media common to all accounts.
    pub content: Content,
    /// What single accounts get instead.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// `acc_…` of each chosen account.
    #[serde(default)]
    pub accounts: Vec<String>,
}

/// Saves a draft: a new one without `id`. Replaying the same save changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    /// `post_…` of the draft; `null` for a new one.
    #[serde(default)]
    pub id: Option<String>,
    /// What is written.
    pub draft: Draft,
    /// What becomes of it when it cannot go out as planned; unchanged when absent.
    #[serde(default)]
    #[ts(optional)]
    pub fallback: Option<Fallback>,
}

/// When to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum When {
    /// As soon as it is saved.
    Now,
    /// At a wall time in a zone: `2026-11-24T09:30`, `Europe/Berlin`.
    Wall {
        /// Wall time.
        wall: String,
        /// IANA zone.
        zone: String,
    },
    /// At an instant, RFC 3339 with offset; kept together with its wall time in `zone`.
    Instant {
        /// The instant.
        at: String,
        /// IANA zone.
        zone: String,
    },
    /// In the next free weekly slot of each account.
    NextSlot,
}

/// Sends a draft on its way, or gives a scheduled post another time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SchedulePost {
    /// `post_…`
    pub id: String,
    /// When.
    pub when: When,
}

/// Writes and schedules in one go; with `when` null it stays a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreatePost {
    /// What is written.
    pub draft: Draft,
    /// When.
    #[serde(default)]
    pub when: Option<When>,
    /// What becomes of it when it cannot go out as planned; it is held when absent.
    #[serde(default)]
    #[ts(optional)]
    pub fallback: Option<Fallback>,
}

/// Which posts to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct PostsQuery {
    /// `draft`, or a state of publications.
    pub state: Option<String>,
    /// Due at or after, RFC 3339.
    pub from: Option<String>,
    /// Due before, RFC 3339.
    pub to: Option<String>,
    /// At most this many; 200 when `null`, at most 1,000.
    pub limit: Option<u32>,
}

/// A post with its publications.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PostView {
    /// `post_…`
    pub id: String,
    /// `draft`, or the state that asks most of the reader among its publications.
    pub state: String,
    /// What is written.
    pub draft: Draft,
    /// The time chosen; `null` for a draft.
    pub schedule: Option<Schedule>,
    /// One per account, once scheduled.
    pub publications: Vec<PublicationView>,
    /// What becomes of it when it cannot go out as planned.
    #[serde(default)]
    pub fallback: Fallback,
    /// `pub_…` of the publication that failed and goes out as this draft says; `null` for a post of its own.
    #[serde(default)]
    pub mends: Option<String>,
    /// What is to be seen to before it goes out, as far as that is known when it is planned; only in answers about one post.
    #[serde(default)]
    pub warnings: Vec<WarningView>,
    /// Media the draft uses.
    pub media: Vec<MediaView>,
    /// When it was begun.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// Something to see to before a post goes out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WarningView {
    /// What was found, and at which account.
    pub finding: Finding,
    /// The same in a sentence.
    pub reason: String,
    /// What its owner can do, in a sentence.
    pub fix: String,
}

/// A picture in the profile.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MediaView {
    /// `med_…`
    pub id: String,
    /// What sort of file.
    pub kind: MediaKind,
    /// MIME type of the stored original.
    pub mime: String,
    /// Bytes of the stored original.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Pixels across, orientation applied.
    pub width: u32,
    /// Pixels down, orientation applied.
    pub height: u32,
    /// Milliseconds of play; `null` for a still.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// Lower-case hexadecimal SHA-256 of the stored original.
    pub digest: String,
    /// File name it had.
    pub name: String,
    /// Alt text suggested when used; may be empty.
    pub alt: String,
}

/// Adds a file by path.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddMedia {
    /// Absolute path.
    pub path: String,
    /// Alt text.
    #[serde(default)]
    pub alt: String,
}

/// Adds a picture from the clipboard.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PasteMedia {
    /// File name to show.
    pub name: String,
    /// The file's bytes in base64, at most 28 MiB of text.
    pub base64: String,
}

/// How one account would show the draft, and what it finds in it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountReview {
    /// `acc_…`
    pub account: String,
    /// Text used and allowed, per part.
    pub counts: Vec<TextCount>,
    /// Parts as they will be sent.
    pub parts: Vec<PreviewPart>,
    /// How doubt about this post is settled.
    pub class: EffectClass,
}

/// The review of a draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Review {
    /// One per chosen account.
    pub accounts: Vec<AccountReview>,
    /// Everything found, worst first.
    pub findings: Vec<Finding>,
}

/// One part made from the payload that will be sent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewPart {
    /// The text in runs, linked where the platform will link.
    pub text: Vec<TextRun>,
    /// Pictures in order.
    pub images: Vec<PreviewImage>,
    /// The link card that will be attached; `null` where none.
    pub card: Option<LinkCard>,
    /// The request body as it will be sent, for those who want to look.
    #[ts(type = "unknown")]
    pub payload: serde_json::Value,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// `plain`, `link`, `mention` or `tag`.
    pub kind: String,
    /// Where it leads; empty for plain text.
    pub href: String,
}

/// A picture as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewImage {
    /// `med_…`
    pub media: String,
    /// Alt text as it will be sent.
    pub alt: String,
    /// Pixels across after rendition.
    pub width: u32,
    /// Pixels down after rendition.
    pub height: u32,
}

/// Asks for a link's card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FetchCard {
    /// The address.
    pub url: String,
}

/// Option values by name, as the platform's form shows them.
pub type Options = BTreeMap<String, String>;
