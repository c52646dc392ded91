//! Everything an OAuth platform remembers, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::limits::Windows;
use super::settings::Settings;
use super::signing::Signer;

/// A person.
#[derive(Debug, Clone)]
pub struct Account {
    /// Digits.
    pub id: String,
    pub handle: String,
    /// What a bot of this account logs in with, where there are bots.
    pub app_password: String,
    pub suspended: bool,
}

/// A developer's app.
#[derive(Debug, Clone, Default)]
pub struct App {
    pub client_id: String,
    /// None for a public app.
    pub client_secret: Option<String>,
    pub redirect_uris: Vec<String>,
    /// The scopes it was approved for; none where the platform does not ask.
    pub scopes: Option<Vec<String>>,
}

impl App {
    pub fn is_public(&self) -> bool {
        self.client_secret.is_none()
    }
}

/// A code challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    pub text: String,
    /// Not hashed.
    pub plain: bool,
}

/// An authorization request that may be put before a person.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The endpoint; some platforms have several, with rules of their own.
    pub path: String,
    pub client_id: String,
    /// Whether the app has no secret.
    pub public: bool,
    pub redirect_uri: String,
    /// Whether the request said where to go back to.
    pub redirect_sent: bool,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub challenge: Option<Challenge>,
    pub nonce: Option<String>,
}

/// An authorization code given out.
#[derive(Debug, Clone)]
pub struct Code {
    pub asked: Asked,
    pub account: String,
    pub issued_ms: i64,
    pub used: bool,
    /// What it was exchanged for.
    pub grant: Option<u64>,
}

/// What somebody allowed an app.
#[derive(Debug, Clone)]
pub struct Grant {
    pub client_id: String,
    /// Whether the app has no secret.
    pub public: bool,
    pub account: String,
    pub scopes: Vec<String>,
    pub nonce: Option<String>,
    /// By a device code.
    pub device: bool,
    pub revoked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Access,
    Refresh,
}

#[derive(Debug, Clone)]
pub struct Token {
    pub kind: Kind,
    pub grant: u64,
    pub issued_ms: i64,
    pub expires_ms: Option<i64>,
    pub dead: bool,
}

/// What an exchange gives.
#[derive(Debug, Clone)]
pub struct Issued {
    pub access: String,
    /// Seconds.
    pub expires_in: Option<i64>,
    pub refresh: Option<String>,
    /// Seconds.
    pub refresh_expires_in: Option<i64>,
    pub id_token: Option<String>,
    pub grant: Grant,
    /// The scopes as the platform writes them.
    pub scope: String,
}

impl Issued {
    /// The answer of RFC 6749, 5.1, with an `id_token` where there is one.
    pub fn standard(&self) -> Value {
        let mut reply = json!({"token_type": "Bearer", "access_token": self.access, "scope": self.scope});
        let optional = [
            ("expires_in", self.expires_in.map(Value::from)),
            ("refresh_token", self.refresh.clone().map(Value::from)),
            ("id_token", self.id_token.clone().map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                reply[name] = value;
            }
        }
        reply
    }
}

/// What became of a device code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Pending,
    /// By this account.
    Allowed(String),
    Denied,
    Spent,
}

/// A device code given out.
#[derive(Debug)]
pub struct DeviceCode {
    pub user_code: String,
    pub client_id: String,
    pub scopes: Vec<String>,
    pub expires_ms: i64,
    /// Seconds between polls; grows with impatience.
    pub interval_s: i64,
    pub polled_ms: Option<i64>,
    pub verdict: Verdict,
}

#[derive(Debug, Default)]
pub struct State {
    pub settings: Settings,
    /// By handle.
    pub accounts: BTreeMap<String, Account>,
    /// By client id.
    pub apps: HashMap<String, App>,
    pub codes: HashMap<String, Code>,
    /// By number, so oldest first.
    pub grants: BTreeMap<u64, Grant>,
    /// Those of them that ended by a change of the owner's password.
    pub password_ended: BTreeSet<u64>,
    pub tokens: HashMap<String, Token>,
    /// By device code.
    pub devices: HashMap<String, DeviceCode>,
    /// Discord's webhooks that consents made: `id/token`.
    pub webhooks: BTreeSet<String>,
    pub signer: Signer,
    pub windows: Windows,
    last_id: u64,
}

impl State {
    /// A number not used before.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Ends a grant with all its tokens.
    pub fn end(&mut self, grant: u64) {
        if let Some(grant) = self.grants.get_mut(&grant) {
            grant.revoked = true;
        }
    }

    /// Ends the tokens of one kind that a grant gave so far.
    pub fn end_tokens(&mut self, grant: u64, kind: Kind) {
        let own = self.tokens.values_mut().filter(|token| token.grant == grant && token.kind == kind);
        own.for_each(|token| token.dead = true);
    }
}
