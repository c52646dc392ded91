//! Why not. Platforms put it into words; where they are silent the words are those of the standards.

use serde_json::json;

use crate::platform::Refusal;
use crate::wire::Reply;

/// What is wrong with a token shown at the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bearer {
    Missing,
    Unknown,
    Expired,
    Revoked,
    /// By a change of the owner's password.
    PasswordChanged,
    /// Without this scope.
    Scope(&'static str),
    /// The platform has shut the account.
    Suspended,
}

/// How a device code stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    Pending,
    /// Asked too soon; from now on so many seconds apart.
    SlowDown(i64),
    Expired,
    Denied,
    Unknown,
    /// The app's owner did not switch the flow on.
    Disabled,
}

/// Everything that can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    UnknownClient,
    /// The address is not one of the app's.
    Redirect(String),
    ResponseType,
    /// No such scope, or none at all.
    Scope(String),
    /// A scope the app was not approved for.
    AppScope(String),
    ChallengeMissing,
    ChallengeMethod,
    /// The person said no.
    Denied,
    /// A field the call needs.
    Missing(&'static str),
    SecretMissing,
    SecretWrong,
    /// An app without a secret sent one.
    SecretForbidden,
    GrantType,
    Code,
    CodeUsed,
    CodeExpired,
    /// The address is not the one the code was made for.
    CodeElsewhere,
    Verifier,
    RefreshToken,
    RefreshExpired,
    Device(Device),
    Bearer(Bearer),
    NotFound,
    /// What a fault asks for.
    Refused(Refusal),
    /// The platform's own, in its own words.
    Own(Words),
}

/// A refusal in words: a status, a word for clients, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub status: u16,
    pub error: String,
    pub description: String,
}

impl Words {
    pub fn new(status: u16, error: &str, description: impl Into<String>) -> Self {
        Self { status, error: error.to_owned(), description: description.into() }
    }
}

/// RFC 6749, 6750, 7636 and 8628.
pub fn standard_words(problem: &Problem) -> Words {
    let (status, error, sentence) = match problem {
        Problem::UnknownClient | Problem::SecretMissing | Problem::SecretWrong | Problem::SecretForbidden => {
            (401, "invalid_client", "Client authentication failed.")
        }
        Problem::Redirect(_) => (400, "invalid_request", "The redirect_uri is not registered for this client."),
        Problem::ResponseType => (400, "unsupported_response_type", "The response type is not supported."),
        Problem::Scope(_) | Problem::AppScope(_) => (400, "invalid_scope", "The requested scope is invalid."),
        Problem::ChallengeMissing => (400, "invalid_request", "Code challenge required."),
        Problem::ChallengeMethod => (400, "invalid_request", "Unsupported code_challenge_method."),
        Problem::Denied => (400, "access_denied", "The resource owner denied the request."),
        Problem::Missing(_) => (400, "invalid_request", "A required parameter is missing."),
        Problem::GrantType => (400, "unsupported_grant_type", "The grant type is not supported."),
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired | Problem::CodeElsewhere | Problem::Verifier => {
            (400, "invalid_grant", "The authorization code is invalid.")
        }
        Problem::RefreshToken | Problem::RefreshExpired => (400, "invalid_grant", "The refresh token is invalid."),
        Problem::Device(device) => return device_words(device),
        Problem::Bearer(Bearer::Scope(_)) => (403, "insufficient_scope", "The token lacks a scope."),
        Problem::Bearer(Bearer::Suspended) => (403, "access_denied", "The account is suspended."),
        Problem::Bearer(_) => (401, "invalid_token", "The access token is invalid."),
        Problem::NotFound => (404, "not_found", "Not Found"),
        Problem::Refused(Refusal::Rejected) => (400, "invalid_request", "Refused by the simulator."),
        Problem::Refused(Refusal::RateLimited { .. }) => (429, "rate_limit_exceeded", "Too many requests."),
        Problem::Refused(Refusal::ServerError) => (500, "server_error", "Internal error."),
        Problem::Refused(Refusal::TooLarge) => (413, "invalid_request", "The body is too large."),
        Problem::Own(words) => return words.clone(),
    };
    Words::new(status, error, sentence)
}

fn device_words(device: &Device) -> Words {
    let (error, sentence) = match device {
        Device::Pending => ("authorization_pending", "The authorization request is still pending."),
        Device::SlowDown(_) => ("slow_down", "Too many requests have been made in the same timeframe."),
        Device::Expired => ("expired_token", "The device code has expired."),
        Device::Denied => ("access_denied", "The authorization request was denied."),
        Device::Unknown => ("invalid_grant", "The device code is not valid."),
        Device::Disabled => ("unauthorized_client", "Device flow is not enabled for this client."),
    };
    Words::new(400, error, sentence)
}

/// `error` and `error_description`; a refused token also names itself in the header of RFC 6750.
pub fn standard_answer(problem: &Problem, words: &Words) -> Reply {
    let reply = Reply::json(words.status, &json!({"error": words.error, "error_description": words.description}));
    match problem {
        Problem::Bearer(Bearer::Missing) => reply.with("www-authenticate", &"Bearer"),
        Problem::Bearer(_) => reply.with("www-authenticate", &format!("Bearer error=\"{}\"", words.error)),
        Problem::Refused(Refusal::RateLimited { retry_after_s }) => reply.with("retry-after", retry_after_s),
        _ => reply,
    }
}
