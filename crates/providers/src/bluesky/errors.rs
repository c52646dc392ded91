//! What Bluesky's refusals mean: a pure function of operation, status and body.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use super::descriptor::ID;
use crate::calls::{CallRules, Operation, TIMEOUT_MS, refusal, text_of};

/// How Bluesky's answers are read. Other servers than the reference one send no headers with a 429.
pub(super) const RULES: CallRules =
    CallRules { platform: ID, refused, token_refused, pause_ms: 60_000, timeout_ms: TIMEOUT_MS };

/// The error an answer stands for; `retry_after` is what its headers said.
fn refused(operation: Operation, status: u16, body: &Value, retry_after: Option<UtcMs>) -> ProviderError {
    let kind = kind(operation, status, text_of(body, "error"));
    refusal(kind, ID, operation, status, body).not_before(retry_after)
}

/// Whether an answer says that the access token is not (any more) accepted: nothing was done.
fn token_refused(status: u16, body: &Value) -> bool {
    matches!(
        (status, text_of(body, "error")),
        // `invalid_token` is what tokens bound to a key are refused with (RFC 6750, 9449).
        (400 | 401, "ExpiredToken" | "InvalidToken")
            | (401, "AuthMissing" | "AuthenticationRequired" | "invalid_token")
    )
}

/// What the platform calls an account it does not let act.
const RESTRICTED: [&str; 6] =
    ["AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated", "RepoSuspended"];

fn kind(operation: Operation, status: u16, code: &str) -> ErrorKind {
    match (status, code) {
        (400, "ExpiredToken" | "InvalidToken") | (401, "ExpiredToken" | "InvalidToken" | "AuthMissing") => {
            ErrorKind::AuthRevoked
        }
        // What is wrong is the proof that goes with the token (its nonce, or this computer's clock), not the token.
        (400 | 401, "use_dpop_nonce" | "invalid_dpop_proof") => ErrorKind::Unavailable,
        (400..=403, name) if RESTRICTED.contains(&name) => ErrorKind::AccountRestricted,
        (401, _) => ErrorKind::AuthRevoked,
        (403, _) => ErrorKind::MissingScope,
        (400, "BlobTooLarge" | "BlobNotFound" | "InvalidMimeType" | "InvalidBlob") | (413 | 415, _) => {
            ErrorKind::MediaRejected
        }
        (400, "RecordNotFound" | "RepoNotFound" | "HandleNotFound") => ErrorKind::NotFound,
        (404 | 405 | 501, _) => ErrorKind::Unsupported,
        (429, _) => ErrorKind::RateLimited,
        // A server that gave up on our request may have done it, and 500 is also what a second record of the
        // same key gets: only asking for the record can tell.
        (408 | 500.., _) if operation.effect => ErrorKind::OutcomeUnknown,
        (408 | 425 | 500.., _) => ErrorKind::Unavailable,
        (400..=499, _) => rejected(operation),
        _ if operation.effect => ErrorKind::OutcomeUnknown,
        _ => ErrorKind::Protocol,
    }
}

/// A refusal for what was sent.
fn rejected(operation: Operation) -> ErrorKind {
    match operation.name {
        "upload_blob" => ErrorKind::MediaRejected,
        "create_record" => ErrorKind::ContentRejected,
        _ => ErrorKind::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use domain::Retry;
    use serde_json::json;

    use super::*;

    const CREATE: Operation = Operation::effect("create_record");
    const UPLOAD: Operation = Operation::quiet("upload_blob");
    const READ: Operation = Operation::quiet("get_record");
    const SIGN_IN: Operation = Operation::quiet("create_session");

    #[test]
    fn every_documented_refusal_has_its_meaning() {
        use ErrorKind::*;
        use Retry::*;
        for (operation, status, code, kind, retry) in [
            (CREATE, 400, "InvalidRequest", ContentRejected, Never),
            (CREATE, 400, "InvalidSwap", ContentRejected, Never),
            (CREATE, 400, "BlobTooLarge", MediaRejected, Never),
            (CREATE, 400, "BlobNotFound", MediaRejected, Never),
            (CREATE, 413, "PayloadTooLarge", MediaRejected, Never),
            (CREATE, 400, "ExpiredToken", AuthRevoked, Never),
            (CREATE, 400, "InvalidToken", AuthRevoked, Never),
            (CREATE, 401, "AuthMissing", AuthRevoked, Never),
            (CREATE, 401, "invalid_token", AuthRevoked, Never),
            (CREATE, 401, "use_dpop_nonce", Unavailable, After),
            (CREATE, 401, "invalid_dpop_proof", Unavailable, After),
            (CREATE, 403, "ScopeMissingError", MissingScope, Never),
            (CREATE, 401, "AccountTakedown", AccountRestricted, Never),
            (CREATE, 403, "AccountDeactivated", AccountRestricted, Never),
            (CREATE, 429, "RateLimitExceeded", RateLimited, After),
            (CREATE, 425, "", Unavailable, After),
            (CREATE, 408, "", OutcomeUnknown, Confirm),
            (CREATE, 500, "InternalServerError", OutcomeUnknown, Confirm),
            (CREATE, 502, "UpstreamFailure", OutcomeUnknown, Confirm),
            (CREATE, 503, "", OutcomeUnknown, Confirm),
            (CREATE, 504, "UpstreamTimeout", OutcomeUnknown, Confirm),
            (CREATE, 302, "", OutcomeUnknown, Confirm),
            (CREATE, 501, "MethodNotImplemented", Unsupported, Never),
            (UPLOAD, 500, "InternalServerError", Unavailable, After),
            (UPLOAD, 400, "InvalidRequest", MediaRejected, Never),
            (UPLOAD, 413, "PayloadTooLarge", MediaRejected, Never),
            (READ, 502, "UpstreamFailure", Unavailable, After),
            (READ, 400, "RecordNotFound", NotFound, Never),
            (READ, 404, "XRPCNotSupported", Unsupported, Never),
            (READ, 302, "", Protocol, Never),
            (READ, 400, "InvalidRequest", Protocol, Never),
            (SIGN_IN, 401, "AuthenticationRequired", AuthRevoked, Never),
            (SIGN_IN, 401, "AuthFactorTokenRequired", AuthRevoked, Never),
            (SIGN_IN, 429, "RateLimitExceeded", RateLimited, After),
        ] {
            let error = refused(operation, status, &json!({"error": code, "message": "words"}), None);
            let name = operation.name;
            assert_eq!((error.kind, error.retry), (kind, retry), "{name} {status} {code}");
            assert_eq!((error.status, error.remote_code.as_str()), (Some(status), code));
        }
    }

    #[test]
    fn a_named_time_is_kept() {
        let named = Some(UtcMs::from_millis(7_000));
        assert_eq!(refused(CREATE, 429, &Value::Null, named).retry_after, named);
    }

    #[test]
    fn only_a_refused_token_is_worth_a_renewal() {
        for (status, code, renewable) in [
            (400, "ExpiredToken", true),
            (400, "InvalidToken", true),
            (401, "InvalidToken", true),
            (401, "AuthMissing", true),
            (401, "invalid_token", true),
            (401, "use_dpop_nonce", false),
            (401, "AccountTakedown", false),
            (400, "InvalidRequest", false),
            (500, "ExpiredToken", false),
        ] {
            assert_eq!(token_refused(status, &json!({"error": code})), renewable, "{status} {code}");
        }
    }
}
