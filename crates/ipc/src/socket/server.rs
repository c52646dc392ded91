//! The listening side: accepts this user's clients, a bounded number at a time.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use interprocess::local_socket::{
    tokio::{Listener, Stream},
    traits::tokio::Listener as _,
};
use serde_json::Value;
use tokio::{sync::Semaphore, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Handler, Limits, MAX_ANSWER_BYTES, connection, line, place, rpc};

/// Why the socket could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the local socket {}: {source}", path.display())]
pub struct StartError {
    /// Where it should have been.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// How long open connections get to finish when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// A listening socket. Dropping it stops it without waiting for connections.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Listens at `path` (on Windows: under its file name; elsewhere below `/tmp` where it is too long) and
    /// serves until stopped. Overwrites a socket found there, so the caller must hold the profile's lock.
    /// Must be called on a tokio runtime.
    pub fn start<H: Handler>(handler: H, path: &Path) -> Result<Self, StartError> {
        Self::start_with(handler, path, Limits::default())
    }

    /// The same with other limits.
    pub fn start_with<H: Handler>(handler: H, path: &Path, limits: Limits) -> Result<Self, StartError> {
        let path = place::place(path);
        let listener = place::listen(&path).map_err(|source| StartError { path: path.clone(), source })?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let accepting = accept(listener, handler, limits, stop.clone(), tasks.clone());
        tasks.spawn(accepting);
        tracing::debug!(path = %path.display(), "local socket open");
        Ok(Self { path, stop, tasks })
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes no more clients, lets running commands answer (for at most five seconds) and removes the socket.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if time::timeout(FAREWELL, self.tasks.wait()).await.is_err() {
            tracing::warn!("local socket closed while clients were still at work");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept<H: Handler>(
    listener: Listener,
    handler: H,
    limits: Limits,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    let places = Arc::new(Semaphore::new(limits.clients));
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match stream {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "a client could not connect");
                // Out of file handles, most likely: give others time to close some.
                time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        if !place::is_ours(&stream) {
            tracing::warn!("refused a connection of another user");
            continue;
        }
        let Ok(seat) = Arc::clone(&places).try_acquire_owned() else {
            tasks.spawn(send_away(stream, limits.line));
            continue;
        };
        let serving = connection::serve(stream, handler.clone(), limits, stop.clone());
        tasks.spawn(async move {
            serving.await;
            drop(seat);
        });
    }
}

async fn send_away(stream: Stream, limit: Duration) {
    let failure = rpc::trouble("Too many clients are connected to Postroom.", "Try again when others have ended.");
    let answer = rpc::Response::failure(Value::Null, failure);
    let Ok(line) = line::encode(&answer, MAX_ANSWER_BYTES) else { return };
    // Whether it hears us or not, it is gone afterwards.
    let _ = time::timeout(limit, line::write(&mut &stream, &line)).await;
}
