//! Whether a reply reached its connection, and connections closed without one.
//!
//! A call runs in a task of its own, so a client that goes away cannot stop it half-way. Its answer
//! carries a watch: dropped before it was handed to the connection, it leaves `reply_dropped` in the journal.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body::{Frame, SizeHint};

use crate::app::Shared;
use crate::event::Event;
use crate::refusal::{Code, Refusal};

/// Marks a response that is never sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub struct HangUp;

impl HangUp {
    /// A response that closes the connection.
    pub fn response() -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Self);
        response
    }

    /// Whether this response closes the connection.
    pub fn is(response: &Response) -> bool {
        response.extensions().get::<Self>().is_some()
    }
}

/// What a handler that makes a post visible is told about its reply, and tells in return.
#[derive(Debug, Clone)]
pub struct ReplySlot {
    /// False where a switch withholds the reply.
    pub sent: bool,
    seq: Arc<AtomicU64>,
}

impl ReplySlot {
    /// For a call whose reply is withheld (`sent` false) or meant to be sent.
    pub fn new(sent: bool) -> Self {
        Self { sent, seq: Arc::default() }
    }

    /// Notes the journal line of the post that was accepted.
    pub fn accepted(&self, seq: Option<u64>) {
        self.seq.store(seq.unwrap_or(0), Ordering::SeqCst);
    }
}

impl<S: Sync> FromRequestParts<S> for ReplySlot {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self::new(true)))
    }
}

/// Runs the call to its end, whatever its client does, and watches its reply.
pub async fn watched(app: &Shared, mut request: Request, next: Next) -> Response {
    let slot = ReplySlot::new(true);
    request.extensions_mut().insert(slot.clone());
    let app = app.clone();
    let call = tokio::spawn(async move {
        let response = next.run(request).await;
        let watch = Watch { app, seq: slot.seq, handed_over: false };
        response.map(|inner| Body::new(Watched { inner, watch }))
    });
    call.await.unwrap_or_else(|_| Refusal::from(Code::Unavailable).into_response())
}

struct Watch {
    app: Shared,
    seq: Arc<AtomicU64>,
    handed_over: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let of = self.seq.load(Ordering::SeqCst);
        if self.handed_over || of == 0 {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let app = self.app.clone();
        // Where the disk fails here, the count of lost replies is one short; nothing else depends on it.
        runtime.spawn_blocking(move || app.engine().record(Event::ReplyDropped { of }).is_ok());
    }
}

struct Watched {
    inner: Body,
    watch: Watch,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(frame) = &polled {
            self.watch.handed_over |= frame.is_none() || self.inner.is_end_stream();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
