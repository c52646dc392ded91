//! Posts whose time passed while nothing could run: asleep, switched off, without a network. Within the grace they go
//! out; past it they are held and their owner is asked, or sent to the next free slot, with one notice however many there
//! are.

use std::collections::{BTreeMap, HashSet};

use domain::{
    AccountId, AccountState, EffectState, ErrorCode, HeldReason, PublicationId, PublicationState, UtcMs, ports::Notice,
};
use store::{
    effect::Effect,
    journal::Line,
    publication::{Publication, Status},
};

use crate::{App, Error, Progress, event::Topic, jobs, outages, redrive::Before, words};

/// Posts held in one go; more follow in the next.
const AT_ONCE: i64 = 1_000;

/// What becomes of every missed post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They go out now, spaced.
    PublishNow,
    /// They go out from then on, spaced.
    From(UtcMs),
    /// Each goes out in its account's next free slot; those of accounts without one go on waiting for an answer.
    NextSlot,
    /// They do not go out.
    Cancel,
}

/// Whether anything of a publication may be visible already. What was tried and provably had no effect is not.
pub(crate) fn begun(effects: &[Effect]) -> bool {
    use EffectState as S;
    effects.iter().any(|effect| matches!(effect.state, S::Open | S::Undecided | S::Done))
}

/// Milliseconds a publication is late: since the time chosen, or since the turn or the try it was given after that.
pub(crate) fn late_ms(publication: &Publication, now: UtcMs) -> i64 {
    let chosen = publication.schedule.at;
    // Who waits for the network or for its server is not given more time by trying.
    let status = &publication.status;
    let given = status.next_at.filter(|_| status.cause != words::OFFLINE && !outages::waits(status));
    now.since(given.map_or(chosen, |given| given.max(chosen)))
}

impl App {
    /// Holds what is past the grace and asks about it. What was begun is not missed: its doubt is settled first.
    pub(crate) async fn hold_missed(&self, at_work: &HashSet<PublicationId>) -> Result<(), Error> {
        let (grace_ms, slot_ms) = (self.grace_ms().await?, self.slot_for_missed_ms().await?);
        let late_at =
            |publication: &Publication, now| !at_work.contains(&publication.id) && late_ms(publication, now) > grace_ms;
        let (now, mut conn) = (self.clock.now(), self.store.read().await?);
        let waiting = store::publication::unsent_before(&mut conn, now.plus_ms(-grace_ms), AT_ONCE).await?;
        let Some(first) = waiting.iter().find(|publication| late_at(publication, now)) else { return Ok(()) };
        let account = store::account::find(&mut conn, first.account).await?;
        drop(conn);
        if let Some(account) = account
            && self.clock_is_wrong(&account).await.is_some()
        {
            // Not late, for all we know: each is held for the clock when it comes to it.
            return Ok(());
        }
        // Asking takes a while, and a clock that was wrong may have been set right by now.
        let now = self.clock.now();
        let (before, late) = (now.plus_ms(-grace_ms), |publication: &Publication| late_at(publication, now));
        let mut tx = self.store.begin().await?;
        if store::profile::load(&mut tx).await?.paused {
            return Ok(());
        }
        let (mut missed, mut moved) = (Vec::new(), Vec::new());
        // Read again: its owner may have acted meanwhile.
        for publication in store::publication::unsent_before(&mut tx, before, AT_ONCE).await? {
            if !late(&publication) || !self.may_be_held(&mut tx, &publication).await? {
                continue;
            }
            let to_slot = slot_ms.is_some_and(|most_ms| late_ms(&publication, now) <= most_ms);
            match if to_slot { self.move_to_slot(&mut tx, &publication, now).await? } else { None } {
                Some(one) => moved.push(one),
                None => missed.push(self.hold_one(&mut tx, publication, now).await?),
            }
        }
        let notices: Vec<_> = notice(&missed).into_iter().chain(moved_notice(&moved)).collect();
        for notice in &notices {
            self.add_notice(&mut tx, notice).await?;
        }
        if notices.is_empty() {
            return Ok(());
        }
        tx.commit().await?;
        for publication in missed.iter().chain(&moved) {
            self.progress(Progress::state(publication.id, &publication.status));
        }
        self.emit(Topic::Publications, None);
        for notice in &notices {
            self.announce(notice);
        }
        Ok(())
    }

    async fn may_be_held(&self, tx: &mut store::Tx, publication: &Publication) -> Result<bool, Error> {
        let account = store::account::find(tx, publication.account).await?;
        // One that has to be linked again is held for that, and asked about afterwards.
        let healthy = account.is_some_and(|account| account.state == AccountState::Healthy);
        Ok(healthy && !begun(&store::effect::of(tx, publication.id).await?))
    }

    async fn hold_one(
        &self,
        tx: &mut store::Tx,
        mut publication: Publication,
        now: UtcMs,
    ) -> Result<Publication, Error> {
        let mut status = Status::new(PublicationState::Held, None);
        status.held = Some(HeldReason::Missed);
        words::missed(&publication.status.cause).clone_into(&mut status.reason);
        (status.cause, status.raw) = (publication.status.cause, publication.status.raw);
        status.attempts = publication.status.attempts;
        store::publication::set_status(tx, publication.id, &status, now).await?;
        queue::cancel(tx, jobs::PUBLISH, &publication.id.to_string(), now).await?;
        let line = Line { at: now, event: "held".to_owned(), part: None, text: status.reason.clone() };
        store::journal::add(tx, publication.id, &line).await?;
        publication.status = status;
        Ok(publication)
    }

    /// One answer for every missed post; how many there were. Their order stays, and they never go out in a burst.
    pub async fn settle_missed(&self, answer: Answer) -> Result<u32, Error> {
        let missed = self.missed().await?;
        let now = self.clock.now();
        let from = match answer {
            Answer::From(from) if from <= now => return Err(Error::invalid("That time is in the past.")),
            Answer::From(from) => from,
            Answer::PublishNow | Answer::NextSlot | Answer::Cancel => now,
        };
        if missed.is_empty() {
            return Ok(0);
        }
        let bulk = self.begin_bulk("missed", missed.len()).await?;
        let mut tx = self.store.begin().await?;
        let spacing_ms = self.spacing_ms(&mut tx).await?;
        let mut turns: BTreeMap<AccountId, UtcMs> = BTreeMap::new();
        let mut count = 0;
        for publication in missed {
            // Read here and not before: another answer may have come in between.
            let Some(publication) = store::publication::find(&mut tx, publication.id).await?.filter(is_missed) else {
                continue;
            };
            let before = Before::of(&mut tx, &publication).await?;
            match answer {
                Answer::NextSlot => {
                    if self.move_to_slot(&mut tx, &publication, now).await?.is_none() {
                        continue;
                    }
                }
                Answer::Cancel => self.cancel_in(&mut tx, &publication).await?,
                Answer::PublishNow | Answer::From(_) => {
                    let turn = turns.entry(publication.account).or_insert(from);
                    let at = *turn;
                    *turn = at.plus_ms(spacing_ms);
                    let text = "Its time had passed; the owner gave it another.";
                    self.release(&mut tx, &publication, at, now, ("missed_answered", text)).await?;
                }
            }
            before.keep(&mut tx, bulk, publication.id).await?;
            count += 1;
        }
        tx.commit().await?;
        self.queue_changed();
        Ok(count)
    }

    async fn missed(&self) -> Result<Vec<Publication>, Error> {
        let mut conn = self.store.read().await?;
        let mut missed = Vec::new();
        for id in store::waiting::held_for(&mut conn, HeldReason::Missed).await? {
            missed.extend(store::publication::find(&mut conn, id).await?);
        }
        Ok(missed)
    }
}

fn is_missed(publication: &Publication) -> bool {
    publication.status.held == Some(HeldReason::Missed)
}

/// One notice for those that go out in a slot; `None` for none.
fn moved_notice(moved: &[Publication]) -> Option<Notice> {
    let first = moved.first()?;
    let one = moved.len() == 1;
    let title = if one { first.title.clone() } else { format!("{} posts missed their time", moved.len()) };
    let body = "The time passed while Postroom could not run or had no network. It is not live; it goes out in the next free slot of its account.";
    let all = "Their time passed while Postroom could not run or had no network. None of them is live; each goes out in the next free slot of its account.";
    Some(Notice {
        code: ErrorCode::TimeMoved,
        title,
        body: if one { body } else { all }.to_owned(),
        publication: one.then_some(first.id),
        account: one.then_some(first.account),
    })
}

/// One notice for all of them; `None` for none.
fn notice(missed: &[Publication]) -> Option<Notice> {
    let first = missed.first()?;
    let one = missed.len() == 1;
    let title = if one { first.title.clone() } else { format!("{} posts missed their time", missed.len()) };
    let body = if one {
        first.status.reason.clone()
    } else {
        "Their time passed while Postroom could not run or had no network. None of them is live. Publish them now, give them another time, or cancel them: one by one or all at once."
            .to_owned()
    };
    Some(Notice {
        code: ErrorCode::Missed,
        title,
        body,
        publication: one.then_some(first.id),
        account: one.then_some(first.account),
    })
}
