//! The queue as its owner sees and steers it.

use domain::{
    AccountId, AccountState, EffectKind, EffectState, ErrorCode, HeldReason, PublicationId, PublicationState, UtcMs,
    ports::Notice,
};
use store::{
    account::Account,
    effect::Effect,
    journal::Line,
    part::StoredPart,
    publication::{Filter, Publication, Status},
    reply::KeptReply,
};

use crate::{App, Error, event::Topic, jobs, words};

/// Lines of a journal that are shown.
const JOURNAL_MAX: i64 = 500;

/// Jobs looked through for the next post that goes out.
const NEXT_MAX: i64 = 50;

/// A publication with its journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The publication.
    pub publication: Publication,
    /// Its effects.
    pub effects: Vec<Effect>,
    /// Its journal, oldest first.
    pub journal: Vec<Line>,
    /// Its parts as they were last sent.
    pub parts: Vec<StoredPart>,
    /// What the platform answered where that was no success, oldest first.
    pub replies: Vec<KeptReply>,
}

impl App {
    /// Publications by the filter.
    pub async fn publications(&self, filter: &Filter) -> Result<Vec<Publication>, Error> {
        Ok(store::publication::list(&mut *self.store.read().await?, filter).await?)
    }

    /// One publication.
    pub async fn publication(&self, id: PublicationId) -> Result<Publication, Error> {
        let found = store::publication::find(&mut *self.store.read().await?, id).await?;
        found.ok_or_else(|| Error::not_found("publication", &id.to_string()))
    }

    /// One publication with its journal.
    pub async fn publication_detail(&self, id: PublicationId) -> Result<Detail, Error> {
        let publication = self.publication(id).await?;
        let mut conn = self.store.read().await?;
        let effects = store::effect::of(&mut conn, id).await?;
        let journal = store::journal::of(&mut conn, id, JOURNAL_MAX).await?;
        let parts = store::part::of(&mut conn, id).await?;
        let replies = store::reply::of(&mut conn, id).await?;
        Ok(Detail { publication, effects, journal, parts, replies })
    }

    /// Parts live and parts in all.
    pub async fn publication_progress(&self, id: PublicationId) -> Result<(i64, i64), Error> {
        Ok(store::part::progress(&mut *self.store.read().await?, id).await?)
    }

    /// The account of a publication.
    pub async fn account_of(&self, publication: &Publication) -> Result<Account, Error> {
        self.account(publication.account).await
    }

    /// Tries a failed, held or waiting publication again now. What may be live is looked for first. Of one that is live,
    /// the deletion or edit that was not made is tried again.
    pub async fn retry_publication(&self, id: PublicationId) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let publication = store::publication::find(&mut tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        if publication.status.state != PublicationState::Published || !self.retry_change(&mut tx, id).await? {
            let why = ("retry_asked", "The owner asked for another try.");
            self.retry_in(&mut tx, &publication, now, why).await?;
        }
        tx.commit().await?;
        self.ask_server_now(publication.account).await?;
        self.publications_changed(id);
        Ok(())
    }

    /// A person's wish goes before the time that a server is left alone for: it makes the probe.
    pub(crate) async fn ask_server_now(&self, account: AccountId) -> Result<(), Error> {
        let account = self.account(account).await?;
        self.http.breakers().try_now(&Self::server_of(&account), self.clock.now());
        Ok(())
    }

    /// The same at a time of its owner's, in a transaction.
    pub(crate) async fn retry_in(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        at: UtcMs,
        why: (&str, &str),
    ) -> Result<(), Error> {
        use PublicationState as S;
        match publication.status.state {
            S::Failed | S::Held | S::Retrying | S::Unconfirmed | S::Scheduled => {}
            S::NeedsDecision => return Err(wrong_state("Whether it is live has to be decided first.")),
            S::Publishing => return Err(wrong_state("It is being published right now.")),
            S::Published => return Err(wrong_state("It is live already.")),
            S::Cancelled => return Err(wrong_state("It was cancelled; duplicate the post to publish it.")),
        }
        let (id, now) = (publication.id, self.clock.now());
        for mut effect in store::effect::of(tx, id).await? {
            if effect.kind == EffectKind::Publish && effect.state == EffectState::Refused {
                // Refused for good: what was prepared may be what was wrong, so all of it is made anew.
                effect.state = EffectState::Ready;
                effect.request.clear();
                store::part::set_checkpoint(tx, id, effect.part, "null").await?;
                store::effect::put(tx, &effect, now).await?;
            }
        }
        self.release(tx, publication, at, now, why).await
    }

    /// Makes a publication due at `at`; its chosen time moves along, so that it does not count as missed again.
    pub(crate) async fn release(
        &self,
        tx: &mut store::Tx,
        publication: &Publication,
        at: UtcMs,
        now: UtcMs,
        (event, text): (&str, &str),
    ) -> Result<(), Error> {
        let id = publication.id;
        let schedule = domain::schedule::at_instant(at, &publication.schedule.zone)
            .unwrap_or_else(|_| publication.schedule.clone());
        store::publication::set_schedule(tx, id, &schedule, now).await?;
        store::publication::set_status(tx, id, &Status::new(PublicationState::Scheduled, Some(at)), now).await?;
        let line = Line { at: now, event: event.to_owned(), part: None, text: text.to_owned() };
        store::journal::add(tx, id, &line).await?;
        if at <= now {
            self.ask_now(id);
        }
        self.enqueue(tx, id, at).await
    }

    /// Takes one publication back, when nothing of it was sent; or gives up on the rest of one that waits for its owner;
    /// or takes back what was asked of one that is live.
    pub async fn cancel_publication(&self, id: PublicationId) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        // Read here and not before: a publisher may have settled it while we waited for our turn to write.
        let publication = store::publication::find(&mut tx, id).await?;
        let publication = publication.ok_or_else(|| Error::not_found("publication", &id.to_string()))?;
        if matches!(publication.status.state, PublicationState::Published | PublicationState::Cancelled) {
            if !self.withdraw_change(&mut tx, id).await? {
                return Err(wrong_state("It is settled already."));
            }
        } else {
            self.cancel_in(&mut tx, &publication).await?;
        }
        tx.commit().await?;
        self.publications_changed(id);
        Ok(())
    }

    /// Takes back what was not sent of a publication, in a transaction.
    pub(crate) async fn cancel_in(&self, tx: &mut store::Tx, publication: &Publication) -> Result<(), Error> {
        if matches!(publication.status.state, PublicationState::Published | PublicationState::Cancelled) {
            return Err(wrong_state("It is settled already."));
        }
        let (id, now) = (publication.id, self.clock.now());
        let effects = store::effect::of(tx, id).await?;
        if effects.iter().any(|effect| matches!(effect.state, EffectState::Open | EffectState::Undecided)) {
            return Err(wrong_state("It was sent and may be live; that has to be settled first."));
        }
        queue::cancel(tx, jobs::PUBLISH, &id.to_string(), now).await?;
        let mut status = Status::new(PublicationState::Cancelled, None);
        let live = effects.iter().filter(|effect| effect.state == EffectState::Done).count();
        status.reason = if live == 0 {
            "Cancelled by you before it went out.".to_owned()
        } else {
            format!("Cancelled by you after {live} of its parts went out; those stay live.")
        };
        store::publication::set_status(tx, id, &status, now).await?;
        let line = Line { at: now, event: "cancelled".to_owned(), part: None, text: status.reason.clone() };
        store::journal::add(tx, id, &line).await?;
        Ok(())
    }

    /// Pauses everything: what becomes due is held until resumed.
    pub async fn pause(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        store::profile::set_paused(&mut tx, true).await?;
        tx.commit().await?;
        self.queue_changed();
        Ok(())
    }

    /// Resumes; what was held by the pause goes on, what was missed meanwhile is asked about.
    pub async fn resume(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        store::profile::set_paused(&mut tx, false).await?;
        self.release_held_in(&mut tx, HeldReason::Paused, None).await?;
        tx.commit().await?;
        self.queue_changed();
        Ok(())
    }

    /// Puts publications held for a reason back on the queue, of one account or all, at their own times.
    pub(crate) async fn release_held(&self, reason: HeldReason, account: Option<AccountId>) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        self.release_held_in(&mut tx, reason, account).await?;
        tx.commit().await?;
        self.queue_changed();
        Ok(())
    }

    /// The same in the transaction that takes the reason away: nothing stays held without one.
    pub(crate) async fn release_held_in(
        &self,
        tx: &mut store::Tx,
        reason: HeldReason,
        account: Option<AccountId>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let ours = match account {
            Some(account) => store::waiting::held_of(tx, reason, account).await?,
            None => store::waiting::held_for(tx, reason).await?,
        };
        for id in ours {
            let Some(publication) = store::publication::find(tx, id).await? else { continue };
            let mut status = publication.status.clone();
            status.state = PublicationState::Scheduled;
            status.held = None;
            status.reason = String::new();
            status.next_at = Some(publication.schedule.at);
            store::publication::set_status(tx, publication.id, &status, now).await?;
            self.enqueue(tx, publication.id, publication.schedule.at).await?;
        }
        self.look_at_trouble(tx, account).await?;
        self.release_changes(tx, reason, account).await
    }

    /// The owner may have resumed or linked again between a look at an account and the word that something of it is
    /// held: then nobody else puts it back.
    pub(crate) async fn release_the_solved_meanwhile(
        &self,
        reason: HeldReason,
        account: AccountId,
    ) -> Result<(), Error> {
        let mut conn = self.store.read().await?;
        let solved = match reason {
            HeldReason::Paused => !store::profile::load(&mut conn).await?.paused,
            HeldReason::Relink => {
                let account = store::account::find(&mut conn, account).await?;
                account.is_some_and(|account| account.state == AccountState::Healthy)
            }
            _ => false,
        };
        drop(conn);
        if solved { self.release_held(reason, Some(account)).await } else { Ok(()) }
    }

    pub(crate) fn queue_changed(&self) {
        self.emit(Topic::Publications, None);
        self.wake.notify_one();
    }

    /// A copied or restored profile: everything due is held and asked about, and nothing starts by itself.
    pub(crate) async fn pause_copied(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let notice = Notice {
            code: ErrorCode::ProfileCopied,
            title: "This profile is a copy or a restored backup".to_owned(),
            body: "Everything is paused. Posts that were due meanwhile may have gone out; look at them, then resume."
                .to_owned(),
            publication: None,
            account: None,
        };
        let mut tx = self.store.begin().await?;
        if self.copied().await?.is_none() {
            let since = store::journal::last_at(&mut tx).await?.unwrap_or(now);
            self.note_copied(&mut tx, since).await?;
        }
        store::profile::set_paused(&mut tx, true).await?;
        for id in store::waiting::due(&mut tx, now).await? {
            let Some(publication) = store::publication::find(&mut tx, id).await? else { continue };
            let account = store::account::find(&mut tx, publication.account).await?;
            let handle = account.map(|account| account.handle).unwrap_or_default();
            let mut status = Status::new(PublicationState::Held, None);
            status.held = Some(HeldReason::Restored);
            let who = words::Who { platform: "The platform", handle: &handle };
            status.reason = words::held(who, HeldReason::Restored, words::Live::NOTHING);
            store::publication::set_status(&mut tx, publication.id, &status, now).await?;
            queue::cancel(&mut tx, jobs::PUBLISH, &publication.id.to_string(), now).await?;
        }
        self.add_notice(&mut tx, &notice).await?;
        tx.commit().await?;
        self.announce(&notice);
        Ok(())
    }

    /// Whether everything is paused.
    pub async fn is_paused(&self) -> Result<bool, Error> {
        Ok(store::profile::load(&mut *self.store.read().await?).await?.paused)
    }

    /// Publications by state, and the next that goes out by itself.
    pub async fn queue_counts(&self) -> Result<(std::collections::BTreeMap<String, i64>, Option<Publication>), Error> {
        let mut conn = self.store.read().await?;
        let counts = store::publication::counts(&mut conn).await?;
        // By the queue, which knows the order; those in doubt are in it to be looked for, not to go out.
        let always = (UtcMs::from_millis(i64::MIN), UtcMs::from_millis(i64::MAX));
        for (key, _) in queue::coming(&mut conn, jobs::PUBLISH, always, NEXT_MAX).await? {
            let Ok(id) = key.parse() else { continue };
            let next = store::publication::find(&mut conn, id).await?;
            if next.as_ref().is_some_and(|next| goes_out(next.status.state)) {
                return Ok((counts, next));
            }
        }
        Ok((counts, None))
    }

    pub(crate) fn publications_changed(&self, id: PublicationId) {
        self.emit(Topic::Publications, Some(id.to_string()));
        self.wake.notify_one();
    }
}

const fn goes_out(state: PublicationState) -> bool {
    matches!(state, PublicationState::Scheduled | PublicationState::Retrying)
}

pub(crate) fn wrong_state(message: &str) -> Error {
    Error::new(ErrorCode::WrongState, message, "Look at its journal for what happened so far.")
}
