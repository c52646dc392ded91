//! When to try again: a pure function of what went wrong, how often, and a roll of the dice.

use domain::{ErrorKind, ProviderError, Retry, UtcMs, error::Reach};

/// What to do after a failed try that had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Try again then.
    At(UtcMs),
    /// Trying again cannot help, or was tried often enough.
    GiveUp,
}

const FIRST_MS: i64 = 2_000;
const LONGEST_MS: i64 = 15 * 60 * 1_000;
/// Tries for trouble at the platform or with its certificate, some 90 minutes with these delays.
const TRIES_MAX: i64 = 12;
/// Tries while the platform names a time to come back: two days at the longest delay.
const TRIES_LIMITED_MAX: i64 = 200;
/// Longest delay without a network: a minute, so that its return is noticed soon. Such tries never run out: a post does
/// not fail because there was no network.
const LONGEST_OFFLINE_MS: i64 = 60_000;
/// Tries after which that delay is reached.
const COUNTED_OFFLINE_MAX: i64 = 6;

/// Decides about the next try. `tries` counts the failed one; `dice` is uniform in 0..=255.
#[must_use]
pub fn decide(error: &ProviderError, tries: i64, now: UtcMs, dice: u8) -> Verdict {
    if error.retry != Retry::After {
        return Verdict::GiveUp;
    }
    if error.reach == Some(Reach::LeftAlone) {
        // Nothing was tried, and when the server is looked at again is known.
        return Verdict::At(error.retry_after.unwrap_or(now).max(now.plus_ms(back_off_ms(1, dice))));
    }
    let allowed = match error.kind {
        ErrorKind::Network => i64::MAX,
        ErrorKind::RateLimited | ErrorKind::QuotaExhausted => TRIES_LIMITED_MAX,
        _ => TRIES_MAX,
    };
    if tries >= allowed {
        return Verdict::GiveUp;
    }
    let longest = if error.kind == ErrorKind::Network { LONGEST_OFFLINE_MS } else { i64::MAX };
    let at = now.plus_ms(back_off_ms(tries, dice).min(longest));
    Verdict::At(error.retry_after.map_or(at, |earliest| at.max(earliest)))
}

/// Tries to keep on record after one more, counted in `tries`. Being offline brings the longest delay and no more: it
/// must not use up what trouble at the platform is given afterwards. What was not even called was no try.
#[must_use]
pub fn counted(error: &ProviderError, tries: i64) -> i64 {
    match error.kind {
        _ if error.reach == Some(Reach::LeftAlone) => tries - 1,
        ErrorKind::Network => tries.min(COUNTED_OFFLINE_MAX),
        _ => tries,
    }
}

/// Milliseconds before the try after `tries` failed ones: doubling from 2 s to 15 min, ±20 %.
#[must_use]
pub fn back_off_ms(tries: i64, dice: u8) -> i64 {
    let doublings = tries.saturating_sub(1).clamp(0, 20);
    let plain = FIRST_MS.saturating_mul(1 << doublings).min(LONGEST_MS);
    plain / 5 * 4 + plain * 2 / 5 * i64::from(dice) / 255
}

#[cfg(test)]
mod tests {
    use domain::PlatformId;

    use super::*;

    fn error(kind: ErrorKind) -> ProviderError {
        ProviderError::new(kind, PlatformId::parse("practice").unwrap(), "post")
    }

    #[test]
    fn delays_double_with_jitter_and_stop_growing() {
        let plain: Vec<_> = (1..=4).map(|tries| back_off_ms(tries, 0)).collect();
        assert_eq!(plain, [1_600, 3_200, 6_400, 12_800]);
        assert_eq!(back_off_ms(1, 255), 2_400);
        assert_eq!(back_off_ms(40, 255), LONGEST_MS * 6 / 5);
    }

    #[test]
    fn a_night_without_a_network_leaves_the_tries_that_trouble_gets() {
        let now = UtcMs::from_millis(0);
        let mut tries = 0;
        for _ in 0..1_000 {
            tries = counted(&error(ErrorKind::Network), tries + 1);
        }
        assert!(back_off_ms(tries, 128) >= LONGEST_OFFLINE_MS, "as patient as it gets");
        let trouble = error(ErrorKind::Unavailable);
        let verdicts: Vec<_> = (tries + 1..=TRIES_MAX).map(|tries| decide(&trouble, tries, now, 0)).collect();
        assert!(verdicts.len() >= 6 && verdicts[..5].iter().all(|verdict| *verdict != Verdict::GiveUp), "{verdicts:?}");
        assert_eq!(counted(&trouble, 11), 11);
    }

    #[test]
    fn a_server_that_is_left_alone_uses_up_no_tries_however_long() {
        let now = UtcMs::from_millis(0);
        let until = now.plus_ms(900_000);
        for kind in [ErrorKind::Unavailable, ErrorKind::Network, ErrorKind::Certificate] {
            let alone = ProviderError { reach: Some(Reach::LeftAlone), ..error(kind).not_before(Some(until)) };
            assert_eq!(decide(&alone, 10_000, now, 0), Verdict::At(until), "{kind:?}");
            assert_eq!(counted(&alone, 4), 3, "{kind:?}");
            let past = ProviderError { retry_after: Some(now.plus_ms(-5)), ..alone };
            assert_eq!(decide(&past, 10_000, now, 0), Verdict::At(now.plus_ms(1_600)), "never at once over and over");
        }
    }

    #[test]
    fn the_platforms_own_time_is_never_undercut() {
        let now = UtcMs::from_millis(0);
        let named = error(ErrorKind::RateLimited).not_before(Some(now.plus_ms(3_600_000)));
        assert_eq!(decide(&named, 1, now, 255), Verdict::At(now.plus_ms(3_600_000)));
        let past = error(ErrorKind::RateLimited).not_before(Some(now.plus_ms(-5)));
        assert_eq!(decide(&past, 1, now, 0), Verdict::At(now.plus_ms(1_600)));
    }

    #[test]
    fn what_cannot_help_is_not_tried_again() {
        let now = UtcMs::from_millis(0);
        for kind in [ErrorKind::ContentRejected, ErrorKind::AuthRevoked, ErrorKind::OutcomeUnknown, ErrorKind::Protocol]
        {
            assert_eq!(decide(&error(kind), 1, now, 0), Verdict::GiveUp, "{kind:?}");
        }
        assert_eq!(decide(&error(ErrorKind::Unavailable), TRIES_MAX, now, 0), Verdict::GiveUp);
        assert_eq!(decide(&error(ErrorKind::RateLimited), TRIES_LIMITED_MAX, now, 0), Verdict::GiveUp);
        assert!(matches!(decide(&error(ErrorKind::Certificate), 1, now, 0), Verdict::At(_)));
        assert_eq!(decide(&error(ErrorKind::Certificate), TRIES_MAX, now, 0), Verdict::GiveUp);
    }

    #[test]
    fn the_return_of_the_network_is_waited_for_however_long() {
        let now = UtcMs::from_millis(0);
        assert_eq!(decide(&error(ErrorKind::Network), 10_000, now, 255), Verdict::At(now.plus_ms(LONGEST_OFFLINE_MS)));
    }
}
