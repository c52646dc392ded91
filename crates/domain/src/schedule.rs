//! Times a person chose: the wall time, its zone and the instant they meant, kept together.

use chrono::{LocalResult, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::time::UtcMs;

/// A chosen time. The wall time and zone are what the person meant; the instant follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Schedule {
    /// When to publish.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub at: UtcMs,
    /// The wall time chosen, `2026-11-24T09:30:00`.
    pub wall: String,
    /// The IANA zone it was chosen in, `Europe/Berlin`.
    pub zone: String,
}

/// Why a wall time is not one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not a zone of the IANA database.
    #[error("unknown time zone")]
    UnknownZone,
    /// Not a date and time.
    #[error("not a date and time")]
    Unreadable,
    /// The clocks skip that time on that day.
    #[error("that time does not exist on that day in that zone")]
    DoesNotExist,
}

/// A wall time resolved, and whether it came twice that day (then the first was taken).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The chosen time.
    pub schedule: Schedule,
    /// The time comes twice on that day.
    pub twice: bool,
}

/// Wall times as forms and the command line write them.
const WALL_FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
/// The one form that is stored.
const WALL_STORED: &str = "%Y-%m-%dT%H:%M:%S%.f";

/// The instant a wall time means in a zone.
pub fn resolve(wall: &str, zone: &str) -> Result<Resolved, ScheduleError> {
    let tz: Tz = zone.parse().map_err(|_| ScheduleError::UnknownZone)?;
    let naive = WALL_FORMS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(wall, form).ok())
        .ok_or(ScheduleError::Unreadable)?;
    let (local, twice) = match tz.from_local_datetime(&naive) {
        LocalResult::Single(local) => (local, false),
        LocalResult::Ambiguous(first, _) => (first, true),
        LocalResult::None => return Err(ScheduleError::DoesNotExist),
    };
    let schedule = Schedule {
        at: UtcMs::from_millis(local.timestamp_millis()),
        wall: naive.format(WALL_STORED).to_string(),
        zone: tz.name().to_owned(),
    };
    Ok(Resolved { schedule, twice })
}

/// The wall time an instant has in a zone.
pub fn at_instant(at: UtcMs, zone: &str) -> Result<Schedule, ScheduleError> {
    let tz: Tz = zone.parse().map_err(|_| ScheduleError::UnknownZone)?;
    let wall = at.to_datetime().with_timezone(&tz).naive_local().format(WALL_STORED).to_string();
    Ok(Schedule { at, wall, zone: tz.name().to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_skipped_time_is_refused_and_a_repeated_one_is_the_first() {
        assert_eq!(resolve("2026-03-29T02:30", "Europe/Berlin"), Err(ScheduleError::DoesNotExist));
        let twice = resolve("2026-10-25T02:30", "Europe/Berlin").map(|r| (r.twice, r.schedule.at.to_rfc3339()));
        assert_eq!(twice, Ok((true, "2026-10-25T00:30:00.000Z".to_owned())));
    }

    #[test]
    fn half_hour_changes_are_exact() {
        let resolved = resolve("2026-04-05T01:45", "Australia/Lord_Howe").map(|r| r.twice);
        assert_eq!(resolved, Ok(true));
        assert_eq!(resolve("2026-10-04T02:15", "Australia/Lord_Howe"), Err(ScheduleError::DoesNotExist));
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(resolve("tomorrow", "Europe/Berlin"), Err(ScheduleError::Unreadable));
        assert_eq!(resolve("2026-01-01T00:00", "Mars/Olympus"), Err(ScheduleError::UnknownZone));
    }

    proptest! {
        #[test]
        fn an_instant_survives_the_round_trip_unless_it_is_a_second_occurrence(ms in 0_i64..4_000_000_000_000) {
            let at = UtcMs::from_millis(ms);
            let schedule = at_instant(at, "America/New_York")?;
            let back = resolve(&schedule.wall, &schedule.zone)?;
            prop_assert!(back.schedule.at == at || back.twice);
        }
    }
}
