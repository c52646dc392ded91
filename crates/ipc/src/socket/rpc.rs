//! JSON-RPC 2.0 messages, as far as they are used here: one request a line with an id, no batches.

use domain::ErrorCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{Event, Failure};

/// Not JSON.
pub(super) const PARSE_ERROR: i32 = -32700;
/// JSON, but not a request.
pub(super) const INVALID_REQUEST: i32 = -32600;
/// Not a command of this version.
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
/// The command failed: `data` is a [`Failure`].
pub(super) const FAILED: i32 = -32000;

/// What a client asks.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) jsonrpc: String,
    /// A number or text; comes back with the answer.
    pub(super) id: Value,
    pub(super) method: String,
    #[serde(default = "no_params")]
    pub(super) params: Value,
}

fn no_params() -> Value {
    Value::Object(serde_json::Map::new())
}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) jsonrpc: String,
    pub(super) id: Value,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub(super) result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<RpcError>,
}

/// Keeps `"result": null` apart from no result.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Why not.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RpcError {
    pub(super) code: i32,
    pub(super) message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Failure>,
}

/// An event on a connection that asked for them.
#[derive(Serialize, Deserialize)]
pub(super) struct Notification {
    pub(super) jsonrpc: String,
    pub(super) method: String,
    pub(super) params: Event,
}

/// The version every message carries.
pub(super) const VERSION: &str = "2.0";

impl Request {
    pub(super) fn new(id: u64, method: &str, params: Value) -> Self {
        Self { jsonrpc: VERSION.to_owned(), id: id.into(), method: method.to_owned(), params }
    }

    /// Reads a request, or gives the answer that says why it is none.
    pub(super) fn read(line: &[u8]) -> Result<Self, Box<Response>> {
        let value: Value = serde_json::from_slice(line)
            .map_err(|_| Box::new(Response::refusal(Value::Null, PARSE_ERROR, "This line is not JSON.")))?;
        let id = value.get("id").cloned().unwrap_or_default();
        match serde_json::from_value::<Self>(value) {
            Ok(request) if request.jsonrpc == VERSION && (id.is_number() || id.is_string()) => Ok(request),
            _ => {
                let text = "This is not a JSON-RPC 2.0 request with an id.";
                Err(Box::new(Response::refusal(id, INVALID_REQUEST, text)))
            }
        }
    }
}

impl Response {
    pub(super) fn result(id: Value, result: Value) -> Self {
        Self { jsonrpc: VERSION.to_owned(), id, result: Some(result), error: None }
    }

    pub(super) fn failure(id: Value, failure: Failure) -> Self {
        let error = RpcError { code: FAILED, message: failure.message.clone(), data: Some(failure) };
        Self { jsonrpc: VERSION.to_owned(), id, result: None, error: Some(error) }
    }

    /// Refuses what never became a command; the text never repeats what was sent.
    pub(super) fn refusal(id: Value, code: i32, message: &str) -> Self {
        let error = RpcError { code, message: message.to_owned(), data: Some(misuse(message)) };
        Self { jsonrpc: VERSION.to_owned(), id, result: None, error: Some(error) }
    }

    pub(super) fn answer(id: Value, outcome: Result<Value, Failure>) -> Self {
        match outcome {
            Ok(result) => Self::result(id, result),
            Err(failure) => Self::failure(id, failure),
        }
    }
}

impl Notification {
    pub(super) fn event(event: Event) -> Self {
        Self { jsonrpc: VERSION.to_owned(), method: "event".to_owned(), params: event }
    }
}

fn misuse(message: &str) -> Failure {
    Failure {
        code: ErrorCode::InvalidRequest,
        message: message.to_owned(),
        action: "Use the command line of the version that is running.".to_owned(),
        details: String::new(),
        findings: Vec::new(),
    }
}

/// A failure of the socket's own, in the shape every failure has.
pub(super) fn trouble(message: &str, action: &str) -> Failure {
    Failure {
        code: ErrorCode::Internal,
        message: message.to_owned(),
        action: action.to_owned(),
        details: String::new(),
        findings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &[u8]) -> Option<i32> {
        Request::read(line).err().and_then(|response| response.error).map(|error| error.code)
    }

    #[test]
    fn what_is_no_request_is_named() {
        assert_eq!(refused(b"\xff\xfe"), Some(PARSE_ERROR));
        assert_eq!(refused(b""), Some(PARSE_ERROR));
        assert_eq!(refused(b"[]"), Some(INVALID_REQUEST));
        assert_eq!(refused(br#"{"jsonrpc":"1.0","id":1,"method":"x"}"#), Some(INVALID_REQUEST));
        assert_eq!(refused(br#"{"jsonrpc":"2.0","method":"x"}"#), Some(INVALID_REQUEST));
        assert_eq!(refused(br#"{"jsonrpc":"2.0","id":{},"method":"x"}"#), Some(INVALID_REQUEST));
        assert!(Request::read(br#"{"jsonrpc":"2.0","id":"a","method":"x"}"#).is_ok());
    }

    #[test]
    fn a_null_result_is_a_result() {
        let text = serde_json::to_string(&Response::result(1.into(), Value::Null)).unwrap();
        assert_eq!(text, r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
        let back: Response = serde_json::from_str(&text).unwrap();
        assert_eq!(back.result, Some(Value::Null));
    }

    #[test]
    fn a_refusal_does_not_repeat_what_was_sent() {
        let response = Request::read(br#"{"secret":"hunter2"}"#).err().unwrap();
        assert!(!serde_json::to_string(&response).unwrap().contains("hunter2"));
    }
}
