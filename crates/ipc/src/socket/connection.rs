//! One client: its requests in order, or its stream of events.

use std::io;

use interprocess::local_socket::tokio::Stream;
use serde_json::Value;
use tokio::{
    io::{AsyncBufRead, AsyncWrite, BufReader},
    sync::broadcast::error::RecvError,
    time,
};
use tokio_util::sync::CancellationToken;

use super::{
    EVENTS, Handler, Limits, MAX_ANSWER_BYTES,
    line::{self, Line},
    rpc::{INVALID_REQUEST, METHOD_NOT_FOUND, Notification, Request, Response, trouble},
};
use crate::{
    METHODS,
    wire::{Event, Failure, Topic},
};

/// Serves one client until it goes, misbehaves or the server stops.
pub(super) async fn serve<H: Handler>(stream: Stream, handler: H, limits: Limits, stop: CancellationToken) {
    let mut connection = Connection { reader: BufReader::new(&stream), writer: &stream, handler, limits, stop };
    if let Err(error) = connection.run().await {
        tracing::debug!(%error, "client gone");
    }
}

struct Connection<R, W, H> {
    reader: R,
    writer: W,
    handler: H,
    limits: Limits,
    stop: CancellationToken,
}

impl<R: AsyncBufRead + Unpin, W: AsyncWrite + Unpin, H: Handler> Connection<R, W, H> {
    async fn run(&mut self) -> io::Result<()> {
        while let Some(line) = self.next_line().await? {
            let request = match Request::read(&line) {
                Ok(request) => request,
                Err(refusal) => {
                    self.send(&refusal).await?;
                    continue;
                }
            };
            if request.method == EVENTS {
                return self.stream_events(request.id).await;
            }
            let answer = self.carry_out(request).await;
            self.send_answer(answer).await?;
        }
        Ok(())
    }

    /// The next request line; `None` when the client or the server is done.
    async fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let began = tokio::select! {
            () = self.stop.cancelled() => return Ok(None),
            began = time::timeout(self.limits.idle, line::ready(&mut self.reader)) => began??,
        };
        if !began {
            return Ok(None);
        }
        let max = self.limits.request_bytes;
        match time::timeout(self.limits.line, line::read(&mut self.reader, max)).await?? {
            Line::Whole(line) => Ok(Some(line)),
            Line::End => Ok(None),
            Line::TooLong => {
                let text = format!("This line is longer than {max} bytes.");
                self.send(&Response::refusal(Value::Null, INVALID_REQUEST, &text)).await?;
                Ok(None)
            }
        }
    }

    /// Runs the command as a task of its own: a client that goes away does not stop it half-way.
    async fn carry_out(&self, request: Request) -> Response {
        let Request { id, method, params, .. } = request;
        if !METHODS.contains(&method.as_str()) {
            return Response::refusal(id, METHOD_NOT_FOUND, "Postroom has no command of this name.");
        }
        let handler = self.handler.clone();
        let running = tokio::spawn(async move { handler.call(&method, params).await });
        let outcome: Result<Value, Failure> = match time::timeout(self.limits.call, running).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(trouble("Postroom met a defect of its own.", "See the log for what happened.")),
            Err(_) => Err(trouble("Postroom is still at work on this.", "Look again in a moment.")),
        };
        Response::answer(id, outcome)
    }

    async fn send_answer(&mut self, answer: Response) -> io::Result<()> {
        if let Ok(line) = line::encode(&answer, MAX_ANSWER_BYTES) {
            return self.send_line(&line).await;
        }
        let failure = trouble("The answer is too large.", "Ask for less at a time.");
        self.send(&Response::failure(answer.id, failure)).await
    }

    async fn send(&mut self, message: &impl serde::Serialize) -> io::Result<()> {
        self.send_line(&line::encode(message, MAX_ANSWER_BYTES)?).await
    }

    async fn send_line(&mut self, line: &[u8]) -> io::Result<()> {
        time::timeout(self.limits.line, line::write(&mut self.writer, line)).await?
    }

    async fn stream_events(&mut self, id: Value) -> io::Result<()> {
        let mut events = self.handler.events();
        self.send(&Response::result(id, Value::Null)).await?;
        loop {
            let received = tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                // Anything more from the client, or its end, ends the stream.
                _ = line::ready(&mut self.reader) => return Ok(()),
                received = events.recv() => received,
            };
            match received {
                Ok(event) => self.send(&Notification::event(event.into())).await?,
                Err(RecvError::Lagged(_)) => self.send_all_stale().await?,
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }

    /// Some events were lost to a slow client: every kind of thing may have changed.
    async fn send_all_stale(&mut self) -> io::Result<()> {
        let kinds = [
            Topic::Accounts,
            Topic::Posts,
            Topic::Publications,
            Topic::Notices,
            Topic::Settings,
            Topic::Practice,
            Topic::Doctor,
        ];
        for topic in kinds {
            self.send(&Notification::event(Event { topic, id: None })).await?;
        }
        Ok(())
    }
}
