//! A platform's rate limit, off until switched on, counted per token.

use std::collections::HashMap;

use crate::wire::Reply;

/// So many calls in so many seconds, and the headers that tell of it.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub calls: u64,
    pub window_s: i64,
    pub mark: fn(Reply, &Left) -> Reply,
}

/// What is left of a limit after a call.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    pub limit: u64,
    pub remaining: u64,
    pub used: u64,
    /// Milliseconds since 1970.
    pub resets_ms: i64,
    /// Milliseconds since 1970.
    pub now_ms: i64,
    pub exceeded: bool,
}

impl Left {
    /// Whole seconds until the window ends, one at the least.
    pub fn wait_s(&self) -> u64 {
        u64::try_from((self.resets_ms - self.now_ms + 999) / 1_000).unwrap_or(0).max(1)
    }

    /// As a fault asks for it: nothing left for so many seconds.
    pub fn nothing(limit: u64, now_ms: i64, wait_s: u64) -> Self {
        let resets_ms = now_ms.saturating_add(i64::try_from(wait_s).unwrap_or(i64::MAX / 2_000).saturating_mul(1_000));
        Self { limit, remaining: 0, used: limit, resets_ms, now_ms, exceeded: true }
    }
}

/// The windows in which calls were counted.
#[derive(Debug, Default)]
pub struct Windows {
    pub on: bool,
    /// By token: when the window ends, and how many calls were in it.
    windows: HashMap<String, (i64, u64)>,
}

impl Windows {
    /// Counts a call.
    pub fn count(&mut self, limit: Limit, whom: &str, now_ms: i64) -> Left {
        let fresh = (now_ms + limit.window_s * 1_000, 0);
        let window = self.windows.entry(whom.to_owned()).or_insert(fresh);
        if window.0 <= now_ms {
            *window = fresh;
        }
        window.1 += 1;
        let (resets_ms, used) = *window;
        let remaining = limit.calls.saturating_sub(used);
        Left { limit: limit.calls, remaining, used, resets_ms, now_ms, exceeded: used > limit.calls }
    }
}
