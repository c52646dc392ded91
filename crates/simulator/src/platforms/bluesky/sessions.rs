//! Sessions: tokens given out, rotated, expired and revoked.
//!
//! A refresh token used once keeps working for two hours and always yields the same successor, so that a client whose
//! save was lost can go on. Revoking ends refreshing; access tokens live on until they expire.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::failure::Failure;
use crate::wire::Request;

const ACCESS_LIFE_MS: i64 = 120 * 60 * 1_000;
const REFRESH_LIFE_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
const GRACE_MS: i64 = 2 * 60 * 60 * 1_000;

#[derive(Debug)]
struct Access {
    did: String,
    expires_ms: i64,
}

#[derive(Debug)]
struct Refresh {
    did: String,
    expires_ms: i64,
    /// Set at its first use.
    successor: Option<String>,
    revoked: bool,
}

/// The two tokens of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub did: String,
    pub access: String,
    pub refresh: String,
}

#[derive(Debug, Default)]
pub struct Sessions {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    issued: u64,
}

impl Sessions {
    /// A new session.
    pub fn open(&mut self, did: &str, now_ms: i64) -> Pair {
        let refresh = self.issue_refresh(did, now_ms);
        Pair { did: did.to_owned(), access: self.issue_access(did, now_ms), refresh }
    }

    /// The account behind an access token.
    pub fn authenticate(&self, request: &Request, now_ms: i64) -> Result<String, Failure> {
        let access = self.access.get(bearer(request)?).ok_or_else(unverified)?;
        if access.expires_ms <= now_ms {
            return Err(Failure::new(400, "ExpiredToken", "Token has expired"));
        }
        Ok(access.did.clone())
    }

    /// The account behind a refresh token.
    pub fn refresher(&self, request: &Request, now_ms: i64) -> Result<String, Failure> {
        self.usable_refresh(bearer(request)?, now_ms).map(|refresh| refresh.did.clone())
    }

    /// Rotates: the same successor every time, a new access token each time.
    pub fn rotate(&mut self, request: &Request, now_ms: i64) -> Result<Pair, Failure> {
        let token = bearer(request)?;
        let used = self.usable_refresh(token, now_ms)?;
        let (did, successor) = (used.did.clone(), used.successor.clone());
        let refresh = match successor {
            Some(successor) => successor,
            None => self.issue_refresh(&did, now_ms),
        };
        if let Some(used) = self.refresh.get_mut(token)
            && used.successor.is_none()
        {
            used.successor = Some(refresh.clone());
            used.expires_ms = used.expires_ms.min(now_ms + GRACE_MS);
        }
        Ok(Pair { access: self.issue_access(&did, now_ms), did, refresh })
    }

    /// Ends the session of a refresh token; its access token lives on.
    pub fn close(&mut self, request: &Request, now_ms: i64) -> Result<(), Failure> {
        let token = bearer(request)?;
        self.usable_refresh(token, now_ms)?;
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.revoked = true;
        }
        Ok(())
    }

    /// No access token given out so far works any more.
    pub fn expire_access(&mut self) {
        self.access.values_mut().for_each(|access| access.expires_ms = 0);
    }

    /// No refresh token given out so far works any more.
    pub fn revoke_all(&mut self) {
        self.refresh.values_mut().for_each(|refresh| refresh.revoked = true);
    }

    fn usable_refresh(&self, token: &str, now_ms: i64) -> Result<&Refresh, Failure> {
        let refresh = self.refresh.get(token).ok_or_else(unverified)?;
        if refresh.revoked {
            return Err(Failure::new(400, "ExpiredToken", "Token has been revoked"));
        }
        if refresh.expires_ms <= now_ms {
            return Err(Failure::new(400, "ExpiredToken", "Token has expired"));
        }
        Ok(refresh)
    }

    fn issue_access(&mut self, did: &str, now_ms: i64) -> String {
        let expires_ms = now_ms + ACCESS_LIFE_MS;
        let token = self.token("at+jwt", "com.atproto.appPass", did, now_ms, expires_ms);
        self.access.insert(token.clone(), Access { did: did.to_owned(), expires_ms });
        token
    }

    fn issue_refresh(&mut self, did: &str, now_ms: i64) -> String {
        let expires_ms = now_ms + REFRESH_LIFE_MS;
        let token = self.token("refresh+jwt", "com.atproto.refresh", did, now_ms, expires_ms);
        let refresh = Refresh { did: did.to_owned(), expires_ms, successor: None, revoked: false };
        self.refresh.insert(token.clone(), refresh);
        token
    }

    /// A JWT whose claims a client may read; the signature is for show, since tokens are looked up here.
    fn token(&mut self, kind: &str, scope: &str, did: &str, now_ms: i64, expires_ms: i64) -> String {
        self.issued += 1;
        let head = json!({"typ": kind, "alg": "HS256"});
        let claims = json!({
            "scope": scope, "aud": "did:web:localhost", "sub": did, "jti": self.issued.to_string(),
            "iat": now_ms / 1_000, "exp": expires_ms / 1_000,
        });
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", encode(head.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        format!("{signed}.{}", encode(&Sha256::digest(&signed)))
    }
}

fn unverified() -> Failure {
    Failure::new(400, "InvalidToken", "Token could not be verified")
}

/// The bearer token; none → 401, another scheme → 400.
fn bearer(request: &Request) -> Result<&str, Failure> {
    let header =
        request.header("authorization").ok_or_else(|| Failure::new(401, "AuthMissing", "Authentication Required"))?;
    header.strip_prefix("Bearer ").ok_or_else(|| Failure::new(400, "InvalidToken", "Unexpected authorization type"))
}
