//! What its owner chose beforehand for a post that cannot go out as planned: its text without the pictures, or another
//! account. Done only where provably nothing was sent, written in one moment with what led to it, and told.

use domain::{
    AccountId, AccountState, EffectState, ErrorCode, ErrorKind, Finding, ProviderError, PublicationId,
    PublicationState,
    post::{Content, Fallback, Part, Variant},
    schedule,
};
use store::{
    account::Account,
    effect::Effect,
    fallback::Taken,
    journal::Line,
    part::StoredPart,
    publication::{Publication, Status},
};

use super::Run;
use crate::{App, Error, Progress, compose::Draft, event::Topic, jobs, words::Who};

/// Why a post cannot go out as planned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Blocked<'a> {
    /// A picture is gone or cannot be opened.
    Picture,
    /// The account cannot publish, or not in time.
    Account,
    /// The last try failed; `refused` is the effect that the platform answered it did not make.
    Failed(&'a ProviderError, Option<&'a Effect>),
}

impl Blocked<'_> {
    const fn refused(&self) -> Option<&Effect> {
        match self {
            Self::Failed(_, refused) => *refused,
            Self::Picture | Self::Account => None,
        }
    }

    /// Whether the pictures are what is in the way.
    fn is_of_pictures(&self) -> bool {
        match self {
            Self::Picture => true,
            Self::Account => false,
            // A step before the effect that fails is one with a picture.
            Self::Failed(error, refused) => error.kind == ErrorKind::MediaRejected || refused.is_none(),
        }
    }

    /// Whether another account could do better: what is wrong with the text is wrong there too.
    fn is_of_account(&self) -> bool {
        match self {
            Self::Picture => false,
            Self::Account => true,
            Self::Failed(error, _) => !matches!(
                error.kind,
                ErrorKind::ContentRejected | ErrorKind::MediaRejected | ErrorKind::Duplicate | ErrorKind::Unsupported
            ),
        }
    }
}

impl Run<'_> {
    /// Does what was chosen; `false` where that is to hold the post, or where it does not help.
    pub(super) async fn instead(
        &mut self,
        blocked: Blocked<'_>,
        sentence: &str,
        account_state: Option<AccountState>,
    ) -> Result<bool, Error> {
        if !self.nothing_sent(blocked.refused()) {
            return Ok(false);
        }
        let choice = {
            let mut conn = self.app.store.read().await?;
            let taken = store::fallback::taken(&mut conn, self.publication.id).await?;
            let choice = store::fallback::of(&mut conn, self.publication.post).await?;
            if taken.is_some() { Fallback::Hold } else { choice }
        };
        match choice {
            Fallback::Text if blocked.is_of_pictures() && self.has_text_without_pictures() => {
                self.without_pictures(blocked.refused(), sentence).await
            }
            Fallback::Account { account } if blocked.is_of_account() => {
                self.through(account, blocked.refused(), sentence, account_state).await
            }
            _ => Ok(false),
        }
    }

    /// Whether provably nothing of it was sent: no call without an answer, and nothing live.
    fn nothing_sent(&self, refused: Option<&Effect>) -> bool {
        let unsent = |effect: &Effect| {
            matches!(effect.state, EffectState::Ready | EffectState::Refused)
                || refused.is_some_and(|refused| refused.id == effect.id)
        };
        self.effects.iter().all(unsent) && self.parts.iter().all(|part| part.remote.is_empty())
    }

    fn has_text_without_pictures(&self) -> bool {
        let pictured = self.parts.iter().any(|part| !part.content.media.is_empty());
        pictured && self.parts.iter().all(|part| !part.content.text.trim().is_empty())
    }

    async fn without_pictures(&mut self, refused: Option<&Effect>, sentence: &str) -> Result<bool, Error> {
        let (id, now) = (self.publication.id, self.app.clock.now());
        let mut tx = self.app.store.begin().await?;
        if !queue::holds(&mut tx, self.job).await? {
            return Ok(false);
        }
        let without = |part: &StoredPart| Part { media: Vec::new(), ..part.content.clone() };
        let parts: Vec<_> = self.parts.iter().map(without).collect();
        // Nothing of it was sent: no checkpoint and no remote part is lost.
        store::part::replace(&mut tx, id, &parts).await?;
        self.plan_anew(&mut tx, refused).await?;
        store::fallback::take(&mut tx, id, Taken { kind: "text", other: None }, now).await?;
        let reason =
            format!("{sentence} As you chose beforehand, it goes out without its pictures: the text and its link.");
        let mut status = Status::new(PublicationState::Retrying, Some(now));
        status.reason.clone_from(&reason);
        status.cause.clone_from(&self.publication.status.cause);
        store::publication::set_status(&mut tx, id, &status, now).await?;
        store::journal::add(&mut tx, id, &line(now, "instead_text", &reason)).await?;
        let notice = self.notice(ErrorCode::MediaRejected, reason);
        self.app.add_notice(&mut tx, &notice).await?;
        queue::snooze(&mut tx, self.job, now, now).await?;
        tx.commit().await?;
        self.told(&status, &notice);
        Ok(true)
    }

    /// What was recorded to be sent binds no more: it was provably not made, and is to be something else.
    async fn plan_anew(&self, tx: &mut store::Tx, refused: Option<&Effect>) -> Result<(), Error> {
        let now = self.app.clock.now();
        for effect in &self.effects {
            let mut effect = refused.filter(|refused| refused.id == effect.id).unwrap_or(effect).clone();
            effect.state = EffectState::Ready;
            effect.gave_up_at = None;
            effect.request.clear();
            store::effect::put(tx, &effect, now).await?;
        }
        Ok(())
    }

    async fn through(
        &mut self,
        other: AccountId,
        refused: Option<&Effect>,
        sentence: &str,
        account_state: Option<AccountState>,
    ) -> Result<bool, Error> {
        let Some(other) = self.fit_to_publish(other).await? else { return Ok(false) };
        let (id, now) = (self.publication.id, self.app.clock.now());
        let mut tx = self.app.store.begin().await?;
        let known = store::publication::of_post(&mut tx, self.publication.post).await?;
        let twice = known.iter().any(|publication| publication.account == other.id);
        if twice || !queue::holds(&mut tx, self.job).await? {
            return Ok(false);
        }
        let theirs = self.publish_through(&mut tx, &other).await?;
        if let Some(effect) = refused {
            store::effect::put(&mut tx, effect, now).await?;
        }
        if let Some(state) = account_state {
            store::account::set_state(&mut tx, self.account.id, state, sentence, now).await?;
        }
        store::fallback::take(&mut tx, id, Taken { kind: "account", other: Some(theirs) }, now).await?;
        let Who { handle, .. } = self.who();
        let reason = format!(
            "{sentence} It is not live on {handle}. As you chose beforehand, it goes out through {} instead.",
            other.handle
        );
        let mut status = Status::new(PublicationState::Cancelled, None);
        status.reason.clone_from(&reason);
        status.attempts = self.publication.status.attempts;
        store::publication::set_status(&mut tx, id, &status, now).await?;
        store::journal::add(&mut tx, id, &line(now, "instead_account", &reason)).await?;
        let taken_over = format!("It goes out here in place of {handle}, as you chose beforehand.");
        store::journal::add(&mut tx, theirs, &line(now, "instead_account", &taken_over)).await?;
        let notice = self.notice(ErrorCode::AccountRestricted, reason);
        self.app.add_notice(&mut tx, &notice).await?;
        queue::complete(&mut tx, self.job, now).await?;
        tx.commit().await?;
        if account_state.is_some() {
            self.app.emit(Topic::Accounts, Some(self.account.id.to_string()));
        }
        self.told(&status, &notice);
        Ok(true)
    }

    /// The other account, where it is of the same platform and well, and its limits take the post.
    async fn fit_to_publish(&self, other: AccountId) -> Result<Option<Account>, Error> {
        let found = store::account::find(&mut *self.app.store.read().await?, other).await?;
        let fits = |account: &Account| {
            account.id != self.account.id
                && account.platform == self.account.platform
                && account.state == AccountState::Healthy
        };
        let Some(account) = found.filter(fits) else { return Ok(None) };
        let parts = self.parts.iter().map(|part| part.content.clone()).collect();
        let draft = Draft {
            content: Content { parts, language: self.publication.language.clone(), ..Content::default() },
            variants: vec![Variant { account: other, parts: None, options: self.publication.options.clone() }],
            accounts: vec![other],
        };
        let blocked = self.app.review(None, &draft).await?.findings.iter().any(Finding::blocks);
        Ok((!blocked).then_some(account))
    }

    async fn publish_through(&self, tx: &mut store::Tx, other: &Account) -> Result<PublicationId, Error> {
        let now = self.app.clock.now();
        let zone = &self.publication.schedule.zone;
        let schedule = schedule::at_instant(now, zone).unwrap_or_else(|_| self.publication.schedule.clone());
        let publication = Publication {
            id: PublicationId::new(now, self.app.random.as_ref()),
            account: other.id,
            status: Status::new(PublicationState::Scheduled, Some(now)),
            class: self.provider.descriptor().class(&other.kind),
            schedule,
            ..self.publication.clone()
        };
        let id = store::publication::upsert(tx, &publication, now).await?;
        let parts: Vec<_> = self.parts.iter().map(|part| part.content.clone()).collect();
        store::part::replace(tx, id, &parts).await?;
        if let Some(comment) = store::first_comment::of(tx, self.publication.id).await? {
            store::first_comment::set(tx, id, &comment).await?;
        }
        let job = domain::JobId::new(now, self.app.random.as_ref());
        queue::enqueue(tx, job, (jobs::PUBLISH, &id.to_string(), &other.id.to_string()), now, now).await?;
        Ok(id)
    }

    fn told(&mut self, status: &Status, notice: &domain::ports::Notice) {
        self.publication.status = status.clone();
        self.app.progress(Progress::state(self.publication.id, status));
        self.app.emit(Topic::Publications, Some(self.publication.id.to_string()));
        self.app.queue_changed();
        self.app.announce(notice);
    }
}

fn line(at: domain::UtcMs, event: &str, text: &str) -> Line {
    Line { at, event: event.to_owned(), part: None, text: text.to_owned() }
}

impl App {
    /// Chooses what becomes of a post that cannot go out as planned.
    pub async fn set_fallback(&self, post: domain::PostId, choice: Fallback) -> Result<(), Error> {
        let (found, publications) = self.post(post).await?;
        if let Fallback::Account { account } = choice {
            let other = self.account(account).await?;
            let chosen: Vec<_> = if publications.is_empty() {
                found.accounts
            } else {
                publications.iter().map(|publication| publication.account).collect()
            };
            if chosen.contains(&account) {
                return Err(Error::invalid("The account to fall back on is one that the post goes to anyway."));
            }
            let mut kin = false;
            for id in chosen {
                kin |= self.account(id).await?.platform == other.platform;
            }
            if !kin {
                return Err(Error::invalid("The account to fall back on is of none of the post's platforms."));
            }
        }
        let mut tx = self.store.begin().await?;
        store::fallback::set(&mut tx, post, choice).await?;
        tx.commit().await?;
        self.emit(Topic::Posts, Some(post.to_string()));
        Ok(())
    }

    /// What was chosen for a post.
    pub async fn fallback_of(&self, post: domain::PostId) -> Result<Fallback, Error> {
        Ok(store::fallback::of(&mut *self.store.read().await?, post).await?)
    }

    /// What became of a publication that could not go out as planned.
    pub async fn fallback_taken(&self, id: PublicationId) -> Result<Option<Taken>, Error> {
        Ok(store::fallback::taken(&mut *self.store.read().await?, id).await?)
    }
}
