//! The line before a server that is down, so that those who wait for it go out a little apart once it is back.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{AccountId, UtcMs};

/// Milliseconds between two posts to a server that is back, whichever account they are of.
const APART_MS: i64 = 500;
/// Longest that a post is kept after the first one for that.
const APART_MAX_MS: i64 = 60 * 60_000;

/// When each of those that wait for a server looks again: the first at once when it may, the others behind it.
#[derive(Debug, Default)]
pub struct Line(Mutex<HashMap<String, Places>>);

#[derive(Debug)]
struct Places {
    until: UtcMs,
    all: i64,
    of: HashMap<AccountId, i64>,
}

impl Line {
    /// The next place in the line of a server that is looked at again at `until`.
    pub fn place(&self, server: &str, account: AccountId, until: UtcMs, spacing_ms: i64) -> UtcMs {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = || Places { until, all: 0, of: HashMap::new() };
        let places = lines.entry(server.to_owned()).or_insert_with(begin);
        // Behind a probe everybody is sent away for a few seconds only: that is the same line.
        if until.since(places.until).abs() > APART_MS {
            *places = begin();
        }
        let of = places.of.entry(account).or_default();
        let behind_ms = (*of * spacing_ms).max(places.all * APART_MS).min(APART_MAX_MS);
        (*of, places.all) = (*of + 1, places.all + 1);
        until.plus_ms(behind_ms)
    }
}

#[cfg(test)]
mod tests {
    use domain::ports::Random;

    use super::*;

    struct Same;
    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn those_who_wait_stand_in_line_and_one_account_keeps_its_own_distance() {
        let line = Line::default();
        let at = UtcMs::from_millis;
        let account = |n| AccountId::new(at(n), &Same);
        let place = |n, until| line.place("a", account(n), at(until), 30_000).as_millis();
        assert_eq!([place(1, 5_000), place(2, 5_000), place(1, 5_000)], [5_000, 5_500, 35_000]);
        assert_eq!(place(3, 5_000), 6_500);
        assert_eq!(place(3, 15_000), 15_000, "a new line once it is left alone for longer");
        for _ in 0..1_000 {
            assert!(place(3, 15_000) <= 15_000 + APART_MAX_MS);
        }
    }
}
