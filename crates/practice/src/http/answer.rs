//! Shapes of answers that several handlers share, and the decoding of bodies.

use std::collections::HashMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::engine::Tokens;
use crate::model::scope_text;
use crate::refusal::{Code, Refusal};

/// An OAuth error (RFC 6749, 5.2).
pub fn oauth_error(status: u16, error: &str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}

/// A token answer (RFC 6749, 5.1), with the account's id.
pub fn tokens_json(tokens: &Tokens) -> serde_json::Value {
    json!({
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh,
        "scope": scope_text(&tokens.scopes),
        "account_id": tokens.account,
    })
}

/// Whether the Content-Type is this one, parameters aside.
pub fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

/// Decodes a JSON object.
pub fn from_json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refusal> {
    if !is_type(headers, "application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    // Serde would take a list for a struct, field by field.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Code::InvalidJson.into());
    }
    serde_json::from_slice(body).map_err(|_| Code::InvalidJson.into())
}

/// Decodes a query or form; `None` when a name is given twice.
pub fn unique_pairs(encoded: &[u8]) -> Option<HashMap<String, String>> {
    let mut pairs = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(encoded) {
        if pairs.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(pairs)
}

/// A redirect to a client, 302.
pub fn redirect(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => Refusal::from(Code::BadRequest).into_response(),
    }
}
