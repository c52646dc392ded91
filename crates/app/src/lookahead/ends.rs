//! What is known as soon as a post is planned: that the access of an account ends before its time, and nothing but
//! linking again moves that end. It keeps nothing from being planned, since there is time to link again; a day and an
//! hour ahead it is found once more.

use std::collections::BTreeMap;

use domain::{
    Finding, FindingCode, PostId, PublicationState,
    forecast::{Planned, Sky, forecast},
};
use store::{account::Account, publication::Publication};

use super::words;
use crate::{App, Error};

/// Something to see to before a post goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What was found.
    pub finding: Finding,
    /// The same in a sentence.
    pub reason: String,
    /// What its owner can do.
    pub fix: String,
}

impl App {
    /// What is to be seen to before a post goes out, for each account it waits for.
    pub async fn warnings(&self, post: PostId) -> Result<Vec<Warning>, Error> {
        let (_, publications) = self.post(post).await?;
        let mut warnings = Vec::new();
        for publication in publications.iter().filter(|one| one.status.state == PublicationState::Scheduled) {
            let account = self.account(publication.account).await?;
            let Some(finding) = self.ends_before(&account, publication).await? else { continue };
            let who = self.who_of(&account)?;
            let (reason, fix) = (words::reason(who, &finding), words::fix(who, finding.code));
            warnings.push(Warning { finding, reason, fix });
        }
        Ok(warnings)
    }

    async fn ends_before(&self, account: &Account, publication: &Publication) -> Result<Option<Finding>, Error> {
        let facts = BTreeMap::from([(account.id, self.facts_of(account).await?)]);
        let sky = Sky { now: self.clock.now(), grace_ms: 0, paused: false, vault_locked: false };
        let planned = Planned {
            publication: publication.id,
            account: account.id,
            at: publication.schedule.at,
            state: PublicationState::Scheduled,
            held: None,
            parts: 1,
            found: Vec::new(),
        };
        let verdicts = forecast(&sky, &facts, vec![planned]);
        // An end that use moves is a hope, and no more is said of it before the day it would matter.
        let ends = |finding: &Finding| finding.code == FindingCode::AccessEnds && finding.blocks();
        let mut found = verdicts.into_iter().flat_map(|verdict| verdict.findings).filter(ends);
        Ok(found.next().map(Finding::as_risk))
    }
}
