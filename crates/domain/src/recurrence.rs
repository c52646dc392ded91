//! Series: a wall time that comes again by a rule of iCalendar (`FREQ=WEEKLY;BYDAY=MO,TH`). A pure function of anchor,
//! zone and rule. The rule is expanded in wall time, as if there were no zones, and each wall time then becomes an
//! instant by the one rule of [`schedule::settle`]: 09:30 stays 09:30 over a change of the clocks.
//!
//! Refused is what repeats more often than 24 times a day, and what is longer or goes on longer than any real plan.
//!
//! ```
//! use domain::{UtcMs, recurrence::{Rule, Series}};
//! let rule = Rule::parse("FREQ=DAILY;COUNT=2")?;
//! let series = Series { rule, anchor: "2026-03-28T09:30".to_owned(), zone: "Europe/Berlin".to_owned() };
//! let all = series.between(UtcMs::from_millis(0), UtcMs::from_millis(i64::MAX), 10)?;
//! assert_eq!(all[1].at.to_rfc3339(), "2026-03-29T07:30:00.000Z");
//! # Ok::<_, domain::recurrence::RuleError>(())
//! ```

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

use crate::{
    schedule::{self, Schedule, ScheduleError, WALL_STORED},
    time::UtcMs,
};

/// Longest rule, in bytes.
const RULE_MAX_BYTES: usize = 300;
/// Most occurrences a day.
const PER_DAY_MAX: usize = 24;
/// Largest interval: every thousandth day, week, month or year.
const INTERVAL_MAX: u16 = 1_000;
/// Occurrences counted from the anchor before a series is given up: 270 years of daily ones.
const STEPS_MAX: usize = 100_000;
/// How long a series may run, in days: a century. Also the end of the search for a rule that never matches.
const DAYS_MAX: i64 = 36_525;
/// Longest stretch by which a wall time and its instant, read as one, may be apart.
const OFFSET_MAX_H: i64 = 48;

/// Why a rule cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not a rule of iCalendar, or one that names what must not be in it.
    #[error("not a rule: {0}")]
    Unreadable(String),
    /// More often than 24 times a day.
    #[error("a rule repeats at most 24 times a day, and not by hours, minutes or seconds")]
    TooOften,
    /// Longer, or further apart, than any real plan.
    #[error("the rule is too long")]
    TooLong,
    /// The anchor or the zone is none.
    #[error(transparent)]
    Time(#[from] ScheduleError),
}

/// When a rule ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// With this wall time, itself included.
    Wall(NaiveDateTime),
    /// With this instant, itself included.
    Instant(UtcMs),
}

/// A rule that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    text: String,
    parsed: RRule<Unvalidated>,
    until: Option<Until>,
}

impl Rule {
    /// Reads the value of an `RRULE`, with or without that word in front.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let text = text.trim();
        if text.len() > RULE_MAX_BYTES {
            return Err(RuleError::TooLong);
        }
        let upper = text.to_ascii_uppercase();
        let bare = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=;,+-".contains(&byte)) {
            return Err(RuleError::Unreadable("it has characters that no rule has".to_owned()));
        }
        let (ends, parts): (Vec<&str>, Vec<&str>) = bare.split(';').partition(|part| part.starts_with("UNTIL="));
        let until = match ends.as_slice() {
            [] => None,
            [one] => Some(until(one.trim_start_matches("UNTIL="))?),
            _ => return Err(RuleError::Unreadable("it ends twice".to_owned())),
        };
        let rule: RRule<Unvalidated> =
            parts.join(";").parse().map_err(|error: rrule::RRuleError| RuleError::Unreadable(error.to_string()))?;
        let often = matches!(rule.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
        let a_day = rule.get_by_hour().len().max(1) * rule.get_by_minute().len().max(1);
        if often || a_day > PER_DAY_MAX || !rule.get_by_second().is_empty() {
            return Err(RuleError::TooOften);
        }
        if rule.get_interval() > INTERVAL_MAX {
            return Err(RuleError::TooLong);
        }
        if until.is_some() && rule.get_count().is_some() {
            return Err(RuleError::Unreadable("it ends by a time or by a count, not by both".to_owned()));
        }
        let known = Self { text: bare.to_owned(), parsed: rule, until };
        // The library finds some faults only beside a first time.
        known.set(DateTime::UNIX_EPOCH.naive_utc())?;
        Ok(known)
    }

    /// The rule as it is kept: capital letters, without `RRULE:`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The rule beside its first wall time, expanded as if all the world had one clock.
    fn set(&self, anchor: NaiveDateTime) -> Result<RRuleSet, RuleError> {
        let start = anchor.and_utc().with_timezone(&Tz::UTC);
        let end = anchor.checked_add_signed(TimeDelta::days(DAYS_MAX)).ok_or(RuleError::TooLong)?;
        let rule = self.parsed.clone();
        // A rule without an end would be searched for ever where nothing matches.
        let rule = if rule.get_count().is_none() { rule.until(end.and_utc().with_timezone(&Tz::UTC)) } else { rule };
        let rule = rule.validate(start).map_err(|error| RuleError::Unreadable(error.to_string()))?;
        Ok(RRuleSet::new(start).rrule(rule).limit())
    }

    fn ended(&self, wall: NaiveDateTime, at: UtcMs) -> bool {
        match self.until {
            None => false,
            Some(Until::Wall(last)) => wall > last,
            Some(Until::Instant(last)) => at > last,
        }
    }
}

/// `20261231`, `20261231T093000` or `20261231T093000Z`.
fn until(text: &str) -> Result<Until, RuleError> {
    let unreadable = || RuleError::Unreadable("its end is not a date or time".to_owned());
    if let Some(utc) = text.strip_suffix('Z') {
        let wall = NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").map_err(|_| unreadable())?;
        return Ok(Until::Instant(UtcMs::from(wall.and_utc())));
    }
    if let Ok(wall) = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S") {
        return Ok(Until::Wall(wall));
    }
    let day = NaiveDate::parse_from_str(text, "%Y%m%d").map_err(|_| unreadable())?;
    let last = NaiveTime::from_hms_opt(23, 59, 59).ok_or_else(unreadable)?;
    Ok(Until::Wall(day.and_time(last)))
}

/// A rule, the wall time it counts from, and the zone both are meant in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The rule.
    pub rule: Rule,
    /// The wall time it counts from: the first occurrence, where the rule matches it.
    pub anchor: String,
    /// IANA zone.
    pub zone: String,
}

impl Series {
    /// The occurrences in `[from, to)`, the first at most `max` of them, in order. Their wall times are those the rule
    /// gives, also where the clocks skip them. Two that fall on one instant, because the clocks skip one, count once.
    pub fn between(&self, from: UtcMs, to: UtcMs, max: usize) -> Result<Vec<Schedule>, RuleError> {
        let anchor = schedule::settle(&self.anchor, &self.zone)?;
        let anchor = schedule::read_wall(&anchor.wall).and_then(|wall| wall.with_nanosecond(0));
        let anchor = anchor.ok_or(ScheduleError::Unreadable)?;
        let (first, last) = (wall_near(from, -OFFSET_MAX_H), wall_near(to, OFFSET_MAX_H));
        let mut found: Vec<Schedule> = Vec::new();
        for wall in self.rule.set(anchor)?.into_iter().take(STEPS_MAX) {
            let wall = wall.naive_utc();
            if wall > last || found.len() >= max {
                break;
            }
            // Finding the instant costs more than finding the wall time.
            if wall < first && !self.rule.ended(wall, UtcMs::from_millis(i64::MIN)) {
                continue;
            }
            let one = schedule::settle(&wall.format(WALL_STORED).to_string(), &self.zone)?;
            if self.rule.ended(wall, one.at) || one.at >= to {
                break;
            }
            if one.at < from {
                continue;
            }
            found.retain(|before| before.at != one.at);
            found.push(one);
        }
        Ok(found)
    }

    /// The first occurrence at or after an instant; `None` where the series has ended by then.
    pub fn next(&self, from: UtcMs) -> Result<Option<Schedule>, RuleError> {
        Ok(self.between(from, UtcMs::from_millis(i64::MAX), 1)?.pop())
    }
}

fn wall_near(at: UtcMs, hours: i64) -> NaiveDateTime {
    let at: DateTime<Utc> = at.to_datetime();
    at.naive_utc().checked_add_signed(TimeDelta::hours(hours)).unwrap_or(at.naive_utc())
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
