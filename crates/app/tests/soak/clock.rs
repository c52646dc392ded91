//! Time that passes when it is told to, the same for the wall clock and the one that never jumps: a machine that is awake.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use app::{clockwork::WallTimer, system::SystemClock};
use async_trait::async_trait;
use domain::{UtcMs, ports::Clock};
use tokio::sync::watch;

/// The system's clocks, and how far they are ahead of it.
#[derive(Debug)]
pub struct Told {
    system: SystemClock,
    ahead_ms: AtomicI64,
    /// Raised whenever time has passed.
    passed: watch::Sender<i64>,
    /// Until when the runner sleeps, as it said last.
    asleep: watch::Sender<Option<UtcMs>>,
}

impl Told {
    pub fn new() -> Arc<Self> {
        let (passed, asleep) = (watch::channel(0).0, watch::channel(None).0);
        Arc::new(Self { system: SystemClock::default(), ahead_ms: AtomicI64::new(0), passed, asleep })
    }

    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }

    /// Time passes until an instant.
    pub fn pass_until(&self, then: UtcMs) {
        self.ahead_ms.fetch_add(then.since(self.now()).max(0), Ordering::SeqCst);
        self.asleep.send_replace(None);
        self.passed.send_replace(self.ahead_ms());
    }

    /// Returns once the runner has looked at the time and sleeps past it.
    pub async fn until_asleep(&self) {
        let mut asleep = self.asleep.subscribe();
        let past = |until: &Option<UtcMs>| until.is_some_and(|until| until > self.now());
        let _ = asleep.wait_for(past).await;
    }
}

impl Clock for Told {
    fn now(&self) -> UtcMs {
        self.system.now().plus_ms(self.ahead_ms())
    }

    fn monotonic_ms(&self) -> u64 {
        self.system.monotonic_ms().saturating_add_signed(self.ahead_ms())
    }
}

/// The timer of a runner that goes by such a clock.
pub struct Timer(pub Arc<Told>);

#[async_trait]
impl WallTimer for Timer {
    async fn sleep_toward(&self, clock: &dyn Clock, due: Option<UtcMs>) {
        let mut passed = self.0.passed.subscribe();
        let until = due.unwrap_or(UtcMs::from_millis(i64::MAX));
        if until <= clock.now() {
            return;
        }
        self.0.asleep.send_replace(Some(until));
        let left_ms = until.since(clock.now()).clamp(0, 3_600_000);
        tokio::select! {
            _ = passed.changed() => {}
            () = tokio::time::sleep(std::time::Duration::from_millis(left_ms.unsigned_abs())) => {}
        }
    }
}
