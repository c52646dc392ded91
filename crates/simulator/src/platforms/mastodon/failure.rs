//! How a server of the family says no: a status, `error`, and sometimes `error_description`; or a proxy, in HTML.

use serde_json::json;

use super::flavour::Flavour;
use crate::wire::Reply;

/// A refusal in the API's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status, as Mastodon has it.
    pub status: u16,
    /// For people; a word for clients where it comes from OAuth.
    pub error: String,
    /// OAuth's sentence.
    pub description: Option<String>,
}

impl Failure {
    pub fn new(status: u16, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), description: None }
    }

    /// An OAuth error.
    pub fn oauth(status: u16, error: &str, description: &str) -> Self {
        Self { status, error: error.to_owned(), description: Some(description.to_owned()) }
    }

    /// 422 (400 on GoToSocial): the content is not acceptable.
    pub fn invalid(what: &str) -> Self {
        Self::new(422, format!("Validation failed: {what}"))
    }

    /// 422 (400 on GoToSocial) with its own sentence.
    pub fn unprocessable(sentence: impl Into<String>) -> Self {
        Self::new(422, sentence)
    }

    pub fn not_found() -> Self {
        Self::new(404, "Record not found")
    }

    /// The token is missing or unknown.
    pub fn token() -> Self {
        Self::new(401, "The access token is invalid")
    }

    pub fn scope() -> Self {
        Self::new(403, "This action is outside the authorized scopes")
    }

    pub fn client() -> Self {
        let why = "Client authentication failed due to unknown client, no client authentication included, or \
                   unsupported authentication method.";
        Self::oauth(401, "invalid_client", why)
    }

    pub fn grant() -> Self {
        let why = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI \
                   used in the authorization request, or was issued to another client.";
        Self::oauth(400, "invalid_grant", why)
    }

    pub fn too_many() -> Self {
        Self::new(429, "Too many requests")
    }

    pub fn internal() -> Self {
        Self::new(500, "We're sorry, but something went wrong on our end.")
    }

    /// The answer as this flavour gives it.
    pub fn reply(self, flavour: Flavour) -> Reply {
        let status = if flavour == Flavour::Gotosocial && self.status == 422 { 400 } else { self.status };
        let mut body = json!({"error": self.error});
        if let Some(description) = self.description {
            body["error_description"] = json!(description);
        }
        Reply::json(status, &body)
    }
}

/// What a proxy in front of the server answers.
pub fn proxy_page(status: u16) -> Reply {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    html(status, page)
}

/// A page.
pub fn html(status: u16, page: String) -> Reply {
    let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
    Reply { status, headers, body: page.into_bytes() }
}
