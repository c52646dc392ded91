//! What all requests share: the engine behind its lock, switches, rates, addresses.

use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::config::Limits;
use crate::digest::print_of;
use crate::engine::Engine;
use crate::event::Event;
use crate::faults::{Fault, Faults, Operation};
use crate::rates::Rates;
use crate::refusal::{Code, Refusal};

/// The shared application.
pub type Shared = Arc<App>;

/// One running network.
pub struct App {
    engine: Mutex<Engine>,
    faults: Mutex<Faults>,
    rates: Mutex<Rates>,
    /// The numbers it runs with.
    pub limits: Limits,
    /// `http://127.0.0.1:{port}`.
    pub base: String,
    /// The Host headers it answers to.
    pub hosts: [String; 2],
    /// Where pictures are, by digest.
    pub media_dir: PathBuf,
    /// How far the clock its answers tell is ahead.
    pub date_ahead_ms: Arc<AtomicI64>,
    control_print: String,
    /// Cancelled when it stops.
    pub stop: CancellationToken,
}

impl App {
    /// An application for `port`.
    pub fn new(
        engine: Engine,
        port: u16,
        media_dir: PathBuf,
        control_token: &str,
        date_ahead_ms: Arc<AtomicI64>,
    ) -> Self {
        Self {
            limits: engine.limits.clone(),
            engine: Mutex::new(engine),
            faults: Mutex::default(),
            rates: Mutex::default(),
            base: format!("http://127.0.0.1:{port}"),
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            media_dir,
            date_ahead_ms,
            control_print: print_of(control_token),
            stop: CancellationToken::new(),
        }
    }

    /// Runs `work` on the engine, off the async threads since it may sync to the disk. It runs to its end
    /// even when the caller has gone.
    pub async fn act<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Engine) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.run(work).await.unwrap_or_else(|| Err(Code::Unavailable.into()))
    }

    /// The same for work with errors of its own; `None` when the process is ending.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Option<T> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&mut app.engine())).await.ok()
    }

    /// The engine itself, for work that is already off the async threads.
    pub fn engine(&self) -> MutexGuard<'_, Engine> {
        locked(&self.engine)
    }

    /// The switches.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    /// The rate windows.
    pub fn rates(&self) -> MutexGuard<'_, Rates> {
        locked(&self.rates)
    }

    /// Uses a switch for this call, if one fits, and journals that.
    pub async fn take_fault(
        self: &Arc<Self>,
        operation: Operation,
        account: Option<String>,
    ) -> Result<Option<Fault>, Refusal> {
        let Some(fault) = self.faults().take(operation, account.as_deref()) else { return Ok(None) };
        let event = Event::FaultUsed { fault: fault.id.clone(), kind: fault.kind, account, operation };
        self.act(|engine| engine.record(event)).await?;
        Ok(Some(fault))
    }

    /// Whether this is the control token. Compared by digest, so that time tells nothing.
    pub fn is_control(&self, token: &str) -> bool {
        print_of(token) == self.control_print
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
