//! What is special about a platform's authorization server, as data, and what comes out of it.

use std::net::Ipv4Addr;

use domain::{PlatformId, Secret};
use url::{Host, Url};

use crate::OauthError;

/// One authorization server as one account uses it.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Whose server this is.
    pub platform: PlatformId,
    /// Authorization endpoint, opened in the browser.
    pub authorize: String,
    /// Token endpoint.
    pub token: String,
    /// Revocation endpoint (RFC 7009), where there is one.
    pub revoke: Option<String>,
    /// Client id, shipped or registered.
    pub client_id: String,
    /// Client secret, where the platform insists. Not confidential in an installed program.
    pub client_secret: Option<Secret<String>>,
    /// Where the secret goes in token calls.
    pub secret_place: SecretPlace,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// Where the browser comes back to.
    pub redirect: Redirect,
    /// Proof key rule.
    pub pkce: Pkce,
    /// The issuer answers must come from, where it is known (RFC 9207).
    pub issuer: Option<Issuer>,
    /// Further parameters of the authorization address: `prompt`, `access_type`.
    pub extra: Vec<(String, String)>,
}

/// Where a client secret goes in token calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretPlace {
    /// In the form, as `client_secret`.
    #[default]
    Body,
    /// In the `Authorization: Basic` header.
    Basic,
}

/// Where the browser comes back to on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// `http://127.0.0.1:{any}{path}`: the rule of RFC 8252.
    AnyLoopbackPort {
        /// Path with a leading slash, best one per platform.
        path: String,
    },
    /// One of the ports registered with the platform, the first that is free.
    FixedPorts {
        /// In order of preference.
        ports: Vec<u16>,
        /// Path with a leading slash.
        path: String,
        /// How the registered address spells this machine.
        host: LoopbackHost,
    },
}

impl Redirect {
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::AnyLoopbackPort { path } | Self::FixedPorts { path, .. } => path,
        }
    }

    pub(crate) const fn host(&self) -> LoopbackHost {
        match self {
            Self::AnyLoopbackPort { .. } => LoopbackHost::Address,
            Self::FixedPorts { host, .. } => *host,
        }
    }
}

/// How a redirect address spells this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    Address,
    /// `localhost`, only where the platform insists.
    Name,
}

/// Whether a proof key goes with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pkce {
    /// RFC 7636 with SHA-256.
    #[default]
    S256,
    /// The platform has none.
    None,
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
    /// Scopes granted; those asked for when the answer does not say.
    pub scopes: Vec<String>,
    /// `bearer`, or another type in the platform's spelling.
    pub token_type: String,
}

const URL_MAX_BYTES: usize = 4_096;

impl Flow {
    /// Refuses what must never be opened or served. Endpoints may come from a stranger's server.
    pub(crate) fn check(&self) -> Result<(), OauthError> {
        endpoint(&self.authorize)?;
        endpoint(&self.token)?;
        self.revoke.as_deref().map_or(Ok(()), |url| endpoint(url).map(|_| ()))?;
        let path = self.redirect.path();
        let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b));
        if !path.starts_with('/') || path == "/" || path == crate::pages::DONE_PATH || !plain || path.contains("..") {
            return Err(OauthError::BadFlow("the redirect path cannot be used".to_owned()));
        }
        if self.client_id.is_empty() {
            return Err(OauthError::BadFlow("there is no client id".to_owned()));
        }
        Ok(())
    }
}

/// A URL that may be opened or called: `https`, or `http` on this machine; no user name, no fragment.
pub(crate) fn endpoint(raw: &str) -> Result<Url, OauthError> {
    let bad = |why: &str| OauthError::BadFlow(format!("{why}: {}", net::redact::url(raw)));
    if raw.len() > URL_MAX_BYTES {
        return Err(OauthError::BadFlow("an endpoint's address is too long".to_owned()));
    }
    let url = Url::parse(raw).map_err(|_| bad("not a URL"))?;
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
