//! The call log: takes calls without blocking, writes them in batches of their own.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    UtcMs,
    ports::{Budget, Call, CallLog, Clock, Counted},
};
use store::Store;
use tokio::sync::{mpsc, oneshot};

use crate::{ledger::Ledger, time_check::TimeCheck};

const BACKLOG: usize = 4_096;
const BATCH: usize = 256;

enum Entry {
    Call(Box<Call>),
    Counted(Box<store::budget::Counted>),
    Flush(oneshot::Sender<()>),
}

/// Hands calls to a task that writes them.
#[derive(Clone)]
pub struct Calls {
    entries: mpsc::Sender<Entry>,
    clock: Arc<dyn Clock>,
    /// What the answers say of this computer's clock.
    pub time: Arc<TimeCheck>,
    /// What platforms allow, and what of it was used.
    pub ledger: Arc<Ledger>,
}

impl Calls {
    /// Starts the writing task.
    pub fn start(store: Store, clock: Arc<dyn Clock>, ledger: Ledger) -> Self {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        tokio::spawn(write(store, receiver));
        Self { entries: sender, clock, time: Arc::default(), ledger: Arc::new(ledger) }
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

impl Budget for Calls {
    fn made(&self, call: Counted<'_>) {
        for counted in self.ledger.made(&call) {
            if self.entries.try_send(Entry::Counted(Box::new(counted))).is_err() {
                tracing::warn!("the call log is behind; a count was not kept");
            }
        }
    }
}

async fn write(store: Store, mut receiver: mpsc::Receiver<Entry>) {
    let mut entries = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut entries, BATCH).await > 0 {
        let mut calls = Vec::new();
        let mut counted = BTreeMap::new();
        let mut waiting = Vec::new();
        for entry in entries.drain(..) {
            match entry {
                Entry::Call(call) => calls.push(*call),
                // The last count of a limit says it all.
                Entry::Counted(count) => drop(counted.insert((count.holder.clone(), count.name.clone()), *count)),
                Entry::Flush(done) => waiting.push(done),
            }
        }
        if let Err(error) = add(&store, &calls, counted.values()).await {
            tracing::warn!(%error, lost = calls.len(), "calls could not be logged");
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

async fn add(
    store: &Store,
    calls: &[Call],
    counted: impl ExactSizeIterator<Item = &store::budget::Counted> + Send,
) -> Result<(), store::StoreError> {
    if calls.is_empty() && counted.len() == 0 {
        return Ok(());
    }
    // A record for its reader, on which nothing rests.
    let mut tx = store.begin_unsynced().await?;
    store::call_log::add(&mut tx, calls).await?;
    for count in counted {
        store::budget::put(&mut tx, count).await?;
    }
    tx.commit().await?;
    Ok(())
}
