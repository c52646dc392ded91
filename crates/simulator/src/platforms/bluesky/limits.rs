//! The documented rate limits, off until switched on: a server need not have them, nor send their headers.

use std::collections::HashMap;

use crate::wire::Reply;

/// So many points in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub points: u64,
    pub window_s: u64,
}

pub const ALL_CALLS: Policy = Policy { points: 3_000, window_s: 300 };
pub const SESSIONS_SHORT: Policy = Policy { points: 30, window_s: 300 };
pub const SESSIONS_LONG: Policy = Policy { points: 300, window_s: 86_400 };
pub const WRITES_SHORT: Policy = Policy { points: 5_000, window_s: 3_600 };
pub const WRITES_LONG: Policy = Policy { points: 35_000, window_s: 86_400 };
pub const UPLOADS: Policy = Policy { points: 1_000, window_s: 86_400 };

/// One limit that a call uses up, by so many points, for `whom`.
#[derive(Debug, Clone)]
pub struct Charge {
    pub policy: Policy,
    pub whom: String,
    pub points: u64,
}

#[derive(Debug)]
struct Window {
    ends_s: u64,
    used: u64,
}

#[derive(Debug, Default)]
pub struct Limits {
    pub on: bool,
    windows: HashMap<(String, u64), Window>,
}

/// How the tightest limit of a call stands.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    policy: Policy,
    remaining: u64,
    resets_s: u64,
    now_s: u64,
    pub exceeded: bool,
}

impl Limits {
    /// Uses up the charges; the verdict is that of the limit with the least left.
    pub fn charge(&mut self, charges: &[Charge], now_ms: i64) -> Option<Verdict> {
        let now_s = u64::try_from(now_ms / 1_000).unwrap_or(0);
        let verdicts = charges.iter().map(|charge| self.use_up(charge, now_s)).collect::<Vec<_>>();
        verdicts.into_iter().min_by_key(|verdict| (!verdict.exceeded, verdict.remaining))
    }

    fn use_up(&mut self, charge: &Charge, now_s: u64) -> Verdict {
        let policy = charge.policy;
        let window = self
            .windows
            .entry((charge.whom.clone(), policy.window_s))
            .or_insert(Window { ends_s: now_s + policy.window_s, used: 0 });
        if window.ends_s <= now_s {
            *window = Window { ends_s: now_s + policy.window_s, used: 0 };
        }
        window.used = window.used.saturating_add(charge.points);
        Verdict {
            policy,
            remaining: policy.points.saturating_sub(window.used),
            resets_s: window.ends_s,
            now_s,
            exceeded: window.used > policy.points,
        }
    }
}

impl Verdict {
    /// The headers every answer carries while limits are on; `Retry-After` where the limit is exceeded.
    pub fn mark(self, reply: Reply) -> Reply {
        let marked = reply
            .with("ratelimit-limit", &self.policy.points)
            .with("ratelimit-remaining", &self.remaining)
            .with("ratelimit-reset", &self.resets_s)
            .with("ratelimit-policy", &format!("{};w={}", self.policy.points, self.policy.window_s));
        if self.exceeded {
            marked.with("retry-after", &self.resets_s.saturating_sub(self.now_s).max(1))
        } else {
            marked
        }
    }
}
