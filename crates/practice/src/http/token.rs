//! The token and revocation endpoints, and the metadata that names them.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::answer::{is_type, oauth_error, tokens_json, unique_pairs};
use super::authorize::CLIENT_ID;
use super::fault_layer;
use crate::app::Shared;
use crate::engine::GrantError;
use crate::faults::Operation;
use crate::refusal::{Code, Refusal};

type Form = std::collections::HashMap<String, String>;

/// RFC 8414.
pub async fn metadata(State(app): State<Shared>) -> Json<Value> {
    let base = &app.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["read", "write"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// Lets a fault switch act on a token call; its account is the grant's.
pub async fn fault_guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Refusal::from(Code::BadRequest).into_response();
    };
    let form = unique_pairs(&bytes).unwrap_or_default();
    let (refresh, code) = (form.get("refresh_token").cloned(), form.get("code").cloned());
    let owner = app.run(move |engine| {
        let by_refresh = refresh.and_then(|token| engine.refresh_owner(&token));
        by_refresh.or_else(|| code.and_then(|code| engine.code_owner(&code)))
    });
    let account = owner.await.flatten();
    let request = Request::from_parts(parts, Body::from(bytes));
    fault_layer::pass(&app, Operation::Token, account, request, next).await
}

/// The form of a token or revocation call, from our one client.
fn client_form(headers: &HeaderMap, body: &[u8]) -> Result<Form, Box<Response>> {
    if !is_type(headers, "application/x-www-form-urlencoded") {
        return Err(Box::new(Refusal::from(Code::UnsupportedMediaType).into_response()));
    }
    let refuse = |status, error, why| Box::new(oauth_error(status, error, why));
    let form = unique_pairs(body).ok_or_else(|| refuse(400, "invalid_request", "a parameter is given twice"))?;
    match form.get("client_id") {
        Some(id) if id == CLIENT_ID => Ok(form),
        Some(_) => Err(refuse(401, "invalid_client", "this client is not known")),
        None => Err(refuse(401, "invalid_client", "client_id is missing")),
    }
}

/// Code or refresh token in, tokens out.
pub async fn exchange(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut form = match client_form(&headers, &body) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let exchanged = match form.get("grant_type").map(String::as_str) {
        Some("authorization_code") => {
            let fields = [form.remove("code"), form.remove("redirect_uri"), form.remove("code_verifier")];
            let [Some(code), Some(redirect_uri), Some(verifier)] = fields else {
                return oauth_error(400, "invalid_request", "code, redirect_uri and code_verifier are needed");
            };
            if !is_verifier(&verifier) {
                return oauth_error(400, "invalid_request", "the verifier is malformed");
            }
            app.run(move |engine| engine.exchange(&code, &redirect_uri, &verifier)).await
        }
        Some("refresh_token") => {
            let Some(token) = form.remove("refresh_token") else {
                return oauth_error(400, "invalid_request", "refresh_token is needed");
            };
            app.run(move |engine| engine.refresh(&token)).await
        }
        Some(_) => return oauth_error(400, "unsupported_grant_type", "only authorization_code and refresh_token"),
        None => return oauth_error(400, "invalid_request", "grant_type is missing"),
    };
    match exchanged {
        Some(Ok(tokens)) => Json(tokens_json(&tokens)).into_response(),
        Some(Err(GrantError::Invalid(why))) => oauth_error(400, "invalid_grant", why),
        Some(Err(GrantError::Refused(refusal))) => refusal.into_response(),
        None => Refusal::from(Code::Unavailable).into_response(),
    }
}

fn is_verifier(verifier: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len()) && verifier.bytes().all(plain)
}

/// RFC 7009: ends the session of a token; unknown ones are no error.
pub async fn revoke(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut form = match client_form(&headers, &body) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Some(token) = form.remove("token") else {
        return oauth_error(400, "invalid_request", "token is needed");
    };
    match app.act(move |engine| engine.revoke_token(&token)).await {
        Ok(()) => ().into_response(),
        Err(refusal) => refusal.into_response(),
    }
}
