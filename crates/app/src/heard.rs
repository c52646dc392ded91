//! What servers want in the next proof of each account, for as long as the process lives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::AccountId;
use oauth::Nonces;

/// What servers said to each account.
#[derive(Default)]
pub(crate) struct Heard(Mutex<HashMap<AccountId, Nonces>>);

impl Heard {
    /// What they said to one.
    pub(crate) fn of(&self, account: AccountId) -> Nonces {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default().clone()
    }

    /// Drops what was said to an account that is gone, or has another key now.
    pub(crate) fn forget(&self, account: AccountId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }
}
