//! The local socket: the same commands as the window's, for the command line, one runner per profile.
//!
//! Owns the wire form (JSON-RPC 2.0, one message a line), its bounds, and who may connect: the socket lies
//! in a folder of mode 0700, has mode 0600 and asks the system for the peer's user. Refuses everybody else,
//! lines beyond its bounds, and methods that are not in [`METHODS`](crate::METHODS). What handlers answer
//! holds no secret, so nothing here has to filter.
//!
//! ```text
//! → {"jsonrpc":"2.0","id":1,"method":"queue_status","params":{}}
//! ← {"jsonrpc":"2.0","id":1,"result":{"paused":false, …}}
//! → {"jsonrpc":"2.0","id":2,"method":"events"}
//! ← {"jsonrpc":"2.0","id":2,"result":null}
//! ← {"jsonrpc":"2.0","method":"event","params":{"topic":"publications","id":"pub_…"}}
//! ```

mod client;
mod connection;
mod line;
mod place;
mod profile;
mod rpc;
mod server;

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::broadcast;

pub use client::{CallError, Client, Events};
pub use server::{Server, StartError};

use crate::wire::{self, Failure};

/// Longest line a client may send, in bytes without the line feed.
pub const MAX_REQUEST_BYTES: usize = 32 * 1024 * 1024;
/// Longest line the server sends, in bytes without the line feed.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// Clients served at a time; one more is told so and sent away.
pub const MAX_CLIENTS: usize = 16;
/// The method that turns a connection into a stream of events.
pub const EVENTS: &str = "events";

/// How long each kind of waiting may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Between two requests of a client.
    pub idle: Duration,
    /// For the rest of a line once its first byte came, and for a line to be taken.
    pub line: Duration,
    /// For a command to answer. The command itself goes on; only the waiting ends.
    pub call: Duration,
    /// Longest line a client may send, in bytes.
    pub request_bytes: usize,
    /// Clients served at a time.
    pub clients: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(5),
            line: Duration::from_secs(30),
            call: Duration::from_mins(2),
            request_bytes: MAX_REQUEST_BYTES,
            clients: MAX_CLIENTS,
        }
    }
}

/// What the socket serves: commands by name, and the events of the app behind them.
#[async_trait]
pub trait Handler: Clone + Send + Sync + 'static {
    /// What changed, in the app's own form.
    type Event: Clone + Send + Into<wire::Event> + 'static;

    /// Carries out one command of [`METHODS`](crate::METHODS).
    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure>;

    /// Everything that changes from now on.
    fn events(&self) -> broadcast::Receiver<Self::Event>;
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
