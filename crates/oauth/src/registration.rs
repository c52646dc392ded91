//! Registers Postroom with a server that takes clients it does not know (RFC 7591): one per server and installation.

use domain::{ErrorKind, PlatformId, ProviderError, Secret};
use net::guards::stands;
use serde::{Deserialize, Serialize};

use crate::{OauthError, Reading, SecretPlace, World, answer, flow::endpoint};

const OPERATION: &str = "register_client";
const ANSWER_MAX_BYTES: usize = 64 * 1_024;
const LIMIT_MS: u64 = 10_000;
const ID_MAX_BYTES: usize = 1_024;

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name for people.
    pub name: String,
    /// Where browsers may come back to.
    pub redirects: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// Whether it asks for codes for devices too.
    pub device: bool,
}

/// A client as the server knows it: it may have changed what was asked for.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Its id.
    pub client_id: String,
    /// Its secret, where the server insists on one.
    pub client_secret: Option<Secret<String>>,
    /// Where that goes.
    pub secret_place: SecretPlace,
    /// When it ends, in seconds of the epoch; `None` where it does not.
    pub secret_ends_s: Option<i64>,
}

#[derive(Serialize)]
struct Wish<'a> {
    client_name: &'a str,
    redirect_uris: &'a [String],
    grant_types: Vec<&'static str>,
    response_types: [&'static str; 1],
    token_endpoint_auth_method: &'static str,
    application_type: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
}

#[derive(Deserialize)]
struct Made {
    client_id: String,
    client_secret: Option<String>,
    #[serde(default)]
    client_secret_expires_at: i64,
    token_endpoint_auth_method: Option<String>,
}

/// Registers an application as a public client.
pub async fn register(
    world: &World,
    platform: &PlatformId,
    url: &str,
    application: &Application,
) -> Result<Registered, OauthError> {
    endpoint(url)?;
    let mut grant_types = vec!["authorization_code", "refresh_token"];
    if application.device {
        grant_types.push("urn:ietf:params:oauth:grant-type:device_code");
    }
    let wish = Wish {
        client_name: &application.name,
        redirect_uris: &application.redirects,
        grant_types,
        response_types: ["code"],
        token_endpoint_auth_method: "none",
        application_type: "native",
        scope: application.scopes.join(" "),
    };
    let tag = world.client.tag(platform.clone());
    let request = world.client.post(&tag, OPERATION, url).json(&wish).timeout_ms(LIMIT_MS);
    let answer = request.max_answer_bytes(ANSWER_MAX_BYTES).send().await;
    let answer = answer.map_err(|error| OauthError::Exchange(error.of_question(platform.clone(), OPERATION)))?;
    let failed = |kind, code: &str, words: &str| {
        let error = ProviderError::new(kind, platform.clone(), OPERATION).not_before(answer.retry_after);
        OauthError::Exchange(error.replied(answer.status, &net::redact::text(code), &net::redact::text(words)))
    };
    if !answer.is_success() {
        let read = answer::read(answer.status, &answer.body, &Reading::default());
        let said: serde_json::Value = serde_json::from_slice(&read.body).unwrap_or_default();
        let text = |name: &str| said.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let kind = match answer.status {
            429 => ErrorKind::RateLimited,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::Unsupported,
        };
        return Err(failed(kind, text("error"), text("error_description")));
    }
    let made: Made = answer.json().map_err(|_| failed(ErrorKind::Protocol, "", ""))?;
    let usable = |text: &str| !text.is_empty() && text.len() <= ID_MAX_BYTES && !text.chars().any(char::is_control);
    let secret = made.client_secret.filter(|secret| !secret.is_empty());
    if stands("registered") && !(usable(&made.client_id) && secret.as_deref().is_none_or(usable)) {
        return Err(failed(ErrorKind::Protocol, "", ""));
    }
    let basic = made.token_endpoint_auth_method.as_deref() == Some("client_secret_basic");
    Ok(Registered {
        client_id: made.client_id,
        client_secret: secret.map(Secret::new),
        secret_place: if basic { SecretPlace::Basic } else { SecretPlace::Body },
        secret_ends_s: (made.client_secret_expires_at > 0).then_some(made.client_secret_expires_at),
    })
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
