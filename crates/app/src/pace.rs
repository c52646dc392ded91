//! Never a burst: posts of one account that come due together only because nothing could run before go out one after
//! the other, a little apart. Posts that were planned closer than that keep the distance their owner gave them, so what
//! is on time is never delayed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{AccountId, UtcMs};

/// The last post of each account that was let through. What a restart has to remember is kept in the profile.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<AccountId, Last>>);

/// When a post was planned, and when it began by the clock that never jumps.
#[derive(Debug, Clone, Copy)]
struct Last {
    planned: UtcMs,
    began_ms: u64,
}

impl Pace {
    /// Whether the last post of an account is known to this process.
    pub fn knows(&self, account: AccountId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&account)
    }

    /// Takes over what was kept: the last post of an account was planned then and began `ago_ms` ago.
    pub fn remember(&self, account: AccountId, planned: UtcMs, ago_ms: i64, now_ms: u64) {
        let ago_ms = u64::try_from(ago_ms).unwrap_or(0);
        let last = Last { planned, began_ms: now_ms.saturating_sub(ago_ms) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_insert(last);
    }

    /// Milliseconds each of an account's posts has to wait yet, given when they were planned, earliest first. Those
    /// that need not wait count as begun.
    pub fn waits(&self, account: AccountId, planned: &[UtcMs], spacing_ms: i64, now_ms: u64) -> Vec<i64> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = known.get(&account).copied();
        let mut waits = Vec::with_capacity(planned.len());
        for planned in planned.iter().copied() {
            let earliest_ms = last.map_or(now_ms, |last| {
                let apart = planned.since(last.planned).saturating_abs().clamp(0, spacing_ms);
                last.began_ms.saturating_add(apart.unsigned_abs()).max(now_ms)
            });
            let begins = Last { planned, began_ms: earliest_ms };
            if earliest_ms == now_ms {
                known.insert(account, begins);
            }
            last = Some(begins);
            waits.push(i64::try_from(earliest_ms - now_ms).unwrap_or(i64::MAX));
        }
        waits
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, UtcMs, ports::Random};

    use super::Pace;

    struct Same;
    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn account() -> AccountId {
        AccountId::new(UtcMs::from_millis(1), &Same)
    }

    fn at(seconds: &[i64]) -> Vec<UtcMs> {
        seconds.iter().map(|s| UtcMs::from_millis(s * 1_000)).collect()
    }

    #[test]
    fn late_posts_go_out_apart_and_close_ones_as_planned() {
        let pace = Pace::default();
        // Planned at 0, 60, 120 and twice at 125 s; all are due now.
        let waits = pace.waits(account(), &at(&[0, 60, 120, 125, 125]), 30_000, 1_000);
        assert_eq!(waits, [0, 30_000, 60_000, 65_000, 65_000]);
    }

    #[test]
    fn a_turn_counts_from_the_post_that_began() {
        let (pace, account) = (Pace::default(), account());
        assert_eq!(pace.waits(account, &at(&[0]), 30_000, 1_000), [0]);
        assert_eq!(pace.waits(account, &at(&[60]), 30_000, 2_000), [29_000]);
        assert_eq!(pace.waits(account, &at(&[60, 120]), 30_000, 31_000), [0, 30_000]);
        // Another sleep: both are overdue, and still no burst.
        assert_eq!(pace.waits(account, &at(&[120, 180]), 30_000, 900_000), [0, 30_000]);
    }

    #[test]
    fn a_restart_forgets_no_turn() {
        let (pace, account) = (Pace::default(), account());
        assert!(!pace.knows(account));
        pace.remember(account, at(&[0])[0], 10_000, 500_000);
        assert!(pace.knows(account));
        assert_eq!(pace.waits(account, &at(&[60]), 30_000, 500_000), [20_000]);
        let (early, other) = (Pace::default(), super::tests::account());
        // The computer itself was started since: its steady clock has not come that far.
        early.remember(other, at(&[0])[0], 10_000, 3_000);
        assert_eq!(early.waits(other, &at(&[60]), 30_000, 3_000), [27_000]);
    }

    #[test]
    fn what_is_on_time_never_waits() {
        let (pace, account) = (Pace::default(), account());
        for s in [0, 1, 1, 40] {
            assert_eq!(pace.waits(account, &at(&[s]), 30_000, s.unsigned_abs() * 1_000), [0]);
        }
        assert_eq!(pace.waits(account, &at(&[50]), 0, 40_000), [0], "no spacing wanted");
    }
}
