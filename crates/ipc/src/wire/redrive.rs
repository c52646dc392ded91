//! What a publication's owner does about trouble: looking at it, deciding, mending, and acting on many at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::When;

/// How much a post of the account looks like the one in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LikenessView {
    /// The same words and as many pictures.
    Same,
    /// Most of the words.
    Alike,
    /// Something else.
    Other,
}

/// A post that the account shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeenView {
    /// The platform's id of it.
    pub id: String,
    /// Its link; empty where there is none.
    pub url: String,
    /// Its text.
    pub text: String,
    /// How many pictures it has.
    pub pictures: u32,
    /// When it was made; `null` where the platform does not tell.
    #[ts(type = "string | null")]
    pub at: Option<String>,
    /// How much it looks like it.
    pub likeness: LikenessView,
}

/// What the account shows, to be compared with what was sent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EvidenceView {
    /// The part in question, from 0.
    pub part: u32,
    /// When its first call was made; `null` where none was.
    #[ts(type = "string | null")]
    pub first_sent_at: Option<String>,
    /// The page of the account; empty where there is none.
    pub profile_url: String,
    /// The posts around that time, those that look like it first.
    pub posts: Vec<SeenView>,
    /// Why nothing can be read there; empty where it can.
    pub unreadable: String,
}

/// What is done to many publications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BulkAct {
    /// Tried again, the posts of an account a little apart.
    Retry,
    /// The first gets another time, the others keep their distance to it.
    Reschedule,
    /// Taken back.
    Cancel,
}

/// To which publications: exactly one of the four.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BulkWhose {
    /// These: `pub_…`, at most 1,000.
    These(Vec<String>),
    /// All that failed, of one account (`acc_…`) or of any.
    Failed(Option<String>),
    /// All that failed of one post (`post_…`).
    FailedOf(String),
    /// All that waited for an account that is linked again (`acc_…`).
    Waited(String),
}

/// One action on many publications.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Bulk {
    /// What is done.
    pub act: BulkAct,
    /// To which.
    pub whose: BulkWhose,
    /// The new time of the first; only for [`BulkAct::Reschedule`].
    #[serde(default)]
    pub when: Option<When>,
}

/// One that it was not done to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BulkLeft {
    /// `pub_…`
    pub publication: String,
    /// Why, in one sentence.
    pub why: String,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BulkOutcome {
    /// `bulk_…`, to be undone by; `null` where nothing was done.
    pub id: Option<String>,
    /// Publications it was done to.
    pub done: u32,
    /// The others.
    pub left: Vec<BulkLeft>,
}

/// The last action on many.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BulkView {
    /// `bulk_…`
    pub id: String,
    /// `retry`, `reschedule`, `cancel` or `missed`.
    pub kind: String,
    /// Publications it was asked for.
    pub total: u32,
    /// Publications it was done to so far.
    pub done: u32,
    /// Until when it can be undone; `null` when it cannot.
    #[ts(type = "string | null")]
    pub undo_until: Option<String>,
}

/// The last action on many, where there was one.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct LastBulk {
    /// It; `null` where there was none for a day.
    pub bulk: Option<BulkView>,
}

/// Undoes an action on many.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct BulkUndo {
    /// `bulk_…`; the last one when absent.
    #[serde(default)]
    pub id: Option<String>,
}

/// What came of undoing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct BulkUndone {
    /// Publications that are as they were.
    pub restored: u32,
    /// Those that had gone out or begun to.
    pub begun: u32,
    /// Those that were changed since.
    pub changed: u32,
}

/// One publication of a copied profile.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CopiedItem {
    /// `pub_…`
    pub publication: String,
    /// First line of its text.
    pub title: String,
    /// Handle of its account.
    pub handle: String,
    /// When it was to go out.
    pub at: String,
    /// Its link where it was found; empty otherwise.
    pub url: String,
    /// Why nothing can be said of it; empty otherwise.
    pub why: String,
}

/// A profile that is older than what went out from it, and what its accounts say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct CopiedView {
    /// Whether it is one that its owner has not answered for yet.
    pub copied: bool,
    /// When the copy last did anything; `null` when that is not known.
    #[ts(type = "string | null")]
    pub since: Option<String>,
    /// Whether the accounts were read back, and nothing more can appear there.
    pub looked: bool,
    /// Found live, and marked published.
    pub found: Vec<CopiedItem>,
    /// Provably not there.
    pub absent: Vec<CopiedItem>,
    /// Nothing can be said of them.
    pub unknown: Vec<CopiedItem>,
}

/// The owner's answer for a copied profile.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct CopiedAnswer {
    /// Whether what is provably absent goes out; otherwise each waits.
    pub send_absent: bool,
}
