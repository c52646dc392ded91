//! The looks at what goes out later that are under way: few at a time, beside everything else.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    sync::{AcquireError, Semaphore, SemaphorePermit},
    task::JoinSet,
};

/// Accounts looked at in one moment.
const AT_ONCE: usize = 2;

/// The looks under way.
pub(crate) struct Looks {
    turns: Semaphore,
    under_way: AtomicUsize,
    tasks: Mutex<JoinSet<()>>,
}

impl Default for Looks {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE), under_way: AtomicUsize::new(0), tasks: Mutex::default() }
    }
}

impl Looks {
    /// Whether none is under way.
    pub(crate) fn idle(&self) -> bool {
        self.under_way.load(Ordering::Acquire) == 0
    }

    /// One more is under way.
    pub(crate) fn began(&self) {
        self.under_way.fetch_add(1, Ordering::AcqRel);
    }

    /// One less is.
    pub(crate) fn ended(&self) {
        self.under_way.fetch_sub(1, Ordering::AcqRel);
    }

    /// Waits until it is its turn.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.turns.acquire().await
    }

    /// Makes one beside everything else.
    pub(crate) fn spawn(&self, look: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(look);
    }

    /// Ends them; whoever opens the profile next takes them up again.
    pub(crate) async fn end(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }
}
