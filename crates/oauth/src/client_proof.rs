//! How a client says who it is, in the calls that the `oauth2` crate does not make.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Secret;
use http::{Method, header};
use oauth2::HttpRequest;
use url::form_urlencoded;

use crate::{Flow, OauthError, SecretPlace};

/// Goes with a call.
pub(crate) enum ClientProof {
    /// The whole value of `Authorization`.
    Header(Secret<String>),
    /// Fields of the form.
    Form(Vec<(&'static str, Secret<String>)>),
}

impl ClientProof {
    /// That of a flow.
    pub(crate) fn of(flow: &Flow) -> Self {
        let id = || ("client_id", Secret::new(flow.client_id.clone()));
        match (&flow.client_secret, flow.secret_place) {
            (Some(secret), SecretPlace::Basic) => Self::Header(basic(&flow.client_id, secret)),
            (Some(secret), SecretPlace::Body) => Self::Form(vec![id(), ("client_secret", secret.clone())]),
            (None, _) => Self::Form(vec![id()]),
        }
    }
}

/// A form to one of the flow's endpoints, with what says who the client is.
pub(crate) fn form(flow: &Flow, url: &str, fields: &[(String, Secret<String>)]) -> Result<HttpRequest, OauthError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields.iter().map(|(name, value)| (name, value.expose())));
    let mut request = http::Request::builder().method(Method::POST).uri(url);
    match ClientProof::of(flow) {
        ClientProof::Header(value) => request = request.header(header::AUTHORIZATION, value.expose()),
        ClientProof::Form(pairs) => {
            let missing = |name: &str| fields.iter().all(|(known, _)| known != name);
            let more = pairs.iter().filter(|(name, _)| missing(name));
            form.extend_pairs(more.map(|(name, value)| (*name, value.expose().as_str())));
        }
    }
    let bad = |_| OauthError::BadFlow(format!("an endpoint cannot be called: {}", net::redact::url(url)));
    request.body(form.finish().into_bytes()).map_err(bad)
}

/// The `Basic` value of RFC 6749, section 2.3.1: both halves form-encoded first.
pub(crate) fn basic(id: &str, secret: &Secret<String>) -> Secret<String> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose())))))
}
