//! Weekly slots: the times of a week at which an account publishes what has no time of its own.
//!
//! ```
//! use domain::slots::{Slot, next_after};
//! let slots = [Slot { weekday: 0, minute: 570 }];
//! let monday = domain::UtcMs::parse_rfc3339("2026-11-23T00:00:00Z").unwrap();
//! let next = next_after(&slots, "Europe/Berlin", monday, |_| false);
//! assert_eq!(next.unwrap().unwrap().wall, "2026-11-23T09:30:00");
//! ```

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{
    schedule::{self, Schedule, ScheduleError, WALL_STORED},
    time::UtcMs,
};

/// Slots an account may have.
pub const SLOTS_MAX: usize = 7 * 24;
/// How far ahead a free slot is looked for, in days.
const AHEAD_DAYS: u64 = 366;

/// A time of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Slot {
    /// 0 is Monday, 6 Sunday.
    pub weekday: u8,
    /// Minutes after midnight by the wall clock.
    pub minute: u16,
}

impl Slot {
    /// Whether a week has it.
    #[must_use]
    pub const fn is_possible(self) -> bool {
        self.weekday < 7 && self.minute < 24 * 60
    }

    fn time(self) -> Option<NaiveTime> {
        NaiveTime::from_hms_opt(u32::from(self.minute / 60), u32::from(self.minute % 60), 0)
    }
}

/// The first free slot after an instant; `None` where there is none within a year. A slot the clocks skip or go over
/// twice is where [`schedule::settle`] puts it.
pub fn next_after(
    slots: &[Slot],
    zone: &str,
    after: UtcMs,
    taken: impl Fn(UtcMs) -> bool,
) -> Result<Option<Schedule>, ScheduleError> {
    let today = day_of(after, zone)?;
    // A skipped slot may lie on the next day: what yesterday's becomes is looked at too, and each day's in order.
    let days =
        (0..=AHEAD_DAYS).filter_map(|ahead| today.checked_sub_days(Days::new(1))?.checked_add_days(Days::new(ahead)));
    for day in days {
        let weekday = u8::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        let mut times: Vec<_> =
            slots.iter().filter(|slot| slot.weekday == weekday).filter_map(|slot| slot.time()).collect();
        times.sort_unstable();
        for time in times {
            let settled = schedule::settle(&day.and_time(time).format(WALL_STORED).to_string(), zone)?;
            if settled.at > after && !taken(settled.at) {
                return Ok(Some(settled));
            }
        }
    }
    Ok(None)
}

fn day_of(at: UtcMs, zone: &str) -> Result<NaiveDate, ScheduleError> {
    let wall = schedule::at_instant(at, zone)?.wall;
    Ok(schedule::read_wall(&wall).ok_or(ScheduleError::Unreadable)?.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: Slot = Slot { weekday: 6, minute: 150 };
    const NOON: Slot = Slot { weekday: 6, minute: 720 };

    fn at(text: &str) -> UtcMs {
        UtcMs::parse_rfc3339(text).unwrap()
    }

    fn next(after: &str, taken: &[&str]) -> Option<String> {
        let taken: Vec<_> = taken.iter().map(|text| at(text)).collect();
        let next = next_after(&[NOON, MORNING], "Europe/Berlin", at(after), |slot| taken.contains(&slot)).unwrap();
        next.map(|schedule| schedule::with_offset(schedule.at, &schedule.zone))
    }

    #[test]
    fn the_next_slot_is_after_now_and_free() {
        assert_eq!(next("2026-11-20T12:00:00Z", &[]).as_deref(), Some("2026-11-22T02:30:00+01:00"));
        assert_eq!(next("2026-11-22T01:30:00Z", &[]).as_deref(), Some("2026-11-22T12:00:00+01:00"), "that one is now");
        let taken = ["2026-11-22T11:00:00Z", "2026-11-29T01:30:00Z"];
        assert_eq!(next("2026-11-22T01:30:00Z", &taken).as_deref(), Some("2026-11-29T12:00:00+01:00"));
    }

    #[test]
    fn slots_keep_their_wall_time_over_both_changes_of_the_clocks() {
        // 02:30 is skipped, then comes twice.
        assert_eq!(next("2026-03-28T12:00:00Z", &[]).as_deref(), Some("2026-03-29T03:00:00+02:00"));
        assert_eq!(next("2026-03-29T01:00:00Z", &[]).as_deref(), Some("2026-03-29T12:00:00+02:00"));
        assert_eq!(next("2026-10-24T12:00:00Z", &[]).as_deref(), Some("2026-10-25T02:30:00+02:00"));
        assert_eq!(next("2026-10-25T00:30:00Z", &[]).as_deref(), Some("2026-10-25T12:00:00+01:00"), "not once more");
    }

    #[test]
    fn without_a_free_slot_there_is_none() {
        assert_eq!(next_after(&[], "UTC", at("2026-11-20T12:00:00Z"), |_| false), Ok(None));
        assert_eq!(next_after(&[NOON], "UTC", at("2026-11-20T12:00:00Z"), |_| true), Ok(None));
        assert_eq!(
            next_after(&[NOON], "Mars/Olympus", at("2026-11-20T12:00:00Z"), |_| false),
            Err(ScheduleError::UnknownZone)
        );
        assert!(MORNING.is_possible() && !Slot { weekday: 7, minute: 0 }.is_possible());
    }
}
