//! The calling side.

use std::{io, path::Path, time::Duration};

use interprocess::local_socket::{tokio::Stream, traits::tokio::Stream as _};
use serde_json::Value;
use tokio::{io::BufReader, sync::Mutex, time};

use super::{
    EVENTS, Limits, MAX_ANSWER_BYTES,
    line::{self, Line},
    place,
    rpc::{Notification, Request, Response},
};
use crate::wire::{Event, Failure};

/// Why a call over the socket has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The command was carried out and failed.
    #[error("{}", .0.message)]
    Failed(Failure),
    /// The runner is gone, or what it says is no answer. Whether the command was carried out is unknown.
    #[error("the connection to Postroom broke: {0}")]
    Transport(#[from] io::Error),
}

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// A connection to a running Postroom of this user.
#[derive(Debug)]
pub struct Client {
    /// `None` once an answer was lost: the next one could be taken for it.
    open: Mutex<Option<Open>>,
}

#[derive(Debug)]
struct Open {
    stream: BufReader<Stream>,
    last: u64,
}

impl Client {
    /// Connects to the socket at `path`. Fails with `NotFound` or `ConnectionRefused` where nobody listens,
    /// and with `PermissionDenied` where another user does.
    pub async fn connect(path: &Path) -> io::Result<Self> {
        let place = place::place(path);
        let stream = time::timeout(CONNECT, Stream::connect(place::name(&place)?)).await??;
        if !place::is_ours(&stream) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the socket is another user's"));
        }
        let open = Open { stream: BufReader::new(stream), last: 0 };
        Ok(Self { open: Mutex::new(Some(open)) })
    }

    /// Carries out one command. Calls made at the same time wait for each other.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, CallError> {
        let mut place = self.open.lock().await;
        // Taken out while at work: a call that is dropped half-way leaves no half-read connection behind.
        let mut open = place.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))?;
        let response = open.ask(method, params).await?;
        *place = Some(open);
        match (response.result, response.error) {
            (Some(result), None) => Ok(result),
            (_, Some(error)) => error
                .data
                .map_or_else(|| Err(io::Error::other(error.message).into()), |failure| Err(CallError::Failed(failure))),
            (None, None) => Err(garbled("an answer without result").into()),
        }
    }

    /// Turns the connection into a stream of everything that changes from now on.
    pub async fn events(self) -> io::Result<Events> {
        let mut open = self.open.into_inner().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))?;
        let response = open.ask(EVENTS, Value::Null).await?;
        match response.error {
            None => Ok(Events { open }),
            Some(error) => Err(io::Error::other(error.message)),
        }
    }
}

impl Open {
    async fn ask(&mut self, method: &str, params: Value) -> io::Result<Response> {
        self.last += 1;
        let limits = Limits::default();
        let request = line::encode(&Request::new(self.last, method, params), limits.request_bytes)?;
        time::timeout(limits.line, line::write(self.stream.get_mut(), &request)).await??;
        // A little longer than the server waits for the command, so that its own words arrive.
        let answer = time::timeout(limits.call + limits.line, self.next_line()).await??;
        let line = answer.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        let response: Response = serde_json::from_slice(&line).map_err(|_| garbled("an answer that is none"))?;
        // A refusal before the request was read carries no id.
        if response.id.as_u64() != Some(self.last) && response.error.is_none() {
            return Err(garbled("an answer to something else"));
        }
        Ok(response)
    }

    async fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        match line::read(&mut self.stream, MAX_ANSWER_BYTES).await? {
            Line::Whole(line) => Ok(Some(line)),
            Line::End => Ok(None),
            Line::TooLong => Err(garbled("a line that is too long")),
        }
    }
}

fn garbled(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A stream of events; dropping it ends it.
#[derive(Debug)]
pub struct Events {
    open: Open,
}

impl Events {
    /// The next event; `None` when Postroom has ended. Give it a task of its own: a wait that is dropped
    /// half-way may lose the beginning of a line.
    pub async fn next(&mut self) -> io::Result<Option<Event>> {
        let Some(line) = self.open.next_line().await? else { return Ok(None) };
        let message: Notification = serde_json::from_slice(&line).map_err(|_| garbled("an event that is none"))?;
        Ok(Some(message.params))
    }
}
