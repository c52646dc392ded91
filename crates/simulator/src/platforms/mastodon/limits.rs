//! The documented rate limits, off until switched on, and their headers.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat};

use crate::wire::Reply;

/// So many calls in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub calls: u64,
    pub window_s: i64,
}

pub const TOKEN: Policy = Policy { calls: 300, window_s: 300 };
pub const ACCOUNT: Policy = Policy { calls: 1_500, window_s: 300 };
pub const ADDRESS: Policy = Policy { calls: 300, window_s: 300 };
pub const MEDIA: Policy = Policy { calls: 30, window_s: 1_800 };
pub const STATUSES: Policy = Policy { calls: 300, window_s: 10_800 };
pub const DELETES: Policy = Policy { calls: 30, window_s: 1_800 };

/// One limit that a call uses up, for `whom`.
#[derive(Debug, Clone)]
pub struct Charge {
    pub policy: Policy,
    pub whom: String,
}

#[derive(Debug)]
struct Window {
    ends_ms: i64,
    used: u64,
}

#[derive(Debug, Default)]
pub struct Limits {
    pub on: bool,
    windows: HashMap<(String, i64), Window>,
}

/// How the tightest limit of a call stands.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    policy: Policy,
    remaining: u64,
    resets_ms: i64,
    pub exceeded: bool,
}

impl Limits {
    /// Uses up the charges; the verdict is that of the limit with the least left.
    pub fn charge(&mut self, charges: &[Charge], now_ms: i64) -> Option<Verdict> {
        let verdicts = charges.iter().map(|charge| self.use_up(charge, now_ms)).collect::<Vec<_>>();
        verdicts.into_iter().min_by_key(|verdict| (!verdict.exceeded, verdict.remaining))
    }

    fn use_up(&mut self, charge: &Charge, now_ms: i64) -> Verdict {
        let policy = charge.policy;
        let ends_ms = now_ms + policy.window_s * 1_000;
        let window = self.windows.entry((charge.whom.clone(), policy.window_s)).or_insert(Window { ends_ms, used: 0 });
        if window.ends_ms <= now_ms {
            *window = Window { ends_ms, used: 0 };
        }
        window.used = window.used.saturating_add(1);
        Verdict {
            policy,
            remaining: policy.calls.saturating_sub(window.used),
            resets_ms: window.ends_ms,
            exceeded: window.used > policy.calls,
        }
    }
}

impl Verdict {
    /// The headers every answer carries while limits are on.
    pub fn mark(self, reply: Reply) -> Reply {
        mark(reply, self.policy.calls, self.remaining, self.resets_ms)
    }
}

/// Puts the headers on an answer; there is never a `Retry-After`.
pub fn mark(reply: Reply, limit: u64, remaining: u64, resets_ms: i64) -> Reply {
    reply
        .with("x-ratelimit-limit", &limit)
        .with("x-ratelimit-remaining", &remaining)
        .with("x-ratelimit-reset", &iso(resets_ms))
}

/// An instant as the API writes it.
pub fn iso(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}
