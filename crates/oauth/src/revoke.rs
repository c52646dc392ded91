//! Ending a grant at its platform.

use domain::{ProviderError, Secret};

use crate::{Flow, OauthError, Reading, World, answer, client_proof::ClientProof, refusal::refused, wire::Envelope};

const REVOKE: &str = "token_revoke";
const REVOKE_LIMIT_MS: u64 = 10_000;

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
    world: &World,
    access: &Secret<String>,
    refresh: Option<&Secret<String>>,
) -> Result<Revoked, OauthError> {
    let Some(url) = flow.revoke.as_deref() else { return Ok(Revoked::NotOffered) };
    flow.check()?;
    if let Some(refresh) = refresh {
        match revoke_one(flow, world, url, refresh, "refresh_token").await {
            Err(error) if error.remote_code == "unsupported_token_type" => {}
            other => return other.map(|()| Revoked::Done).map_err(OauthError::Exchange),
        }
    }
    let done = revoke_one(flow, world, url, access, "access_token").await;
    done.map(|()| Revoked::Done).map_err(OauthError::Exchange)
}

async fn revoke_one(
    flow: &Flow,
    world: &World,
    url: &str,
    token: &Secret<String>,
    hint: &str,
) -> Result<(), ProviderError> {
    let mut form = vec![("token", token.expose().as_str()), ("token_type_hint", hint)];
    let mut request = world.client.post(&world.client.tag(flow.platform.clone()), REVOKE, url);
    let proof = ClientProof::of(flow);
    match &proof {
        ClientProof::Header(value) => request = request.secret_header("authorization", value),
        ClientProof::Form(pairs) => form.extend(pairs.iter().map(|(name, value)| (*name, value.expose().as_str()))),
    }
    let answer = request.form(&form).timeout_ms(REVOKE_LIMIT_MS).send().await;
    let answer = answer.map_err(|error| error.of_question(flow.platform.clone(), REVOKE))?;
    let read = answer::read(answer.status, &answer.body, &Reading::default());
    if (200..300).contains(&read.status) {
        return Ok(());
    }
    let envelope = Envelope { status: Some(answer.status), retry_after: answer.retry_after };
    Err(refused(flow, REVOKE, &read.body, envelope))
}
