//! Changing what is live: the first comment below a publication, deleting it, or giving it other words. Jobs of their own
//! through the same journal as publishing.
//!
//! An effect is recorded and synced before it is sent, its outcome after it. After silence or a crash nothing is sent
//! before the platform was asked what is there ([`settle`]). Deleting twice is harmless. An edit is planned anew at every
//! try, and only while the platform shows what Postroom left there.

mod again;
mod ask;
mod comment;
mod failures;
mod record;
mod sentences;
mod settle;
mod withdraw;

use std::sync::Arc;

use domain::{
    AccountState, ChangeState, EffectClass, EffectId, EffectKind, EffectState, ErrorCode, ErrorKind, HeldReason,
    PublicationId, Retry, change::Wording, ports::Notice, post::Part,
};
use providers::{
    Provider,
    change::{Live, Prospect, Wish},
    provider::{AccountRef, EffectPlan, Remote, Session},
};
use queue::Job;
use store::{account::Account, effect::Effect, live_change::LiveChange, part::StoredPart, publication::Publication};

pub use ask::EditedPart;

use crate::{App, Error, words::Who};
use record::{JobEnd, Made, Word};

/// How long until a locked keychain is tried again, in milliseconds.
const UNLOCK_MS: i64 = 60_000;

/// Whether to go on with this change now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The part is as wished; on to the next.
    PartDone,
    /// Look at the part again at once.
    Again,
    /// Recorded and given back: nothing more to do now.
    Ended,
}

/// One claim of one change.
struct Run<'a> {
    app: &'a Arc<App>,
    job: &'a Job,
    change: LiveChange,
    publication: Publication,
    account: Account,
    provider: Arc<dyn Provider>,
    account_ref: AccountRef,
    parts: Vec<StoredPart>,
    /// Those of this change.
    effects: Vec<Effect>,
    /// The claim counts no longer: nothing more is done.
    stale: bool,
}

/// Does what a claimed job asks for, as far as it can be done now.
pub(crate) async fn run(app: &Arc<App>, job: &Job) -> Result<(), Error> {
    let id: PublicationId = job.key.parse().map_err(|_| Error::internal("a job without a publication"))?;
    let account = store::publication::find(&mut *app.store.read().await?, id).await?.map(|found| found.account);
    let _turn = match account {
        Some(account) => Some(app.locks.turn(account).await),
        None => None,
    };
    let Some(mut run) = step!("change.load", Run::load(app, job, id).await)? else {
        let mut tx = app.store.begin().await?;
        queue::complete(&mut tx, job, app.clock.now()).await?;
        tx.commit().await?;
        return Ok(());
    };
    if run.hold_if_it_must_wait().await? {
        return Ok(());
    }
    for index in run.order() {
        loop {
            let turn = run.part(index).await?;
            match turn {
                _ if run.stale => return Ok(()),
                Turn::PartDone => break,
                Turn::Again => {}
                Turn::Ended => return Ok(()),
            }
        }
    }
    run.finish().await
}

impl<'a> Run<'a> {
    /// Everything about the change of a job; `None` when nothing is left to change.
    async fn load(app: &'a Arc<App>, job: &'a Job, id: PublicationId) -> Result<Option<Self>, Error> {
        let mut conn = app.store.read().await?;
        let change = store::live_change::last(&mut conn, id).await?;
        let ours = |change: &LiveChange| !change.state.is_final() && crate::jobs::kind(change.kind) == job.kind;
        let Some(change) = change.filter(ours) else { return Ok(None) };
        let Some(publication) = store::publication::find(&mut conn, id).await? else { return Ok(None) };
        let parts = store::part::of(&mut conn, id).await?;
        let mut effects = store::effect::of(&mut conn, id).await?;
        effects.retain(|effect| effect.kind == change.kind && effect.ordinal == change.ordinal);
        let account = store::account::find(&mut conn, publication.account).await?;
        let account = account.ok_or_else(|| Error::internal("a publication without an account"))?;
        let provider = app.provider(account.platform.as_str())?;
        let account_ref = App::account_ref(&account);
        Ok(Some(Self { app, job, change, publication, account, provider, account_ref, parts, effects, stale: false }))
    }

    fn who(&self) -> Who<'_> {
        Who { platform: self.provider.descriptor().name, handle: &self.account.handle }
    }

    fn session(&self) -> Session {
        self.app.session(&self.account, self.account_ref.clone(), Some(self.publication.id))
    }

    /// The places to be changed, in the order in which what is live makes sense at any moment: a thread loses its last
    /// part first.
    fn order(&self) -> Vec<usize> {
        let places = 0..self.parts.len();
        match self.change.kind {
            EffectKind::Delete => return places.rev().collect(),
            // It answers the end of a thread.
            EffectKind::Comment => return places.last().into_iter().collect(),
            EffectKind::Publish | EffectKind::Edit => {}
        }
        places.filter(|index| self.effect(*index).is_some() || self.wanted(*index) != self.wording(*index)).collect()
    }

    fn effect(&self, index: usize) -> Option<&Effect> {
        let part = self.parts.get(index)?.ordinal;
        self.effects.iter().find(|effect| effect.part == part)
    }

    /// What a part is to say; `None` where it is to be gone, or stays as it is.
    fn wanted(&self, index: usize) -> Option<Wording> {
        self.change.wanted.get(index).filter(|_| self.change.kind == EffectKind::Edit).cloned()
    }

    /// The words Postroom left of a part.
    fn wording(&self, index: usize) -> Option<Wording> {
        let part = self.parts.get(index)?;
        let fields = self.provider.options(Some(&self.account_ref));
        Some(ask::left(&fields, &self.publication, part, index))
    }

    fn in_doubt(&self) -> bool {
        self.effects.iter().any(|effect| effect.state == EffectState::Open)
    }

    /// Holds the change when it may not be made now: paused, relink, keys locked.
    async fn hold_if_it_must_wait(&mut self) -> Result<bool, Error> {
        let profile = store::profile::load(&mut *self.app.store.read().await?).await?;
        let reason = if profile.paused {
            HeldReason::Paused
        } else if self.account.state != AccountState::Healthy {
            HeldReason::Relink
        } else if self.app.unlock().await.is_err() {
            HeldReason::VaultLocked
        } else {
            return Ok(false);
        };
        self.hold(reason, None).await?;
        self.app.release_the_solved_meanwhile(reason, self.account.id).await?;
        Ok(true)
    }

    async fn hold(&mut self, reason: HeldReason, account: Option<(AccountState, String)>) -> Result<(), Error> {
        // A keychain is unlocked elsewhere and tells nobody: it is tried again.
        let job = match reason {
            HeldReason::VaultLocked => JobEnd::Snooze(self.app.clock.now().plus_ms(UNLOCK_MS)),
            _ => JobEnd::Complete,
        };
        let sentence = sentences::held(self.who(), self.change.kind, reason, self.in_doubt());
        let news = self.change.held != Some(reason) && reason != HeldReason::Paused;
        let code = if reason == HeldReason::Relink { ErrorCode::RelinkNeeded } else { ErrorCode::VaultUnavailable };
        let mut word = Word::to(ChangeState::Held, job, self.change.attempts);
        word.held = Some(reason);
        word.notice = news.then(|| self.notice(code, sentence.clone()));
        if self.change.held != Some(reason) {
            word.line("change_held", None, &sentence);
        }
        word.account_state = account;
        word.reason = sentence;
        self.record(word).await
    }

    /// Moves one part on by one step.
    async fn part(&mut self, index: usize) -> Result<Turn, Error> {
        match self.effect(index).map(|effect| effect.state) {
            Some(EffectState::Done) => Ok(Turn::PartDone),
            Some(EffectState::Open) if self.change.kind == EffectKind::Comment => self.look_for_comment(index).await,
            Some(EffectState::Open) => self.look(index).await,
            Some(EffectState::Refused | EffectState::Undecided) => {
                self.fail(index, None, ErrorCode::WrongState, "It was refused before.".to_owned()).await
            }
            None | Some(EffectState::Ready) if self.change.kind == EffectKind::Comment => self.comment(index).await,
            None | Some(EffectState::Ready) => self.plan(index).await,
        }
    }

    /// Plans the change of a part, and makes it.
    async fn plan(&mut self, index: usize) -> Result<Turn, Error> {
        let remote = self.remote(index)?;
        let (wording, wanted) = (self.wording(index).unwrap_or_default(), self.wanted(index));
        let live = Live { remote: &remote, wording: &wording };
        let wish = wanted.as_ref().map_or(Wish::Delete, Wish::Edit);
        let plan = match step!("change.plan", self.provider.plan_change(&self.session(), &live, wish).await) {
            Ok(Prospect::Effect(plan)) => plan,
            Ok(Prospect::Done(remote)) => return self.made(index, None, remote, "change_found").await,
            Ok(Prospect::Elsewhere) => return self.elsewhere(index, None).await,
            Ok(Prospect::Gone) => return self.gone(index, None).await,
            Err(error) => return self.failed_try(index, &error, None).await,
        };
        let effect = self.effect_of(index, plan.class)?;
        self.send(index, effect, plan).await
    }

    /// Records the intent, sends, records the outcome.
    async fn send(&mut self, index: usize, effect: Effect, plan: EffectPlan) -> Result<Turn, Error> {
        let effect = self.intent(effect, &plan)?;
        let number = effect.attempts;
        let mut word = Word::to(ChangeState::Running, JobEnd::Keep, self.change.attempts);
        word.line("change_intent", Some(effect.part), &format!("About to ask the platform, call {number}."));
        word.effect = Some(effect.clone());
        if !self.record_intent(word).await? {
            return Ok(Turn::Ended);
        }
        let session = self.session();
        let outcome = match self.change.kind {
            EffectKind::Comment => step!("change.send_comment", self.provider.commit(&session, &plan).await),
            _ => step!("change.send", self.provider.change(&session, &plan).await),
        };
        match outcome {
            Ok(remote) => self.made(index, Some(effect), remote, "change_made").await,
            Err(error) if error.retry == Retry::Confirm => self.silence(effect, &error).await,
            Err(error) if error.kind == ErrorKind::NotFound && self.change.kind == EffectKind::Edit => {
                self.gone(index, Some(effect)).await
            }
            Err(error) => self.failed_try(index, &error, Some(effect)).await,
        }
    }

    /// An effect as it is about to be sent.
    fn intent(&self, mut effect: Effect, plan: &EffectPlan) -> Result<Effect, Error> {
        let now = self.app.clock.now();
        let request = serde_json::to_string(&plan.request).map_err(|_| Error::internal("a request"))?;
        effect.state = EffectState::Open;
        effect.class = plan.class;
        effect.key.clone_from(&plan.key);
        effect.fingerprint = domain::media::digest_hex(request.as_bytes());
        effect.request = request;
        effect.attempts += 1;
        effect.first_sent_at = effect.first_sent_at.or(Some(now));
        effect.gave_up_at = None;
        Ok(effect)
    }

    /// The effect of a part, or a new one that is not written yet.
    fn effect_of(&self, index: usize, class: EffectClass) -> Result<Effect, Error> {
        match self.effect(index) {
            Some(effect) => Ok(effect.clone()),
            None => self.new_effect(index, class),
        }
    }

    fn new_effect(&self, index: usize, class: EffectClass) -> Result<Effect, Error> {
        let (now, mut random) = (self.app.clock.now(), [0_u8; 8]);
        self.app.random.fill(&mut random);
        let part = self.parts.get(index).ok_or_else(|| Error::internal("a part out of range"))?.ordinal;
        let id = EffectId::new(now, self.app.random.as_ref());
        let mut effect =
            Effect::unsent(id, self.publication.id, part, self.change.kind, self.change.ordinal, class, now);
        effect.seed_random = i64::from_le_bytes(random);
        Ok(effect)
    }

    fn remote(&self, index: usize) -> Result<Remote, Error> {
        let text = self.parts.get(index).map_or("", |part| part.remote.as_str());
        serde_json::from_str(text).map_err(|_| store::StoreError::Row("part").into())
    }

    /// The part is as wished. `effect` is `None` where nothing had to be sent.
    async fn made(
        &mut self,
        index: usize,
        effect: Option<Effect>,
        remote: Remote,
        event: &'static str,
    ) -> Result<Turn, Error> {
        self.app.unreachable.reached();
        let part = self.parts.get(index).ok_or_else(|| Error::internal("a part out of range"))?;
        let mut effect = match effect {
            Some(effect) => effect,
            None => self.effect_of(index, self.publication.class)?,
        };
        self.app.doubts.settled(effect.id);
        effect.state = EffectState::Done;
        effect.remote_id.clone_from(&remote.id);
        effect.url.clone_from(&remote.url);
        let kept = match self.wanted(index) {
            _ if self.change.kind == EffectKind::Comment => None,
            // Its id stays known: it must never pass for the post of another publication.
            None => Some(Made { part: part.ordinal, remote: self.remote(index)?, says: None }),
            Some(wanted) => {
                let says = Some((reworded(&part.content, &wanted), wanted));
                Some(Made { part: part.ordinal, remote, says })
            }
        };
        let last = self
            .order()
            .into_iter()
            .all(|other| other == index || self.effect(other).is_some_and(|effect| effect.state == EffectState::Done));
        let sentence = sentences::done(self.who(), self.change.kind);
        let (state, job) =
            if last { (ChangeState::Done, JobEnd::Complete) } else { (ChangeState::Running, JobEnd::Keep) };
        let mut word = Word::to(state, job, self.change.attempts);
        word.line(event, Some(part.ordinal), &sentence);
        if last {
            word.reason = sentence;
        }
        word.made = kept;
        word.effect = Some(effect);
        word.outcome = true;
        step!("change.made.record", self.record(word).await)?;
        Ok(if last { Turn::Ended } else { Turn::PartDone })
    }

    /// Every part is as wished.
    async fn finish(&mut self) -> Result<(), Error> {
        let mut word = Word::to(ChangeState::Done, JobEnd::Complete, self.change.attempts);
        word.reason = sentences::done(self.who(), self.change.kind);
        word.line("change_made", None, &word.reason.clone());
        self.record(word).await
    }

    fn ordinal(&self, index: usize) -> Option<i64> {
        self.parts.get(index).map(|part| part.ordinal)
    }

    fn notice(&self, code: ErrorCode, body: String) -> Notice {
        let Who { platform, handle } = self.who();
        Notice {
            code,
            title: format!("{platform}, {handle}: {}", self.publication.title),
            body,
            publication: Some(self.publication.id),
            account: Some(self.account.id),
        }
    }
}

/// An effect that provably did nothing.
fn ready(effect: Effect) -> Effect {
    Effect { state: EffectState::Ready, gave_up_at: None, ..effect }
}

/// A part with other words and its own pictures.
fn reworded(part: &Part, wanted: &Wording) -> Part {
    let mut part = part.clone();
    part.text.clone_from(&wanted.text);
    for (picture, alt) in part.media.iter_mut().zip(&wanted.alts) {
        picture.alt.clone_from(alt);
    }
    part
}
