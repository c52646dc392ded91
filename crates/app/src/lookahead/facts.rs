//! What is known of the accounts and of everything at once, without asking anybody.

use std::collections::BTreeMap;

use domain::{
    AccountId, PublicationId, UtcMs,
    budget::{Holder, Standing},
    forecast::{AccountFacts, Planned, Quota, Sky},
};
use providers::descriptor::Need;
use store::account::Account;

use crate::{App, Error, words::Who};

/// Publications that a forecast looks at.
const PLANNED_MAX: i64 = 20_000;

impl App {
    /// What is known of everything at once.
    pub(super) async fn sky(&self) -> Result<Sky, Error> {
        let paused = store::profile::load(&mut *self.store.read().await?).await?.paused;
        let vault_locked = matches!(self.vault_view().await?.state, "locked" | "missing");
        Ok(Sky { now: self.clock.now(), grace_ms: self.grace_ms().await?, paused, vault_locked })
    }

    /// What is known of every account, unlinked ones included.
    pub(super) async fn account_facts(&self) -> Result<BTreeMap<AccountId, AccountFacts>, Error> {
        let accounts = store::account::all(&mut *self.store.read().await?).await?;
        let mut facts = BTreeMap::new();
        for account in accounts {
            facts.insert(account.id, self.facts_of(&account).await?);
        }
        Ok(facts)
    }

    pub(super) async fn facts_of(&self, account: &Account) -> Result<AccountFacts, Error> {
        let renews = self.renews(account.id).await?;
        let (ends_at, end_moves) = self.end_of(account, renews);
        Ok(AccountFacts {
            state: account.state,
            ends_at,
            renews: renews && end_moves,
            permission_missing: self.lacks(account, Need::Publishing)?,
            quotas: self.quotas(account),
            clock_ahead_ms: self.clock_known_wrong_ms(account),
            in_trouble: self.http.breakers().leaves_alone(&Self::server_of(account)),
        })
    }

    /// How many posts the account may make. What its server counts for everybody, its other accounts share.
    fn quotas(&self, account: &Account) -> Vec<Quota> {
        let (id, server) = (account.id.to_string(), Self::server_of(account));
        let quota = |standing: Standing| {
            standing.quota(match standing.holder {
                Holder::Account => &id,
                Holder::Server => &server,
            })
        };
        self.budget_of(account).into_iter().filter_map(quota).collect()
    }

    /// Whether the account did not grant what something needs.
    pub(crate) fn lacks(&self, account: &Account, need: Need) -> Result<bool, Error> {
        let provider = self.provider(account.platform.as_str())?;
        let scopes = &provider.descriptor().scopes;
        Ok(scopes.iter().any(|scope| scope.need == need && !scope.granted(&account.scopes)))
    }

    /// Whom a sentence about an account is about.
    pub(crate) fn who_of<'a>(&self, account: &'a Account) -> Result<Who<'a>, Error> {
        let name = self.provider(account.platform.as_str())?.descriptor().name;
        Ok(Who { platform: name, handle: &account.handle })
    }

    /// What is to go out before `to`, with what was last found in it.
    pub(super) async fn planned_until(&self, to: UtcMs) -> Result<Vec<Planned>, Error> {
        let now = self.clock.now();
        let mut conn = self.store.read().await?;
        let mut planned = store::finding::planned(&mut conn, (now, to), PLANNED_MAX).await?;
        let mut found: BTreeMap<PublicationId, Vec<_>> = BTreeMap::new();
        for (publication, finding) in store::finding::all(&mut conn).await? {
            // What is not in the post itself is judged by what is known now.
            if finding.code.is_in_the_post() {
                found.entry(publication).or_default().push(finding);
            }
        }
        for one in &mut planned {
            one.found = found.remove(&one.publication).unwrap_or_default();
        }
        Ok(planned)
    }
}
