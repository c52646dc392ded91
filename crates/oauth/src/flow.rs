//! What is special about a platform's authorization server, as data, and what comes out of it.

use std::{collections::BTreeMap, net::Ipv4Addr};

use domain::{
    PlatformId, Secret,
    consent::{Pkce, Reading, Refusal, RevokeRule, ScopeRule, SecretPlace, Trade},
};
use net::guards::stands;
use url::{Host, Url};

use crate::{Claims, Dpop, OauthError, OpenId, Redirect};

/// One authorization server as one account uses it. [`Flow::new`] fills in what RFC 6749 and 8252 say.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Whose server this is.
    pub platform: PlatformId,
    /// Authorization endpoint, opened in the browser.
    pub authorize: String,
    /// Token endpoint.
    pub token: String,
    /// Revocation endpoint, where there is one.
    pub revoke: Option<String>,
    /// How it is asked.
    pub revoke_rule: RevokeRule,
    /// Device authorization endpoint (RFC 8628), where there is one.
    pub device: Option<String>,
    /// Endpoint for pushed authorization requests (RFC 9126); used where it is known.
    pub par: Option<String>,
    /// Client id, shipped or registered.
    pub client_id: String,
    /// Client secret, where the platform insists. Not confidential in an installed program.
    pub client_secret: Option<Secret<String>>,
    /// Where the secret goes in token calls.
    pub secret_place: SecretPlace,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// How they are written.
    pub scope_rule: ScopeRule,
    /// Where the browser comes back to.
    pub redirect: Redirect,
    /// Proof key rule.
    pub pkce: Pkce,
    /// Whether tokens are bound to a key of this account (RFC 9449).
    pub dpop: bool,
    /// The issuer answers must come from, where it is known (RFC 9207).
    pub issuer: Option<Issuer>,
    /// What an `id_token` has to hold, where one is asked for.
    pub openid: Option<OpenId>,
    /// Further parameters of the authorization address: `prompt`, `access_type`.
    pub extra: Vec<(String, String)>,
    /// Further parameters of token calls.
    pub token_extra: Vec<(String, String)>,
    /// Where token answers hold what.
    pub reading: Reading,
    /// The call that makes a token long-lived right after the code was traded, where there is one.
    pub long_lived: Option<TokenCall>,
    /// How a grant is renewed.
    pub renewal: Renewal,
    /// Words by which the endpoints refuse in their own way.
    pub refusals: &'static [Refusal],
}

/// A `GET` that trades one token for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCall {
    /// The endpoint.
    pub url: String,
    /// What it is asked with.
    pub trade: Trade,
}

/// How a grant is renewed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Renewal {
    /// With its refresh token (RFC 6749, section 6).
    #[default]
    RefreshToken,
    /// The access token itself is traded for a fresh one.
    Exchange(TokenCall),
    /// Not at all: only linking again helps.
    Never,
}

/// The issuer of an authorization server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Compared as text, byte for byte.
    pub value: String,
    /// Whether every answer must carry `iss` (`authorization_response_iss_parameter_supported`).
    pub required: bool,
}

/// What a platform granted.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Access token.
    pub access: Secret<String>,
    /// Refresh token. After a refresh whose answer has none, the one that was used.
    pub refresh: Option<Secret<String>>,
    /// Milliseconds the access token lives, where the platform says.
    pub expires_in_ms: Option<i64>,
    /// Milliseconds the refresh token lives, where the platform says.
    pub refresh_expires_in_ms: Option<i64>,
    /// Scopes granted; those asked for when the answer does not say.
    pub scopes: Vec<String>,
    /// `bearer`, or another type in the platform's spelling.
    pub token_type: String,
    /// The key the tokens are bound to, where they are.
    pub dpop: Option<Dpop>,
    /// Claims of the `id_token`, checked; empty where none was asked for.
    pub claims: Claims,
    /// What the answer told beside, by the names of [`Reading::told`].
    pub told: BTreeMap<&'static str, String>,
}

const URL_MAX_BYTES: usize = 4_096;

impl Flow {
    /// A public client that sends a proof key and comes back to any loopback port.
    #[must_use]
    pub fn new(platform: PlatformId, authorize: &str, token: &str, client_id: &str) -> Self {
        Self {
            platform,
            authorize: authorize.to_owned(),
            token: token.to_owned(),
            revoke: None,
            revoke_rule: RevokeRule::default(),
            device: None,
            par: None,
            client_id: client_id.to_owned(),
            client_secret: None,
            secret_place: SecretPlace::default(),
            scopes: Vec::new(),
            scope_rule: ScopeRule::default(),
            redirect: Redirect::any_port("/callback"),
            pkce: Pkce::default(),
            dpop: false,
            issuer: None,
            openid: None,
            extra: Vec::new(),
            token_extra: Vec::new(),
            reading: Reading::default(),
            long_lived: None,
            renewal: Renewal::default(),
            refusals: &[],
        }
    }

    /// Refuses what must never be opened, called or served. Endpoints may come from a stranger's server.
    pub(crate) fn check(&self) -> Result<(), OauthError> {
        let trade = |call: &TokenCall| call.url.clone();
        let renewal = match &self.renewal {
            Renewal::Exchange(call) => Some(trade(call)),
            Renewal::RefreshToken | Renewal::Never => None,
        };
        let others = [&self.revoke, &self.device, &self.par].into_iter().flatten().cloned();
        let others = others.chain(self.long_lived.as_ref().map(trade)).chain(renewal);
        for url in [self.authorize.clone(), self.token.clone()].into_iter().chain(others) {
            endpoint(&url)?;
        }
        self.redirect.check()?;
        if self.client_id.is_empty() {
            return Err(OauthError::BadFlow("there is no client id".to_owned()));
        }
        Ok(())
    }

    /// The scopes as the authorization address carries them.
    pub(crate) fn scope_text(&self) -> String {
        self.scopes.join(self.scope_rule.separator)
    }
}

/// A URL that may be opened or called: `https`, or `http` on this machine; no user name, no fragment.
pub(crate) fn endpoint(raw: &str) -> Result<Url, OauthError> {
    let bad = |why: &str| OauthError::BadFlow(format!("{why}: {}", net::redact::url(raw)));
    if raw.len() > URL_MAX_BYTES && stands("endpoint") {
        return Err(OauthError::BadFlow("an endpoint's address is too long".to_owned()));
    }
    let url = Url::parse(raw).map_err(|_| bad("not a URL"))?;
    if !stands("endpoint") {
        return Ok(url);
    }
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(bad("no host")),
    };
    if !(url.scheme() == "https" || (url.scheme() == "http" && local)) {
        return Err(bad("only https is allowed"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(bad("user names and fragments are not allowed"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_endpoints_are_refused() {
        for good in ["https://a.example/authorize", "http://127.0.0.1:1/a", "http://localhost:1/a", "http://[::1]:1/a"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        let long = format!("https://a.example/{}", "x".repeat(URL_MAX_BYTES));
        for bad in [
            "http://a.example/authorize",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "postroom://x",
            "\\\\server\\share",
            "--help",
            "https://u:p@a.example/",
            "https://a.example/#f",
            "http://127.0.0.2/",
            long.as_str(),
            "",
        ] {
            assert!(matches!(endpoint(bad), Err(OauthError::BadFlow(_))), "{bad}");
        }
    }
}
