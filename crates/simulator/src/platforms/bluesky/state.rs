//! Everything the server remembers, in memory.

use std::collections::BTreeMap;

use serde_json::Value;

use super::consents::Consents;
use super::limits::Limits;
use super::sessions::Sessions;
use super::{failure::Failure, syntax};
use crate::content;

/// How an account stands with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    Deactivated,
    TakenDown,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub did: String,
    pub handle: String,
    pub app_passwords: Vec<String>,
    pub main_password: Option<String>,
    pub second_factor: Option<String>,
    pub standing: Standing,
}

#[derive(Debug, Clone)]
pub struct Stored {
    pub cid: String,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub struct Blob {
    pub mime_type: String,
    pub bytes: Vec<u8>,
    /// Only blobs that some record refers to are served, and kept.
    pub referenced: bool,
    pub uploaded_ms: i64,
}

/// did, collection, rkey.
pub type RecordKey = (String, String, String);

#[derive(Debug, Default)]
pub struct State {
    /// By DID.
    pub accounts: BTreeMap<String, Account>,
    pub sessions: Sessions,
    pub consents: Consents,
    pub records: BTreeMap<RecordKey, Stored>,
    /// By DID and CID.
    pub blobs: BTreeMap<(String, String), Blob>,
    pub limits: Limits,
    last_micros: u64,
}

impl State {
    /// The account a name or DID means.
    pub fn account(&self, identifier: &str) -> Option<&Account> {
        if identifier.starts_with("did:") {
            return self.accounts.get(identifier);
        }
        self.accounts.values().find(|account| account.handle.eq_ignore_ascii_case(identifier))
    }

    pub fn account_mut(&mut self, handle: &str) -> Option<&mut Account> {
        self.accounts.values_mut().find(|account| account.handle.eq_ignore_ascii_case(handle))
    }

    /// The account, if strangers can see its records.
    pub fn visible(&self, identifier: &str) -> Option<&Account> {
        self.account(identifier).filter(|account| account.standing == Standing::Active)
    }

    /// A timestamp id later than all before.
    pub fn next_tid(&mut self, now_ms: i64) -> String {
        let now = u64::try_from(now_ms).unwrap_or(0).saturating_mul(1_000);
        self.last_micros = now.max(self.last_micros + 1);
        syntax::tid(self.last_micros)
    }

    /// Adds an account; its DID is made from its name.
    pub fn add_account(&mut self, handle: &str) -> &mut Account {
        let handle = handle.to_ascii_lowercase();
        let digits: String = content::blob_cid(handle.as_bytes()).chars().rev().take(24).collect();
        let did = format!("did:plc:{digits}");
        self.accounts.entry(did.clone()).or_insert(Account {
            did,
            handle,
            app_passwords: Vec::new(),
            main_password: None,
            second_factor: None,
            standing: Standing::Active,
        })
    }
}

impl Account {
    /// Whether the account may write.
    pub fn check_standing(&self) -> Result<(), Failure> {
        match self.standing {
            Standing::Active => Ok(()),
            Standing::Deactivated => Err(Failure::new(401, "AccountDeactivated", "Account is deactivated")),
            Standing::TakenDown => Err(Failure::new(401, "AccountTakedown", "Account has been taken down")),
        }
    }
}
