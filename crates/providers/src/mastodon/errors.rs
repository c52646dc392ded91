//! What refusals of the family mean: a pure function of operation, status and body. The bodies are
//! `{"error": words}`; the words are read only where a status alone says too little.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use super::descriptor::ID;
use crate::{
    calls::{self, CallRules, Operation, TIMEOUT_MS, text_of},
    media::PREPARE_AGAIN,
};

/// How the family's answers are read. A 429 names its end in `X-RateLimit-Reset`; where it does not, a minute of the
/// five-minute window passes.
pub(super) const RULES: CallRules =
    CallRules { platform: ID, refused, token_refused, pause_ms: 60_000, timeout_ms: TIMEOUT_MS };

/// The operation that makes a status.
pub(super) const POST: Operation = Operation::effect("post_status");
/// The one that gives a status other words.
pub(super) const EDIT: Operation = Operation::effect("edit_status");
/// The one that deletes a status.
pub(super) const DELETE: Operation = Operation::effect("delete_status");
/// The one that reads a status.
pub(super) const LOOK: Operation = Operation::quiet("get_status");
/// Those that speak of a status that was there.
const OF_ONE_STATUS: [Operation; 3] = [EDIT, DELETE, LOOK];
/// The one that takes a picture.
pub(super) const UPLOAD: Operation = Operation::quiet("upload_media");
/// The one that asks whether a picture is ready.
pub(super) const MEDIA: Operation = Operation::quiet("get_media");

fn refused(operation: Operation, status: u16, body: &Value, retry_after: Option<UtcMs>) -> ProviderError {
    let words = text_of(body, "error").to_ascii_lowercase();
    let error = calls::error(kind(operation, status, &words), ID, operation);
    let code = if operation == POST && matches!(status, 400 | 404 | 422) && is_media_gone(&words) {
        PREPARE_AGAIN
    } else {
        &format!("http_{status}")
    };
    error.replied(status, code, &net::redact::text(text_of(body, "error"))).not_before(retry_after)
}

/// A refused token: without a refresh token there is nothing to renew, and the token source says so.
fn token_refused(status: u16, _body: &Value) -> bool {
    status == 401
}

/// "Media 1, 2 not found or already attached to another post" (Mastodon); other servers word it alike.
fn is_media_gone(words: &str) -> bool {
    words.contains("media") && (words.contains("not found") || words.contains("already attached"))
}

fn kind(operation: Operation, status: u16, words: &str) -> ErrorKind {
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    match status {
        401 => ErrorKind::AuthRevoked,
        403 if says(&["scope"]) => ErrorKind::MissingScope,
        403 if says(&["login is", "disabled", "pending", "suspended", "confirm", "approv", "moved"]) => {
            ErrorKind::AccountRestricted
        }
        400 | 404 | 422 if operation == POST && is_media_gone(words) => ErrorKind::Unavailable,
        // Not in the family's words: what stands in front of the server knows nothing of it, which is no word on the
        // status itself.
        404 | 410 if words.is_empty() && OF_ONE_STATUS.contains(&operation) => ErrorKind::Unavailable,
        404 | 410 => ErrorKind::NotFound,
        413 | 415 => ErrorKind::MediaRejected,
        422 if says(&["not finished processing"]) => ErrorKind::Unavailable,
        400 | 422 if matches!(operation.name, "upload_media" | "get_media") => ErrorKind::MediaRejected,
        400 | 422 if operation == POST || operation == EDIT => ErrorKind::ContentRejected,
        408 if operation.effect => ErrorKind::OutcomeUnknown,
        408 | 425 => ErrorKind::Unavailable,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::Protocol,
        _ if operation.effect => ErrorKind::OutcomeUnknown,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use domain::Retry;
    use serde_json::json;

    use super::*;

    const READ: Operation = Operation::quiet("read_statuses");

    #[test]
    fn every_documented_refusal_has_its_meaning() {
        use ErrorKind::*;
        use Retry::*;
        for (operation, status, words, kind, retry) in [
            (POST, 401, "The access token is invalid", AuthRevoked, Never),
            (POST, 401, "The access token was revoked", AuthRevoked, Never),
            (POST, 403, "This action is outside the authorized scopes", MissingScope, Never),
            (POST, 403, "Forbidden: token has insufficient scope permission", MissingScope, Never),
            (READ, 403, "Your login is currently disabled", AccountRestricted, Never),
            (READ, 403, "Your login is missing a confirmed e-mail address", AccountRestricted, Never),
            (READ, 403, "Your login is currently pending approval", AccountRestricted, Never),
            (POST, 403, "This action is not allowed", Protocol, Never),
            (READ, 404, "Record not found", NotFound, Never),
            (POST, 410, "", NotFound, Never),
            (UPLOAD, 413, "", MediaRejected, Never),
            (UPLOAD, 422, "Validation failed: File content type is invalid", MediaRejected, Never),
            (MEDIA, 422, "Error processing thumbnail for uploaded media", MediaRejected, Never),
            (POST, 422, "Validation failed: Text can't be blank", ContentRejected, Never),
            (POST, 422, "Validation failed: Text limit of 500 exceeded", ContentRejected, Never),
            (POST, 400, "Bad Request: status too long", ContentRejected, Never),
            (POST, 422, "Cannot attach files that have not finished processing. Try again!", Unavailable, After),
            (POST, 422, "Media 7 not found or already attached to another post", Unavailable, After),
            (EDIT, 422, "Validation failed: Text can't be blank", ContentRejected, Never),
            (EDIT, 404, "Record not found", NotFound, Never),
            (DELETE, 404, "Record not found", NotFound, Never),
            (DELETE, 404, "", Unavailable, After),
            (EDIT, 410, "", Unavailable, After),
            (LOOK, 404, "", Unavailable, After),
            (EDIT, 503, "", OutcomeUnknown, Confirm),
            (POST, 425, "", Unavailable, After),
            (POST, 429, "Too many requests", RateLimited, After),
            (POST, 408, "", OutcomeUnknown, Confirm),
            (POST, 500, "", OutcomeUnknown, Confirm),
            (POST, 503, "", OutcomeUnknown, Confirm),
            (POST, 302, "", OutcomeUnknown, Confirm),
            (READ, 502, "", Unavailable, After),
            (UPLOAD, 500, "Error processing thumbnail", Unavailable, After),
            (POST, 418, "", Protocol, Never),
        ] {
            let error = refused(operation, status, &json!({"error": words}), None);
            assert_eq!((error.kind, error.retry), (kind, retry), "{status} {words}");
        }
    }

    #[test]
    fn pictures_that_are_gone_are_prepared_again() {
        let gone = json!({"error": "Media 7, 8 not found or already attached to another post"});
        assert_eq!(refused(POST, 422, &gone, None).remote_code, PREPARE_AGAIN);
        assert_eq!(refused(UPLOAD, 422, &gone, None).remote_code, "http_422");
    }

    #[test]
    fn pages_of_a_proxy_are_told_apart_by_their_status_alone() {
        assert_eq!(refused(POST, 403, &Value::Null, None).kind, ErrorKind::Protocol);
        assert_eq!(refused(POST, 502, &Value::Null, None).retry, Retry::Confirm);
        assert_eq!(refused(READ, 503, &Value::Null, None).kind, ErrorKind::Unavailable);
    }
}
