//! Every error answer of the API: one table of code, status and sentence.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A code of the fact sheet's §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    InvalidJson,
    InvalidQuery,
    KeyInvalid,
    BadRequest,
    TokenMissing,
    TokenUnknown,
    TokenExpired,
    TokenRevoked,
    MissingScope,
    ReadNotGranted,
    UseContainers,
    UsePosts,
    KeyNotSupported,
    NotYours,
    ControlDenied,
    NotFound,
    PostUnknown,
    ContainerUnknown,
    AccountUnknown,
    MethodNotAllowed,
    BodyTimeout,
    AlreadyPublished,
    Repeated,
    ContainerExpired,
    TooLarge,
    UnsupportedMediaType,
    Misdirected,
    TextTooLong,
    TextEmpty,
    TooManyMedia,
    MediaUnknown,
    AltTooLong,
    ReplyUnknown,
    LanguageInvalid,
    KeyReused,
    ContentRejected,
    RateLimited,
    Unavailable,
    Full,
}

impl Code {
    /// Status, name and sentence.
    fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::InvalidJson => (400, "invalid_json", "The body is not the JSON this call takes."),
            Self::InvalidQuery => (400, "invalid_query", "A query parameter is out of range."),
            Self::KeyInvalid => (400, "key_invalid", "The Idempotency-Key needs 1 to 200 visible ASCII characters."),
            Self::BadRequest => (400, "bad_request", "The request cannot be understood."),
            Self::TokenMissing => (401, "token_missing", "This call needs an access token."),
            Self::TokenUnknown => (401, "token_unknown", "This access token was never issued here."),
            Self::TokenExpired => (401, "token_expired", "This access token has expired; refresh it."),
            Self::TokenRevoked => (401, "token_revoked", "This link was revoked; link the account again."),
            Self::MissingScope => (403, "missing_scope", "The scope write was not granted."),
            Self::ReadNotGranted => (403, "read_not_granted", "Reading back was not granted."),
            Self::UseContainers => (403, "use_containers", "An account of kind b posts through containers."),
            Self::UsePosts => (403, "use_posts", "Containers are for accounts of kind b."),
            Self::KeyNotSupported => (403, "key_not_supported", "Keys are for accounts of kind a."),
            Self::NotYours => (403, "not_yours", "This post belongs to another account."),
            Self::ControlDenied => (403, "control_denied", "The control token is missing or wrong."),
            Self::NotFound => (404, "not_found", "There is nothing here."),
            Self::PostUnknown => (404, "post_unknown", "There is no such post."),
            Self::ContainerUnknown => (404, "container_unknown", "This account has no such container."),
            Self::AccountUnknown => (404, "account_unknown", "There is no such account."),
            Self::MethodNotAllowed => (405, "method_not_allowed", "This address does not take this method."),
            Self::BodyTimeout => (408, "body_timeout", "The body did not arrive in time."),
            Self::AlreadyPublished => (409, "already_published", "This container was published before."),
            Self::Repeated => (409, "repeated", "This account posted the same text a short while ago."),
            Self::ContainerExpired => (410, "container_expired", "This container was not published in time."),
            Self::TooLarge => (413, "too_large", "The body is too large."),
            Self::UnsupportedMediaType => (415, "unsupported_media_type", "The content is not of a type taken here."),
            Self::Misdirected => (421, "misdirected", "This host is not served here."),
            Self::TextTooLong => (422, "text_too_long", "The text is too long."),
            Self::TextEmpty => (422, "text_empty", "A post needs a text or a picture."),
            Self::TooManyMedia => (422, "too_many_media", "The post has too many pictures."),
            Self::MediaUnknown => (422, "media_unknown", "This account has no such picture."),
            Self::AltTooLong => (422, "alt_too_long", "An alternative text is too long."),
            Self::ReplyUnknown => (422, "reply_unknown", "The post to answer does not exist."),
            Self::LanguageInvalid => (422, "language_invalid", "The language is not a language tag."),
            Self::KeyReused => (422, "key_reused", "This key was used for another post."),
            Self::ContentRejected => (422, "content_rejected", "The network does not accept this content."),
            Self::RateLimited => (429, "rate_limited", "Too many posts; wait and try again."),
            Self::Unavailable => (503, "unavailable", "The network cannot do this now; nothing was done."),
            Self::Full => (503, "full", "The practice network has no room left."),
        }
    }
}

/// An error answer. Nothing was done.
#[derive(Debug)]
pub struct Refusal {
    code: Code,
    retry_after_s: Option<u64>,
    post: Option<Box<Value>>,
}

impl Refusal {
    /// With `Retry-After`.
    pub fn retry_after(code: Code, seconds: u64) -> Self {
        Self { code, retry_after_s: Some(seconds), post: None }
    }

    /// With the post that was published before, or that this one repeats.
    pub fn with_post(code: Code, post: Value) -> Self {
        Self { code, retry_after_s: None, post: Some(Box::new(post)) }
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, retry_after_s: (code == Code::Unavailable).then_some(1), post: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, name, message) = self.code.row();
        let mut body = json!({"error": name, "message": message});
        if let (Some(post), Some(map)) = (self.post, body.as_object_mut()) {
            map.insert("post".to_owned(), *post);
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = match self.code {
                Code::TokenMissing => "Bearer realm=\"practice\"",
                _ => "Bearer realm=\"practice\", error=\"invalid_token\"",
            };
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}
