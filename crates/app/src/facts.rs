//! What an account's own server says of its limits: learnt when the account is linked, again when that is old (while
//! somebody writes for it, and before publishing), and when the server refused what its limits allowed.

use std::sync::Arc;

use domain::{AccountId, AccountState, UtcMs};
use store::account::Account;

use crate::{App, Error, event::Topic};

impl App {
    /// Somebody writes for these accounts: learns beside that what is old, so that counts and choices are right before
    /// anything goes out. Whoever listens hears of it as a change of the account.
    pub fn refresh_facts_beside(self: &Arc<Self>, accounts: &[AccountId]) {
        for id in accounts {
            if self.unwritable.is_some() || !self.looked.due(*id, self.clock.now()) {
                continue;
            }
            let (app, id) = (Arc::clone(self), *id);
            self.beside.run(async move {
                if let Err(error) = app.refresh_facts_of(id).await {
                    tracing::debug!(%error, account = %id, "limits were not looked at");
                }
            });
        }
    }

    async fn refresh_facts_of(self: &Arc<Self>, id: AccountId) -> Result<(), Error> {
        let account = store::account::find(&mut *self.store.read().await?, id).await?;
        match account {
            Some(mut account) if account.state == AccountState::Healthy => self.refresh_facts(&mut account).await,
            _ => Ok(()),
        }
    }

    /// Learns anew what is older than its provider says. Not being told leaves what is known.
    pub(crate) async fn refresh_facts(self: &Arc<Self>, account: &mut Account) -> Result<(), Error> {
        self.refresh_facts_by(account, self.clock.now()).await
    }

    /// The same ahead, of what will be older than that at an instant to come.
    pub(crate) async fn refresh_facts_by(self: &Arc<Self>, account: &mut Account, then: UtcMs) -> Result<(), Error> {
        let Some(life_ms) = self.provider(account.platform.as_str())?.facts_life_ms() else { return Ok(()) };
        let age_ms = account.facts_at.map(|at| then.since(at));
        // A time that is yet to come was written by a clock that was wrong.
        if age_ms.is_some_and(|age| (0..life_ms).contains(&age)) {
            return Ok(());
        }
        self.learn_facts(account).await
    }

    /// Learns them anew whatever their age.
    pub(crate) async fn learn_facts(self: &Arc<Self>, account: &mut Account) -> Result<(), Error> {
        let provider = self.provider(account.platform.as_str())?;
        if provider.facts_life_ms().is_none() {
            return Ok(());
        }
        let session = self.session(account, Self::account_ref(account), None);
        let facts = match provider.learn(&session).await {
            Ok(facts) => facts,
            Err(error) => {
                tracing::debug!(operation = error.operation, account = %account.id, "a server told nothing of itself");
                return Ok(());
            }
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        store::account::set_facts(&mut tx, account.id, &facts, Some(now)).await?;
        if account.facts != facts {
            self.look_again(&mut tx, account.id).await?;
        }
        tx.commit().await?;
        account.facts = facts;
        account.facts_at = Some(now);
        self.emit(Topic::Accounts, Some(account.id.to_string()));
        Ok(())
    }
}
