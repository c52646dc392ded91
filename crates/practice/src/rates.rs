//! The rate limit: a fixed window per account that begins with the first counted call.

use std::collections::HashMap;

use crate::clock::Stamp;
use crate::config::Limits;

/// Where an account stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the window ends.
    pub reset_s: u64,
}

/// Windows by account.
#[derive(Debug, Default)]
pub struct Rates(HashMap<String, (Stamp, u32)>);

impl Rates {
    /// Counts a call; `Err` when the window is full, and then it is not counted.
    pub fn count(&mut self, account: &str, limits: &Limits, now: Stamp) -> Result<(), Standing> {
        let window = self.0.entry(account.to_owned()).or_insert((now.plus_s(limits.window_s), 0));
        if window.0 <= now {
            *window = (now.plus_s(limits.window_s), 0);
        }
        if window.1 >= limits.posts_per_window {
            return Err(self.standing(account, limits, now));
        }
        window.1 += 1;
        Ok(())
    }

    /// The account's standing, without counting.
    pub fn standing(&self, account: &str, limits: &Limits, now: Stamp) -> Standing {
        let limit = limits.posts_per_window;
        match self.0.get(account) {
            Some((ends, used)) if *ends > now => {
                Standing { limit, remaining: limit.saturating_sub(*used), reset_s: ends.seconds_from(now) }
            }
            _ => Standing { limit, remaining: limit, reset_s: u64::from(limits.window_s) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_refuses_until_it_ends() {
        let limits = Limits { posts_per_window: 2, window_s: 10, ..Limits::default() };
        let mut rates = Rates::default();
        let begin = Stamp(1_000);
        assert!(rates.count("a", &limits, begin).is_ok());
        assert!(rates.count("a", &limits, Stamp(5_000)).is_ok());
        let full = Standing { limit: 2, remaining: 0, reset_s: 5 };
        assert_eq!(rates.count("a", &limits, Stamp(6_000)), Err(full));
        assert!(rates.count("b", &limits, Stamp(6_000)).is_ok());
        assert!(rates.count("a", &limits, Stamp(11_000)).is_ok());
        assert_eq!(rates.standing("a", &limits, Stamp(11_000)).remaining, 1);
        assert_eq!(rates.standing("z", &limits, begin), Standing { limit: 2, remaining: 2, reset_s: 10 });
    }
}
