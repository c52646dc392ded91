//! What the endpoints' refusals mean, and what the browser brings back instead of a code.

use domain::{ErrorKind, ProviderError, Retry, consent::Refusal};
use net::NetError;
use oauth2::{RequestTokenError, basic::BasicErrorResponse};
use serde::Deserialize;

use crate::{
    Flow, OauthError,
    wire::{Envelope, REFRESH, TRADE_IN},
};

/// Calls that renew a grant.
const RENEWALS: [&str; 2] = [REFRESH, TRADE_IN];

/// An error body, also where it arrives with status 200.
#[derive(Deserialize)]
struct ErrorBody {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

pub(crate) fn sorted(
    flow: &Flow,
    operation: &'static str,
    error: &RequestTokenError<NetError, BasicErrorResponse>,
    envelope: Envelope,
) -> ProviderError {
    let body = match error {
        RequestTokenError::Request(error) => return error.of_question(flow.platform.clone(), operation),
        RequestTokenError::ServerResponse(body) => Some(ErrorBody {
            error: body.error().as_ref().to_owned(),
            error_description: body.error_description().cloned(),
        }),
        RequestTokenError::Parse(_, bytes) => serde_json::from_slice(bytes).ok(),
        RequestTokenError::Other(_) => None,
    };
    refusal(flow, operation, body.as_ref(), envelope)
}

/// A refusal by its body, or by its status alone where that cannot be read.
pub(crate) fn refused(flow: &Flow, operation: &'static str, body: &[u8], envelope: Envelope) -> ProviderError {
    refusal(flow, operation, serde_json::from_slice(body).ok().as_ref(), envelope)
}

/// A refusal in the platform's own words, in those of RFC 6749, section 5.2, or by its status alone.
fn refusal(flow: &Flow, operation: &'static str, body: Option<&ErrorBody>, envelope: Envelope) -> ProviderError {
    let code = body.map_or("", |body| body.error.as_str());
    let words = body.and_then(|body| body.error_description.as_deref()).unwrap_or_default();
    let own = Refusal::find(flow.refusals, code, words, RENEWALS.contains(&operation));
    // A server that is down may say anything.
    let own = own.filter(|_| envelope.status.is_none_or(|status| status < 500));
    let kind = own.map_or_else(|| standard(code, envelope.status), |rule| rule.kind);
    let mut error = ProviderError::new(kind, flow.platform.clone(), operation).not_before(envelope.retry_after);
    if kind == ErrorKind::Protocol && envelope.status == Some(200) {
        // No refusal: the answer was spoilt on its way.
        error.retry = Retry::After;
    }
    error.replied(envelope.status.unwrap_or_default(), &net::redact::text(code), &net::redact::text(words))
}

/// What the words of the standards mean.
fn standard(code: &str, status: Option<u16>) -> ErrorKind {
    match (code, status) {
        ("temporarily_unavailable" | "server_error", _) | (_, Some(500..)) => ErrorKind::Unavailable,
        ("slow_down", _) | (_, Some(429)) => ErrorKind::RateLimited,
        ("invalid_grant" | "bad_verification_code" | "invalid_client" | "unauthorized_client" | "access_denied", _) => {
            ErrorKind::AuthRevoked
        }
        ("expired_token" | "token_expired", _) => ErrorKind::AuthExpired,
        ("invalid_scope", _) => ErrorKind::MissingScope,
        ("unsupported_grant_type" | "unsupported_response_type", _) => ErrorKind::Unsupported,
        _ => ErrorKind::Protocol,
    }
}

/// Tokens came, but not who they belong to.
pub(crate) fn without_identity(flow: &Flow) -> OauthError {
    let error = ProviderError::new(ErrorKind::Protocol, flow.platform.clone(), "id_token");
    OauthError::Exchange(error.replied(200, "no_id_token", "The platform did not say who signed in."))
}

/// An error the platform reported through the browser.
pub(crate) fn denied(flow: &Flow, error: String, description: String) -> OauthError {
    if crate::desk::is_refusal(&error) {
        return OauthError::ConsentRefused { description };
    }
    let body = ErrorBody { error, error_description: Some(description) };
    let mut error = refusal(flow, "authorize", Some(&body), Envelope::default());
    error.status = None;
    OauthError::Exchange(error)
}
