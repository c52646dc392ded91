//! Everything the server remembers, in memory.

use std::collections::{BTreeMap, HashMap};

use super::limits::Limits;
use super::settings::Settings;

/// How an account stands with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// Waiting for somebody's approval.
    Pending,
    Disabled,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub id: String,
    /// Without `@` and domain.
    pub username: String,
    pub password: String,
    pub standing: Standing,
    pub created_ms: i64,
}

/// A registered client.
#[derive(Debug, Clone)]
pub struct App {
    pub id: String,
    pub name: String,
    pub website: Option<String>,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
    pub client_secret: String,
}

/// An authorization code given out.
#[derive(Debug, Clone)]
pub struct Code {
    pub client_id: String,
    pub account: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    /// S256.
    pub challenge: Option<String>,
    pub issued_ms: i64,
}

/// An authorization request that may be put before a person.
pub struct Asked {
    pub client_id: String,
    pub app: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub challenge: Option<String>,
    /// All of it again, as a query, for the forms.
    pub query: String,
}

#[derive(Debug, Clone)]
pub struct Token {
    pub client_id: String,
    /// None for a token of the app itself.
    pub account: Option<String>,
    pub scopes: Vec<String>,
    pub revoked: bool,
}

/// An uploaded file.
#[derive(Debug, Clone)]
pub struct Media {
    pub id: String,
    pub account: String,
    /// `image`, `gifv`, `video` or `audio`.
    pub kind: &'static str,
    pub mime_type: String,
    pub bytes: Vec<u8>,
    /// Pixels; none where it was not measured.
    pub size: Option<(u32, u32)>,
    pub description: Option<String>,
    pub focus: Option<(f64, f64)>,
    pub uploaded_ms: i64,
    pub ready_ms: i64,
    pub failed: bool,
    /// The status it belongs to.
    pub status: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    pub options: Vec<String>,
    /// Seconds.
    pub expires_in: i64,
    pub multiple: bool,
    pub hide_totals: bool,
}

/// A status as it was accepted; what clients see of it is made from this.
#[derive(Debug, Clone)]
pub struct Status {
    pub id: String,
    pub account: String,
    pub app: String,
    pub text: String,
    pub spoiler_text: String,
    pub sensitive: bool,
    pub visibility: String,
    pub language: String,
    pub in_reply_to_id: Option<String>,
    pub media: Vec<String>,
    pub poll: Option<Poll>,
    pub created_ms: i64,
    pub edited_ms: Option<i64>,
}

/// A remembered `Idempotency-Key`.
#[derive(Debug, Clone)]
pub struct Key {
    pub status: String,
    pub made_ms: i64,
}

#[derive(Debug)]
pub struct State {
    pub settings: Settings,
    /// By id.
    pub accounts: BTreeMap<String, Account>,
    /// By client id.
    pub apps: HashMap<String, App>,
    pub codes: HashMap<String, Code>,
    pub tokens: HashMap<String, Token>,
    /// Browser sessions: cookie to account.
    pub sessions: HashMap<String, String>,
    /// By id.
    pub media: BTreeMap<String, Media>,
    /// By id, so oldest first.
    pub statuses: BTreeMap<String, Status>,
    /// By account and key.
    pub keys: HashMap<(String, String), Key>,
    pub limits: Limits,
    last_id: u64,
}

impl State {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            accounts: BTreeMap::new(),
            apps: HashMap::new(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            sessions: HashMap::new(),
            media: BTreeMap::new(),
            statuses: BTreeMap::new(),
            keys: HashMap::new(),
            limits: Limits::default(),
            last_id: 0,
        }
    }

    /// An id later than all before, of eighteen digits: milliseconds and a running number.
    pub fn next_id(&mut self, now_ms: i64) -> String {
        let now = u64::try_from(now_ms).unwrap_or(0) << 16;
        self.last_id = now.max(self.last_id + 1);
        format!("{:018}", self.last_id)
    }

    /// The account of a name: `alice`, `@alice` or `alice@this.host`.
    pub fn account(&self, name: &str) -> Option<&Account> {
        let name = name.trim_start_matches('@').split('@').next().unwrap_or_default();
        self.accounts.values().find(|account| account.username.eq_ignore_ascii_case(name))
    }

    pub fn account_mut(&mut self, name: &str) -> Option<&mut Account> {
        let id = self.account(name)?.id.clone();
        self.accounts.get_mut(&id)
    }

    /// Forgets the apps that hold no living token.
    pub fn forget_apps(&mut self) {
        let tokens = &self.tokens;
        self.apps.retain(|id, _| tokens.values().any(|token| !token.revoked && token.client_id == *id));
    }

    /// Forgets what has been uploaded for a day and belongs to no status.
    pub fn forget_media(&mut self, now_ms: i64) {
        const LIFE_MS: i64 = 24 * 60 * 60 * 1_000;
        self.media.retain(|_, media| media.status.is_some() || media.uploaded_ms + LIFE_MS > now_ms);
    }
}
