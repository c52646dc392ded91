//! What every request passes before its handler: Host, a whole body of bounded size and time, the token.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::BytesMut;

use super::fault_layer;
use super::reply::HangUp;
use crate::app::{App, Shared};
use crate::clock::Stamp;
use crate::faults::Operation;
use crate::refusal::{Code, Refusal};

const BODY_TIME: Duration = Duration::from_secs(30);
const JSON_MAX_BYTES: usize = 64 * 1024;
const FORM_MAX_BYTES: usize = 8 * 1024;
/// A body that is too large is read to here before the refusal: a client that is still sending would see
/// a broken connection and not the answer.
const DISCARD_MAX_BYTES: usize = 32 * 1024 * 1024;

/// Answers only to its own loopback names (against DNS rebinding).
pub async fn host(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    let known = |name: &str| app.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    let authority_fits = request.uri().authority().is_none_or(|authority| known(authority.as_str()));
    if known(named) && hosts.next().is_none() && authority_fits {
        next.run(request).await
    } else {
        Refusal::from(Code::Misdirected).into_response()
    }
}

/// Headers of every answer.
pub async fn plain_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Tells a time of its own where it was given one; otherwise the server tells this computer's.
pub async fn date(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let ahead_ms = app.date_ahead_ms.load(Ordering::Relaxed);
    if ahead_ms != 0
        && let Ok(date) = HeaderValue::from_str(&Stamp(Stamp::now().0 + ahead_ms).http_date())
    {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// Reads the body whole, within its cap and time.
pub async fn whole_body(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let cap = match parts.uri.path() {
        "/api/media" => app.limits.media_bytes,
        path if path.starts_with("/oauth/") => FORM_MAX_BYTES,
        _ => JSON_MAX_BYTES,
    };
    match tokio::time::timeout(BODY_TIME, read(body, cap)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes.freeze()))).await,
        Ok(Err(code)) => Refusal::from(code).into_response(),
        Err(_) => Refusal::from(Code::BodyTimeout).into_response(),
    }
}

async fn read(mut body: Body, cap: usize) -> Result<BytesMut, Code> {
    let mut bytes = BytesMut::new();
    let mut total = 0;
    loop {
        let frame = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await;
        let Some(frame) = frame else { break };
        let Ok(data) = frame.map_err(|_| Code::BadRequest)?.into_data() else { continue };
        total += data.len();
        if total <= cap {
            bytes.extend_from_slice(&data);
        } else if total > DISCARD_MAX_BYTES {
            break;
        }
    }
    if total <= cap { Ok(bytes) } else { Err(Code::TooLarge) }
}

/// Finds the caller behind the bearer token, lets a fault switch act, and adds the rate headers.
pub async fn authenticate(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let token = bearer(request.headers()).map(str::to_owned);
    let found = match token {
        None => Err(Refusal::from(Code::TokenMissing)),
        Some(token) => app.act(move |engine| engine.caller(&token)).await,
    };
    let caller = match found {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let account = caller.account.id.clone();
    let operation =
        request.extensions().get::<MatchedPath>().and_then(|path| operation(request.method(), path.as_str()));
    request.extensions_mut().insert(caller);
    let mut response = match operation {
        Some(operation) => fault_layer::pass(&app, operation, Some(account.clone()), request, next).await,
        None => next.run(request).await,
    };
    if !HangUp::is(&response) {
        add_rate_headers(&app, &account, response.headers_mut());
    }
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

fn operation(method: &Method, path: &str) -> Option<Operation> {
    Some(match (method.as_str(), path) {
        ("POST", "/api/posts") => Operation::Post,
        ("DELETE", "/api/posts/{id}") => Operation::Delete,
        ("POST", "/api/containers") => Operation::Container,
        ("POST", "/api/containers/{id}/publish") => Operation::Publish,
        ("POST", "/api/media") => Operation::Media,
        ("GET", "/api/me") => Operation::Me,
        ("GET", "/api/me/posts" | "/api/posts/by-key/{key}" | "/api/containers/{id}") => Operation::Read,
        _ => return None,
    })
}

fn add_rate_headers(app: &App, account: &str, headers: &mut HeaderMap) {
    let standing = app.rates().standing(account, &app.limits, Stamp::now());
    let rows = [
        ("ratelimit-limit", standing.limit.into()),
        ("ratelimit-remaining", standing.remaining.into()),
        ("ratelimit-reset", standing.reset_s),
    ];
    for (name, value) in rows {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

/// Lets only holders of the control token pass.
pub async fn control(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let token = request.headers().get("x-practice-control").and_then(|token| token.to_str().ok());
    if token.is_some_and(|token| app.is_control(token)) {
        next.run(request).await
    } else {
        Refusal::from(Code::ControlDenied).into_response()
    }
}
