//! Putting a request together. Mistakes are kept and reported by `send`, so that a chain reads in one go.

pub(super) mod send;

use std::time::Duration;

use bytes::Bytes;
use domain::Secret;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Serialize;
use url::Url;

use crate::{Answer, CallTag, Client, NetError, client::is_this_machine, guards::stands};

const LIMIT_DEFAULT: Duration = Duration::from_secs(29);
const ANSWER_MAX_DEFAULT_BYTES: usize = 1 << 20;
const URL_MAX_BYTES: usize = 8 * 1_024;

/// A request being built. Nothing happens before [`Request::send`].
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    pub(crate) client: Client,
    pub(crate) tag: CallTag,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Result<Url, NetError>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) limit: Duration,
    pub(crate) max_answer_bytes: usize,
    pub(crate) warming: bool,
}

impl Request {
    pub(crate) fn new(client: Client, tag: CallTag, operation: &'static str, method: Method, url: &str) -> Self {
        Self {
            client,
            tag,
            operation,
            method,
            url: checked(url),
            headers: HeaderMap::new(),
            body: None,
            limit: LIMIT_DEFAULT,
            max_answer_bytes: ANSWER_MAX_DEFAULT_BYTES,
            warming: false,
        }
    }

    /// It is made only to open a connection for others.
    pub(crate) const fn warming(mut self) -> Self {
        self.warming = true;
        self
    }

    /// `Authorization: Bearer …`.
    pub fn bearer(self, token: &Secret<String>) -> Self {
        let value = zeroize_format("Bearer ", token);
        self.secret_header("authorization", &value)
    }

    /// `Authorization: DPoP …` with the proof that the token is ours (RFC 9449, section 7).
    pub fn bound(self, token: &Secret<String>, proof: &Secret<String>) -> Self {
        let value = zeroize_format("DPoP ", token);
        self.secret_header("authorization", &value).secret_header("dpop", proof)
    }

    /// A header. Every value is kept out of trace output and header compression tables.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            _ => self.spoil(format!("the header {} has a forbidden character", crate::redact::text(name))),
        }
        self
    }

    /// A header whose value is a secret (an API key, a proof).
    pub fn secret_header(self, name: &str, value: &Secret<String>) -> Self {
        self.header(name, value.expose())
    }

    /// Adds parameters to the query.
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        if let Ok(url) = &mut self.url {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        self
    }

    /// A JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        if let Ok(bytes) = serde_json::to_vec(value) {
            return self.body_bytes(Bytes::from(bytes), "application/json");
        }
        self.spoil("the body is not expressible as JSON".to_owned());
        self
    }

    /// A form body (`application/x-www-form-urlencoded`).
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.body_bytes(Bytes::from(encoded), "application/x-www-form-urlencoded")
    }

    /// A body of bytes with its media type.
    pub fn body_bytes(mut self, body: Bytes, content_type: &str) -> Self {
        self.body = Some(body);
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Milliseconds from the first attempt to connect to the last byte of the answer; 30,000 by default.
    /// A limit under 10,000 can end while still connecting and is then reported as no answer.
    pub const fn timeout_ms(mut self, ms: u64) -> Self {
        self.limit = Duration::from_millis(ms);
        self
    }

    /// The largest answer accepted, after decompression; 1 MiB by default.
    pub const fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = bytes;
        self
    }

    /// Sends it, once. Any complete answer is `Ok`, whatever its status.
    pub async fn send(self) -> Result<Answer, NetError> {
        send::send(self).await
    }

    fn spoil(&mut self, why: String) {
        if self.url.is_ok() {
            self.url = Err(NetError::BadRequest(why));
        }
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

fn zeroize_format(prefix: &str, secret: &Secret<String>) -> Secret<String> {
    let mut text = String::with_capacity(prefix.len() + secret.expose().len());
    text.push_str(prefix);
    text.push_str(secret.expose());
    Secret::new(text)
}

/// `https` anywhere, `http` on this machine only, no user information.
fn checked(raw: &str) -> Result<Url, NetError> {
    let bad = |why: &str| NetError::BadRequest(format!("{why}: {}", crate::redact::url(raw)));
    if raw.len() > URL_MAX_BYTES {
        return Err(NetError::BadRequest("the URL is too long".to_owned()));
    }
    let url = Url::parse(raw).map_err(|_| bad("not a URL"))?;
    if !url.has_host() {
        return Err(bad("the URL has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("the URL carries a user name"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) || !stands("https_only") => Ok(url),
        _ => Err(bad("only https is allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_this_machine_only() {
        for good in
            ["https://a.example/x", "http://127.0.0.1:9/x", "http://[::1]:9/", "http://localhost:9/", "http://127.1:9/"]
        {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example/",
            "http://127.0.0.2/",
            "http://localhost.example/",
            "http://10.0.0.1/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://user:pw@a.example/",
            "https://",
            "",
            "data:,x",
        ] {
            assert!(matches!(checked(bad), Err(NetError::BadRequest(_))), "{bad}");
        }
        assert!(!checked("http://a.example/?token=hunter2").unwrap_err().to_string().contains("hunter2"));
    }
}
