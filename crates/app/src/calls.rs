//! The call log: takes calls without blocking, writes them in batches of their own.

use std::sync::Arc;

use domain::{
    UtcMs,
    ports::{Call, CallLog, Clock},
};
use store::Store;
use tokio::sync::{mpsc, oneshot};

use crate::time_check::TimeCheck;

const BACKLOG: usize = 4_096;
const BATCH: usize = 256;

enum Entry {
    Call(Box<Call>),
    Flush(oneshot::Sender<()>),
}

/// Hands calls to a task that writes them.
#[derive(Clone)]
pub struct Calls {
    entries: mpsc::Sender<Entry>,
    clock: Arc<dyn Clock>,
    /// What the answers say of this computer's clock.
    pub time: Arc<TimeCheck>,
}

impl Calls {
    /// Starts the writing task.
    pub fn start(store: Store, clock: Arc<dyn Clock>) -> Self {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        tokio::spawn(write(store, receiver));
        Self { entries: sender, clock, time: Arc::default() }
    }

    /// Waits until what was recorded so far is written.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.entries.send(Entry::Flush(done)).await.is_ok() {
            // An error means the task is gone, and with it anything to wait for.
            let _ = written.await;
        }
    }
}

impl CallLog for Calls {
    fn record(&self, call: Call) {
        if self.entries.try_send(Entry::Call(Box::new(call))).is_err() {
            tracing::warn!("the call log is behind; a call was not logged");
        }
    }

    fn heard_time(&self, server: &str, theirs: UtcMs) {
        self.time.saw(server, theirs, self.clock.as_ref());
    }
}

async fn write(store: Store, mut receiver: mpsc::Receiver<Entry>) {
    let mut entries = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut entries, BATCH).await > 0 {
        let mut calls = Vec::new();
        let mut waiting = Vec::new();
        for entry in entries.drain(..) {
            match entry {
                Entry::Call(call) => calls.push(*call),
                Entry::Flush(done) => waiting.push(done),
            }
        }
        if let Err(error) = add(&store, &calls).await {
            tracing::warn!(%error, lost = calls.len(), "calls could not be logged");
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

async fn add(store: &Store, calls: &[Call]) -> Result<(), store::StoreError> {
    if calls.is_empty() {
        return Ok(());
    }
    // A record for its reader, on which nothing rests.
    let mut tx = store.begin_unsynced().await?;
    store::call_log::add(&mut tx, calls).await?;
    tx.commit().await?;
    Ok(())
}
