//! What the practice network's refusals mean (§5 of its sheet): a pure function of operation, status and body.

use domain::{ErrorKind, ProviderError, UtcMs};
use serde_json::Value;

use super::{descriptor::ID, wire::code};
use crate::calls::{CallRules, Operation, TIMEOUT_MS, refusal};

/// How the network's answers are read. It always names a time with a 429.
pub(super) const RULES: CallRules =
    CallRules { platform: ID, refused, token_refused, pause_ms: 2_000, timeout_ms: TIMEOUT_MS };

/// The error an answer stands for. A documented error says that nothing was done; any other answer to an
/// effect leaves its outcome open.
fn refused(operation: Operation, status: u16, body: &Value, retry_after: Option<UtcMs>) -> ProviderError {
    refusal(kind(operation, status, code(body)), ID, operation, status, body).not_before(retry_after)
}

/// Whether an answer says that the access token is not accepted but a newer one may be: nothing was done.
fn token_refused(status: u16, body: &Value) -> bool {
    matches!((status, code(body)), (401, "token_expired" | "token_unknown"))
}

fn kind(operation: Operation, status: u16, code: &str) -> ErrorKind {
    match (status, code) {
        (401, "token_missing" | "token_unknown" | "token_expired" | "token_revoked") => ErrorKind::AuthRevoked,
        (403, "missing_scope" | "read_not_granted") => ErrorKind::MissingScope,
        (403, "use_containers" | "use_posts" | "key_not_supported") => ErrorKind::Unsupported,
        (404, "post_unknown" | "container_unknown" | "account_unknown" | "not_found") | (410, "container_expired") => {
            ErrorKind::NotFound
        }
        (409, "already_published" | "repeated") | (422, "key_reused") => ErrorKind::Duplicate,
        (413 | 415, _) if operation.name == "upload_media" => ErrorKind::MediaRejected,
        (422, "media_unknown" | "too_many_media" | "alt_too_long") => ErrorKind::MediaRejected,
        (422, "text_too_long" | "text_empty" | "reply_unknown" | "language_invalid" | "content_rejected") => {
            ErrorKind::ContentRejected
        }
        (408, "body_timeout") | (503, "unavailable") => ErrorKind::Unavailable,
        (503, "full") => ErrorKind::QuotaExhausted,
        (429, _) => ErrorKind::RateLimited,
        (400..=499, _) if !code.is_empty() => ErrorKind::Protocol,
        _ if operation.effect => ErrorKind::OutcomeUnknown,
        (500.., _) => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use domain::Retry;
    use serde_json::json;

    use super::*;

    const POST: Operation = Operation::effect("create_post");
    const PUBLISH: Operation = Operation::effect("publish_container");
    const UPLOAD: Operation = Operation::quiet("upload_media");
    const READ: Operation = Operation::quiet("read_posts");

    fn mapped(operation: Operation, status: u16, body: &Value) -> ProviderError {
        refused(operation, status, body, Some(UtcMs::from_millis(3_000)))
    }

    #[test]
    fn every_documented_code_has_its_meaning() {
        use ErrorKind::*;
        use Retry::*;
        for (operation, status, code, kind, retry) in [
            (POST, 400, "invalid_json", Protocol, Never),
            (READ, 400, "invalid_query", Protocol, Never),
            (POST, 400, "key_invalid", Protocol, Never),
            (POST, 400, "bad_request", Protocol, Never),
            (POST, 401, "token_missing", AuthRevoked, Never),
            (POST, 401, "token_expired", AuthRevoked, Never),
            (POST, 401, "token_revoked", AuthRevoked, Never),
            (POST, 401, "token_unknown", AuthRevoked, Never),
            (POST, 403, "missing_scope", MissingScope, Never),
            (READ, 403, "read_not_granted", MissingScope, Never),
            (POST, 403, "use_containers", Unsupported, Never),
            (PUBLISH, 403, "use_posts", Unsupported, Never),
            (READ, 403, "key_not_supported", Unsupported, Never),
            (POST, 403, "not_yours", Protocol, Never),
            (READ, 404, "post_unknown", NotFound, Never),
            (PUBLISH, 404, "container_unknown", NotFound, Never),
            (POST, 405, "method_not_allowed", Protocol, Never),
            (PUBLISH, 410, "container_expired", NotFound, Never),
            (POST, 408, "body_timeout", Unavailable, After),
            (PUBLISH, 409, "already_published", Duplicate, Never),
            (POST, 409, "repeated", Duplicate, Never),
            (UPLOAD, 413, "too_large", MediaRejected, Never),
            (POST, 413, "too_large", Protocol, Never),
            (UPLOAD, 415, "unsupported_media_type", MediaRejected, Never),
            (POST, 421, "misdirected", Protocol, Never),
            (POST, 422, "text_too_long", ContentRejected, Never),
            (POST, 422, "text_empty", ContentRejected, Never),
            (POST, 422, "too_many_media", MediaRejected, Never),
            (POST, 422, "media_unknown", MediaRejected, Never),
            (POST, 422, "alt_too_long", MediaRejected, Never),
            (POST, 422, "reply_unknown", ContentRejected, Never),
            (POST, 422, "language_invalid", ContentRejected, Never),
            (POST, 422, "key_reused", Duplicate, Never),
            (POST, 422, "content_rejected", ContentRejected, Never),
            (POST, 429, "rate_limited", RateLimited, After),
            (POST, 503, "unavailable", Unavailable, After),
            (POST, 503, "full", QuotaExhausted, After),
        ] {
            let error = mapped(operation, status, &json!({"error": code, "message": "words"}));
            assert_eq!((error.kind, error.retry), (kind, retry), "{status} {code}");
            assert_eq!((error.remote_code.as_str(), error.remote_message.as_str()), (code, "words"));
            assert_eq!(error.retry_after, Some(UtcMs::from_millis(3_000)));
        }
    }

    #[test]
    fn what_the_sheet_does_not_document_leaves_an_effect_open() {
        for status in [302, 404, 500, 502, 503, 504] {
            assert_eq!(mapped(POST, status, &Value::Null).retry, Retry::Confirm, "{status}");
        }
        assert_eq!(mapped(POST, 500, &json!({"error": "unavailable"})).retry, Retry::Confirm);
        assert_eq!(mapped(UPLOAD, 502, &Value::Null).kind, ErrorKind::Unavailable);
        assert_eq!(mapped(READ, 302, &Value::Null).kind, ErrorKind::Protocol);
    }

    #[test]
    fn a_revoked_token_is_not_renewed() {
        let refused = |status, code: &str| token_refused(status, &json!({"error": code}));
        assert!(refused(401, "token_expired") && refused(401, "token_unknown"));
        assert!(!refused(401, "token_revoked") && !refused(401, "token_missing") && !refused(403, "token_expired"));
    }
}
