//! Lets the `oauth2` crate speak through [`net::Client`], and remembers what the answer's envelope said.

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use domain::UtcMs;
use http::header;
use net::{CallTag, Client, NetError};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

const ANSWER_MAX_BYTES: usize = 64 * 1_024;

/// One call through the HTTP client.
pub(crate) struct Wire<'a> {
    client: &'a Client,
    tag: CallTag,
    operation: &'static str,
    limit_ms: u64,
    envelope: Mutex<Envelope>,
}

/// What is left of an answer once the crate has read its body.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Envelope {
    /// HTTP status.
    pub status: Option<u16>,
    /// The earliest next request.
    pub retry_after: Option<UtcMs>,
}

impl<'a> Wire<'a> {
    pub(crate) const fn new(client: &'a Client, tag: CallTag, operation: &'static str, limit_ms: u64) -> Self {
        let envelope = Mutex::new(Envelope { status: None, retry_after: None });
        Self { client, tag, operation, limit_ms, envelope }
    }

    /// The envelope of the last answer.
    pub(crate) fn envelope(&self) -> Envelope {
        *self.envelope.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let (parts, body) = request.into_parts();
        let mut sending = self
            .client
            .request(parts.method, &self.tag, self.operation, &parts.uri.to_string())
            .timeout_ms(self.limit_ms)
            .max_answer_bytes(ANSWER_MAX_BYTES)
            .body_bytes(Bytes::from(body), "application/x-www-form-urlencoded");
        for (name, value) in &parts.headers {
            if *name != header::CONTENT_TYPE {
                let text = value.to_str().map_err(|_| NetError::BadRequest("a header is not text".to_owned()))?;
                sending = sending.header(name.as_str(), text);
            }
        }
        let answer = sending.send().await?;
        *self.envelope.lock().unwrap_or_else(PoisonError::into_inner) =
            Envelope { status: Some(answer.status), retry_after: answer.retry_after };
        let mut response = HttpResponse::new(answer.body.to_vec());
        *response.headers_mut() = answer.headers().clone();
        *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = NetError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NetError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
