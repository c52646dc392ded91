//! When a publication is looked at ahead of its time: a day before, and an hour before.

use domain::{AccountId, UtcMs};

/// How long before its time it is first looked at: 24 h, in milliseconds.
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
/// And once more.
const HOUR_MS: i64 = 3_600_000;
/// Accounts are looked at up to so much earlier, each by its own measure, so that they never all ask at once: 10 min.
const SPREAD_MS: i64 = 10 * 60_000;

/// By how much an account is looked at earlier than others, in milliseconds.
pub(super) fn spread_ms(account: AccountId) -> i64 {
    let bytes = account.as_bytes();
    let measure = bytes.iter().rev().take(2).fold(0_i64, |sum, byte| sum * 256 + i64::from(*byte));
    measure * SPREAD_MS / 65_536
}

/// When a publication due at `at` is to be looked at next; `None` where nothing is left to look for. An instant in the
/// past where that is overdue: one look makes up for all that are.
pub(super) fn next_look(at: UtcMs, checked_at: Option<UtcMs>, now: UtcMs, spread_ms: i64) -> Option<UtcMs> {
    if at <= now {
        return None;
    }
    let stages = [DAY_MS, HOUR_MS].map(|lead_ms| at.plus_ms(-lead_ms - spread_ms));
    stages.into_iter().find(|stage| checked_at.is_none_or(|checked| checked < *stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> UtcMs {
        UtcMs::from_millis(hours * HOUR_MS)
    }

    #[test]
    fn a_publication_is_looked_at_a_day_and_an_hour_before_its_time() {
        let due = at(100);
        let table = [
            ("saved long before", Some(at(0)), at(0), Some(at(76))),
            ("never looked at", None, at(0), Some(at(76))),
            ("looked at a day before", Some(at(76)), at(76), Some(at(99))),
            ("looked at while nothing could run at that hour", Some(at(90)), at(90), Some(at(99))),
            ("saved within the day", Some(at(80)), at(80), Some(at(99))),
            ("looked at an hour before", Some(at(99)), at(99), None),
            ("saved ten minutes before", Some(at(100).plus_ms(-600_000)), at(100).plus_ms(-600_000), None),
            ("given a nearer time long after it was looked at", Some(at(10)), at(100).plus_ms(-600_000), Some(at(76))),
            ("its time has come", None, at(100), None),
        ];
        for (why, checked, now, next) in table {
            assert_eq!(next_look(due, checked, now, 0), next, "{why}");
        }
        assert_eq!(next_look(due, None, at(0), 5), Some(at(76).plus_ms(-5)));
    }

    #[test]
    fn accounts_are_spread_over_ten_minutes() {
        let account = |bytes: [u8; 2]| {
            let mut id = [7_u8; 16];
            id[14..].copy_from_slice(&bytes);
            spread_ms(AccountId::from_bytes(&id).unwrap())
        };
        assert_eq!(account([0, 0]), 0);
        assert!((SPREAD_MS - 100..SPREAD_MS).contains(&account([255, 255])));
        assert_ne!(account([1, 0]), account([0, 1]));
    }
}
