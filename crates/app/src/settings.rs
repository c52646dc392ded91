//! What the owner can set. Stored by name; anything unknown or unreadable counts as its default.

use std::collections::BTreeMap;

use domain::schedule;

use crate::{App, Error, event::Topic};

/// Minutes a post may be late and still go out by itself, unless set otherwise.
const GRACE_MIN: u32 = 15;
/// Languages Postroom speaks.
pub const LANGUAGES: [&str; 2] = ["en", "de"];
/// Seconds between two posts of an account that come late, unless set otherwise.
const SPACING_S: u32 = 30;
/// Longest spacing.
const SPACING_MAX_S: u32 = 600;
/// Longest grace: a day. Past that nothing is ever sent by itself.
const GRACE_MAX_MIN: u32 = 24 * 60;

/// What the owner can set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each on or off")]
pub struct Settings {
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// `system`, or one of [`LANGUAGES`].
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
    /// What becomes of posts that are later than that: `hold` asks, `publish` sends them all the same, up to a day late,
    /// `slot` sends those to the account's next free slot.
    pub missed: String,
    /// Seconds between two posts of an account that come late.
    pub spacing_s: u32,
    /// Whether the effect of closing the window was explained.
    pub close_explained: bool,
    /// Whether the first-steps list was put away.
    pub checklist_dismissed: bool,
    /// Whether starting with the system was asked about. Whether it does is the system's to say.
    pub autostart_asked: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self::from_stored(&BTreeMap::new())
    }
}

impl Settings {
    fn from_stored(stored: &BTreeMap<String, String>) -> Self {
        let text = |name: &str, default: &str| stored.get(name).map_or(default, String::as_str).to_owned();
        let number = |name: &str, default| stored.get(name).and_then(|value| value.parse().ok()).unwrap_or(default);
        let flag = |name: &str| stored.get(name).is_some_and(|value| value == "true");
        Self {
            theme: text("theme", "system"),
            language: text("language", "system"),
            week_start: text("week_start", "system"),
            zone: text("zone", ""),
            notify_success: flag("notify_success"),
            names_only: flag("names_only"),
            grace_min: number("grace_min", GRACE_MIN),
            missed: text("missed", "hold"),
            spacing_s: number("spacing_s", SPACING_S),
            close_explained: flag("close_explained"),
            checklist_dismissed: flag("checklist_dismissed"),
            autostart_asked: flag("autostart_asked"),
        }
    }

    fn to_stored(&self) -> [(&'static str, String); 12] {
        [
            ("theme", self.theme.clone()),
            ("language", self.language.clone()),
            ("week_start", self.week_start.clone()),
            ("zone", self.zone.clone()),
            ("notify_success", self.notify_success.to_string()),
            ("names_only", self.names_only.to_string()),
            ("grace_min", self.grace_min.to_string()),
            ("missed", self.missed.clone()),
            ("spacing_s", self.spacing_s.to_string()),
            ("close_explained", self.close_explained.to_string()),
            ("checklist_dismissed", self.checklist_dismissed.to_string()),
            ("autostart_asked", self.autostart_asked.to_string()),
        ]
    }

    fn check(&self) -> Result<(), Error> {
        if !["system", "light", "dark"].contains(&self.theme.as_str()) {
            return Err(Error::invalid("The theme is system, light or dark."));
        }
        if self.language != "system" && !LANGUAGES.contains(&self.language.as_str()) {
            return Err(Error::invalid("The language is system, en or de."));
        }
        if !["system", "monday", "sunday", "saturday"].contains(&self.week_start.as_str()) {
            return Err(Error::invalid("A week starts as the system says, or on monday, sunday or saturday."));
        }
        if self.grace_min > GRACE_MAX_MIN {
            return Err(Error::invalid("The grace is at most 1,440 minutes: past a day nothing is sent by itself."));
        }
        if !["hold", "publish", "slot"].contains(&self.missed.as_str()) {
            return Err(Error::invalid(
                "Missed posts are held (hold), published late (publish) or sent to the next free slot (slot).",
            ));
        }
        if self.spacing_s > SPACING_MAX_S {
            return Err(Error::invalid("Late posts of an account are at most 600 seconds apart."));
        }
        if !self.zone.is_empty() && schedule::at_instant(domain::UtcMs::from_millis(0), &self.zone).is_err() {
            return Err(Error::invalid("That time zone is not one of the IANA database."));
        }
        Ok(())
    }
}

impl App {
    /// The settings.
    pub async fn settings(&self) -> Result<Settings, Error> {
        Ok(Settings::from_stored(&store::setting::all(&mut *self.store.read().await?).await?))
    }

    /// Changes settings; refused as a whole when one of them is not possible.
    pub async fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
        let mut tx = self.store.begin().await?;
        let before = Settings::from_stored(&store::setting::all(&mut tx).await?);
        let mut after = before.clone();
        change(&mut after);
        after.check()?;
        for ((name, new), (_, old)) in after.to_stored().into_iter().zip(before.to_stored()) {
            if new != old {
                store::setting::set(&mut tx, name, &new).await?;
            }
        }
        tx.commit().await?;
        self.emit(Topic::Settings, None);
        Ok(after)
    }

    /// Milliseconds a post may be late and still go out by itself.
    pub(crate) async fn grace_ms(&self) -> Result<i64, Error> {
        let settings = self.settings().await?;
        let minutes = if settings.missed == "publish" { GRACE_MAX_MIN } else { settings.grace_min };
        Ok(i64::from(minutes) * 60_000)
    }

    /// Whether missed posts go to their account's next free slot, where they are at most this many milliseconds late.
    pub(crate) async fn slot_for_missed_ms(&self) -> Result<Option<i64>, Error> {
        let sends = self.settings().await?.missed == "slot";
        Ok(sends.then_some(i64::from(GRACE_MAX_MIN) * 60_000))
    }

    /// Milliseconds between two posts of an account that come late.
    pub(crate) async fn spacing_ms(&self, tx: &mut store::Tx) -> Result<i64, Error> {
        Ok(i64::from(Settings::from_stored(&store::setting::all(tx).await?).spacing_s) * 1_000)
    }

    /// The zone new posts are planned in: the one set, else the computer's, else UTC.
    pub async fn zone(&self) -> Result<String, Error> {
        let set = self.settings().await?.zone;
        if !set.is_empty() {
            return Ok(set);
        }
        let own = iana_time_zone::get_timezone().unwrap_or_default();
        let known = schedule::at_instant(domain::UtcMs::from_millis(0), &own).is_ok();
        Ok(if known { own } else { "UTC".to_owned() })
    }
}
