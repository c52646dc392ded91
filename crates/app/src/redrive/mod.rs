//! One action on many publications: another try, another time, or taking them back. Each slice is one transaction with
//! what every publication was before, so that the action can be undone while nothing of it has begun ([`undo`]).
//!
//! What is tried again together never goes out in a burst: posts of one account follow each other a little apart.

mod before;
mod undo;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    AccountId, BulkId, ErrorCode, HeldReason, PostId, PublicationId, PublicationState, UtcMs, schedule::Schedule,
};
use store::{bulk::Bulk, publication::Publication};

pub(crate) use before::Before;
pub use undo::Undone;

use crate::{
    App, Error,
    compose::{Times, When},
};

/// Publications one action is done to at most.
pub const MANY: usize = 10_000;
/// Publications changed in one transaction.
const SLICE: usize = 200;
/// How long an action is remembered: a day.
const KEPT_MS: i64 = 86_400_000;

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Tried again now, the posts of an account a little apart.
    Retry,
    /// Given another time: the first of them this one, the others as far from it as before.
    Reschedule(When),
    /// Taken back.
    Cancel,
}

/// To which publications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// These.
    These(Vec<PublicationId>),
    /// All that failed, of one account or of any.
    Failed(Option<AccountId>),
    /// All that failed of one post: what is live of it stays as it is.
    FailedOf(PostId),
    /// All that waited for an account that is linked again: those that failed for want of it, and those that missed
    /// their time meanwhile.
    Waited(AccountId),
}

/// One that it was not done to.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The publication.
    pub publication: PublicationId,
    /// Why.
    pub why: Error,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The action, to be undone by; `None` where nothing was done.
    pub id: Option<BulkId>,
    /// Publications it was done to.
    pub done: usize,
    /// The others.
    pub left: Vec<Left>,
}

/// One publication's turn.
struct Turn {
    publication: Publication,
    at: Schedule,
}

impl App {
    /// Does it.
    pub async fn bulk(&self, act: &Act, whose: &Whose) -> Result<Outcome, Error> {
        let chosen = self.chosen(whose).await?;
        let kind = match act {
            Act::Retry => "retry",
            Act::Reschedule(_) => "reschedule",
            Act::Cancel => "cancel",
        };
        let turns = self.turns(act, chosen).await?;
        let id = self.begin_bulk(kind, turns.len()).await?;
        let mut outcome = Outcome { id: Some(id), done: 0, left: Vec::new() };
        for slice in turns.chunks(SLICE) {
            let mut tx = self.store.begin().await?;
            for turn in slice {
                match self.act(&mut tx, id, act, turn).await {
                    Ok(()) => outcome.done += 1,
                    Err(why) if why.code == ErrorCode::StorageFailed => return Err(why),
                    Err(why) => outcome.left.push(Left { publication: turn.publication.id, why }),
                }
            }
            tx.commit().await?;
            self.queue_changed();
        }
        if *act == Act::Retry {
            let accounts: BTreeSet<AccountId> = turns.iter().map(|turn| turn.publication.account).collect();
            for account in accounts {
                self.ask_server_now(account).await?;
            }
        }
        if outcome.done == 0 {
            outcome.id = None;
        }
        Ok(outcome)
    }

    async fn act(&self, tx: &mut store::Tx, bulk: BulkId, act: &Act, turn: &Turn) -> Result<(), Error> {
        let id = turn.publication.id;
        // Read here and not before: a publisher may just have settled it.
        let publication = store::publication::find(tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        let before = Before::of(tx, &publication).await?;
        match act {
            Act::Cancel => self.cancel_in(tx, &publication).await?,
            Act::Retry => {
                let why = ("retry_asked", "The owner asked for another try, with others.");
                self.retry_in(tx, &publication, turn.at.at, why).await?;
            }
            Act::Reschedule(_) => {
                if publication.status.state == PublicationState::Unconfirmed {
                    return Err(crate::queue_view::wrong_state("It was sent and may be live; it has no other time."));
                }
                self.retry_in(tx, &publication, turn.at.at, ("rescheduled", "The owner gave it another time.")).await?;
                store::publication::set_schedule(tx, id, &turn.at, self.clock.now()).await?;
            }
        }
        before.keep(tx, bulk, id).await
    }

    /// Writes that an action begins.
    pub(crate) async fn begin_bulk(&self, kind: &str, total: usize) -> Result<BulkId, Error> {
        let now = self.clock.now();
        let id = BulkId::new(now, self.random.as_ref());
        let mut tx = self.store.begin().await?;
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        store::bulk::begin(&mut tx, id, kind, total, now, now.plus_ms(-KEPT_MS)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The last action on many, however far it is; `None` where there was none for a while.
    pub async fn last_bulk(&self) -> Result<Option<Bulk>, Error> {
        Ok(store::bulk::find(&mut *self.store.read().await?, None).await?)
    }

    /// The publications meant, the first due first.
    async fn chosen(&self, whose: &Whose) -> Result<Vec<Publication>, Error> {
        let mut conn = self.store.read().await?;
        let many = i64::try_from(MANY).unwrap_or(i64::MAX);
        let failed = |found: &Publication| found.status.state == PublicationState::Failed;
        let mut chosen = match whose {
            Whose::These(ids) if ids.len() > MANY => {
                return Err(Error::invalid(format!("At most {MANY} publications at once.")));
            }
            Whose::These(ids) => {
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    let publication = store::publication::find(&mut conn, *id).await?;
                    found.push(publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?);
                }
                found
            }
            Whose::Failed(account) => store::publication::stopped(&mut conn, *account, many).await?,
            Whose::Waited(account) => store::publication::stopped(&mut conn, Some(*account), many).await?,
            Whose::FailedOf(post) => store::publication::of_post(&mut conn, *post).await?,
        };
        match whose {
            Whose::These(_) => {}
            Whose::Failed(_) | Whose::FailedOf(_) => chosen.retain(failed),
            Whose::Waited(_) => chosen.retain(waited),
        }
        chosen.sort_by_key(|found| (found.schedule.at, found.id));
        chosen.dedup_by_key(|found| found.id);
        Ok(chosen)
    }

    /// When each has its turn.
    async fn turns(&self, act: &Act, chosen: Vec<Publication>) -> Result<Vec<Turn>, Error> {
        let now = self.clock.now();
        if let Act::Reschedule(when) = act {
            let Times::One(to) = self.resolve(when, now).await? else {
                return Err(Error::invalid("Several get a time of their own: choose when the first of them goes out."));
            };
            if *when != When::Now && to.at < now {
                return Err(crate::times::past(&to, now));
            }
            let Some(from) = chosen.first().map(|first| first.schedule.clone()) else { return Ok(Vec::new()) };
            let moved = |publication: Publication| {
                let at = domain::schedule::moved(&publication.schedule, &from, &to);
                let at = at.map_err(|error| crate::times::refused(error, &to.wall, &publication.schedule.zone))?;
                Ok(Turn { publication, at })
            };
            return chosen.into_iter().map(moved).collect();
        }
        let spacing_ms = {
            let mut tx = self.store.begin().await?;
            self.spacing_ms(&mut tx).await?
        };
        let mut next: BTreeMap<AccountId, UtcMs> = BTreeMap::new();
        Ok(chosen
            .into_iter()
            .map(|publication| {
                let at = next.entry(publication.account).or_insert(now);
                let turn = Schedule { at: *at, ..publication.schedule.clone() };
                *at = at.plus_ms(spacing_ms);
                Turn { publication, at: turn }
            })
            .collect())
    }
}

/// Whether it stopped for want of its account.
fn waited(publication: &Publication) -> bool {
    let causes = ["relink_needed", "missing_scope", "account_restricted"];
    let status = &publication.status;
    match status.state {
        PublicationState::Failed => causes.contains(&status.cause.as_str()),
        _ => matches!(status.held, Some(HeldReason::Missed | HeldReason::Relink)),
    }
}
