//! Sleeping to an instant of the wall clock. Timers stand still while a laptop sleeps and know nothing of a
//! clock that is set, so the wall clock is read again at least every 30 s.

use std::time::Duration;

use domain::{UtcMs, ports::Clock};

/// Longest time between two looks at the wall clock.
const LOOK_MS: i64 = 30_000;

/// Returns at `due`, or earlier after at most 30 s: the caller looks again. `None` waits 30 s.
pub async fn sleep_toward(clock: &dyn Clock, due: Option<UtcMs>) {
    let left = due.map_or(LOOK_MS, |due| due.since(clock.now())).clamp(0, LOOK_MS);
    tokio::time::sleep(Duration::from_millis(left.unsigned_abs())).await;
}
