//! Whether this computer's clock is right, as the platforms' own answers tell (`Date`). A post that is due by a wrong
//! clock is not sent by itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{UtcMs, ports::Clock};

/// How far the clocks may differ: the usual tolerance of signed requests.
pub(crate) const TOLERANCE_MS: i64 = 5 * 60_000;
/// The wall clock moved against the one that never jumps by more than this: it was set, or the machine slept.
pub(crate) const MOVED_MS: i64 = 5_000;

/// Servers remembered; with more, all are heard anew.
const SERVERS_MAX: usize = 1_000;

/// What a server's last answer said.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Ours minus theirs.
    ahead_ms: i64,
    /// Our wall clock minus the one that never jumps, then.
    offset_ms: i64,
}

impl Seen {
    /// Nobody set the clock since, and the machine did not sleep.
    const fn holds(self, offset_ms: i64) -> bool {
        offset_ms.saturating_sub(self.offset_ms).abs() <= MOVED_MS
    }

    const fn is_right(self) -> bool {
        self.ahead_ms.abs() <= TOLERANCE_MS
    }
}

/// What is known about the clock, by server: one whose own clock is wrong says nothing about the others.
#[derive(Debug, Default)]
pub struct TimeCheck {
    seen: Mutex<HashMap<String, Seen>>,
    told: Mutex<bool>,
}

/// Our wall clock minus the one that never jumps: it changes when the wall clock is set and when the machine sleeps.
pub(crate) fn offset_ms(clock: &dyn Clock) -> i64 {
    clock.now().as_millis().saturating_sub_unsigned(clock.monotonic_ms())
}

impl TimeCheck {
    /// An answer of a server (`https://example.org`) came, with the time it had.
    pub fn saw(&self, server: &str, theirs: UtcMs, clock: &dyn Clock) {
        let one = Seen { ahead_ms: clock.now().since(theirs), offset_ms: offset_ms(clock) };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SERVERS_MAX && !seen.contains_key(server) {
            seen.clear();
        }
        seen.insert(server.to_owned(), one);
        if one.is_right() {
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = false;
        }
    }

    /// Milliseconds our clock is ahead of a server's; `None` when it was not heard since our clock was last set or the
    /// machine last slept.
    pub fn ahead_ms(&self, server: &str, clock: &dyn Clock) -> Option<i64> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(server)?;
        seen.holds(offset_ms(clock)).then_some(seen.ahead_ms)
    }

    /// By how much our clock is wrong as a server tells it. Where another agrees with ours, the wrong one is theirs.
    pub fn wrong_ms(&self, server: &str, clock: &dyn Clock) -> Option<i64> {
        let ahead_ms = self.ahead_ms(server, clock).filter(|ahead_ms| ahead_ms.abs() > TOLERANCE_MS)?;
        let now = offset_ms(clock);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (!seen.values().any(|seen| seen.holds(now) && seen.is_right())).then_some(ahead_ms)
    }

    /// Whether the owner still has to be told; once until the clock is seen to be right.
    pub fn is_news(&self) -> bool {
        !std::mem::replace(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner), true)
    }
}

/// `3 hours ahead of`, `12 minutes behind`: our clock against another.
pub(crate) fn in_words(ahead_ms: i64) -> String {
    let minutes = ahead_ms.abs() / 60_000;
    let (amount, unit) = match minutes {
        0..120 => (minutes, "minute"),
        120..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural} {}", if ahead_ms > 0 { "ahead of" } else { "behind" })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

    use super::*;

    /// Wall and steady milliseconds.
    #[derive(Default)]
    struct Clocks(AtomicI64, AtomicI64);

    impl Clock for Clocks {
        fn now(&self) -> UtcMs {
            UtcMs::from_millis(self.0.load(Relaxed))
        }

        fn monotonic_ms(&self) -> u64 {
            self.1.load(Relaxed).unsigned_abs()
        }
    }

    impl Clocks {
        fn pass(&self, ms: i64) {
            self.0.fetch_add(ms, Relaxed);
            self.1.fetch_add(ms, Relaxed);
        }

        fn jump(&self, ms: i64) {
            self.0.fetch_add(ms, Relaxed);
        }
    }

    const HOUR: i64 = 3_600_000;
    const ONE: &str = "https://one.example";
    const OTHER: &str = "https://other.example";

    #[test]
    fn what_was_heard_counts_until_the_clock_moves() {
        let (clocks, check) = (Clocks::default(), TimeCheck::default());
        clocks.pass(100 * HOUR);
        assert_eq!(check.ahead_ms(ONE, &clocks), None, "nobody was heard");
        check.saw(ONE, UtcMs::from_millis(97 * HOUR), &clocks);
        clocks.pass(HOUR);
        assert_eq!((check.ahead_ms(ONE, &clocks), check.wrong_ms(ONE, &clocks)), (Some(3 * HOUR), Some(3 * HOUR)));
        assert_eq!(check.ahead_ms(OTHER, &clocks), None, "it was not heard");
        clocks.jump(-3 * HOUR);
        assert_eq!(check.ahead_ms(ONE, &clocks), None, "it was set: somebody has to be asked again");
    }

    #[test]
    fn a_server_with_a_wrong_clock_is_outvoted_by_one_that_agrees_with_ours() {
        let (clocks, check) = (Clocks::default(), TimeCheck::default());
        clocks.pass(100 * HOUR);
        check.saw(ONE, UtcMs::from_millis(97 * HOUR), &clocks);
        check.saw(OTHER, UtcMs::from_millis(100 * HOUR), &clocks);
        assert_eq!(check.wrong_ms(ONE, &clocks), None);
        assert_eq!(check.ahead_ms(ONE, &clocks), Some(3 * HOUR), "what it wrote is still told by its own clock");
        clocks.jump(HOUR);
        check.saw(ONE, UtcMs::from_millis(97 * HOUR), &clocks);
        assert_eq!(check.wrong_ms(ONE, &clocks), Some(4 * HOUR), "the other was heard before the clock was set");
    }

    #[test]
    fn many_servers_are_not_remembered_for_ever() {
        let (clocks, check) = (Clocks::default(), TimeCheck::default());
        for number in 0..3 * SERVERS_MAX {
            check.saw(&format!("https://{number}.example"), UtcMs::from_millis(0), &clocks);
        }
        assert!(check.seen.lock().unwrap().len() <= SERVERS_MAX);
    }

    #[test]
    fn it_is_news_once_until_the_clock_is_right() {
        let (clocks, check) = (Clocks::default(), TimeCheck::default());
        check.saw(ONE, UtcMs::from_millis(HOUR), &clocks);
        assert!(check.is_news() && !check.is_news());
        check.saw(ONE, UtcMs::from_millis(1_000), &clocks);
        assert!(check.is_news());
    }

    #[test]
    fn differences_are_told_in_words() {
        assert_eq!(in_words(3 * HOUR), "3 hours ahead of");
        assert_eq!(in_words(-HOUR / 5), "12 minutes behind");
        assert_eq!(in_words(-26 * 24 * HOUR), "26 days behind");
        assert_eq!(in_words(60_000), "1 minute ahead of");
    }
}
