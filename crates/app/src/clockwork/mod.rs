//! Sleeping to an instant of the wall clock. Timers stand still while a laptop sleeps and know nothing of a clock that is
//! set, so a sleeper needs to be told of both: by the system where it tells ([`system_timer`]), else by looking at the
//! wall clock every 30 s ([`Looks`]).
//!
//! ```no_run
//! # async fn example(clock: &dyn domain::ports::Clock, due: domain::UtcMs) {
//! let timer = app::clockwork::system_timer();
//! while clock.now() < due {
//!     timer.sleep_toward(clock, Some(due)).await;
//! }
//! # }
//! ```

#[cfg(target_os = "linux")]
mod linux;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{UtcMs, ports::Clock};

/// Longest time between two looks at the wall clock where nothing tells.
const LOOK_MS: i64 = 30_000;

/// Sleeps by the wall clock.
#[async_trait]
pub trait WallTimer: Send + Sync {
    /// Returns at `due`, or earlier: the caller looks at the clock again. `None` sleeps until something may have changed.
    async fn sleep_toward(&self, clock: &dyn Clock, due: Option<UtcMs>);
}

/// The best timer of this system.
#[cfg(target_os = "linux")]
#[must_use]
pub fn system_timer() -> Arc<dyn WallTimer> {
    Arc::new(linux::Told::default())
}

/// The best timer of this system.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn system_timer() -> Arc<dyn WallTimer> {
    Arc::new(Looks)
}

/// Looks at the wall clock at least every 30 s: 120 wake-ups an hour, and up to 30 s late after a sleep.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looks;

#[async_trait]
impl WallTimer for Looks {
    async fn sleep_toward(&self, clock: &dyn Clock, due: Option<UtcMs>) {
        tokio::time::sleep(until_the_next_look(due, clock.now())).await;
    }
}

fn until_the_next_look(due: Option<UtcMs>, now: UtcMs) -> Duration {
    let left_ms = due.map_or(LOOK_MS, |due| due.since(now)).clamp(0, LOOK_MS);
    Duration::from_millis(left_ms.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use domain::{UtcMs, ports::Clock};

    use super::{system_timer, until_the_next_look};
    use crate::system::SystemClock;

    #[test]
    fn looking_never_sleeps_longer_than_30_s() {
        let now = UtcMs::from_millis(1_000_000);
        let left = |due| until_the_next_look(due, now).as_millis();
        assert_eq!(left(None), 30_000);
        assert_eq!(left(Some(now.plus_ms(3_600_000))), 30_000);
        assert_eq!(left(Some(now.plus_ms(1_200))), 1_200);
        assert_eq!(left(Some(UtcMs::from_millis(0))), 0, "due already");
    }

    #[tokio::test]
    async fn the_systems_timer_ends_at_the_instant_and_not_before() {
        let (clock, timer) = (SystemClock::default(), system_timer());
        let due = clock.now().plus_ms(120);
        timer.sleep_toward(&clock, Some(due)).await;
        assert!(clock.now() >= due);
        timer.sleep_toward(&clock, Some(UtcMs::from_millis(0))).await;
    }

    /// An hour ahead of the kernel's clock.
    struct Ahead(SystemClock);

    impl Clock for Ahead {
        fn now(&self) -> UtcMs {
            self.0.now().plus_ms(3_600_000)
        }

        fn monotonic_ms(&self) -> u64 {
            self.0.monotonic_ms()
        }
    }

    #[tokio::test]
    async fn the_systems_timer_goes_by_the_clock_it_is_given() {
        let clock = Ahead(SystemClock::default());
        let due = clock.now().plus_ms(120);
        system_timer().sleep_toward(&clock, Some(due)).await;
        assert!(clock.now() >= due);
    }
}
