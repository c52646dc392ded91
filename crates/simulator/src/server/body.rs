//! Between the HTTP library's types and the platform's: reading calls, writing answers whole or broken.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::http::request::Parts;

use crate::wire::{Reply, Request};

/// Above this a body is not even read to its end for politeness.
const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;
const DRIP_EVERY: Duration = Duration::from_millis(200);
/// Long enough for the half to be on its way before the connection goes.
const HALF_FLUSH: Duration = Duration::from_millis(50);
const GARBAGE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>";

/// A call without its body.
pub fn head(parts: &Parts) -> Request {
    let query = parts.uri.query().unwrap_or_default();
    Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect(),
        body: Vec::new(),
    }
}

/// The whole body; none when it has more than `limit` bytes or breaks off. What is too large is read and thrown away,
/// so that the sender can hear why.
pub async fn read(incoming: Incoming, limit: usize) -> Option<Vec<u8>> {
    let mut chunks = Body::new(incoming).into_data_stream();
    let (mut body, mut total) = (Vec::new(), 0_usize);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        total = total.saturating_add(chunk.len());
        if total <= limit {
            body.extend_from_slice(&chunk);
        } else if total > MAX_DRAINED_BYTES {
            return None;
        }
    }
    (total <= limit).then_some(body)
}

/// The answer as it should be.
pub fn whole(reply: &Reply) -> Response {
    build(reply, Body::from(reply.body.clone()))
}

/// 200 with a page that no API would send.
pub fn garbage() -> Response {
    let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
    whole(&Reply { status: 200, headers, body: GARBAGE.into() })
}

/// One byte at a time, with the right length.
pub fn dripping(reply: &Reply) -> Response {
    let bytes = stream::iter(reply.body.clone()).then(|byte| async move {
        tokio::time::sleep(DRIP_EVERY).await;
        Ok::<_, io::Error>(Bytes::from(vec![byte]))
    });
    build(&with_length(reply), Body::from_stream(bytes))
}

/// The first half, announced as the whole; then the connection closes.
pub fn half(reply: &Reply) -> Response {
    let first: Vec<u8> = reply.body.iter().copied().take(reply.body.len() / 2).collect();
    let rest = async {
        tokio::time::sleep(HALF_FLUSH).await;
        Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))
    };
    let chunks = stream::iter([Ok(Bytes::from(first))]).chain(stream::once(rest));
    build(&with_length(reply), Body::from_stream(chunks))
}

fn with_length(reply: &Reply) -> Reply {
    reply.clone().with("content-length", &reply.body.len())
}

fn build(reply: &Reply, body: Body) -> Response {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    builder.body(body).unwrap_or_default()
}
