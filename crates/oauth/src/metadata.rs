//! What an authorization server says of itself (RFC 8414, OpenID Connect Discovery). It is a stranger's word: it is
//! believed of that server alone, and every address in it is checked before anything is done with it.

use domain::{ErrorKind, PlatformId, ProviderError};
use net::{Answer, guards::stands};
use serde::Deserialize;
use url::Url;

use crate::{OauthError, World, flow::endpoint};

const OPERATION: &str = "metadata";
const ANSWER_MAX_BYTES: usize = 256 * 1_024;
const LIMIT_MS: u64 = 5_000;
/// Longest list read.
const LIST_MAX: usize = 200;
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// What can be used of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Who the server is; compared as text.
    pub issuer: String,
    /// Opened in the browser.
    pub authorization_endpoint: String,
    /// Trades codes for tokens.
    pub token_endpoint: String,
    /// Ends grants.
    pub revocation_endpoint: Option<String>,
    /// Registers clients.
    pub registration_endpoint: Option<String>,
    /// Gives codes for devices.
    pub device_authorization_endpoint: Option<String>,
    /// Takes requests ahead of the browser.
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Whether it takes no others.
    pub require_pushed_authorization_requests: bool,
    /// Who somebody is.
    pub userinfo_endpoint: Option<String>,
    /// Its signing keys.
    pub jwks_uri: Option<String>,
    /// Proof keys it understands.
    pub code_challenge_methods_supported: Vec<String>,
    /// How clients may say who they are.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Scopes it knows.
    pub scopes_supported: Vec<String>,
    /// Signatures it takes as proofs of possession.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether every answer names the issuer.
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Whether tokens can be bound to a key of ours.
    #[must_use]
    pub fn takes_dpop(&self) -> bool {
        self.dpop_signing_alg_values_supported.iter().any(|name| name == "ES256")
    }

    /// Refuses what cannot be used; `local` where the server was looked for on this computer.
    fn check(&self, local: bool) -> Result<(), &'static str> {
        let named = [
            &self.revocation_endpoint,
            &self.registration_endpoint,
            &self.device_authorization_endpoint,
            &self.pushed_authorization_request_endpoint,
            &self.userinfo_endpoint,
            &self.jwks_uri,
        ];
        let named = named.into_iter().flatten().chain([&self.authorization_endpoint, &self.token_endpoint]);
        for url in named {
            let url = endpoint(url).map_err(|_| "It names an address that cannot be used.")?;
            // Whoever is on the net does not send us to services of this computer.
            if !local && url.scheme() == "http" && stands("this_computer") {
                return Err("It names an address on this computer.");
            }
        }
        let methods = &self.code_challenge_methods_supported;
        if !methods.is_empty() && !methods.iter().any(|method| method == "S256") && stands("proof_kinds") {
            return Err("It has no safe kind of proof key.");
        }
        let lists = [
            methods,
            &self.token_endpoint_auth_methods_supported,
            &self.scopes_supported,
            &self.dpop_signing_alg_values_supported,
        ];
        if lists.iter().any(|list| list.len() > LIST_MAX) && stands("lists") {
            return Err("It says too much.");
        }
        Ok(())
    }
}

/// Reads what a server says of itself, named by its issuer or by the address of its metadata.
pub async fn discover(world: &World, platform: &PlatformId, named: &str) -> Result<Metadata, OauthError> {
    let named = endpoint(named.trim())?;
    let described = named.path().contains("/.well-known/");
    let places = if described { vec![named.to_string()] } else { locations(&named).to_vec() };
    let failed = |kind, words: &str| {
        let error = ProviderError::new(kind, platform.clone(), OPERATION);
        OauthError::Exchange(error.replied(200, "unusable_metadata", words))
    };
    for place in places {
        let answer = ask(world, platform, &place).await?;
        match answer.status {
            200 => {}
            404 | 410 => continue,
            500.. => return Err(failed(ErrorKind::Unavailable, "")),
            _ => return Err(failed(ErrorKind::Protocol, "It does not describe itself.")),
        }
        let said: Metadata = answer.json().map_err(|_| failed(ErrorKind::Protocol, "Its description is no JSON."))?;
        // The issuer is the one whose metadata lie where these were read (RFC 8414, section 3.3).
        let its_own = endpoint(&said.issuer).is_ok_and(|issuer| locations(&issuer).contains(&place));
        if !its_own && stands("metadata_issuer") {
            return Err(failed(ErrorKind::Protocol, "It says that it is another server."));
        }
        said.check(named.scheme() == "http").map_err(|why| failed(ErrorKind::Protocol, why))?;
        return Ok(said);
    }
    Err(failed(ErrorKind::NotFound, "It does not describe itself."))
}

/// Where an issuer's metadata lie: between host and path (RFC 8414), or behind the path (OpenID).
fn locations(issuer: &Url) -> [String; 2] {
    let (origin, path) = (issuer.origin().ascii_serialization(), issuer.path().trim_end_matches('/'));
    [format!("{origin}{OAUTH}{path}"), format!("{origin}{path}{OPENID}")]
}

async fn ask(world: &World, platform: &PlatformId, url: &str) -> Result<Answer, OauthError> {
    let tag = world.client.tag(platform.clone());
    let request = world.client.get(&tag, OPERATION, url).timeout_ms(LIMIT_MS).max_answer_bytes(ANSWER_MAX_BYTES);
    request.send().await.map_err(|error| OauthError::Exchange(error.of_question(platform.clone(), OPERATION)))
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
