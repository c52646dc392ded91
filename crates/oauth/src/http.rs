//! Lends the one HTTP client to the `oauth2` crate.

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use domain::{PlatformId, UtcMs};
use net::NetError;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

/// Longest answer of a token endpoint.
const ANSWER_MAX_BYTES: usize = 64 * 1_024;

pub(crate) struct Lent {
    http: net::Client,
    platform: PlatformId,
    operation: &'static str,
    /// What the last answer said about trying again: status and time.
    pub(crate) last: Mutex<(u16, Option<UtcMs>)>,
}

impl Lent {
    pub(crate) fn new(http: &net::Client, platform: PlatformId, operation: &'static str) -> Self {
        Self { http: http.clone(), platform, operation, last: Mutex::new((0, None)) }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NetError> {
        let (parts, body) = request.into_parts();
        let tag = self.http.tag(self.platform.clone());
        let mut out = self.http.request(parts.method, &tag, self.operation, &parts.uri.to_string());
        let mut content_type = String::new();
        for (name, value) in &parts.headers {
            let value = value.to_str().map_err(|_| NetError::BadRequest("a header value".to_owned()))?;
            if name == http::header::CONTENT_TYPE {
                value.clone_into(&mut content_type);
            } else {
                out = out.header(name.as_str(), value);
            }
        }
        let answer = out.max_answer_bytes(ANSWER_MAX_BYTES).body_bytes(Bytes::from(body), &content_type).send().await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = (answer.status, answer.retry_after);
        let mut response = HttpResponse::new(answer.body.to_vec());
        *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Lent {
    type Error = NetError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NetError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
