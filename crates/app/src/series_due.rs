//! When the posts of series were last made, and when it is time again.

use std::sync::{Mutex, PoisonError};

use domain::UtcMs;

/// How often they are made while a runner runs, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// When posts were last made. Known to this process only: a start makes them anew, which makes nothing twice.
#[derive(Debug, Default)]
pub struct SeriesDue(Mutex<Option<Made>>);

#[derive(Debug, Clone, Copy)]
struct Made {
    at: UtcMs,
    any: bool,
}

impl SeriesDue {
    /// Series changed: look again.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// They were made; `any` where there is a series.
    pub fn made(&self, at: UtcMs, any: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Made { at, any });
    }

    /// Whether it is time. A clock that was set back makes it so, too.
    pub fn is_due(&self, now: UtcMs) -> bool {
        let made = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.is_none_or(|made| !(0..DAY_MS).contains(&now.since(made.at)))
    }

    /// When it is time again; `None` where there is no series.
    pub fn next(&self) -> Option<UtcMs> {
        let made = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.filter(|made| made.any).map(|made| made.at.plus_ms(DAY_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_daily_and_when_the_clock_went_back() {
        let due = SeriesDue::default();
        let now = UtcMs::from_millis(1_000 * DAY_MS);
        assert!(due.is_due(now) && due.next().is_none());
        due.made(now, true);
        assert!(!due.is_due(now) && !due.is_due(now.plus_ms(DAY_MS - 1)));
        assert!(due.is_due(now.plus_ms(DAY_MS)) && due.is_due(now.plus_ms(-1)));
        assert_eq!(due.next(), Some(now.plus_ms(DAY_MS)));
        due.made(now, false);
        assert_eq!(due.next(), None, "without a series nothing wakes");
    }
}
