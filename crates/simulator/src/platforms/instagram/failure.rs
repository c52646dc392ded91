//! How Instagram says no: three members where codes are taken, Graph's object everywhere else. From `instagram.md`, 2.2
//! and 5, and `facebook.md`, 5, for what they share. The status is 400 nearly always; sentences that belong to a code
//! without one in the sheets are from memory.

use serde_json::json;

use crate::oauth::{Bearer, Problem, Words, standard_words};
use crate::platform::Refusal;
use crate::wire::Reply;

/// Graph's object.
pub fn graph(status: u16, code: i32, subcode: Option<u32>, message: &str) -> Reply {
    let mut error = json!({
        "message": message, "type": "OAuthException", "code": code, "is_transient": status >= 500,
        "fbtrace_id": "ASimulatedTraceOfThis",
    });
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    Reply::json(status, &json!({"error": error}))
}

/// A call that is wrong in itself.
pub fn parameter(message: &str) -> Reply {
    graph(400, 100, None, message)
}

/// The sentences of the pages and of the token endpoint.
pub fn words(problem: &Problem) -> Words {
    let sentence = match problem {
        Problem::UnknownClient | Problem::Missing("client_id") => "Invalid platform app",
        Problem::Redirect(_) => "Invalid redirect_uri",
        Problem::Denied => return Words::new(400, "access_denied", "The user denied your request"),
        Problem::SecretMissing | Problem::SecretWrong | Problem::SecretForbidden | Problem::CodeElsewhere => {
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in \
             the OAuth dialog request"
        }
        Problem::Code | Problem::CodeUsed | Problem::CodeExpired => "Matching code was not found or was already used",
        other => return standard_words(other),
    };
    Words::new(400, "OAuthException", sentence)
}

/// In the shape of the endpoint that meets the problem. What a fault asks for has Graph's shape at every endpoint.
pub fn answer(problem: &Problem, words: &Words) -> Reply {
    let token = |subcode: u32, message: &str| {
        graph(400, 190, Some(subcode), &format!("Error validating access token: {message}"))
    };
    match problem {
        Problem::Bearer(bearer) => match bearer {
            Bearer::Missing => graph(400, 104, None, "An access token is required to request this resource."),
            Bearer::Unknown => graph(400, 190, None, "Invalid OAuth access token - Cannot parse access token"),
            Bearer::Expired => token(463, "Session has expired."),
            Bearer::Revoked => token(458, "The user has not authorized application."),
            Bearer::PasswordChanged => {
                token(460, "The session has been invalidated because the user changed their password.")
            }
            Bearer::Suspended => token(459, "You cannot access the app till you log in to www.instagram.com"),
            Bearer::Scope(_) => graph(400, 10, None, "Application does not have permission for this action"),
        },
        Problem::NotFound => graph(400, 2500, None, "Unknown path components"),
        Problem::Refused(Refusal::RateLimited { .. }) => graph(400, 4, None, "Application request limit reached"),
        Problem::Refused(Refusal::ServerError) => graph(500, 2, None, "Service temporarily unavailable"),
        Problem::Refused(Refusal::Rejected | Refusal::TooLarge) => parameter("Invalid parameter"),
        _ => {
            let body = json!({"error_type": "OAuthException", "code": 400, "error_message": words.description});
            Reply::json(400, &body)
        }
    }
}
