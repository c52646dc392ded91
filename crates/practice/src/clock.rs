//! The network's own clock and its one spelling of time. It keeps its own time on purpose: it is a
//! witness outside the app, so no clock of the app reaches it.

use chrono::{DateTime, SecondsFormat};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC milliseconds since 1970; spelled as RFC 3339 (`2026-11-21T10:00:00.000Z`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub i64);

impl Stamp {
    /// Now.
    pub fn now() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the network is a platform of its own with its own clock")]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// This instant, `ms` milliseconds later.
    pub fn plus_ms(self, ms: u32) -> Self {
        Self(self.0.saturating_add(i64::from(ms)))
    }

    /// This instant, `s` seconds later.
    pub fn plus_s(self, s: u32) -> Self {
        Self(self.0.saturating_add(i64::from(s) * 1_000))
    }

    /// Whole seconds from now until this instant, rounded up, never negative.
    pub fn seconds_from(self, now: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(now.0)).unwrap_or(0).div_ceil(1_000)
    }

    /// RFC 3339 in UTC with milliseconds.
    pub fn text(self) -> String {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// As HTTP spells it: `Sat, 21 Nov 2026 10:00:00 GMT`.
    pub fn http_date(self) -> String {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// For people: `21 November 2026, 10:00 UTC`.
    pub fn for_people(self) -> String {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default().format("%-d %B %Y, %H:%M UTC").to_string()
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(|at| Self(at.timestamp_millis())).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_survives_its_spelling() {
        let stamp = Stamp(1_795_255_200_123);
        assert_eq!(stamp.text(), "2026-11-21T10:00:00.123Z");
        let back: Stamp = serde_json::from_str(&serde_json::to_string(&stamp).unwrap()).unwrap();
        assert_eq!(back, stamp);
        assert_eq!(stamp.http_date(), "Sat, 21 Nov 2026 10:00:00 GMT");
        assert_eq!(stamp.for_people(), "21 November 2026, 10:00 UTC");
    }

    #[test]
    fn waiting_time_is_rounded_up_and_never_negative() {
        assert_eq!(Stamp(1_001).seconds_from(Stamp(0)), 2);
        assert_eq!(Stamp(0).seconds_from(Stamp(5_000)), 0);
        assert_eq!(Stamp(0).plus_s(2).plus_ms(5), Stamp(2_005));
    }
}
