//! Ending a grant at its platform.

use domain::{ErrorKind, ProviderError, Secret, consent::RevokeRule};
use net::Request;
use serde_json::json;

use crate::{
    Dpop, Flow, OauthError, Reading, World, answer,
    client_proof::{self, basic},
    refusal::refused,
    wire::{Envelope, Wire},
};

const REVOKE: &str = "token_revoke";
const REVOKE_LIMIT_MS: u64 = 10_000;

/// What became of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// The platform confirmed it.
    Done,
    /// The platform has no revocation endpoint for this client: the person can end it in the platform's settings.
    NotOffered,
}

/// Ends a grant, the way its platform wants it asked. By a form (RFC 7009) the refresh token goes first, which usually
/// ends the whole family; the access token where there is no other or the platform does not take it. Local copies go
/// whatever this says.
pub async fn revoke(
    flow: &Flow,
    world: &World,
    access: &Secret<String>,
    refresh: Option<&Secret<String>>,
    dpop: Option<&Dpop>,
) -> Result<Revoked, OauthError> {
    let Some(url) = flow.revoke.as_deref() else { return Ok(Revoked::NotOffered) };
    flow.check()?;
    let tag = world.client.tag(flow.platform.clone());
    let ended = match flow.revoke_rule {
        RevokeRule::Form => by_form(flow, world, dpop, url, (access, refresh)).await,
        RevokeRule::OwnToken => asked(flow, world.client.post(&tag, REVOKE, url).bearer(access)).await,
        RevokeRule::ByClient => {
            let Some(secret) = &flow.client_secret else { return Ok(Revoked::NotOffered) };
            let request = world.client.delete(&tag, REVOKE, url);
            let request = request.secret_header("authorization", &basic(&flow.client_id, secret));
            asked(flow, request.json(&json!({"access_token": access.expose()}))).await
        }
    };
    ended.map(|()| Revoked::Done).map_err(OauthError::Exchange)
}

async fn by_form(
    flow: &Flow,
    world: &World,
    dpop: Option<&Dpop>,
    url: &str,
    (access, refresh): (&Secret<String>, Option<&Secret<String>>),
) -> Result<(), ProviderError> {
    let wire = Wire::new(flow, world, dpop, REVOKE, REVOKE_LIMIT_MS);
    if let Some(refresh) = refresh {
        match form(&wire, flow, url, refresh, "refresh_token").await {
            Err(error) if error.remote_code == "unsupported_token_type" => {}
            other => return other,
        }
    }
    form(&wire, flow, url, access, "access_token").await
}

async fn form(
    wire: &Wire<'_>,
    flow: &Flow,
    url: &str,
    token: &Secret<String>,
    hint: &str,
) -> Result<(), ProviderError> {
    let failed = |kind| ProviderError::new(kind, flow.platform.clone(), REVOKE);
    let fields = [("token".to_owned(), token.clone()), ("token_type_hint".to_owned(), Secret::from(hint))];
    let request = client_proof::form(flow, url, &fields).map_err(|_| failed(ErrorKind::Unsupported))?;
    let answer = wire.send(request).await.map_err(|error| error.of_question(flow.platform.clone(), REVOKE))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let (envelope, _) = wire.heard();
    Err(refused(flow, REVOKE, answer.body(), envelope))
}

async fn asked(flow: &Flow, request: Request) -> Result<(), ProviderError> {
    let answer = request.timeout_ms(REVOKE_LIMIT_MS).send().await;
    let answer = answer.map_err(|error| error.of_question(flow.platform.clone(), REVOKE))?;
    let read = answer::read(answer.status, &answer.body, &Reading::default());
    if (200..300).contains(&read.status) {
        return Ok(());
    }
    let envelope = Envelope { status: Some(answer.status), retry_after: answer.retry_after };
    Err(refused(flow, REVOKE, &read.body, envelope))
}
