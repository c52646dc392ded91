//! Keeping late posts of an account apart: of what was just claimed, some begins and the rest waits for its turn.

use std::collections::BTreeMap;

use domain::{AccountId, PublicationState};
use queue::Job;
use store::{journal::Line, publication::Publication};

use crate::{App, Error, jobs, missed::begun};

impl App {
    /// Of the jobs just claimed, those that may begin; the rest are given back until their turn.
    pub(crate) async fn keep_apart(&self, tx: &mut store::Tx, jobs: Vec<Job>) -> Result<Vec<Job>, Error> {
        let mut begin = Vec::with_capacity(jobs.len());
        let mut waiting: BTreeMap<AccountId, Vec<(Publication, Job)>> = BTreeMap::new();
        let now = self.clock.now();
        for job in jobs {
            match unsent(tx, &job).await? {
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
            // They were claimed a moment early: who has its turn by then waits for it in its worker.
            let early_ms = jobs::EARLY_MS;
            let then_ms = self.clock.monotonic_ms().saturating_add_signed(early_ms);
            let waits = self.pace.waits(account, &planned, spacing_ms, then_ms);
            for ((publication, job), wait_ms) in posts.into_iter().zip(waits) {
                if wait_ms == 0 {
                    begin.push(job);
                } else {
                    self.put_off(tx, &publication, &job, early_ms + wait_ms).await?;
                }
            }
        }
        Ok(begin)
    }

    async fn put_off(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        job: &Job,
        wait_ms: i64,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let turn = now.plus_ms(wait_ms);
        let news = publication.status.next_at.is_none_or(|next| next <= publication.schedule.at);
        let mut status = publication.status.clone();
        status.next_at = Some(turn);
        "It comes late, a little after the one before it.".clone_into(&mut status.reason);
        store::publication::set_status(tx, publication.id, &status, now).await?;
        queue::snooze(tx, job, turn, now).await?;
        if news {
            let line = Line { at: now, event: "spaced".to_owned(), part: None, text: status.reason };
            store::journal::add(tx, publication.id, &line).await?;
        }
        self.emit(crate::event::Topic::Publications, Some(publication.id.to_string()));
        Ok(())
    }
}

/// The publication of a job that is to begin; `None` when it began before: then it is not kept waiting.
async fn unsent(tx: &mut store::Tx, job: &Job) -> Result<Option<Publication>, Error> {
    let Ok(id) = job.key.parse() else { return Ok(None) };
    let Some(publication) = store::publication::find(tx, id).await? else { return Ok(None) };
    let waits = publication.status.state == PublicationState::Scheduled;
    let begun = !waits || begun(&store::effect::of(tx, id).await?);
    Ok((!begun).then_some(publication))
}
