//! What an account is still allowed: the ledger as the rest of the app asks it.

use domain::{UtcMs, budget::Standing};
use store::account::Account;

use crate::{App, Error};

impl App {
    /// Where the limits of an account stand: used, left, until when, and when a post may go out as far as each goes.
    /// Reads memory only, so it may be asked for every post of a forecast.
    #[must_use]
    pub fn budget_of(&self, account: &Account) -> Vec<Standing> {
        let server = Self::server_of(account);
        self.calls.ledger.standings(account.platform.as_str(), account.id, &server, self.clock.now())
    }

    /// The origin of the server an account is at.
    pub(crate) fn server_of(account: &Account) -> String {
        net::server_of(account.endpoints.get("api"))
    }

    /// What was kept of the ledger.
    pub(crate) async fn kept_budget(store: &store::Store, now: UtcMs) -> Result<Vec<store::budget::Counted>, Error> {
        Ok(store::budget::lasting(&mut *store.read().await?, now).await?)
    }
}
