//! A complete answer: status, headers, body, and what its headers say about limits.

use std::{fmt, time::UNIX_EPOCH};

use bytes::Bytes;
use domain::{UtcMs, error::RawReply};
use http::HeaderMap;
use serde::de::DeserializeOwned;

/// Most of a body that is kept in a copy of it.
const COPY_MAX_BYTES: usize = 8 * 1_024;
/// Most of a header that is kept.
const HEADER_MAX_CHARS: usize = 200;
/// Headers that are kept: what they say of a refusal, and none that carries an identity.
const COPIED: [&str; 13] = [
    "content-type",
    "date",
    "retry-after",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-rate-limit-limit",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
    "x-request-id",
];

/// A whole answer, whatever its status. `Debug` shows the size of the body and never its content, because
/// token endpoints answer with secrets.
#[derive(Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body, decompressed, within the caller's limit.
    pub body: Bytes,
    /// What the headers say about the rate limit.
    pub rate: RateHeaders,
    /// The earliest instant the server wants the next request (`Retry-After`).
    pub retry_after: Option<UtcMs>,
    headers: HeaderMap,
}

/// The rate limit as headers tell it (`RateLimit-*`, `X-RateLimit-*`, `X-Rate-Limit-*`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateHeaders {
    /// Requests per window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// When the window ends.
    pub reset_at: Option<UtcMs>,
}

/// The body is not the JSON that was expected. Says where, never what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("HTTP {status}: unexpected JSON at line {line}, column {column}")]
pub struct Unreadable {
    /// HTTP status of the answer.
    pub status: u16,
    /// Line of the first problem.
    pub line: usize,
    /// Column of the first problem.
    pub column: usize,
}

impl Answer {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Bytes, now: UtcMs) -> Self {
        let rate = RateHeaders::read(&headers, now);
        let retry_after = text(&headers, "retry-after").and_then(|value| parse_retry_after(value, now));
        Self { status, body, rate, retry_after, headers }
    }

    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of that name, when it is printable ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// All headers, for callers that read several values of one name.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as JSON of the given shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        serde_json::from_slice(&self.body).map_err(|error| Unreadable {
            status: self.status,
            line: error.line(),
            column: error.column(),
        })
    }

    /// Up to `max_chars` of the body as redacted text, for error details.
    pub fn excerpt(&self, max_chars: usize) -> String {
        let start = self.body.get(..self.body.len().min(4_096)).unwrap_or_default();
        crate::redact::text(&String::from_utf8_lossy(start)).chars().take(max_chars).collect()
    }

    /// A redacted copy with chosen headers and the first 8 KiB of the body, for its owner to look at later.
    pub fn copy(&self, operation: &str) -> RawReply {
        let start = self.body.get(..self.body.len().min(COPY_MAX_BYTES)).unwrap_or_default();
        let mut shown = String::from_utf8_lossy(start).replace('\0', "\u{fffd}");
        let most = shown.chars().count();
        if start.len() < self.body.len() {
            // One more than is kept, so that the run of characters at the cut goes.
            shown.push('\u{2026}');
        }
        let header = |name: &&str| {
            let value = self.header(name)?;
            Some(((*name).to_owned(), crate::redact::text_within(value, HEADER_MAX_CHARS)))
        };
        RawReply {
            operation: operation.to_owned(),
            status: self.status,
            headers: COPIED.iter().filter_map(header).collect(),
            body: crate::redact::text_within(&shown, most),
            repeats: None,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("rate", &self.rate)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

impl RateHeaders {
    fn read(headers: &HeaderMap, now: UtcMs) -> Self {
        let find = |what: &str| {
            ["ratelimit-", "x-ratelimit-", "x-rate-limit-"]
                .iter()
                .find_map(|prefix| text(headers, &format!("{prefix}{what}")))
        };
        let number = |what: &str| find(what).and_then(|value| value.trim().parse().ok());
        Self {
            limit: number("limit"),
            remaining: number("remaining"),
            reset_at: find("reset").and_then(|value| parse_reset(value, now)),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `Retry-After`: seconds (some servers send fractions) or an HTTP date.
fn parse_retry_after(value: &str, now: UtcMs) -> Option<UtcMs> {
    let value = value.trim();
    if let Some(ms) = seconds_to_ms(value) {
        return Some(now.plus_ms(ms));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let since_epoch = date.duration_since(UNIX_EPOCH).ok()?;
    Some(UtcMs::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)))
}

/// End of a window: RFC 3339, seconds since 1970 (ten digits and more), or seconds from now.
fn parse_reset(value: &str, now: UtcMs) -> Option<UtcMs> {
    const EPOCH_FROM_MS: i64 = 1_000_000_000_000;
    let value = value.trim();
    match seconds_to_ms(value) {
        Some(ms) if ms >= EPOCH_FROM_MS => Some(UtcMs::from_millis(ms)),
        Some(ms) => Some(now.plus_ms(ms)),
        None => UtcMs::parse_rfc3339(value),
    }
}

/// A non-negative decimal number of seconds as whole milliseconds, fractions rounded up.
fn seconds_to_ms(value: &str) -> Option<i64> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    let rest_is_more = fraction.bytes().skip(3).any(|b| b != b'0');
    let ms: i64 = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    Some(ms.saturating_add(padded.parse::<i64>().ok()?).saturating_add(i64::from(rest_is_more)))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn answer(headers: &[(&'static str, &'static str)]) -> Answer {
        let map = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Answer::new(429, map, Bytes::from_static(b"{\"access_token\":\"abc\"}"), now())
    }

    fn now() -> UtcMs {
        UtcMs::parse_rfc3339("2026-11-21T08:00:00Z").unwrap()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let cases = [
            ("5", Some("2026-11-21T08:00:05.000Z")),
            ("0.0301", Some("2026-11-21T08:00:00.031Z")),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some("2026-11-21T09:00:00.000Z")),
            ("-5", None),
            ("soon", None),
            ("99999999999999999999", None),
        ];
        for (value, want) in cases {
            let got = answer(&[("retry-after", value)]).retry_after.map(UtcMs::to_rfc3339);
            assert_eq!(got.as_deref(), want, "{value}");
        }
    }

    #[test]
    fn every_dialect_of_rate_headers_is_read() {
        let cases = [
            [("ratelimit-limit", "300"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "60")],
            [
                ("x-ratelimit-limit", "300"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "2026-11-21T08:01:00Z"),
            ],
            [("x-rate-limit-limit", "300"), ("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795248060")],
        ];
        for headers in cases {
            let rate = answer(&headers).rate;
            assert_eq!((rate.limit, rate.remaining), (Some(300), Some(0)));
            assert_eq!(rate.reset_at, Some(now().plus_ms(60_000)), "{headers:?}");
        }
    }

    #[test]
    fn a_copy_is_cut_redacted_and_names_only_chosen_headers() {
        let headers = [("retry-after", "5"), ("set-cookie", "session=abc"), ("x-ratelimit-reset", "1795248060")];
        let copy = answer(&headers).copy("post");
        assert_eq!((copy.status, copy.operation.as_str()), (429, "post"));
        assert_eq!(copy.body, "{\"access_token\":\"[redacted]\"}");
        let names: Vec<_> = copy.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["retry-after", "x-ratelimit-reset"]);
        let token = "pat_0123456789abcdef0123456789";
        for filler in (COPY_MAX_BYTES - 40)..COPY_MAX_BYTES {
            let body = format!("{}{token}", " ".repeat(filler));
            let long = Answer::new(500, HeaderMap::new(), Bytes::from(body), now()).copy("post");
            assert!(!long.body.contains("pat_0"), "{filler}: {}", long.body.trim());
            assert!(long.body.len() <= COPY_MAX_BYTES + 16);
        }
    }

    #[test]
    fn neither_debug_nor_excerpt_nor_a_json_error_shows_a_token() {
        let answer = answer(&[]);
        assert!(!format!("{answer:?}").contains("abc"));
        assert_eq!(answer.excerpt(100), "{\"access_token\":\"[redacted]\"}");
        let error = answer.json::<Vec<u8>>().unwrap_err();
        assert!(!error.to_string().contains("abc"));
    }
}
