//! How a data server says no: a status, a name and a sentence.

use serde_json::json;

use crate::wire::Reply;

/// A refusal in XRPC's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status.
    pub status: u16,
    /// What clients switch on.
    pub error: &'static str,
    /// For people.
    pub message: String,
}

impl Failure {
    pub fn new(status: u16, error: &'static str, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into() }
    }

    /// 400 `InvalidRequest`: against a schema or a limit.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    /// 500, which says nothing; also what a repeated createRecord gets.
    pub fn internal() -> Self {
        Self::new(500, "InternalServerError", "Internal Server Error")
    }

    /// 502: there is no app view behind this server, nor any other server.
    pub fn upstream() -> Self {
        Self::new(502, "UpstreamFailure", "Upstream service unreachable")
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(413, "PayloadTooLarge", "request entity too large")
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Self::json(failure.status, &json!({"error": failure.error, "message": failure.message}))
    }
}
