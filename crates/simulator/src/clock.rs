//! The simulator's own time: the system's, moved forward at will, so that tokens expire without waiting.

use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970, UTC, plus an offset that tests may enlarge. It never goes back by itself.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// The simulator's now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        system_ms().saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves time forward by `by_ms` milliseconds; negative values are ignored.
    pub fn advance(&self, by_ms: i64) {
        self.ahead_ms.fetch_add(by_ms.max(0), Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the simulator imports no workspace crate, so it has its own clock")]
fn system_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
