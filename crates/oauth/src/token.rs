//! Calls to the token and revocation endpoints: exchange, refresh, revoke.

use domain::{ErrorKind, ProviderError, Retry, Secret};
use net::{Client, NetError};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponse, BasicTokenResponse},
};
use serde::Deserialize;

use crate::{
    Flow, Grant, OauthError, SecretPlace,
    wire::{Envelope, Wire},
};

pub(crate) const EXCHANGE: &str = "token_exchange";
const REFRESH: &str = "token_refresh";
const REVOKE: &str = "token_revoke";
/// Shorter than for other calls: a spent refresh token is good for a short while only (30 s where it is said), in which the
/// answer has to be asked for again.
const REFRESH_LIMIT_MS: u64 = 15_000;
const REVOKE_LIMIT_MS: u64 = 10_000;

type Answered = Result<BasicTokenResponse, RequestTokenError<NetError, BasicErrorResponse>>;
/// A client of the crate with both endpoints known.
pub(crate) type Ready = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The flow as the crate's client.
pub(crate) fn crate_client(flow: &Flow) -> Result<Ready, OauthError> {
    let bad = |_| OauthError::BadFlow("not a URL".to_owned());
    let mut client = BasicClient::new(ClientId::new(flow.client_id.clone())).set_auth_type(match flow.secret_place {
        SecretPlace::Body => AuthType::RequestBody,
        SecretPlace::Basic => AuthType::BasicAuth,
    });
    if let Some(secret) = &flow.client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose().clone()));
    }
    Ok(client
        .set_auth_uri(AuthUrl::new(flow.authorize.clone()).map_err(bad)?)
        .set_token_uri(TokenUrl::new(flow.token.clone()).map_err(bad)?))
}

/// Trades a code for tokens.
pub(crate) async fn exchange(
    flow: &Flow,
    client: &Client,
    code: &Secret<String>,
    verifier: Option<&Secret<String>>,
    redirect_uri: &str,
    limit_ms: u64,
) -> Result<Grant, OauthError> {
    let redirect =
        RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| OauthError::BadFlow("not a URL".to_owned()))?;
    let ready = crate_client(flow)?.set_redirect_uri(redirect);
    let mut request = ready.exchange_code(AuthorizationCode::new(code.expose().clone()));
    if let Some(verifier) = verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().clone()));
    }
    let wire = Wire::new(client, client.tag(flow.platform.clone()), EXCHANGE, limit_ms);
    let answered = request.request_async(&wire).await;
    grant(flow, EXCHANGE, answered, wire.envelope())
}

/// Gets fresh tokens. An answer without a refresh token keeps the one that was used. Store the result
/// before using it: many platforms end the old tokens with this call.
///
/// Silence is reported as `Network`: the old refresh token may or may not still work.
pub async fn refresh(flow: &Flow, client: &Client, token: &Secret<String>) -> Result<Grant, OauthError> {
    flow.check()?;
    let old = RefreshToken::new(token.expose().clone());
    let ready = crate_client(flow)?;
    let wire = Wire::new(client, client.tag(flow.platform.clone()), REFRESH, REFRESH_LIMIT_MS);
    let answered = ready.exchange_refresh_token(&old).request_async(&wire).await;
    let mut fresh = grant(flow, REFRESH, answered, wire.envelope())?;
    fresh.refresh.get_or_insert_with(|| token.clone());
    Ok(fresh)
}

fn grant(flow: &Flow, operation: &'static str, answered: Answered, envelope: Envelope) -> Result<Grant, OauthError> {
    let answer = answered.map_err(|error| OauthError::Exchange(sorted(flow, operation, &error, envelope)))?;
    let scopes = answer
        .scopes()
        .map_or_else(|| flow.scopes.clone(), |scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect());
    Ok(Grant {
        access: Secret::from(answer.access_token().secret().as_str()),
        refresh: answer.refresh_token().map(|token| Secret::from(token.secret().as_str())),
        expires_in_ms: answer.expires_in().and_then(|life| i64::try_from(life.as_millis()).ok()),
        scopes,
        token_type: answer.token_type().as_ref().to_owned(),
    })
}

/// An error body, also where it arrives with status 200.
#[derive(Deserialize)]
struct ErrorBody {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

fn sorted(
    flow: &Flow,
    operation: &'static str,
    error: &RequestTokenError<NetError, BasicErrorResponse>,
    envelope: Envelope,
) -> ProviderError {
    let body = match error {
        RequestTokenError::Request(error) => return error.of_question(flow.platform.clone(), operation),
        RequestTokenError::ServerResponse(body) => Some(ErrorBody {
            error: body.error().as_ref().to_owned(),
            error_description: body.error_description().cloned(),
        }),
        RequestTokenError::Parse(_, bytes) => serde_json::from_slice(bytes).ok(),
        RequestTokenError::Other(_) => None,
    };
    refusal(flow, operation, body.as_ref(), envelope)
}

/// A refusal in the words of RFC 6749, section 5.2, or by its status alone.
fn refusal(flow: &Flow, operation: &'static str, body: Option<&ErrorBody>, envelope: Envelope) -> ProviderError {
    let code = body.map_or("", |body| body.error.as_str());
    let kind = match (code, envelope.status) {
        ("temporarily_unavailable" | "server_error", _) | (_, Some(500..)) => ErrorKind::Unavailable,
        ("slow_down", _) | (_, Some(429)) => ErrorKind::RateLimited,
        ("invalid_grant" | "bad_verification_code" | "invalid_client" | "unauthorized_client" | "access_denied", _) => {
            ErrorKind::AuthRevoked
        }
        ("invalid_scope", _) => ErrorKind::MissingScope,
        ("unsupported_grant_type" | "unsupported_response_type", _) => ErrorKind::Unsupported,
        _ => ErrorKind::Protocol,
    };
    let words = body.and_then(|body| body.error_description.as_deref()).unwrap_or_default();
    let mut error = ProviderError::new(kind, flow.platform.clone(), operation).not_before(envelope.retry_after);
    if kind == ErrorKind::Protocol && envelope.status == Some(200) {
        // No refusal: the answer was spoilt on its way.
        error.retry = Retry::After;
    }
    error.replied(envelope.status.unwrap_or_default(), &net::redact::text(code), &net::redact::text(words))
}

/// An error the platform reported through the browser.
pub(crate) fn denied(flow: &Flow, error: String, description: String) -> OauthError {
    if crate::desk::is_refusal(&error) {
        return OauthError::ConsentRefused { description };
    }
    let body = ErrorBody { error, error_description: Some(description) };
    let mut error = refusal(flow, "authorize", Some(&body), Envelope::default());
    error.status = None;
    OauthError::Exchange(error)
}

/// What became of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// The platform confirmed it.
    Done,
    /// The platform has no revocation endpoint: the person can end it in the platform's settings.
    NotOffered,
}

/// Ends a grant (RFC 7009): the refresh token first, which usually ends the whole family; the access token
/// where there is no other or the platform does not take it. Local copies go whatever this says.
pub async fn revoke(
    flow: &Flow,
    client: &Client,
    access: &Secret<String>,
    refresh: Option<&Secret<String>>,
) -> Result<Revoked, OauthError> {
    let Some(url) = flow.revoke.as_deref() else { return Ok(Revoked::NotOffered) };
    flow.check()?;
    if let Some(refresh) = refresh {
        match revoke_one(flow, client, url, refresh, "refresh_token").await {
            Err(error) if error.remote_code == "unsupported_token_type" => {}
            other => return other.map(|()| Revoked::Done).map_err(OauthError::Exchange),
        }
    }
    let done = revoke_one(flow, client, url, access, "access_token").await;
    done.map(|()| Revoked::Done).map_err(OauthError::Exchange)
}

async fn revoke_one(
    flow: &Flow,
    client: &Client,
    url: &str,
    token: &Secret<String>,
    hint: &str,
) -> Result<(), ProviderError> {
    let mut form = vec![("token", token.expose().as_str()), ("token_type_hint", hint)];
    let mut request = client.post(&client.tag(flow.platform.clone()), REVOKE, url);
    match (&flow.client_secret, flow.secret_place) {
        (Some(secret), SecretPlace::Basic) => {
            request = request.secret_header("authorization", &basic(&flow.client_id, secret));
        }
        (Some(secret), SecretPlace::Body) => {
            form.extend([("client_id", flow.client_id.as_str()), ("client_secret", secret.expose().as_str())]);
        }
        (None, _) => form.push(("client_id", flow.client_id.as_str())),
    }
    let answer = request.form(&form).timeout_ms(REVOKE_LIMIT_MS).send().await;
    let answer = answer.map_err(|error| error.of_question(flow.platform.clone(), REVOKE))?;
    if answer.is_success() {
        return Ok(());
    }
    let envelope = Envelope { status: Some(answer.status), retry_after: answer.retry_after };
    Err(refusal(flow, REVOKE, answer.json().ok().as_ref(), envelope))
}

/// The `Basic` value of RFC 6749, section 2.3.1: both halves form-encoded first.
fn basic(id: &str, secret: &Secret<String>) -> Secret<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose())))))
}
