//! How a client says who it is, in the calls that the `oauth2` crate does not make.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Secret;
use url::form_urlencoded;

use crate::{Flow, SecretPlace};

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

/// The `Basic` value of RFC 6749, section 2.3.1: both halves form-encoded first.
pub(crate) fn basic(id: &str, secret: &Secret<String>) -> Secret<String> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose())))))
}
