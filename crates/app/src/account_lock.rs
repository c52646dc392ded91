//! One at a time per account: publishing (two doubtful posts with the same words must not both claim the
//! one that is found) and renewing tokens (a rotated refresh token works once).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::AccountId;
use tokio::sync::OwnedMutexGuard;

/// A lock for each account, made when first asked for.
#[derive(Default)]
pub struct AccountLocks(Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>);

impl AccountLocks {
    /// Waits for the account's turn; dropping the guard ends it.
    pub async fn turn(&self, account: AccountId) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(locks.entry(account).or_default())
        };
        lock.lock_owned().await
    }
}
