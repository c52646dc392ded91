//! Keeping late posts of an account apart: of what was just claimed, some begins and the rest waits for its turn.

use std::collections::BTreeMap;

use domain::{AccountId, PublicationState, UtcMs};
use queue::Job;
use store::{journal::Line, publication::Publication, turn::Turn};

use crate::{App, Error, jobs, missed::begun};

/// Posts of an account put off in one go; more follow when their turn comes.
const AT_ONCE: i64 = 1_000;

impl App {
    /// Of the jobs just claimed, those that may begin; the rest are given back until their turn.
    pub(crate) async fn keep_apart(&self, tx: &mut store::Tx, jobs: Vec<Job>) -> Result<Vec<Job>, Error> {
        let mut begin = Vec::with_capacity(jobs.len());
        let mut waiting: BTreeMap<AccountId, Vec<(Publication, Job)>> = BTreeMap::new();
        let now = self.clock.now();
        for job in jobs {
            match unsent(tx, &job.key).await? {
                // The clock was set back since its job was made: it is not due yet.
                Some(publication) if publication.schedule.at > now.plus_ms(jobs::EARLY_MS) => {
                    queue::snooze(tx, &job, publication.schedule.at, now).await?;
                }
                Some(publication) => waiting.entry(publication.account).or_default().push((publication, job)),
                None => begin.push(job),
            }
        }
        if waiting.is_empty() {
            return Ok(begin);
        }
        let spacing_ms = self.spacing_ms(tx).await?;
        for (account, mut posts) in waiting {
            posts.sort_by_key(|(publication, _)| (publication.schedule.at, publication.id));
            let planned: Vec<_> = posts.iter().map(|(publication, _)| publication.schedule.at).collect();
            self.recall_turn(tx, account, now).await?;
            let waits = self.pace.waits(account, &planned, spacing_ms, self.then_ms());
            let mut late = Vec::new();
            for ((publication, job), wait_ms) in posts.into_iter().zip(waits) {
                if wait_ms == 0 {
                    let turn = Turn { planned: publication.schedule.at, began: now };
                    store::turn::set(tx, account, turn).await?;
                    begin.push(job);
                } else {
                    late.push((publication, Some(job)));
                }
            }
            if !late.is_empty() {
                self.line_up(tx, account, late, spacing_ms).await?;
            }
        }
        Ok(begin)
    }

    /// Gives posts that come late, and all of their account that are due behind them, their turns in one go: each would
    /// otherwise be claimed for nothing, over and over.
    async fn line_up(
        &self,
        tx: &mut store::Tx,
        account: AccountId,
        mut late: Vec<(Publication, Option<Job>)>,
        spacing_ms: i64,
    ) -> Result<(), Error> {
        let by = self.clock.now().plus_ms(jobs::EARLY_MS);
        for key in queue::due_in(tx, (jobs::PUBLISH, &account.to_string()), by, AT_ONCE).await? {
            late.extend(unsent(tx, &key).await?.map(|publication| (publication, None)));
        }
        late.sort_by_key(|(publication, _)| (publication.schedule.at, publication.id));
        let planned: Vec<_> = late.iter().map(|(publication, _)| publication.schedule.at).collect();
        let waits = self.pace.waits(account, &planned, spacing_ms, self.then_ms());
        for ((publication, job), wait_ms) in late.into_iter().zip(waits) {
            if wait_ms > 0 || job.is_some() {
                self.put_off(tx, &publication, job.as_ref(), jobs::EARLY_MS + wait_ms).await?;
            }
        }
        Ok(())
    }

    /// When those begin that are claimed now, by the clock that never jumps: they were claimed a moment early, and who
    /// has its turn by then waits for it in its worker.
    fn then_ms(&self) -> u64 {
        self.clock.monotonic_ms().saturating_add_signed(jobs::EARLY_MS)
    }

    /// Posts are kept apart across a restart too: one that ends over and over must not let one through each time.
    async fn recall_turn(&self, tx: &mut store::Tx, account: AccountId, now: UtcMs) -> Result<(), Error> {
        if !self.pace.knows(account)
            && let Some(Turn { planned, began }) = store::turn::find(tx, account).await?
        {
            self.pace.remember(account, planned, now.since(began), self.clock.monotonic_ms());
        }
        Ok(())
    }

    async fn put_off(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        job: Option<&Job>,
        wait_ms: i64,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let turn = now.plus_ms(wait_ms);
        let news = publication.status.next_at.is_none_or(|next| next <= publication.schedule.at);
        let mut status = publication.status.clone();
        status.next_at = Some(turn);
        "It comes late, a little after the one before it.".clone_into(&mut status.reason);
        store::publication::set_status(tx, publication.id, &status, now).await?;
        match job {
            Some(job) => queue::snooze(tx, job, turn, now).await?,
            None => queue::put_off(tx, jobs::PUBLISH, &publication.id.to_string(), turn, now).await?,
        };
        if news {
            let line = Line { at: now, event: "spaced".to_owned(), part: None, text: status.reason };
            store::journal::add(tx, publication.id, &line).await?;
        }
        self.emit(crate::event::Topic::Publications, Some(publication.id.to_string()));
        Ok(())
    }
}

/// The publication of a job that is to begin; `None` when it began before: then it is not kept waiting.
async fn unsent(tx: &mut store::Tx, key: &str) -> Result<Option<Publication>, Error> {
    let Ok(id) = key.parse() else { return Ok(None) };
    let Some(publication) = store::publication::find(tx, id).await? else { return Ok(None) };
    let waits = publication.status.state == PublicationState::Scheduled;
    let begun = !waits || begun(&store::effect::of(tx, id).await?);
    Ok((!begun).then_some(publication))
}
