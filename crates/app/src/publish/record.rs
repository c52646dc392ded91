//! Writing down what happened: everything one moment changes, in one synced transaction.

use domain::{
    AccountState, ErrorCode, HeldReason, ProviderError, PublicationState, UtcMs, error::RawReply, ports::Notice,
};
use queue::Verdict;
use store::{effect::Effect, journal::Line, publication::Status, reply::KeptReply};

use super::Run;
pub(super) use crate::jobs::JobEnd;
use crate::{Error, event::Topic};

/// Everything one moment changes.
pub(super) struct Change {
    state: PublicationState,
    job: JobEnd,
    pub(super) held: Option<HeldReason>,
    pub(super) reason: String,
    pub(super) cause: String,
    pub(super) raw: String,
    pub(super) next_at: Option<UtcMs>,
    pub(super) attempts: i64,
    pub(super) step: String,
    pub(super) effect: Option<Effect>,
    pub(super) live: Option<(i64, providers::provider::Remote)>,
    pub(super) checkpoint: Option<(i64, String)>,
    pub(super) published: Option<String>,
    pub(super) account_state: Option<(AccountState, String)>,
    pub(super) notice: Option<Notice>,
    pub(super) success: bool,
    /// A try failed that counts against the hour.
    pub(super) retried: bool,
    /// Tells what the platform did: true whoever learnt it, so it is written even when the claim no longer counts.
    pub(super) outcome: bool,
    reply: Option<Box<RawReply>>,
    lines: Vec<(String, Option<i64>, String)>,
}

impl Change {
    pub(super) const fn to(state: PublicationState, job: JobEnd) -> Self {
        Self {
            state,
            job,
            held: None,
            reason: String::new(),
            cause: String::new(),
            raw: String::new(),
            next_at: None,
            attempts: 0,
            step: String::new(),
            effect: None,
            live: None,
            checkpoint: None,
            published: None,
            account_state: None,
            notice: None,
            success: false,
            retried: false,
            outcome: false,
            reply: None,
            lines: Vec::new(),
        }
    }

    /// Adds a line to the journal.
    pub(super) fn line(&mut self, event: &str, part: Option<i64>, text: &str) {
        self.lines.push((event.to_owned(), part, text.to_owned()));
    }

    /// Keeps an effect that was refused: an outcome.
    pub(super) fn refused(&mut self, part: i64, effect: Option<Effect>, sentence: &str) {
        let Some(effect) = effect else { return };
        self.outcome = true;
        self.lines.insert(0, ("refused".to_owned(), Some(part), sentence.to_owned()));
        self.effect = Some(effect);
    }

    /// Keeps a cause, and what the platform said last.
    pub(super) fn because(&mut self, code: ErrorCode, raw: &str) {
        self.cause = word(code);
        raw.clone_into(&mut self.raw);
    }

    /// Keeps the cause, the platform's own words and a copy of its answer.
    pub(super) fn blame(&mut self, error: &ProviderError) {
        self.reply.clone_from(&error.reply);
        self.cause = word(error.kind.into());
        let status = error.status.map(|status| format!("HTTP {status} ")).unwrap_or_default();
        self.raw = format!("{}: {status}{} {}", error.operation, error.remote_code, error.remote_message);
    }

    fn status(&self) -> Status {
        Status {
            state: self.state,
            held: self.held,
            reason: self.reason.clone(),
            cause: self.cause.clone(),
            raw: self.raw.clone(),
            next_at: self.next_at,
            attempts: self.attempts,
            step: self.step.clone(),
        }
    }
}

/// A code as it is kept.
pub(super) fn word(code: ErrorCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What became of the wish to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// It is on the disk: send.
    Written,
    /// This claim counts no longer.
    Stale,
    /// Everything was paused before anything of it was sent.
    Paused,
    /// The clock was set back: it was put back for its time.
    Early,
}

impl Run<'_> {
    /// Writes a change; on return it is on the disk. When the claim no longer counts (its owner cancelled meanwhile)
    /// only an outcome is written, and the run ends.
    pub(super) async fn record(&mut self, change: Change) -> Result<(), Error> {
        if self.write(&change).await? {
            self.after(change);
        } else {
            tracing::info!(publication = %self.publication.id, "another claim came in between");
            self.stale = true;
        }
        Ok(())
    }

    /// Writes the intent to send, only while this claim counts and nothing is paused.
    pub(super) async fn record_intent(&mut self, change: Change) -> Result<Intent, Error> {
        let mut tx = step!("publish.intent.begin", self.app.store.begin().await)?;
        let now = self.now();
        let lease = step!("publish.intent.lease", queue::extend(&mut tx, self.job, now, crate::jobs::LEASE_MS).await)?;
        if lease == Verdict::Stale {
            tx.commit().await?;
            return Ok(Intent::Stale);
        }
        let (mark, paused) = step!("publish.intent.mark", store::profile::raise_mark(&mut tx).await)?;
        if paused && !self.begun() {
            return Ok(Intent::Paused);
        }
        step!("publish.intent.apply", self.apply(&mut tx, &change).await)?;
        // All is written but the end, which is what makes it so: that is left for its time.
        if !self.begun() && !self.app.comes_its_time(self.job.due).await {
            drop(tx);
            self.app.put_back(self.job).await?;
            return Ok(Intent::Early);
        }
        step!("publish.intent.commit", tx.commit().await)?;
        self.app.outside.mark(mark);
        step!("publish.intent.carry", self.after(change));
        Ok(Intent::Written)
    }

    async fn write(&self, change: &Change) -> Result<bool, Error> {
        let mut tx = step!("publish.record.begin", self.app.store.begin().await)?;
        if !change.outcome && !queue::holds(&mut tx, self.job).await? {
            tx.commit().await?;
            return Ok(false);
        }
        step!("publish.record.apply", self.apply(&mut tx, change).await)?;
        let now = self.app.clock.now();
        step!("publish.record.job", change.job.write(&mut tx, self.job, now).await)?;
        step!("publish.record.commit", tx.commit().await)?;
        Ok(true)
    }

    async fn apply(&self, tx: &mut store::Tx, change: &Change) -> Result<(), Error> {
        let (id, now) = (self.publication.id, self.now());
        if let Some(effect) = &change.effect {
            step!("publish.record.effect", store::effect::put(tx, effect, now).await)?;
        }
        if let Some((part, remote)) = &change.live {
            let text = serde_json::to_string(remote).map_err(|_| Error::internal("a remote post"))?;
            step!("publish.record.remote", store::part::set_remote(tx, id, *part, &text).await)?;
            if !remote.id.is_empty() {
                let (account, publication) = (self.account.id, Some(id));
                store::remote_post::upsert(tx, account, &remote.id, publication, &remote.url, now).await?;
            }
        }
        if let Some((part, checkpoint)) = &change.checkpoint {
            step!("publish.record.checkpoint", store::part::set_checkpoint(tx, id, *part, checkpoint).await)?;
        }
        if let Some((state, reason)) = &change.account_state {
            store::account::set_state(tx, self.account.id, *state, reason, now).await?;
        }
        for (event, part, text) in &change.lines {
            let line = Line { at: now, event: event.clone(), part: *part, text: text.clone() };
            step!("publish.record.line", store::journal::add(tx, id, &line).await)?;
        }
        if let Some(reply) = &change.reply {
            let about = change.effect.as_ref().map(|effect| effect.part);
            let part = about.or_else(|| change.lines.iter().find_map(|line| line.1)).unwrap_or_default();
            store::reply::add(tx, id, &KeptReply { part, at: now, reply: (**reply).clone() }).await?;
        }
        if let Some(notice) = &change.notice {
            step!("publish.record.notice", self.app.add_notice(tx, notice).await)?;
        }
        if change.retried {
            self.app.spend_retry(tx, &self.account).await?;
        }
        step!("publish.record.status", store::publication::set_status(tx, id, &change.status(), now).await)?;
        if let Some(url) = &change.published {
            step!("publish.record.published", store::publication::set_published(tx, id, url, now).await)?;
            self.app.begin_first_comment(tx, id).await?;
        }
        Ok(())
    }

    /// Carries a written change into memory and tells whoever watches.
    fn after(&mut self, change: Change) {
        let before = self.publication.status.state;
        self.publication.status = change.status();
        if let Some(effect) = change.effect {
            self.effects.retain(|known| known.part != effect.part);
            self.effects.push(effect);
        }
        if let Some((ordinal, remote)) = change.live
            && let Some(part) = self.parts.iter_mut().find(|part| part.ordinal == ordinal)
        {
            part.remote = serde_json::to_string(&remote).unwrap_or_default();
        }
        if let Some((ordinal, checkpoint)) = change.checkpoint
            && let Some(part) = self.parts.iter_mut().find(|part| part.ordinal == ordinal)
        {
            part.checkpoint = checkpoint;
        }
        if change.account_state.is_some() {
            self.app.emit(Topic::Accounts, Some(self.account.id.to_string()));
        }
        self.app.emit(Topic::Publications, Some(self.publication.id.to_string()));
        if self.publication.status.state != before {
            self.app.progress(crate::Progress::state(self.publication.id, &self.publication.status));
        }
        if let Some(notice) = &change.notice {
            self.app.announce(notice);
        }
        if change.success {
            self.app.announce_success(&self.publication, &self.account);
        }
    }
}
