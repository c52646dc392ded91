//! Will it go out? What is to be expected of the next days.

use domain::{Finding, HeldReason, PublicationState, forecast::Outlook, schedule::Schedule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which publications a forecast names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ForecastQuery {
    /// Those that will go out as well; without it only those that may not.
    pub all: Option<bool>,
    /// At most this many; 200 when `null`, at most 1,000.
    pub limit: Option<u32>,
}

/// The next seven days, today among them. Whether this computer will be on is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ForecastView {
    /// Whether a runner is at work on this profile: without one nothing goes out.
    pub running: bool,
    /// IANA zone of the days.
    pub zone: String,
    /// When the first day begins.
    pub from: String,
    /// When the last ends.
    pub to: String,
    /// Publications that go out in all, as far as can be told.
    pub will: u32,
    /// Those that may not, or not at their time.
    pub at_risk: u32,
    /// Those that will not unless their owner does something.
    pub will_not: u32,
    /// The days.
    pub days: Vec<ForecastDay>,
    /// Publications by their times; see [`ForecastQuery`].
    pub publications: Vec<ForecastItem>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForecastDay {
    /// `2026-11-24`, in the zone of the forecast.
    pub date: String,
    /// Publications that go out, as far as can be told.
    pub will: u32,
    /// Those that may not, or not at their time.
    pub at_risk: u32,
    /// Those that will not unless their owner does something.
    pub will_not: u32,
}

/// What is to be expected of one publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ForecastItem {
    /// `pub_…`
    pub publication: String,
    /// `post_…`
    pub post: String,
    /// `acc_…`
    pub account: String,
    /// Platform's short name.
    pub platform: String,
    /// Handle of the account.
    pub handle: String,
    /// First line of the text.
    pub title: String,
    /// The time chosen.
    pub schedule: Schedule,
    /// Where it stands.
    pub state: PublicationState,
    /// Why it is held; `null` unless held.
    pub held: Option<HeldReason>,
    /// What is to be expected.
    pub outlook: Outlook,
    /// Why, the worst first; empty where all is well, and where its state says why.
    pub findings: Vec<Finding>,
    /// Why, in a sentence; empty where all is well.
    pub reason: String,
    /// What to do about it; empty where all is well.
    pub fix: String,
}
