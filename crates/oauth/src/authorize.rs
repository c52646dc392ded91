//! The address that is opened in the browser; where the platform takes it, what it asks for is sent ahead instead of
//! written into the address (RFC 9126).

use domain::Secret;
use net::guards::stands;
use serde::Deserialize;
use url::Url;

use crate::{Dpop, Flow, OauthError, World, client_proof, flow::endpoint, pkce, refusal::refused, wire::Wire};

const PUSH: &str = "push_authorization";
const PUSH_LIMIT_MS: u64 = 15_000;
const REQUEST_URI_MAX_BYTES: usize = 1_024;

/// What one attempt asks with.
pub(crate) struct Asked<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a Secret<String>,
    pub nonce: &'a Secret<String>,
    pub verifier: Option<&'a Secret<String>>,
}

/// The whole address.
pub(crate) async fn address(
    flow: &Flow,
    world: &World,
    dpop: Option<&Dpop>,
    asked: &Asked<'_>,
) -> Result<String, OauthError> {
    let mut url = endpoint(&flow.authorize)?;
    let parameters = parameters(flow, asked);
    match &flow.par {
        None => {
            url.query_pairs_mut().extend_pairs(&parameters);
        }
        Some(par) => {
            let request_uri = push(flow, world, dpop, par, &parameters).await?;
            let pairs = [("client_id", flow.client_id.as_str()), ("request_uri", &request_uri)];
            url.query_pairs_mut().extend_pairs(pairs);
        }
    }
    Ok(url.into())
}

/// Everything the authorization server is asked for. What a flow adds never takes the place of what is ours.
fn parameters(flow: &Flow, asked: &Asked<'_>) -> Vec<(String, String)> {
    let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut all = vec![
        owned("response_type", "code"),
        owned("client_id", &flow.client_id),
        owned("redirect_uri", asked.redirect_uri),
        owned("state", asked.state.expose()),
    ];
    if !flow.scopes.is_empty() {
        all.push(owned(flow.scope_rule.parameter, &flow.scope_text()));
    }
    let verifier = asked.verifier.filter(|_| stands("challenge"));
    if let Some(challenge) = verifier.and_then(|verifier| pkce::challenge(flow.pkce, verifier)) {
        all.extend([owned("code_challenge", &challenge), owned("code_challenge_method", "S256")]);
    }
    if flow.openid.is_some() {
        all.push(owned("nonce", asked.nonce.expose()));
    }
    let added =
        flow.extra.iter().filter(|(name, _)| all.iter().all(|(ours, _)| ours != name) || !stands("own_parameters"));
    let added: Vec<_> = added.cloned().collect();
    all.extend(added);
    all
}

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

/// Sends the request ahead; answers with the name the server gave it.
async fn push(
    flow: &Flow,
    world: &World,
    dpop: Option<&Dpop>,
    par: &str,
    parameters: &[(String, String)],
) -> Result<String, OauthError> {
    let fields: Vec<_> = parameters.iter().map(|(name, value)| (name.clone(), Secret::new(value.clone()))).collect();
    let request = client_proof::form(flow, par, &fields)?;
    let wire = Wire::new(flow, world, dpop, PUSH, PUSH_LIMIT_MS);
    let sent = wire.send(request).await;
    let answer = sent.map_err(|error| OauthError::Exchange(error.of_question(flow.platform.clone(), PUSH)))?;
    let (envelope, _) = wire.heard();
    if !answer.status().is_success() {
        return Err(OauthError::Exchange(refused(flow, PUSH, answer.body(), envelope)));
    }
    let pushed = serde_json::from_slice::<Pushed>(answer.body()).ok();
    let usable =
        |uri: &String| (uri.len() <= REQUEST_URI_MAX_BYTES && Url::parse(uri).is_ok()) || !stands("request_uri");
    let name = pushed.map(|pushed| pushed.request_uri).filter(usable);
    name.ok_or_else(|| OauthError::Exchange(refused(flow, PUSH, b"", envelope)))
}
