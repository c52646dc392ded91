//! Tokens that exist in memory only, because the profile could not be written when they came.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::AccountId;
use providers::provider::Tokens;

/// Renewed pairs that could not be written, by account. The platform has ended the old pair by then: losing the new one
/// would end the account's access.
#[derive(Default)]
pub struct Unwritten(Mutex<HashMap<AccountId, Tokens>>);

impl Unwritten {
    /// Keeps a pair until it is written.
    pub fn keep(&self, account: AccountId, tokens: Tokens) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account, tokens);
    }

    /// The pair of an account, if one waits to be written.
    pub fn of(&self, account: AccountId) -> Option<Tokens> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned()
    }

    /// They are written, or a new link has taken their place.
    pub fn forget(&self, account: AccountId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, Secret, UtcMs, ports::Random};
    use providers::provider::Tokens;

    use super::Unwritten;

    struct Same;
    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_pair_stays_until_it_is_forgotten() {
        let account = AccountId::new(UtcMs::from_millis(1), &Same);
        let waiting = Unwritten::default();
        assert!(waiting.of(account).is_none());
        let access = Secret::from("fresh");
        waiting.keep(account, Tokens { access, refresh: None, access_expires_at: None, refresh_expires_at: None });
        assert_eq!(waiting.of(account).unwrap().access.expose(), "fresh");
        waiting.forget(account);
        assert!(waiting.of(account).is_none());
    }
}
