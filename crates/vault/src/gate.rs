//! The one door to the system's keychain. Its calls block, for as long as a prompt stays unanswered, and
//! cannot be stopped: each gets a thread of its own and a limit outside it, and while one is stuck the
//! others are turned away instead of piling up behind it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Mutex, oneshot},
    time::timeout,
};

use crate::VaultError;

/// Lets one caller in at a time, and knows whether the last one's call is still running.
pub(crate) struct Gate {
    turn: Mutex<()>,
    running: AtomicBool,
}

/// One keychain per process, so one gate.
pub(crate) static GATE: Gate = Gate::new();

impl Gate {
    pub(crate) const fn new() -> Self {
        Self { turn: Mutex::const_new(()), running: AtomicBool::new(false) }
    }

    /// Runs `call` on a thread of its own and waits at most `limit`, the wait for one's turn included.
    pub(crate) async fn pass<T: Send + 'static>(
        &'static self,
        limit: Duration,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        timeout(limit, self.pass_in_turn(call)).await.unwrap_or(Err(VaultError::Locked))
    }

    async fn pass_in_turn<T: Send + 'static>(
        &'static self,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let _turn = self.turn.lock().await;
        if self.running.swap(true, Ordering::SeqCst) {
            return Err(VaultError::Locked);
        }
        let running = Running(&self.running);
        let (sender, answer) = oneshot::channel();
        let thread = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let result = call();
            drop(running);
            // Nobody listens any more when the limit has passed.
            let _ = sender.send(result);
        });
        match thread {
            Ok(_) => answer.await.unwrap_or_else(|_| Err(VaultError::Keyring("the call broke off".to_owned()))),
            Err(error) => Err(VaultError::Keyring(error.to_string())),
        }
    }
}

/// Opens the gate again when the call ends, also by unwinding or because its thread never started.
struct Running(&'static AtomicBool);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_stuck_call_ends_for_its_caller_and_turns_others_away_until_it_is_over() {
        static GATE: Gate = Gate::new();
        let (release, held) = mpsc::channel::<()>();
        let (ended, end) = oneshot::channel::<()>();
        let stuck = GATE
            .pass(SHORT, move || {
                let _ = held.recv();
                drop(ended);
                Ok(1)
            })
            .await;
        assert_eq!(stuck, Err(VaultError::Locked));
        assert_eq!(GATE.pass(LONG, || Ok(2)).await, Err(VaultError::Locked), "turned away at once");
        drop(release);
        let _ = end.await;
        let after = loop {
            match GATE.pass(LONG, || Ok(3)).await {
                Err(VaultError::Locked) => tokio::task::yield_now().await,
                other => break other,
            }
        };
        assert_eq!(after, Ok(3));
    }

    #[tokio::test]
    async fn calls_at_once_take_turns() {
        static GATE: Gate = Gate::new();
        let (one, two) = tokio::join!(GATE.pass(LONG, || Ok(1)), GATE.pass(LONG, || Ok(2)));
        assert_eq!((one, two), (Ok(1), Ok(2)));
    }

    #[tokio::test]
    async fn a_panicking_call_is_an_error_and_opens_the_gate() {
        static GATE: Gate = Gate::new();
        let broken: Result<(), _> = GATE.pass(LONG, || panic!("the library gave up")).await;
        assert!(matches!(broken, Err(VaultError::Keyring(_))));
        assert_eq!(GATE.pass(LONG, || Ok(1)).await, Ok(1));
    }
}
