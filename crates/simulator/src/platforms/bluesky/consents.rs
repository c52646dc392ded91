//! What was allowed at the authorization server, and what became of it: requests sent ahead, codes, sessions, tokens.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::failure::Failure;
use super::proof::{Desk, Flaw};
use crate::oauth::random;
use crate::wire::Request;

pub const ACCESS_LIFE_MS: i64 = 3_600_000;

/// A request sent ahead.
#[derive(Debug, Clone)]
pub struct Pushed {
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: String,
    pub challenge: String,
    pub hint: Option<String>,
    pub key: String,
    pub ends_ms: i64,
}

#[derive(Debug)]
pub struct Code {
    pub asked: Pushed,
    pub did: String,
    pub ends_ms: i64,
    pub session: Option<u64>,
}

#[derive(Debug)]
pub struct Session {
    pub did: String,
    pub client_id: String,
    pub scope: String,
    pub key: String,
    pub ends_ms: i64,
    pub over: bool,
}

/// What was allowed, and what became of it.
#[derive(Debug, Default)]
pub struct Consents {
    /// The authorization server's, and the data server's: two nonces, as on the real one.
    pub proofs: [Desk; 2],
    pub pushed: HashMap<String, Pushed>,
    pub codes: HashMap<String, Code>,
    pub sessions: HashMap<u64, Session>,
    /// Access tokens: whose, and until when.
    pub access: HashMap<String, (u64, i64)>,
    /// Refresh tokens that were not used yet: whose.
    pub refresh: HashMap<String, u64>,
    /// Those that were: whoever shows one again ends the session.
    pub spent: HashMap<String, u64>,
    pub count: u64,
}

impl Consents {
    pub fn expire_access(&mut self) {
        self.access.values_mut().for_each(|(_, ends_ms)| *ends_ms = 0);
    }

    pub fn end_all(&mut self) {
        self.sessions.values_mut().for_each(|session| session.over = true);
    }

    /// How many tokens act for an account.
    pub fn acting_for(&self, did: &str, now_ms: i64) -> usize {
        let own = |(session, ends_ms): &&(u64, i64)| {
            *ends_ms > now_ms && self.sessions.get(session).is_some_and(|session| session.did == did && !session.over)
        };
        self.access.values().filter(own).count()
    }

    /// Whose token is shown, without a look at the proof.
    pub fn holder(&self, request: &Request) -> Option<&str> {
        let (session, _) = self.access.get(shown(request)?)?;
        self.sessions.get(session).map(|session| session.did.as_str())
    }

    /// The nonce of the data server.
    pub fn nonce(&mut self, now_ms: i64) -> String {
        self.proofs[1].nonce(now_ms)
    }

    /// The account a bound token acts for.
    pub fn authenticate(&mut self, request: &Request, url: &str, now_ms: i64) -> Result<String, Failure> {
        let invalid = |why: &str| Failure::new(401, "invalid_token", why);
        let token = shown(request).unwrap_or_default();
        let key = self.proofs[1].check(request, url, Some(token), now_ms).map_err(|flaw| match flaw {
            Flaw::Nonce => Failure::new(401, "use_dpop_nonce", "Resource server requires nonce in DPoP proof"),
            Flaw::Invalid(why) => Failure::new(401, "invalid_dpop_proof", why),
        })?;
        let (session, ends_ms) = *self.access.get(token).ok_or_else(|| invalid("Invalid token"))?;
        let session = self.sessions.get(&session).filter(|session| !session.over);
        let session = session.ok_or_else(|| invalid("Token revoked"))?;
        if session.key != key {
            return Err(invalid("Invalid DPoP key binding"));
        }
        if ends_ms <= now_ms || session.ends_ms <= now_ms {
            return Err(invalid("Token expired"));
        }
        Ok(session.did.clone())
    }

    pub fn open(&mut self, id: u64, now_ms: i64) -> Option<Value> {
        let session = self.sessions.get(&id)?;
        let [access, refresh] = ["acc-", "ref-"].map(|kind| format!("{kind}{}", random()));
        let answer = json!({
            "access_token": access, "refresh_token": refresh, "token_type": "DPoP", "scope": session.scope,
            "expires_in": ACCESS_LIFE_MS / 1_000, "sub": session.did,
        });
        self.access.insert(access, (id, now_ms + ACCESS_LIFE_MS));
        self.refresh.insert(refresh, id);
        Some(answer)
    }
}

/// The token of `Authorization: DPoP`.
pub fn shown(request: &Request) -> Option<&str> {
    request.header("authorization")?.strip_prefix("DPoP ")
}
