//! Apps that register themselves (RFC 7591), where a platform lets them.

use serde_json::{Value, json};

use super::state::App;
use super::{Call, Outcome, Problem, Words, random, redirect};
use crate::wire::Reply;

/// Takes the app, and says what it is called here.
pub fn register(call: &mut Call<'_>) -> Outcome {
    let refuse = |error, why| Err(Problem::Own(Words::new(400, error, why)));
    let Ok(wanted) = call.request.json::<Value>() else {
        return refuse("invalid_client_metadata", "The request is not JSON.");
    };
    let uris = wanted["redirect_uris"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let redirect_uris: Vec<String> = uris.map(ToOwned::to_owned).collect();
    if redirect_uris.is_empty() || !redirect_uris.iter().all(|uri| redirect::may_register(uri)) {
        return refuse("invalid_redirect_uri", "The redirect URIs are missing or not absolute.");
    }
    let method = wanted["token_endpoint_auth_method"].as_str().unwrap_or("client_secret_basic");
    let client_secret = match method {
        "none" => None,
        "client_secret_basic" | "client_secret_post" => Some(random()),
        _ => return refuse("invalid_client_metadata", "Unsupported token_endpoint_auth_method."),
    };
    let app = App { client_id: random(), client_secret, redirect_uris, scopes: None };
    if let Err(why) = (call.rules.may_register)(&app) {
        return refuse("invalid_client_metadata", why);
    }
    let mut answer = json!({
        "client_id": app.client_id, "client_id_issued_at": call.now_ms / 1_000, "client_name": wanted["client_name"],
        "redirect_uris": app.redirect_uris, "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
    });
    if let Some(secret) = &app.client_secret {
        answer["client_secret"] = json!(secret);
        answer["client_secret_expires_at"] = json!(0);
    }
    call.state.apps.insert(app.client_id.clone(), app);
    Ok(Reply::json(201, &answer))
}
