//! Handing a request to the network once, reading the answer within its limits, and recording the call.

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use bytes::{Bytes, BytesMut};
use domain::{
    ErrorKind, PlatformId, UtcMs,
    budget::Told,
    error::Reach,
    ports::{Call, CallLog, Clock, Counted},
};
use http::HeaderMap;
use url::Url;

use crate::{Answer, CallTag, Client, NetError, NoAnswer, Request, breaker::Heard, guards::stands, reach, redact};

/// Sends the request and records it, also when the caller gives up in between.
pub(crate) async fn send(request: Request) -> Result<Answer, NetError> {
    let Request { client, tag, operation, method, url, headers, body, limit, max_answer_bytes, warming } = request;
    let url = url?;
    let now = client.clock().now();
    let server = url.origin().ascii_serialization();
    let asked = Asked::before(&client, &server, &tag, now)?;
    let row = Call {
        correlation: tag.correlation.clone(),
        at: now,
        platform: tag.platform.clone(),
        account: tag.account,
        publication: tag.publication,
        operation: operation.to_owned(),
        target: format!("{method} {}", redact::url(url.as_str())),
        status: None,
        latency_ms: 0,
        failure: "given up by the caller".to_owned(),
    };
    let mut record = Record::start(row, client.clock(), client.log());
    let mut status = None;
    let lane = client.lane(&method, &url, warming);
    let log = client.log();
    let heard = |theirs| log.heard_time(&server, theirs);
    let work = exchange(lane, prepare(method, url, headers, body), max_answer_bytes, &mut status, &heard);
    let limit = if stands("answer_time") { limit } else { Duration::from_hours(1) };
    let result = match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(NetError::NoAnswer {
            reason: NoAnswer::TimedOut,
            status,
            detail: format!("no complete answer within {} ms", limit.as_millis()),
        }),
    };
    record.finish(status, result.as_ref().err());
    let result = result.map(|(status, headers, body)| Answer::new(status, headers, body, client.clock().now()));
    asked.answered(&tag, operation, &result);
    result
}

/// What is asked of the server's breaker before a call, and told to it and to the budget after it. A call that is given
/// up in between gives back the probe it was.
struct Asked<'a> {
    client: &'a Client,
    server: &'a str,
    platform: PlatformId,
    who: String,
    heard: bool,
}

impl<'a> Asked<'a> {
    fn before(client: &'a Client, server: &'a str, tag: &CallTag, now: UtcMs) -> Result<Self, NetError> {
        let who = tag.publication.map_or_else(|| tag.correlation.clone(), |publication| publication.to_string());
        // Without an account a person is waiting, who names the server and sees what it says.
        if tag.account.is_some() {
            let breakers = client.breakers();
            let asked =
                if tag.settles { breakers.ask_to_look(server, &who, now) } else { breakers.ask(server, &who, now) };
            asked.map_err(NetError::LeftAlone)?;
        }
        Ok(Self { client, server, platform: tag.platform.clone(), who, heard: false })
    }

    fn answered(mut self, tag: &CallTag, operation: &'static str, result: &Result<Answer, NetError>) {
        self.heard = true;
        let now = self.client.clock().now();
        // What was not asked for an account says nothing of the calls that publish, and four opened at once are no row.
        if let Some(heard) = heard(result).filter(|_| tag.account.is_some()) {
            self.client.breakers().hear(self.server, &self.platform, &self.who, heard, now);
        }
        let went_out = result.as_ref().err().is_none_or(NetError::may_have_arrived);
        if let Some(budget) = self.client.budget().filter(|_| went_out) {
            let told = result.as_ref().ok().and_then(told);
            let (platform, account, server) = (&self.platform, tag.account, self.server);
            budget.made(Counted { platform, account, server, operation, at: now, told });
        }
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if !self.heard {
            self.client.breakers().release(self.server, &self.who, self.client.clock().now());
        }
    }
}

/// What the end of a call shows of its server; `None` where it shows nothing.
fn heard(result: &Result<Answer, NetError>) -> Option<Heard> {
    let (kind, not_before) = match result {
        // Some thing that is not made there is no trouble of the server.
        Ok(answer) if answer.status >= 500 && answer.status != 501 => (ErrorKind::Unavailable, answer.retry_after),
        Ok(_) | Err(NetError::NoAnswer { reason: NoAnswer::TooLarge, .. }) => return Some(Heard::Alive),
        Err(NetError::NotSent { reach: Reach::Certificate(_), .. }) => (ErrorKind::Certificate, None),
        Err(NetError::NotSent { .. }) => (ErrorKind::Network, None),
        Err(NetError::NoAnswer { .. }) => (ErrorKind::Unavailable, None),
        Err(NetError::LeftAlone(_) | NetError::BadRequest(_)) => return None,
    };
    Some(Heard::Down { kind, not_before })
}

/// What an answer says of a limit, where it says all of it.
fn told(answer: &Answer) -> Option<Told> {
    let whole = |number: u64| i64::try_from(number).ok();
    Some(Told {
        limit: answer.rate.limit.and_then(whole)?,
        remaining: answer.rate.remaining.and_then(whole)?,
        reset_at: answer.rate.reset_at?,
    })
}

fn prepare(method: http::Method, url: Url, headers: HeaderMap, body: Option<Bytes>) -> reqwest::Request {
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers;
    *request.body_mut() = body.map(reqwest::Body::from);
    request
}

/// One request, one answer. `status` is set as soon as the answer begins.
async fn exchange(
    lane: &reqwest::Client,
    request: reqwest::Request,
    max_bytes: usize,
    status: &mut Option<u16>,
    heard: &(dyn Fn(UtcMs) + Sync),
) -> Result<(u16, HeaderMap, Bytes), NetError> {
    let mut response = lane.execute(request).await.map_err(sorted)?;
    let code = response.status().as_u16();
    *status = Some(code);
    if let Some(theirs) = date(response.headers()) {
        heard(theirs);
    }
    let too_large = || NetError::NoAnswer {
        reason: NoAnswer::TooLarge,
        status: Some(code),
        detail: format!("the answer is larger than {max_bytes} bytes"),
    };
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > max_bytes && stands("answer_size") => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok((code, headers, body.freeze())),
            Err(error) => {
                return Err(NetError::NoAnswer {
                    reason: NoAnswer::Truncated,
                    status: Some(code),
                    detail: words(error),
                });
            }
        }
    }
}

/// When the answer was made; `None` where it was kept by a cache on the way.
fn date(headers: &HeaderMap) -> Option<UtcMs> {
    if headers.contains_key(http::header::AGE) {
        return None;
    }
    let made = httpdate::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?).ok()?;
    let since = made.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(UtcMs::from_millis)
}

/// Sorts a failure by what the server may have seen. Only a failure of the connector itself (name, TCP,
/// proxy, TLS) proves that no byte of the request left; whatever cannot be placed counts as sent.
fn sorted(error: reqwest::Error) -> NetError {
    if error.is_builder() {
        NetError::BadRequest(words(error))
    } else if error.is_connect() {
        NetError::NotSent { reach: reach::of(&error), detail: words(error) }
    } else {
        NetError::NoAnswer { reason: NoAnswer::ConnectionLost, status: None, detail: words(error) }
    }
}

/// The chain of causes without the URL, redacted.
pub(crate) fn words(error: reqwest::Error) -> String {
    const CAUSES_MAX: usize = 6;
    let error = error.without_url();
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(inner) = cause.filter(|_| parts.len() < CAUSES_MAX) {
        let text = inner.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        cause = inner.source();
    }
    redact::text(&parts.join(": ")).chars().take(500).collect()
}

/// A row that is written when it is finished or, failing that, dropped.
pub(crate) struct Record<'a> {
    row: Option<Call>,
    clock: &'a dyn Clock,
    log: Arc<dyn CallLog>,
    started_ms: u64,
}

impl<'a> Record<'a> {
    pub(crate) fn start(row: Call, clock: &'a dyn Clock, log: Arc<dyn CallLog>) -> Self {
        Self { row: Some(row), clock, log, started_ms: clock.monotonic_ms() }
    }

    pub(crate) fn finish<E: ToString>(&mut self, status: Option<u16>, failure: Option<&E>) {
        if let Some(row) = &mut self.row {
            row.status = status;
            row.failure = failure.map(E::to_string).unwrap_or_default();
        }
        self.write();
    }

    fn write(&mut self) {
        if let Some(mut row) = self.row.take() {
            let elapsed = self.clock.monotonic_ms().saturating_sub(self.started_ms);
            row.latency_ms = i64::try_from(elapsed).unwrap_or(i64::MAX);
            self.log.record(row);
        }
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        self.write();
    }
}
