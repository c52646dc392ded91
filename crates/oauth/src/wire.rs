//! Lets the `oauth2` crate speak through [`net::Client`]: answers are put into the standard's shape, calls carry a proof
//! of possession where the flow wants one, and what the crate has no place for is remembered.

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use domain::UtcMs;
use http::header;
use net::{Answer, CallTag, NetError};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::{
    Dpop, Flow, World,
    answer::{self, Extras},
};

/// A refresh token traded for tokens.
pub(crate) const REFRESH: &str = "token_refresh";
/// A token traded for a longer-lived or fresh one.
pub(crate) const TRADE_IN: &str = "token_trade_in";
const ANSWER_MAX_BYTES: usize = 64 * 1_024;

/// One call through the HTTP client.
pub(crate) struct Wire<'a> {
    flow: &'a Flow,
    world: &'a World,
    dpop: Option<&'a Dpop>,
    tag: CallTag,
    operation: &'static str,
    limit_ms: u64,
    heard: Mutex<(Envelope, Extras)>,
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
    pub(crate) fn new(
        flow: &'a Flow,
        world: &'a World,
        dpop: Option<&'a Dpop>,
        operation: &'static str,
        limit_ms: u64,
    ) -> Self {
        let tag = world.client.tag(flow.platform.clone());
        Self { flow, world, dpop, tag, operation, limit_ms, heard: Mutex::default() }
    }

    /// The envelope of the last answer, and what it told beside its tokens.
    pub(crate) fn heard(&self) -> (Envelope, Extras) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends it; once more where the server wants its nonce in the proof.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let (parts, body) = request.into_parts();
        let (url, body) = (parts.uri.to_string(), Bytes::from(body));
        let mut answer = self.once(&parts, &url, body.clone()).await?;
        if let Some(dpop) = self.dpop {
            let fresh = answer.header("dpop-nonce").is_some_and(|nonce| dpop.hear(&url, nonce));
            if fresh && wants_nonce(&answer) {
                answer = self.once(&parts, &url, body).await?;
                answer.header("dpop-nonce").map(|nonce| dpop.hear(&url, nonce));
            }
        }
        let reading = self.flow.reading;
        let reading = if self.operation == REFRESH { reading.renewed() } else { reading };
        let read = answer::read(answer.status, &answer.body, &reading);
        let envelope = Envelope { status: Some(answer.status), retry_after: answer.retry_after };
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = (envelope, read.extras);
        let mut response = HttpResponse::new(read.body.to_vec());
        *response.headers_mut() = answer.headers().clone();
        // What was put into shape is JSON, whatever it was called.
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        *response.status_mut() = http::StatusCode::from_u16(read.status).unwrap_or_default();
        Ok(response)
    }

    async fn once(&self, parts: &http::request::Parts, url: &str, body: Bytes) -> Result<Answer, NetError> {
        let client = &self.world.client;
        let mut sending = client
            .request(parts.method.clone(), &self.tag, self.operation, url)
            .timeout_ms(self.limit_ms)
            .max_answer_bytes(ANSWER_MAX_BYTES);
        if !body.is_empty() {
            sending = sending.body_bytes(body, "application/x-www-form-urlencoded");
        }
        for (name, value) in &parts.headers {
            if *name != header::CONTENT_TYPE {
                let text = value.to_str().map_err(|_| NetError::BadRequest("a header is not text".to_owned()))?;
                sending = sending.header(name.as_str(), text);
            }
        }
        if let Some(dpop) = self.dpop {
            let (random, now) = (self.world.random.as_ref(), self.world.clock.now());
            let proof = dpop.proof(random, now, parts.method.as_str(), url, None);
            let proof = proof.map_err(|error| NetError::BadRequest(error.to_string()))?;
            sending = sending.secret_header("dpop", &proof);
        }
        sending.send().await
    }
}

/// Whether all that was wrong with a call is the nonce in its proof.
fn wants_nonce(answer: &Answer) -> bool {
    #[derive(Deserialize)]
    struct Said {
        error: String,
    }
    matches!(answer.status, 400 | 401) && answer.json::<Said>().is_ok_and(|said| said.error == "use_dpop_nonce")
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = NetError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NetError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
