//! Writing down what happened to a change: everything one moment changes, in one synced transaction.

use domain::{
    AccountState, ChangeState, EffectKind, HeldReason, ProviderError, UtcMs, change::Wording, ports::Notice, post::Part,
};
use providers::provider::Remote;
use queue::Verdict;
use store::{effect::Effect, journal::Line};

use super::Run;
pub(super) use crate::jobs::JobEnd;
use crate::{Error, Progress, compose::title, event::Topic, jobs::LEASE_MS};

/// A part the platform made as wished.
pub(super) struct Made {
    /// Its place.
    pub(super) part: i64,
    /// What the platform says of it.
    pub(super) remote: Remote,
    /// What it says now; `None` where it says nothing any more.
    pub(super) says: Option<(Part, Wording)>,
}

/// Everything one moment changes.
pub(super) struct Word {
    pub(super) state: ChangeState,
    pub(super) job: JobEnd,
    pub(super) held: Option<HeldReason>,
    pub(super) reason: String,
    pub(super) trouble: Option<(String, String)>,
    pub(super) next_at: Option<UtcMs>,
    pub(super) attempts: i64,
    pub(super) effect: Option<Effect>,
    pub(super) made: Option<Made>,
    pub(super) account_state: Option<(AccountState, String)>,
    pub(super) notice: Option<Notice>,
    /// Tells what the platform did: true whoever learnt it, so it is written even when the claim no longer counts.
    pub(super) outcome: bool,
    line: Option<(&'static str, Option<i64>, String)>,
}

impl Word {
    pub(super) const fn to(state: ChangeState, job: JobEnd, attempts: i64) -> Self {
        Self {
            state,
            job,
            held: None,
            reason: String::new(),
            trouble: None,
            next_at: None,
            attempts,
            effect: None,
            made: None,
            account_state: None,
            notice: None,
            outcome: false,
            line: None,
        }
    }

    /// Its line in the journal.
    pub(super) fn line(&mut self, event: &'static str, part: Option<i64>, text: &str) {
        self.line = Some((event, part, text.to_owned()));
    }

    /// Keeps the cause and the platform's own words.
    pub(super) fn blame(&mut self, error: &ProviderError) {
        let status = error.status.map(|status| format!("HTTP {status} ")).unwrap_or_default();
        let raw = format!("{}: {status}{} {}", error.operation, error.remote_code, error.remote_message);
        self.cause(error.kind.into(), raw);
    }

    pub(super) fn cause(&mut self, code: domain::ErrorCode, raw: String) {
        let cause = serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned));
        self.trouble = Some((cause.unwrap_or_default(), raw));
    }
}

impl Run<'_> {
    /// Writes a word; on return it is on the disk. When the claim no longer counts only an outcome is written, and the
    /// run ends.
    pub(super) async fn record(&mut self, word: Word) -> Result<(), Error> {
        let mut tx = step!("change.record.begin", self.app.store.begin().await)?;
        let holds = queue::holds(&mut tx, self.job).await?;
        if holds || word.outcome {
            step!("change.record.apply", self.apply(&mut tx, &word, holds).await)?;
            let now = self.app.clock.now();
            step!("change.record.job", word.job.write(&mut tx, self.job, now).await)?;
        }
        step!("change.record.commit", tx.commit().await)?;
        if holds || word.outcome {
            self.after(word);
        }
        self.stale |= !holds;
        Ok(())
    }

    /// Writes the intent to send, only while this claim counts; `false` when it does not any more.
    pub(super) async fn record_intent(&mut self, word: Word) -> Result<bool, Error> {
        let mut tx = step!("change.intent.begin", self.app.store.begin().await)?;
        if queue::extend(&mut tx, self.job, self.app.clock.now(), LEASE_MS).await? == Verdict::Stale {
            tx.commit().await?;
            self.stale = true;
            return Ok(false);
        }
        step!("change.intent.apply", self.apply(&mut tx, &word, true).await)?;
        let (mark, _) = step!("change.intent.mark", store::profile::raise_mark(&mut tx).await)?;
        step!("change.intent.commit", tx.commit().await)?;
        self.app.outside.mark(mark);
        self.after(word);
        Ok(true)
    }

    /// `holds`: whether this claim may say where the change stands; one that was replaced may not.
    async fn apply(&self, tx: &mut store::Tx, word: &Word, holds: bool) -> Result<(), Error> {
        let (id, now) = (self.publication.id, self.app.clock.now());
        if let Some(effect) = &word.effect {
            store::effect::put(tx, effect, now).await?;
        }
        if let Some(Made { part, remote, says }) = &word.made {
            let text = serde_json::to_string(remote).map_err(|_| Error::internal("a remote post"))?;
            store::part::set_remote(tx, id, *part, &text).await?;
            if let Some((content, wording)) = says {
                store::part::set_wording(tx, id, *part, (content, wording)).await?;
            }
        }
        if let Some((state, reason)) = &word.account_state {
            store::account::set_state(tx, self.account.id, *state, reason, now).await?;
        }
        if let Some((event, part, text)) = &word.line {
            let line = Line { at: now, event: (*event).to_owned(), part: *part, text: text.clone() };
            store::journal::add(tx, id, &line).await?;
        }
        if let Some(notice) = &word.notice {
            self.app.add_notice(tx, notice).await?;
        }
        if holds {
            let mut change = self.change.clone();
            word.stand(&mut change);
            store::live_change::put(tx, &change, now).await?;
        }
        if word.state == ChangeState::Done {
            self.settle(tx, word, now).await?;
        }
        Ok(())
    }

    /// Writes what is true of the publication once every part is as wished.
    async fn settle(&self, tx: &mut store::Tx, word: &Word, now: UtcMs) -> Result<(), Error> {
        let id = self.publication.id;
        match self.change.kind {
            EffectKind::Delete => return Ok(store::publication::set_deleted(tx, id, now).await?),
            EffectKind::Comment => return self.own(tx, word, now).await,
            EffectKind::Publish | EffectKind::Edit => {}
        }
        let mut contents: Vec<Part> = self.parts.iter().map(|part| part.content.clone()).collect();
        if let Some(Made { part: ordinal, says: Some((content, _)), .. }) = &word.made
            && let Some(place) = self.parts.iter().position(|part| part.ordinal == *ordinal)
            && let Some(old) = contents.get_mut(place)
        {
            old.clone_from(content);
        }
        let Some(first) = self.change.wanted.first() else { return Ok(()) };
        // Fields that go out with the first part only are among its own.
        let name = title(&contents);
        store::publication::set_edited(tx, id, (&name, &first.language), &first.options, now).await?;
        Ok(())
    }

    /// A comment is ours: it must never pass for the post of another publication.
    async fn own(&self, tx: &mut store::Tx, word: &Word, now: UtcMs) -> Result<(), Error> {
        let Some(effect) = word.effect.as_ref().filter(|effect| !effect.remote_id.is_empty()) else { return Ok(()) };
        let publication = Some(self.publication.id);
        store::remote_post::upsert(tx, self.account.id, &effect.remote_id, publication, &effect.url, now).await?;
        Ok(())
    }

    /// Carries a written word into memory and tells whoever watches.
    fn after(&mut self, word: Word) {
        let before = self.change.state;
        word.stand(&mut self.change);
        if let Some(effect) = word.effect {
            self.effects.retain(|known| known.part != effect.part);
            self.effects.push(effect);
        }
        if let Some(Made { part: ordinal, remote, says }) = word.made
            && let Some(part) = self.parts.iter_mut().find(|part| part.ordinal == ordinal)
        {
            part.remote = serde_json::to_string(&remote).unwrap_or_default();
            if let Some((content, wording)) = says {
                (part.content, part.wording) = (content, Some(wording));
            }
        }
        if word.account_state.is_some() {
            self.app.emit(Topic::Accounts, Some(self.account.id.to_string()));
        }
        let id = self.publication.id;
        self.app.emit(Topic::Publications, Some(id.to_string()));
        if self.change.state != before {
            let (kind, state) = (self.change.kind, self.change.state);
            self.app.progress(Progress::Change(id, kind, state, self.change.reason.clone()));
        }
        if let Some(notice) = &word.notice {
            self.app.announce(notice);
        }
    }
}

impl Word {
    /// Writes itself into the change.
    fn stand(&self, change: &mut store::live_change::LiveChange) {
        change.state = self.state;
        change.held = self.held;
        change.reason.clone_from(&self.reason);
        (change.cause, change.raw) = self.trouble.clone().unwrap_or_default();
        change.next_at = self.next_at;
        change.attempts = self.attempts;
    }
}
