//! Will it go out? What is to be expected of everything planned for the next days.

use std::collections::{BTreeMap, btree_map::Entry};

use domain::{
    Finding, PublicationId,
    days::Days,
    forecast::{Outlook, Verdict, forecast},
};
use store::{account::Account, publication::Publication};

use super::words;
use crate::{App, Error};

/// Days a forecast covers, today among them.
const DAYS: u32 = 7;

/// What is to be expected of one publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The publication.
    pub publication: Publication,
    /// Its account.
    pub account: Account,
    /// What is to be expected.
    pub outlook: Outlook,
    /// Why, the worst first.
    pub findings: Vec<Finding>,
    /// Why, in words; empty where all is well.
    pub reason: String,
    /// What its owner can do; empty where all is well.
    pub fix: String,
}

/// How many go out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nothing known stands in their way.
    pub will: u32,
    /// May not go out, or not at their time.
    pub at_risk: u32,
    /// Do not go out unless their owner does something.
    pub will_not: u32,
}

impl Counts {
    const fn count(&mut self, outlook: Outlook) {
        match outlook {
            Outlook::WillGoOut => self.will += 1,
            Outlook::AtRisk => self.at_risk += 1,
            Outlook::WillNot => self.will_not += 1,
        }
    }
}

/// The next days.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The days, in the zone of the profile.
    pub days: Days,
    /// How many go out on each.
    pub counts: Vec<Counts>,
    /// How many go out in all.
    pub all: Counts,
    /// Publications asked for, by their times.
    pub expected: Vec<Expected>,
}

impl App {
    /// What is to be expected of the next days; in words for at most `limit` publications, of those in trouble only
    /// unless `all` are asked for. Asks nobody: what platforms say is what they last said.
    pub async fn forecast(&self, all: bool, limit: usize) -> Result<Forecast, Error> {
        let now = self.clock.now();
        let days = Days::from(now, &self.zone().await?, DAYS);
        let planned = self.planned_until(days.end()).await?;
        let verdicts = forecast(&self.sky().await?, &self.account_facts().await?, planned);
        let mut made = Forecast {
            counts: vec![Counts::default(); days.len()],
            all: Counts::default(),
            days,
            expected: Vec::new(),
        };
        let mut shown = Vec::new();
        for verdict in verdicts {
            made.all.count(verdict.outlook);
            // What is late already goes out today, if it does.
            if let Some(day) = made.counts.get_mut(made.days.of(verdict.planned.at)) {
                day.count(verdict.outlook);
            }
            if (all || verdict.outlook != Outlook::WillGoOut) && shown.len() < limit {
                shown.push(verdict);
            }
        }
        made.expected = self.expected(shown).await?;
        Ok(made)
    }

    /// What is to be expected of one publication; `None` where it does not wait to go out by itself.
    pub async fn outlook(&self, id: PublicationId) -> Result<Option<Expected>, Error> {
        let publication = self.publication(id).await?;
        if publication.status.state != domain::PublicationState::Scheduled {
            return Ok(None);
        }
        let planned = self.planned_until(publication.schedule.at.plus_ms(1)).await?;
        let ours = planned.into_iter().filter(|one| one.account == publication.account).collect();
        let mut verdicts = forecast(&self.sky().await?, &self.account_facts().await?, ours);
        verdicts.retain(|verdict| verdict.planned.publication == id);
        Ok(self.expected(verdicts).await?.pop())
    }

    async fn expected(&self, verdicts: Vec<Verdict>) -> Result<Vec<Expected>, Error> {
        let mut accounts: BTreeMap<_, Account> = BTreeMap::new();
        let mut expected = Vec::with_capacity(verdicts.len());
        for verdict in verdicts {
            let id = verdict.planned.account;
            if let Entry::Vacant(unknown) = accounts.entry(id) {
                unknown.insert(self.account(id).await?);
            }
            let publication =
                store::publication::find(&mut *self.store.read().await?, verdict.planned.publication).await?;
            // It may have gone meanwhile.
            let (Some(publication), Some(account)) = (publication, accounts.get(&id)) else { continue };
            let (reason, fix) = words::of(self.who_of(account)?, &verdict, &publication.status.reason);
            let (outlook, findings) = (verdict.outlook, verdict.findings);
            expected.push(Expected { publication, account: account.clone(), outlook, findings, reason, fix });
        }
        Ok(expected)
    }
}
