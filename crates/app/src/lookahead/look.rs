//! One look at what goes out through an account.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use domain::{
    AccountId, AccountState, Finding, PublicationId, UtcMs,
    forecast::{Planned, Verdict, forecast},
};
use queue::Job;
use store::account::Account;

use super::{stages, tell};
use crate::{App, Error, event::Topic};

/// Publications looked at in one go; more follow in the next.
const AT_ONCE: usize = 200;
/// Rows read to find those.
const ROWS_MAX: i64 = 5_000;
/// How long after one go the next begins.
const APART_MS: i64 = 1_000;
/// How old what a platform last said of an account may be: 30 min.
const HEARD_MS: i64 = 30 * 60_000;
/// How long a platform may take to say it.
const ASK: Duration = Duration::from_mins(1);

/// Looks at what is due to be looked at, and gives the job back until the next time.
pub(super) async fn run(app: &Arc<App>, job: &Job) -> Result<(), Error> {
    let id: AccountId = job.key.parse().map_err(|_| Error::internal("a look at no account"))?;
    if !app.due_for_a_look(id).await?.is_empty() {
        app.hear_of(id).await;
    }
    // Read again: what was heard may be that other things are taken now.
    let due = app.due_for_a_look(id).await?;
    let looked = if due.is_empty() { Vec::new() } else { app.looked_at(id, &due).await? };
    app.keep_look(job, id, looked).await
}

impl App {
    /// What of an account is to be looked at now, and what trouble was found in before.
    async fn due_for_a_look(&self, account: AccountId) -> Result<BTreeSet<PublicationId>, Error> {
        let (now, spread_ms) = (self.clock.now(), stages::spread_ms(account));
        let mut conn = self.store.read().await?;
        let until = now.plus_ms(stages::DAY_MS + spread_ms);
        let ahead = store::finding::ahead(&mut conn, account, (now, until), ROWS_MAX).await?;
        let due = ahead.into_iter().filter(|one| {
            stages::next_look(one.at, one.checked_at, now, spread_ms).is_some_and(|look_at| look_at <= now)
        });
        let mut ids: BTreeSet<_> = due.map(|one| one.publication).take(AT_ONCE).collect();
        let limit = i64::try_from(AT_ONCE).unwrap_or_default();
        ids.extend(store::finding::troubled(&mut conn, account, limit).await?);
        Ok(ids)
    }

    /// When the next look is due; `None` where nothing is left to look for.
    pub(super) async fn next_look(&self, tx: &mut store::Tx, account: AccountId) -> Result<Option<UtcMs>, Error> {
        let (now, spread_ms) = (self.clock.now(), stages::spread_ms(account));
        let until = now.plus_ms(stages::DAY_MS + spread_ms);
        let ahead = store::finding::ahead(tx, account, (now, until), ROWS_MAX).await?;
        let soon = ahead.iter().filter_map(|one| stages::next_look(one.at, one.checked_at, now, spread_ms)).min();
        let later = store::finding::first_after(tx, account, until).await?;
        let later = later.map(|at| at.plus_ms(-stages::DAY_MS - spread_ms));
        Ok(soon.into_iter().chain(later).min().map(|at| at.max(now.plus_ms(APART_MS))))
    }

    /// Asks the platform whether the access works and what its server takes, where that is old. No answer is no finding.
    async fn hear_of(self: &Arc<Self>, id: AccountId) {
        let asked = async {
            let mut account = self.account(id).await?;
            if account.state != AccountState::Healthy {
                return Ok(());
            }
            let old = |at: Option<UtcMs>| at.is_none_or(|at| !(0..HEARD_MS).contains(&self.clock.now().since(at)));
            if old(account.checked_at) {
                return self.check_account(id).await;
            }
            if old(account.facts_at) { self.learn_facts(&mut account).await } else { Ok(()) }
        };
        match tokio::time::timeout(ASK, asked).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, account = %id, "nothing was heard of an account"),
            Err(_) => tracing::debug!(account = %id, "nothing was heard of an account in time"),
        }
    }

    /// What is to be expected of some publications of an account, with what is found in them now.
    async fn looked_at(&self, id: AccountId, due: &BTreeSet<PublicationId>) -> Result<Vec<Verdict>, Error> {
        let account = self.account(id).await?;
        let mut planned = Vec::new();
        let mut last = self.clock.now();
        for publication in due {
            let Some((at, found)) = self.found_in(&account, *publication).await? else { continue };
            last = last.max(at);
            planned.push((*publication, found));
        }
        let all = self.planned_until(last.plus_ms(1)).await?;
        let fresh = all.into_iter().filter(|one| one.account == id).map(|one| {
            let found = planned.iter().find(|(publication, _)| *publication == one.publication);
            Planned { found: found.map_or(one.found, |(_, found)| found.clone()), ..one }
        });
        let (sky, accounts) = (self.sky().await?, self.account_facts().await?);
        let mut verdicts = forecast(&sky, &accounts, fresh.collect());
        verdicts.retain(|verdict| due.contains(&verdict.planned.publication));
        Ok(verdicts)
    }

    /// Writes down what was found, tells of what is new in it, and gives the job back.
    async fn keep_look(&self, job: &Job, id: AccountId, looked: Vec<Verdict>) -> Result<(), Error> {
        let account = self.account(id).await?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !queue::holds(&mut tx, job).await? {
            return Ok(());
        }
        let mut news = Vec::new();
        for verdict in &looked {
            let publication = verdict.planned.publication;
            let Some(stored) = store::publication::find(&mut tx, publication).await? else { continue };
            for finding in self.keep_findings(&mut tx, &account, verdict, now).await? {
                news.push(tell::News { publication: stored.id, title: stored.title.clone(), finding });
            }
        }
        store::finding::prune(&mut tx).await?;
        let news = tell::unknown_elsewhere(&mut tx, id, news).await?;
        let notice = tell::notice(self.who_of(&account)?, &account, &news);
        if let Some(notice) = &notice {
            self.add_notice(&mut tx, notice).await?;
        }
        match self.next_look(&mut tx, id).await? {
            Some(at) => queue::snooze(&mut tx, job, at, now).await?,
            None => queue::complete(&mut tx, job, now).await?,
        };
        tx.commit().await?;
        if !looked.is_empty() {
            self.emit(Topic::Publications, None);
        }
        if let Some(notice) = &notice {
            self.announce(notice);
        }
        Ok(())
    }

    /// Replaces what was known of one; what is new in that.
    async fn keep_findings(
        &self,
        tx: &mut store::Tx,
        account: &Account,
        verdict: &Verdict,
        now: UtcMs,
    ) -> Result<Vec<Finding>, Error> {
        let publication = verdict.planned.publication;
        let who = self.who_of(account)?;
        let told = |finding: &Finding| (finding.clone(), super::words::reason(who, finding));
        let found: Vec<_> = verdict.findings.iter().map(told).collect();
        store::finding::looked(tx, publication, now).await?;
        Ok(store::finding::replace(tx, publication, &found, now).await?)
    }
}
