//! When limits of accounts were looked at for somebody who writes, so that no letter typed asks a server.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{AccountId, UtcMs};

/// How long nothing more is asked for an account while somebody writes, whatever its server said: 10 minutes.
const PAUSE_MS: i64 = 600_000;

/// When each account's limits were last looked at for somebody who writes.
#[derive(Default)]
pub struct Looked(Mutex<HashMap<AccountId, UtcMs>>);

impl Looked {
    /// Whether it is time to look again; if so, that counts as looked.
    pub fn due(&self, account: AccountId, now: UtcMs) -> bool {
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = looked.get(&account).is_some_and(|at| (0..PAUSE_MS).contains(&now.since(*at)));
        if !recent {
            looked.insert(account, now);
        }
        !recent
    }
}
