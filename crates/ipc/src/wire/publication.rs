//! The queue: publications, their journals, decisions, notices.

use std::collections::BTreeMap;

use domain::{
    ChangeState, EffectClass, EffectKind, EffectState, ErrorCode, Finding, HeldReason, PublicationState,
    publication::Group, schedule::Schedule,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ForecastItem, PartView, ReplyView};

/// One post to one account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PublicationView {
    /// `pub_…`
    pub id: String,
    /// `post_…`
    pub post: String,
    /// `acc_…`
    pub account: String,
    /// Platform's short name.
    pub platform: String,
    /// Handle of the account.
    pub handle: String,
    /// First line of the text, cut to 120 characters.
    pub title: String,
    /// Where it stands.
    pub state: PublicationState,
    /// Group it is shown in.
    pub group: Group,
    /// Why it is held; `null` unless held.
    pub held: Option<HeldReason>,
    /// One sentence a creator understands: what happened, is it live, what happens next.
    pub reason: String,
    /// Cause of the last trouble; `null` when there was none.
    pub cause: Option<ErrorCode>,
    /// The time chosen.
    pub schedule: Schedule,
    /// When the next try or look is due; `null` when none is.
    #[ts(type = "string | null")]
    pub next_at: Option<String>,
    /// Tries so far.
    pub attempts: u32,
    /// Parts done and parts in all.
    pub parts_done: u32,
    /// Parts in all.
    pub parts: u32,
    /// What is being done now, in words; empty otherwise.
    pub step: String,
    /// Link of the published post; empty until there is one.
    pub url: String,
    /// When it was seen published.
    #[ts(type = "string | null")]
    pub published_at: Option<String>,
    /// How doubt is settled.
    pub class: EffectClass,
    /// When it last got other words while live; `null` when it never did.
    #[ts(type = "string | null")]
    pub edited_at: Option<String>,
    /// When it was deleted at the platform at its owner's wish; `null` while it was not.
    #[ts(type = "string | null")]
    pub deleted_at: Option<String>,
    /// Its first comment, or the last deletion or edit asked for; `null` when there is none.
    pub change: Option<LiveChangeView>,
    /// What became of it in place of what was planned: `text` without its pictures, or another `account`; empty where
    /// it goes as planned.
    #[serde(default)]
    pub instead: String,
    /// Whether it is live and can be deleted from here.
    #[serde(default)]
    pub can_delete: bool,
    /// Whether it is live and can be given other words from here.
    #[serde(default)]
    pub can_edit: bool,
}

/// A first comment, deletion or edit of what is live.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LiveChangeView {
    /// `comment`, `edit` or `delete`.
    pub kind: EffectKind,
    /// Where it stands.
    pub state: ChangeState,
    /// Why it is held; `null` unless held.
    pub held: Option<HeldReason>,
    /// One sentence a creator understands: what happened, what is live, what happens next.
    pub reason: String,
    /// Cause of the last trouble; `null` when there was none.
    pub cause: Option<ErrorCode>,
    /// When the next try or look is due; `null` when none is.
    #[ts(type = "string | null")]
    pub next_at: Option<String>,
    /// What the platform itself said last, redacted; empty when it said nothing.
    pub raw: String,
}

/// One part of a publication as it was last sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartWords {
    /// The text.
    pub text: String,
    /// Alt texts of its pictures, in order.
    #[serde(default)]
    pub alts: Vec<String>,
}

/// Other words for what is live.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct EditLive {
    /// `pub_…`
    pub id: String,
    /// All its parts, in order, with as many alt texts as pictures.
    #[serde(default)]
    pub parts: Vec<PartWords>,
    /// BCP 47 language tag; unchanged when absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Option fields that change; an empty value stands for the default.
    #[serde(default)]
    #[ts(type = "Record<string, string>")]
    pub options: BTreeMap<String, String>,
}

/// Which publications to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct PublicationsQuery {
    /// Only this state.
    pub state: Option<PublicationState>,
    /// Only this group.
    pub group: Option<Group>,
    /// Words to find in the text or the handle.
    pub search: Option<String>,
    /// At most this many; 200 when `null`, at most 1,000.
    pub limit: Option<u32>,
}

/// A publication with its journal.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PublicationDetail {
    /// The publication.
    pub publication: PublicationView,
    /// Each call that changes what others can see.
    pub effects: Vec<EffectView>,
    /// What happened, oldest first.
    pub journal: Vec<JournalEntry>,
    /// What the platform itself said last, redacted; empty when it said nothing.
    pub raw: String,
    /// Its parts as they were last sent.
    #[serde(default)]
    pub parts: Vec<PartWords>,
    /// `ser_…` of the series it was made of; `null` for a post that comes once.
    #[serde(default)]
    pub series: Option<String>,
    /// BCP 47 language tag it went out with; empty when unknown.
    #[serde(default)]
    pub language: String,
    /// Option fields it went out with.
    #[serde(default)]
    #[ts(type = "Record<string, string>")]
    pub options: BTreeMap<String, String>,
    /// Those of them that an edit can change.
    #[serde(default)]
    pub edit_options: Vec<String>,
    /// What is to be expected while it waits to go out by itself; `null` otherwise.
    #[serde(default)]
    pub outlook: Option<ForecastItem>,
    /// Its parts, each with how it stands and what is sent.
    #[serde(default)]
    pub part_views: Vec<PartView>,
    /// What the platform answered where that was no success: the last few answers, oldest first.
    #[serde(default)]
    pub replies: Vec<ReplyView>,
    /// Whether its words can be changed before it is tried again: nothing of what is left was accepted.
    #[serde(default)]
    pub can_mend: bool,
}

/// One effect of a publication.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EffectView {
    /// `eff_…`
    pub id: String,
    /// Part it belongs to, from 0.
    pub part: u32,
    /// What it does.
    pub kind: EffectKind,
    /// How doubt is settled.
    pub class: EffectClass,
    /// Where it stands.
    pub state: EffectState,
    /// Chosen id or key; empty where the platform takes none.
    pub key: String,
    /// SHA-256 of the request, lower-case hexadecimal.
    pub fingerprint: String,
    /// Calls made.
    pub attempts: u32,
    /// The platform's id of what came of it; empty until known.
    pub remote_id: String,
    /// Its link; empty until known.
    pub url: String,
}

/// One line of the journal.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct JournalEntry {
    /// When.
    pub at: String,
    /// Short name: `intent`, `accepted`, `confirm_found`, `retry_planned` …
    pub event: String,
    /// Part it concerns, from 0; `null` for the whole.
    pub part: Option<u32>,
    /// One sentence.
    pub text: String,
}

/// The owner's word on what nothing else could decide.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Decide {
    /// `pub_…`
    pub id: String,
    /// Whether it is live.
    pub live: bool,
    /// Its id or link at the platform, where known.
    #[serde(default)]
    pub remote_id: Option<String>,
}

/// What becomes of every post that missed its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MissedAnswer {
    /// They go out, spaced.
    Publish,
    /// Each goes out in its account's next free slot; those of accounts without one go on waiting.
    Slot,
    /// They do not.
    Cancel,
}

/// One answer for every post that missed its time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SettleMissed {
    /// What becomes of them.
    pub answer: MissedAnswer,
    /// When the first of them goes out; now when absent.
    #[serde(default)]
    pub at: Option<String>,
}

/// Something the owner was told.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoticeView {
    /// `note_…`
    pub id: String,
    /// What it is about.
    pub code: ErrorCode,
    /// One line.
    pub title: String,
    /// What happened, is it live, what to do.
    pub body: String,
    /// Publication to open.
    pub publication: Option<String>,
    /// Account concerned.
    pub account: Option<String>,
    /// When.
    pub at: String,
    /// Whether it was seen.
    pub read: bool,
}

/// What went wrong, for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// Which of the closed list.
    pub code: ErrorCode,
    /// What happened, in one or two sentences.
    pub message: String,
    /// What to do next.
    pub action: String,
    /// The platform's own words, redacted; empty when it said nothing.
    #[serde(default)]
    pub details: String,
    /// What pre-flight found, when that is why.
    #[serde(default)]
    pub findings: Vec<Finding>,
}
