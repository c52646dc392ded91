//! Series and weekly slots.

use domain::{schedule::Schedule, slots::Slot};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Draft;

/// When a series comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeriesTiming {
    /// A rule of iCalendar, without `RRULE:`: `FREQ=WEEKLY;BYDAY=MO,TH`.
    pub rule: String,
    /// The wall time it counts from, `2026-11-24T09:30`.
    pub wall: String,
    /// IANA zone.
    pub zone: String,
}

/// Writes a post that comes again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreateSeries {
    /// What is written.
    pub draft: Draft,
    /// When it comes.
    pub timing: SeriesTiming,
}

/// Changes a series from now on; what lies ahead and was left as it was made is made anew.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ChangeSeries {
    /// `ser_…`
    pub id: String,
    /// Other words, pictures or accounts.
    #[serde(default)]
    pub draft: Option<Draft>,
    /// Another rule or time.
    #[serde(default)]
    pub timing: Option<SeriesTiming>,
}

/// Which series to list.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SeriesQuery {
    /// Those that ended too.
    pub all: Option<bool>,
}

/// The next dates of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeriesDates {
    /// At most three.
    pub next: Vec<Schedule>,
}

/// A post that comes again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeriesView {
    /// `ser_…`
    pub id: String,
    /// `active` or `ended`.
    pub state: String,
    /// When it comes.
    pub timing: SeriesTiming,
    /// What is written.
    pub draft: Draft,
    /// The next dates, at most three; none once it ended.
    pub next: Vec<Schedule>,
    /// Posts that were made of it, by their wall time.
    pub made: Vec<OccurrenceView>,
    /// When its owner ended it, RFC 3339; `null` while it goes on.
    pub ended_at: Option<String>,
}

/// One time a series came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OccurrenceView {
    /// The wall time the rule gave.
    pub wall: String,
    /// `post_…`; `null` once that was deleted.
    pub post: Option<String>,
}

/// What ending a series took back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EndedSeries {
    /// The series.
    pub series: SeriesView,
    /// Posts that lay ahead and were taken back.
    pub taken_back: u32,
}

/// The weekly slots of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SlotsView {
    /// `acc_…`
    pub account: String,
    /// In the order of the week.
    pub slots: Vec<Slot>,
    /// IANA zone they are meant in.
    pub zone: String,
    /// The first free one from now on; `null` where there is none.
    pub next: Option<Schedule>,
}

/// Gives an account these slots in place of those it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetSlots {
    /// `acc_…`
    pub account: String,
    /// The slots.
    pub slots: Vec<Slot>,
    /// IANA zone they are meant in.
    pub zone: String,
}
