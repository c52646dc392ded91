//! Times a person chose: the wall time, its zone and the instant they meant, kept together.

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
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
    DoesNotExist {
        /// When the next time begins that does.
        next: UtcMs,
    },
    /// The clocks go back over that time on that day.
    #[error("that time comes twice on that day in that zone")]
    Twice {
        /// The first time it comes.
        first: UtcMs,
        /// The second time.
        second: UtcMs,
    },
}

/// Wall times as forms and the command line write them.
const WALL_FORMS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
/// The one form that is stored.
pub(crate) const WALL_STORED: &str = "%Y-%m-%dT%H:%M:%S%.f";

/// The release of the zone data in this program: `2025b`.
pub const ZONE_DATA: &str = chrono_tz::IANA_TZDB_VERSION;

/// Longest stretch of wall time that was ever left out: a whole day, where the date line was moved.
const GAP_MAX_MIN: i64 = 25 * 60;

/// The first moment after the gap that a wall time is in; `None` where no gap ends within a day and an hour.
fn gap_end(tz: Tz, naive: NaiveDateTime) -> Option<UtcMs> {
    let mut later = (1..=GAP_MAX_MIN).filter_map(|minutes| naive.checked_add_signed(TimeDelta::minutes(minutes)));
    let after = later.find_map(|wall| tz.from_local_datetime(&wall).earliest())?.with_timezone(&Utc);
    let offset_s = |at: DateTime<Utc>| tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    // The clocks changed less than a minute before that: this side has the new offset, the other still the old one.
    let (mut old, mut new) = (after - TimeDelta::minutes(1), after);
    while new - old > TimeDelta::seconds(1) {
        let middle = old + (new - old) / 2;
        if offset_s(middle) == offset_s(after) { new = middle } else { old = middle }
    }
    // Clocks change on a whole second, and neither end of what was halved needs to be on one.
    let whole = DateTime::from_timestamp(new.timestamp(), 0)?;
    let first = if offset_s(whole) == offset_s(after) { whole } else { whole + TimeDelta::seconds(1) };
    Some(UtcMs::from(first))
}

/// The instant a wall time means where nobody can be asked: in a series, a slot, or after the zone data changed. Of a
/// time the clocks skip that is the first moment after the gap; of one that comes twice, the first of the two. What is
/// kept as the wall time is what was meant.
pub fn settle(wall: &str, zone: &str) -> Result<Schedule, ScheduleError> {
    let at = match resolve(wall, zone) {
        Err(ScheduleError::DoesNotExist { next: at } | ScheduleError::Twice { first: at, .. }) => at,
        resolved => return resolved,
    };
    let naive = read_wall(wall).ok_or(ScheduleError::Unreadable)?;
    Ok(Schedule { at, wall: naive.format(WALL_STORED).to_string(), zone: zone.to_owned() })
}

/// The same chosen time by the zone data of this program. One of two times that come twice stays the one it was.
pub fn renewed(schedule: &Schedule) -> Result<Schedule, ScheduleError> {
    match resolve(&schedule.wall, &schedule.zone) {
        Err(ScheduleError::Twice { first, second }) if [first, second].contains(&schedule.at) => Ok(schedule.clone()),
        _ => settle(&schedule.wall, &schedule.zone),
    }
}

/// A wall time as forms and the command line write it.
pub(crate) fn read_wall(wall: &str) -> Option<NaiveDateTime> {
    WALL_FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(wall, form).ok())
}

/// The instant a wall time means in a zone.
pub fn resolve(wall: &str, zone: &str) -> Result<Schedule, ScheduleError> {
    let tz: Tz = zone.parse().map_err(|_| ScheduleError::UnknownZone)?;
    let naive = read_wall(wall).ok_or(ScheduleError::Unreadable)?;
    let instant = |local: chrono::DateTime<Tz>| UtcMs::from_millis(local.timestamp_millis());
    let at = match tz.from_local_datetime(&naive) {
        LocalResult::Single(local) => instant(local),
        LocalResult::Ambiguous(first, second) => {
            return Err(ScheduleError::Twice { first: instant(first), second: instant(second) });
        }
        LocalResult::None => {
            let next = gap_end(tz, naive).ok_or(ScheduleError::Unreadable)?;
            return Err(ScheduleError::DoesNotExist { next });
        }
    };
    Ok(Schedule { at, wall: naive.format(WALL_STORED).to_string(), zone: tz.name().to_owned() })
}

/// `2026-10-25T02:30:00+02:00`: the wall time of an instant with its offset from UTC, which no other instant has.
#[must_use]
pub fn with_offset(at: UtcMs, zone: &str) -> String {
    zone.parse::<Tz>().map_or_else(
        |_| at.to_rfc3339(),
        |tz| at.to_datetime().with_timezone(&tz).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    )
}

/// The wall time an instant has in a zone.
pub fn at_instant(at: UtcMs, zone: &str) -> Result<Schedule, ScheduleError> {
    let tz: Tz = zone.parse().map_err(|_| ScheduleError::UnknownZone)?;
    let wall = at.to_datetime().with_timezone(&tz).naive_local().format(WALL_STORED).to_string();
    Ok(Schedule { at, wall, zone: tz.name().to_owned() })
}

/// A chosen time moved by as much as lies between two others: on the wall clock where those two are of one zone, so that
/// nine stays nine across a change of the clocks, else in time. What the clocks skip becomes the next time there is, what
/// comes twice the first.
pub fn moved(schedule: &Schedule, from: &Schedule, to: &Schedule) -> Result<Schedule, ScheduleError> {
    let wall = |of: &Schedule| NaiveDateTime::parse_from_str(&of.wall, WALL_STORED).ok();
    let by_wall = match (wall(schedule), wall(from), wall(to)) {
        (Some(own), Some(from_wall), Some(to_wall)) if from.zone == to.zone => {
            own.checked_add_signed(to_wall - from_wall)
        }
        _ => None,
    };
    let Some(wall) = by_wall else {
        return at_instant(schedule.at.plus_ms(to.at.since(from.at)), &schedule.zone);
    };
    match resolve(&wall.format(WALL_STORED).to_string(), &schedule.zone) {
        Err(ScheduleError::DoesNotExist { next: at } | ScheduleError::Twice { first: at, .. }) => {
            at_instant(at, &schedule.zone)
        }
        resolved => resolved,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn several_times_move_together_and_keep_their_distance_on_the_wall() {
        let berlin = |wall| resolve(wall, "Europe/Berlin").unwrap();
        let (from, to) = (berlin("2026-03-27T09:00"), berlin("2026-03-28T09:00"));
        assert_eq!(moved(&from, &from, &to), Ok(to.clone()));
        assert_eq!(moved(&berlin("2026-03-28T09:00"), &from, &to), Ok(berlin("2026-03-29T09:00")), "nine stays nine");
        assert_eq!(moved(&berlin("2026-03-28T02:30"), &from, &to).unwrap().at, berlin("2026-03-29T03:00").at);
        let tokyo = resolve("2026-03-28T10:00", "Asia/Tokyo").unwrap();
        assert_eq!(moved(&tokyo, &from, &to).unwrap().wall, "2026-03-29T10:00:00");
        let utc = resolve("2026-03-27T09:00", "UTC").unwrap();
        assert_eq!(moved(&from, &from, &utc).unwrap().at, utc.at, "other zones: by the instants");
    }

    #[test]
    fn a_skipped_time_names_the_next_one_and_a_repeated_one_names_both() {
        let table = [
            ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:00:00+02:00"),
            ("2026-03-29T02:00:01", "Europe/Berlin", "2026-03-29T03:00:00+02:00"),
            ("2026-03-29T02:59:59.999", "Europe/Berlin", "2026-03-29T03:00:00+02:00"),
            // Its clocks went forward by 44 min 30 s.
            ("1972-01-07T00:30", "Africa/Monrovia", "1972-01-07T00:44:30+00:00"),
            ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04T02:30:00+11:00"),
            ("2011-12-30T12:00", "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ];
        for (wall, zone, expected) in table {
            let Err(ScheduleError::DoesNotExist { next }) = resolve(wall, zone) else { panic!("{wall} {zone}") };
            assert_eq!(with_offset(next, zone), expected);
        }
        let Err(ScheduleError::Twice { first, second }) = resolve("2026-10-25T02:30", "Europe/Berlin") else {
            panic!("it comes once")
        };
        let named = [first, second].map(|at| with_offset(at, "Europe/Berlin"));
        assert_eq!(named, ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]);
        assert_eq!(
            at_instant(second, "Europe/Berlin").map(|schedule| schedule.wall),
            Ok("2026-10-25T02:30:00".to_owned())
        );
    }

    #[test]
    fn half_hour_changes_are_exact() {
        let resolved = resolve("2026-04-05T01:45", "Australia/Lord_Howe");
        assert!(matches!(resolved, Err(ScheduleError::Twice { first, second }) if second.since(first) == 1_800_000));
    }

    #[test]
    fn where_nobody_can_be_asked_there_is_one_rule() {
        let table = [
            ("2026-03-29T02:30", "2026-03-29T03:00:00+02:00"),
            ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
            ("2026-06-01T02:30", "2026-06-01T02:30:00+02:00"),
        ];
        for (wall, expected) in table {
            let settled = settle(wall, "Europe/Berlin").unwrap();
            assert_eq!(with_offset(settled.at, "Europe/Berlin"), expected);
            assert_eq!(settled.wall, format!("{wall}:00"), "what was meant is kept");
        }
    }

    #[test]
    fn a_time_resolved_anew_stays_the_one_of_two_that_was_chosen() {
        let Err(ScheduleError::Twice { first, second }) = resolve("2026-10-25T02:30", "Europe/Berlin") else {
            panic!("it comes once")
        };
        for at in [first, second] {
            let chosen = at_instant(at, "Europe/Berlin").unwrap();
            assert_eq!(renewed(&chosen), Ok(chosen));
        }
        // As older data may have said it.
        let stale = Schedule { at: second.plus_ms(1), ..at_instant(second, "Europe/Berlin").unwrap() };
        assert_eq!(renewed(&stale).map(|schedule| schedule.at), Ok(first));
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(resolve("tomorrow", "Europe/Berlin"), Err(ScheduleError::Unreadable));
        assert_eq!(resolve("2026-01-01T00:00", "Mars/Olympus"), Err(ScheduleError::UnknownZone));
    }

    proptest! {
        #[test]
        fn an_instant_survives_the_round_trip_or_is_one_of_two(ms in 0_i64..4_000_000_000_000) {
            let at = UtcMs::from_millis(ms);
            let schedule = at_instant(at, "America/New_York")?;
            let back = resolve(&schedule.wall, &schedule.zone);
            let same = match back {
                Ok(back) => back.at == at,
                Err(ScheduleError::Twice { first, second }) => at == first || at == second,
                Err(_) => false,
            };
            prop_assert!(same, "{}", schedule.wall);
        }
    }
}
