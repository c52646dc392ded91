//! The app as a whole: state, queue, settings, events.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Failure, OutageView, PracticeView};

/// Everything the frame of the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Version of Postroom.
    pub version: String,
    /// Version of the SQLite linked in.
    pub sqlite: String,
    /// The data folder and its key.
    pub profile: ProfileView,
    /// The queue at a glance.
    pub queue: QueueStatus,
    /// Accounts that need their owner.
    pub accounts_needing_owner: u32,
    /// Notices not seen yet.
    pub unread_notices: u32,
    /// IANA zone of the computer.
    pub zone: String,
    /// What this desktop offers.
    pub desktop: DesktopView,
    /// First steps and which are done.
    pub checklist: Checklist,
    /// The practice network.
    pub practice: PracticeView,
}

/// The data folder.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProfileView {
    /// `prof_…`
    pub id: String,
    /// How often a runner has started on it.
    #[ts(type = "number")]
    pub generation: i64,
    /// Where it lies.
    pub folder: String,
    /// `keychain`, `passphrase`, `environment`, or `none` before the first secret is sealed.
    pub vault: String,
    /// `ready`, `locked`, `missing` or `unset`.
    pub vault_state: String,
    /// One sentence when not ready; empty otherwise.
    pub vault_reason: String,
}

/// Why a profile is only read, and what leads out of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct ProfileTrouble {
    /// What every wish to write is answered; `null` in a profile as it should be.
    pub failure: Option<Failure>,
    /// Copies of the database that may take its place; empty where that would not help.
    pub copies: Vec<DatabaseCopy>,
}

/// A copy of the database from before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DatabaseCopy {
    /// Which version of the database it was made of.
    #[ts(type = "number")]
    pub version: i64,
    /// When it was made.
    pub at: String,
    /// Its size.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Puts a copy in the place of a damaged database, which is kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartWithCopy {
    /// See [`DatabaseCopy::version`].
    #[ts(type = "number")]
    pub version: i64,
}

/// The queue at a glance.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct QueueStatus {
    /// Whether everything is paused.
    pub paused: bool,
    /// Whether a runner is at work on this profile.
    pub running: bool,
    /// Next publication due; `null` when none is.
    pub next: Option<NextDue>,
    /// Publications per group.
    pub needs_you: u32,
    /// At work this minute.
    pub now: u32,
    /// Will go out by themselves.
    pub upcoming: u32,
    /// Settled.
    pub done: u32,
    /// Publications by state.
    #[ts(type = "Record<string, number>")]
    pub by_state: std::collections::BTreeMap<String, u32>,
    /// Servers that are down, the longest first.
    #[serde(default)]
    pub outages: Vec<OutageView>,
}

/// The next publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NextDue {
    /// `pub_…`
    pub publication: String,
    /// When.
    pub at: String,
    /// IANA zone it was chosen in.
    pub zone: String,
    /// First line of the text.
    pub title: String,
    /// Platform's short name.
    pub platform: String,
}

/// What this desktop offers.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct DesktopView {
    /// `linux`, `macos`, `windows`, or `none` without a window.
    pub os: String,
    /// Whether something shows tray icons.
    pub tray: bool,
    /// Whether the effect of closing the window was already explained.
    pub close_explained: bool,
}

/// First steps, derived from real data.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[expect(clippy::struct_excessive_bools, reason = "a list of first steps, each done or not")]
pub struct Checklist {
    /// An account is linked.
    pub linked: bool,
    /// A post was scheduled or published.
    pub scheduled: bool,
    /// A post is live.
    pub published: bool,
    /// The owner put the list away.
    pub dismissed: bool,
}

/// What the owner can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each on or off")]
pub struct Settings {
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// `system`, `en` or `de`.
    pub language: String,
    /// `system`, or the day a week begins with in calendars: `monday`, `sunday` or `saturday`.
    pub week_start: String,
    /// IANA zone new posts are planned in; empty for the computer's.
    pub zone: String,
    /// Whether a successful post is announced too.
    pub notify_success: bool,
    /// Whether notifications say only that something needs the owner: no text, no account, no platform.
    pub names_only: bool,
    /// Minutes a post may be late and still go out by itself.
    pub grace_min: u32,
    /// What becomes of posts that are later than that: `hold` asks, `publish` sends them all the same, up to a day late.
    pub missed: String,
    /// Seconds between two posts of an account that come late.
    pub spacing_s: u32,
    /// Whether the effect of closing the window was explained.
    pub close_explained: bool,
    /// Whether the first-steps list was put away.
    pub checklist_dismissed: bool,
    /// Whether starting with the system was asked about.
    pub autostart_asked: bool,
}

/// Changes the given settings and leaves the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SettingsChange {
    /// See [`Settings::theme`].
    pub theme: Option<String>,
    /// See [`Settings::language`].
    pub language: Option<String>,
    /// See [`Settings::week_start`].
    pub week_start: Option<String>,
    /// See [`Settings::zone`].
    pub zone: Option<String>,
    /// See [`Settings::notify_success`].
    pub notify_success: Option<bool>,
    /// See [`Settings::names_only`].
    pub names_only: Option<bool>,
    /// See [`Settings::grace_min`].
    pub grace_min: Option<u32>,
    /// See [`Settings::missed`].
    pub missed: Option<String>,
    /// See [`Settings::spacing_s`].
    pub spacing_s: Option<u32>,
    /// See [`Settings::close_explained`].
    pub close_explained: Option<bool>,
    /// See [`Settings::checklist_dismissed`].
    pub checklist_dismissed: Option<bool>,
    /// See [`Settings::autostart_asked`].
    pub autostart_asked: Option<bool>,
}

/// What an event is about; reads of that kind are stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Accounts or attempts to link.
    Accounts,
    /// Posts or media.
    Posts,
    /// Publications or the queue.
    Publications,
    /// Notices.
    Notices,
    /// Settings.
    Settings,
    /// The practice network.
    Practice,
    /// A check of connections.
    Doctor,
    /// The window was asked to show a place: `id` is `compose`, `queue`, `accounts`, `settings` or a `pub_…`.
    Navigate,
}

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    /// What kind of thing.
    pub topic: Topic,
    /// Which one, where it is one.
    pub id: Option<String>,
}

/// The text of a thing to put on the clipboard, or a path chosen; empty when the owner cancelled.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Paths {
    /// Absolute paths.
    pub paths: Vec<String>,
}
