//! Days as the calendar of a zone has them, clock changes and all.

use chrono::{Days as Calendar, NaiveDate};
use chrono_tz::Tz;

use crate::{schedule::settle, time::UtcMs};

/// Days in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    dates: Vec<NaiveDate>,
    /// When each begins, and when the last ends.
    begins: Vec<UtcMs>,
    zone: String,
}

impl Days {
    /// The day an instant lies in, in a zone, and the following ones, `count` in all; in UTC where there is no such zone.
    #[must_use]
    pub fn from(now: UtcMs, zone: &str, count: u32) -> Self {
        let zone = zone.parse::<Tz>().unwrap_or(Tz::UTC);
        let today = now.to_datetime().with_timezone(&zone).date_naive();
        let mut dates: Vec<_> =
            (0..=count).filter_map(|ahead| today.checked_add_days(Calendar::new(u64::from(ahead)))).collect();
        // A day that begins in a gap of the clocks begins at its end.
        let begin = |date: &NaiveDate| settle(&format!("{date}T00:00:00"), zone.name()).map(|begin| begin.at);
        let begins: Vec<_> = dates.iter().map_while(|date| begin(date).ok()).collect();
        dates.truncate(begins.len().saturating_sub(1));
        Self { dates, begins, zone: zone.name().to_owned() }
    }

    /// The zone whose days they are.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.dates.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.dates.is_empty()
    }

    /// Their dates, `2026-11-24`.
    pub fn dates(&self) -> impl Iterator<Item = String> {
        self.dates.iter().map(ToString::to_string)
    }

    /// When the first begins.
    #[must_use]
    pub fn begin(&self) -> UtcMs {
        self.begins.first().copied().unwrap_or(UtcMs::from_millis(0))
    }

    /// When the last ends.
    #[must_use]
    pub fn end(&self) -> UtcMs {
        self.begins.last().copied().unwrap_or(UtcMs::from_millis(0))
    }

    /// Which of them an instant lies in: the first where it is earlier, one past the last where it is later.
    #[must_use]
    pub fn of(&self, at: UtcMs) -> usize {
        self.begins.iter().skip(1).take_while(|end| **end <= at).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcMs {
        UtcMs::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let days = Days::from(at("2026-11-21T23:30:00Z"), "Europe/Berlin", 2);
        assert_eq!(days.dates().collect::<Vec<_>>(), ["2026-11-22", "2026-11-23"]);
        assert_eq!((days.begin(), days.end()), (at("2026-11-21T23:00:00Z"), at("2026-11-23T23:00:00Z")));
        assert_eq!(days.of(at("2026-11-21T00:00:00Z")), 0);
        assert_eq!(days.of(at("2026-11-22T22:59:59Z")), 0);
        assert_eq!(days.of(at("2026-11-22T23:00:00Z")), 1);
        assert_eq!(days.of(at("2026-11-30T00:00:00Z")), 2);
    }

    #[test]
    fn a_day_without_its_midnight_begins_later_and_one_that_never_was_is_short() {
        // In Beirut the clocks go from 24:00 to 1:00.
        let days = Days::from(at("2026-03-28T12:00:00Z"), "Asia/Beirut", 2);
        assert_eq!(days.of(at("2026-03-28T21:59:00Z")), 0);
        assert_eq!(days.of(at("2026-03-28T22:00:00Z")), 1);
        assert_eq!(days.len(), 2);
        assert_eq!(Days::from(at("2026-03-28T12:00:00Z"), "Nowhere/Land", 7).zone(), "UTC");
    }
}
