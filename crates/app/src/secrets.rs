//! What secrets the profile keeps, without opening any: what each is, of whom, what it allows, since when, and when it was
//! last used.

use std::collections::BTreeMap;

use domain::{AccountId, AccountState, UtcMs};
use store::account::Account;

use crate::{App, Error};

/// How far back the record of calls is searched for the last use: 90 days, in milliseconds.
const SEARCHED_MS: i64 = 90 * 86_400_000;

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// Makes the calls of an account.
    Access,
    /// Renews that.
    Refresh,
    /// Another that belongs to the account.
    Other,
    /// An app of the user's own, or one registered with a server.
    App,
}

/// One that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// What it is.
    pub kind: SecretKind,
    /// The platform's short name.
    pub platform: String,
    /// The account; `None` for an app.
    pub account: Option<Account>,
    /// The app's id; empty for what belongs to an account.
    pub client_id: String,
    /// The server an app is registered with; empty where it is the platform's.
    pub server: String,
    /// What it allows, where the platform told.
    pub scopes: Vec<String>,
    /// Since when this one is kept.
    pub kept_at: UtcMs,
    /// When a call was last made with it; `None` where none was recorded lately.
    pub used_at: Option<UtcMs>,
    /// When it ends; `None` where nobody says so.
    pub ends_at: Option<UtcMs>,
}

/// The last call for an account that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastFailure {
    /// When.
    pub at: UtcMs,
    /// What was asked for.
    pub operation: String,
    /// HTTP status; `None` where there was no answer.
    pub status: Option<u16>,
    /// Why there was none, redacted; empty otherwise.
    pub words: String,
}

impl App {
    /// Every secret that is kept, by account in the order they were linked, then the apps.
    pub async fn secrets(&self) -> Result<Vec<KeptSecret>, Error> {
        let since = self.clock.now().plus_ms(-SEARCHED_MS);
        let mut conn = self.store.read().await?;
        let accounts: BTreeMap<AccountId, Account> = store::account::all(&mut conn)
            .await?
            .into_iter()
            .filter(|account| account.state != AccountState::Unlinked)
            .map(|account| (account.id, account))
            .collect();
        let mut secrets = Vec::new();
        for kept in store::secret::kept(&mut conn).await? {
            let Some(account) = accounts.get(&kept.account) else { continue };
            let kind = kind_of(&kept.field);
            let used_at = match kind {
                // It was used when the pair that is kept came.
                SecretKind::Refresh => Some(kept.kept_at).filter(|at| *at > account.linked_at),
                _ => store::call_log::last_of(&mut conn, account.id, since).await?,
            };
            secrets.push(KeptSecret {
                kind,
                platform: account.platform.to_string(),
                client_id: String::new(),
                server: String::new(),
                scopes: account.scopes.clone(),
                kept_at: kept.kept_at,
                used_at,
                ends_at: match kind {
                    SecretKind::Access => account.access_expires_at,
                    SecretKind::Refresh => account.refresh_expires_at,
                    SecretKind::Other | SecretKind::App => None,
                },
                account: Some(account.clone()),
            });
        }
        secrets.sort_by_key(|secret| {
            let account = secret.account.as_ref();
            (account.map(|account| (account.linked_at, account.id)), secret.kind)
        });
        for client in store::oauth_client::kept(&mut conn).await? {
            secrets.push(KeptSecret {
                kind: SecretKind::App,
                platform: client.platform.to_string(),
                account: None,
                client_id: client.client_id,
                server: client.instance,
                scopes: client.scopes,
                kept_at: client.kept_at,
                used_at: None,
                ends_at: None,
            });
        }
        Ok(secrets)
    }

    /// The last call for an account that failed, as far as the record of calls is searched.
    pub async fn last_failure(&self, account: AccountId) -> Result<Option<LastFailure>, Error> {
        let since = self.clock.now().plus_ms(-SEARCHED_MS);
        let failed = store::call_log::last_failed(&mut *self.store.read().await?, account, since).await?;
        Ok(failed.map(|call| LastFailure {
            at: call.at,
            operation: call.operation,
            status: call.status,
            words: call.failure,
        }))
    }
}

fn kind_of(field: &str) -> SecretKind {
    match field {
        "access" => SecretKind::Access,
        "refresh" => SecretKind::Refresh,
        _ => SecretKind::Other,
    }
}
