//! Calls to the token endpoint: exchange, refresh, and the calls that trade one token for another.

use domain::{ErrorKind, ProviderError, Secret, consent::ClientShown};
use net::{NetError, guards::stands};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponse, BasicTokenResponse},
};

use crate::{
    Dpop, Flow, Grant, OauthError, Renewal, SecretPlace, TokenCall, World,
    answer::Extras,
    refusal::{refused, sorted},
    wire::{Envelope, REFRESH, TRADE_IN, Wire},
};

const EXCHANGE: &str = "token_exchange";
/// Shorter than for other calls: a spent refresh token is good for a short while only (30 s where it is said), in which the
/// answer has to be asked for again.
const REFRESH_LIMIT_MS: u64 = 15_000;

pub(crate) type Answered = Result<BasicTokenResponse, RequestTokenError<NetError, BasicErrorResponse>>;
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

/// A code and what proves that it is ours.
pub(crate) struct Traded<'a> {
    pub code: &'a Secret<String>,
    pub verifier: Option<&'a Secret<String>>,
    pub redirect_uri: &'a str,
}

/// Trades a code for tokens, and an `id_token` where one came along.
pub(crate) async fn exchange(
    flow: &Flow,
    world: &World,
    dpop: Option<&Dpop>,
    traded: &Traded<'_>,
    limit_ms: u64,
) -> Result<(Grant, Option<Secret<String>>), OauthError> {
    let redirect = RedirectUrl::new(traded.redirect_uri.to_owned());
    let redirect = redirect.map_err(|_| OauthError::BadFlow("not a URL".to_owned()))?;
    let ready = crate_client(flow)?.set_redirect_uri(redirect);
    let mut request = ready.exchange_code(AuthorizationCode::new(traded.code.expose().clone()));
    if let Some(verifier) = traded.verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().clone()));
    }
    for (name, value) in &flow.token_extra {
        request = request.add_extra_param(name.clone(), value.clone());
    }
    let wire = Wire::new(flow, world, dpop, EXCHANGE, limit_ms);
    let answered = request.request_async(&wire).await;
    let (envelope, extras) = wire.heard();
    let id_token = extras.id_token.clone();
    Ok((grant(flow, EXCHANGE, answered, envelope, extras)?, id_token))
}

/// Renews a grant by what its flow renews it with: the refresh token, or the access token itself. An answer without a
/// refresh token keeps the one that was used. Store the result before using it: many platforms end the old tokens with
/// this call.
///
/// Silence is reported as `Network`: the old token may or may not still work.
pub async fn refresh(
    flow: &Flow,
    world: &World,
    token: &Secret<String>,
    dpop: Option<&Dpop>,
) -> Result<Grant, OauthError> {
    flow.check()?;
    match &flow.renewal {
        Renewal::RefreshToken => {}
        Renewal::Exchange(call) => return called(flow, world, call, token).await,
        Renewal::Never => return Err(OauthError::BadFlow("this grant cannot be renewed".to_owned())),
    }
    let old = RefreshToken::new(token.expose().clone());
    let ready = crate_client(flow)?;
    let mut request = ready.exchange_refresh_token(&old);
    for (name, value) in &flow.token_extra {
        request = request.add_extra_param(name.clone(), value.clone());
    }
    let wire = Wire::new(flow, world, dpop, REFRESH, REFRESH_LIMIT_MS);
    let answered = request.request_async(&wire).await;
    let (envelope, extras) = wire.heard();
    let mut fresh = grant(flow, REFRESH, answered, envelope, extras)?;
    fresh.refresh.get_or_insert_with(|| token.clone());
    fresh.dpop = dpop.cloned();
    Ok(fresh)
}

/// Trades a grant that was just given for a longer-lived one.
pub(crate) async fn trade_in(flow: &Flow, world: &World, call: &TokenCall, short: Grant) -> Result<Grant, OauthError> {
    let long = called(flow, world, call, &short.access).await?;
    let told = short.told.into_iter().chain(long.told).collect();
    Ok(Grant { scopes: short.scopes, claims: short.claims, told, ..long })
}

/// A `GET` with a token in its query: the form these platforms demand. It is kept out of every record of calls.
async fn called(flow: &Flow, world: &World, call: &TokenCall, token: &Secret<String>) -> Result<Grant, OauthError> {
    let tag = world.client.tag(flow.platform.clone());
    let mut request = world.client.get(&tag, TRADE_IN, &call.url).timeout_ms(REFRESH_LIMIT_MS);
    request = request.query(&[("grant_type", call.trade.grant_type), (call.trade.parameter, token.expose())]);
    let secret = flow.client_secret.as_ref().map_or("", |secret| secret.expose());
    request = match call.trade.shows {
        ClientShown::Nothing => request,
        ClientShown::Secret => request.query(&[("client_secret", secret)]),
        ClientShown::Both => request.query(&[("client_id", flow.client_id.as_str()), ("client_secret", secret)]),
    };
    let answer = request.send().await;
    let answer = answer.map_err(|error| OauthError::Exchange(error.of_question(flow.platform.clone(), TRADE_IN)))?;
    let envelope = Envelope { status: Some(answer.status), retry_after: answer.retry_after };
    let read = crate::answer::read(answer.status, &answer.body, &flow.reading);
    let parsed = (read.status < 300).then(|| serde_json::from_slice::<BasicTokenResponse>(&read.body).ok()).flatten();
    match parsed {
        Some(parsed) => Ok(taken(flow, &parsed, read.extras)),
        None => Err(OauthError::Exchange(refused(flow, TRADE_IN, &read.body, envelope))),
    }
}

fn grant(
    flow: &Flow,
    operation: &'static str,
    answered: Answered,
    envelope: Envelope,
    extras: Extras,
) -> Result<Grant, OauthError> {
    let answer = answered.map_err(|error| OauthError::Exchange(sorted(flow, operation, &error, envelope)))?;
    let grant = taken(flow, &answer, extras);
    // What was to be bound to a key comes bound or not at all, and nothing that was not comes so.
    if (grant.token_type == "dpop") != flow.dpop && stands("token_type") {
        let error = ProviderError::new(ErrorKind::Protocol, flow.platform.clone(), operation);
        let words = "The tokens are of another kind than was asked for.";
        return Err(OauthError::Exchange(error.replied(envelope.status.unwrap_or_default(), "token_type", words)));
    }
    Ok(grant)
}

pub(crate) fn taken(flow: &Flow, answer: &BasicTokenResponse, extras: Extras) -> Grant {
    let scopes = answer
        .scopes()
        .map_or_else(|| flow.scopes.clone(), |scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect());
    Grant {
        access: Secret::from(answer.access_token().secret().as_str()),
        refresh: answer.refresh_token().map(|token| Secret::from(token.secret().as_str())),
        expires_in_ms: answer.expires_in().and_then(|life| i64::try_from(life.as_millis()).ok()),
        refresh_expires_in_ms: extras.refresh_expires_in_ms,
        scopes,
        token_type: answer.token_type().as_ref().to_owned(),
        dpop: None,
        claims: crate::Claims::default(),
        told: extras.told,
    }
}
