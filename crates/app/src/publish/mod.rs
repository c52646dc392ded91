//! Publishing one publication: parts in order, each by prepare steps and one effect.
//!
//! The rules that make a second copy impossible live here. An effect is recorded and synced before it is
//! sent. After silence nothing is sent again before the platform was asked ([`confirm`]) and absence is
//! proved. What is sent again is the recorded request with the recorded key. A worker whose claim no
//! longer counts sends nothing.

mod aside;
mod confirm;
mod instead;
mod record;
mod send;
mod wait;
mod work;

use std::sync::Arc;

use domain::{
    AccountState, EffectKind, ErrorCode, ErrorKind, HeldReason, ProviderError, PublicationId, PublicationState, Retry,
    UtcMs, ports::Notice,
};
use providers::{
    Provider,
    provider::{AccountRef, Session},
};
use queue::Job;
use store::{account::Account, effect::Effect, part::StoredPart, publication::Publication};

use crate::{
    App, Error,
    jobs::EARLY_MS,
    missed::{begun, late_ms},
    retry, retry_budget,
    words::{self, Live, Who},
};
use instead::Blocked;
use record::{Change, JobEnd};
use wait::was_left_alone;

/// How long until a locked keychain is tried again.
const UNLOCK_MS: i64 = 60_000;
/// How long until a wrong clock is compared again, unless it is set before.
const LOOK_AT_CLOCK_MS: i64 = 5 * 60_000;

/// Whether to go on with this publication now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The part is live; on to the next.
    PartDone,
    /// Look at the part again at once.
    Again,
    /// Recorded and given back: nothing more to do now.
    Ended,
}

/// One claim of one publication.
struct Run<'a> {
    app: &'a Arc<App>,
    job: &'a Job,
    publication: Publication,
    account: Account,
    provider: Arc<dyn Provider>,
    account_ref: AccountRef,
    parts: Vec<StoredPart>,
    effects: Vec<Effect>,
    /// The claim counts no longer: nothing more is done.
    stale: bool,
    /// The part whose preparation is to be made anew.
    prepare_anew: Option<i64>,
}

/// Does what a claimed job asks for, as far as it can be done now.
pub async fn run(app: &Arc<App>, job: &Job) -> Result<(), Error> {
    let id: PublicationId = job.key.parse().map_err(|_| Error::internal("a job without a publication"))?;
    let account = store::publication::find(&mut *app.store.read().await?, id).await?.map(|found| found.account);
    // Everything is read once it is this publication's turn: another claim may just have settled it.
    let _turn = match account {
        Some(account) => Some(app.locks.turn(account).await),
        None => None,
    };
    let Some(mut run) = step!("publish.load", Run::load(app, job, id).await)? else { return Ok(()) };
    let early = run.is_made_ready_early();
    if !early && !run.its_moment(0).await? {
        return Ok(());
    }
    let mut why = step!("publish.may_it", run.why_held().await)?;
    if early && why.is_some() {
        // What holds it has to hold it at its time.
        if !run.its_moment(0).await? {
            return Ok(());
        }
        why = run.why_held().await?;
    }
    if let Some(why) = why {
        return run.hold_because(why).await;
    }
    if run.wait_for_server().await? {
        return Ok(());
    }
    let server = App::server_of(&run.account);
    let outcome = run.parts_in_order().await;
    Run::release_probe(app, &server, id);
    outcome
}

impl<'a> Run<'a> {
    /// Moves the parts on, one after the other, as far as they go now.
    async fn parts_in_order(&mut self) -> Result<(), Error> {
        for index in 0..self.parts.len() {
            loop {
                let turn = self.part(index).await?;
                match turn {
                    _ if self.stale => return Ok(()),
                    Turn::PartDone => break,
                    Turn::Again => {}
                    Turn::Ended => return Ok(()),
                }
            }
        }
        self.finish().await
    }

    /// Everything about the publication of a job; `None` when there is nothing left to publish.
    async fn load(app: &'a Arc<App>, job: &'a Job, id: PublicationId) -> Result<Option<Self>, Error> {
        let mut conn = app.store.read().await?;
        let publication = store::publication::find(&mut conn, id).await?;
        let parts = store::part::of(&mut conn, id).await?;
        let mut effects = store::effect::of(&mut conn, id).await?;
        effects.retain(|effect| effect.kind == EffectKind::Publish);
        let Some(publication) = publication.filter(|found| !found.status.state.is_final()) else {
            drop(conn);
            let mut tx = app.store.begin().await?;
            queue::complete(&mut tx, job, app.clock.now()).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let account = store::account::find(&mut conn, publication.account).await?;
        let mut account = account.ok_or_else(|| Error::internal("a publication without an account"))?;
        drop(conn);
        if account.state == AccountState::Healthy {
            app.refresh_facts(&mut account).await?;
        }
        let provider = app.provider(account.platform.as_str())?;
        let account_ref = App::account_ref(&account);
        Ok(Some(Self {
            app,
            job,
            publication,
            account,
            provider,
            account_ref,
            parts,
            effects,
            stale: false,
            prepare_anew: None,
        }))
    }

    fn who(&self) -> Who<'_> {
        Who { platform: self.provider.descriptor().name, handle: &self.account.handle }
    }

    fn session(&self) -> Session {
        self.app.session(&self.account, self.account_ref.clone(), Some(self.publication.id))
    }

    /// Whether everything but its calls may be done in the last moment before its time: nothing of it was tried, so
    /// nobody named a time before which nothing may be asked.
    fn is_made_ready_early(&self) -> bool {
        self.publication.status.state == PublicationState::Scheduled && !self.begun()
    }

    /// Waits for its time, or `ahead_ms` before it. False where the clock was set back meanwhile: it is given back then.
    /// What has begun waits too, since a platform may have named that time, and then goes on whatever the clock says.
    async fn its_moment(&self, ahead_ms: i64) -> Result<bool, Error> {
        let comes = self.app.comes_its_time(self.job.due.plus_ms(-ahead_ms)).await;
        if comes || self.begun() {
            return Ok(true);
        }
        self.app.put_back(self.job).await?;
        Ok(false)
    }

    /// The time as it is written down: what is done in the last moment before its time bears that time.
    fn now(&self) -> UtcMs {
        let now = self.app.clock.now();
        if (1..=EARLY_MS).contains(&self.job.due.since(now)) { self.job.due } else { now }
    }

    /// Whether any part may be visible already; then waiting rules for unsent posts no longer apply.
    fn begun(&self) -> bool {
        begun(&self.effects)
    }

    /// Why the publication may not start now: paused, missed, relink.
    async fn why_held(&self) -> Result<Option<HeldReason>, Error> {
        let profile = store::profile::load(&mut *self.app.store.read().await?).await?;
        Ok(if profile.paused {
            Some(HeldReason::Paused)
        } else if self.account.state != AccountState::Healthy {
            Some(HeldReason::Relink)
        } else if self.clock_wrong_ms().await.is_some() {
            Some(HeldReason::ClockWrong)
        } else if !self.begun() && self.late_ms() > self.app.grace_ms().await? {
            Some(HeldReason::Missed)
        } else if self.app.unlock().await.is_err() {
            Some(HeldReason::VaultLocked)
        } else {
            None
        })
    }

    async fn hold_because(&mut self, reason: HeldReason) -> Result<(), Error> {
        if reason == HeldReason::ClockWrong {
            return self.hold_by_a_wrong_clock().await;
        }
        if reason == HeldReason::Relink {
            let sentence = format!("{} needs {} to be linked again.", self.who().platform, self.who().handle);
            if self.instead(Blocked::Account, &sentence, None).await? {
                return Ok(());
            }
        }
        self.hold_unless_solved(reason).await
    }

    /// Holds it; what ended the reason in the meantime did not see it held.
    async fn hold_unless_solved(&mut self, reason: HeldReason) -> Result<(), Error> {
        self.hold(reason).await?;
        self.app.release_the_solved_meanwhile(reason, self.account.id).await
    }

    /// Milliseconds it is late by the clock as it is after it was found right.
    fn late_ms(&self) -> i64 {
        late_ms(&self.publication, self.app.clock.now())
    }

    /// By how much this computer's clock is wrong, where that keeps what nobody asked for now.
    async fn clock_wrong_ms(&self) -> Option<i64> {
        if self.begun() || self.app.is_asked_now(self.publication.id) {
            return None;
        }
        self.app.clock_is_wrong(&self.account).await
    }

    /// Holds it while this computer's clock is wrong, and looks again after a while.
    async fn hold_by_a_wrong_clock(&mut self) -> Result<(), Error> {
        let Some(ahead_ms) = self.clock_wrong_ms().await else { return self.app.put_back(self.job).await };
        let reason = words::clock_wrong(self.who().platform, ahead_ms);
        let again = self.app.clock.now().plus_ms(LOOK_AT_CLOCK_MS);
        let news = self.publication.status.held != Some(HeldReason::ClockWrong);
        let mut change = Change::to(PublicationState::Held, JobEnd::Snooze(again));
        change.held = Some(HeldReason::ClockWrong);
        change.attempts = self.publication.status.attempts;
        change.reason.clone_from(&reason);
        if news {
            change.line("held", None, &reason);
        }
        if self.app.calls.time.is_news() {
            change.notice = Some(words::clock_notice(&reason));
        }
        self.record(change).await
    }

    /// Whether something was sent of which nobody knows yet if it is live.
    fn in_doubt(&self) -> bool {
        use domain::EffectState as S;
        self.effects.iter().any(|effect| matches!(effect.state, S::Open | S::Undecided))
    }

    /// How much of this post, which may be a thread, is live.
    fn live(&self) -> Live {
        let live = self.effects.iter().filter(|effect| effect.state == domain::EffectState::Done).count();
        Live::of(live, self.parts.len())
    }

    async fn hold(&mut self, reason: HeldReason) -> Result<(), Error> {
        let sentence =
            if self.in_doubt() { words::held_in_doubt(self.who(), reason) } else { self.waits_because(reason) };
        // A keychain is unlocked elsewhere and tells nobody: it is tried again.
        let job = match reason {
            HeldReason::VaultLocked => JobEnd::Snooze(self.app.clock.now().plus_ms(UNLOCK_MS)),
            _ => JobEnd::Complete,
        };
        let news = self.publication.status.held != Some(reason);
        let mut change = Change::to(PublicationState::Held, job);
        change.held = Some(reason);
        if reason == HeldReason::Relink {
            words::RELINK.clone_into(&mut change.cause);
        }
        change.attempts = self.publication.status.attempts;
        change.reason.clone_from(&sentence);
        if news {
            change.line("held", None, &sentence);
        }
        if news && reason != HeldReason::Paused {
            change.notice = Some(self.notice(held_code(reason), sentence));
        }
        self.record(change).await
    }

    /// Moves one part on by one step.
    async fn part(&mut self, index: usize) -> Result<Turn, Error> {
        use domain::EffectState as S;
        let Some(part) = self.parts.get(index) else { return Ok(Turn::PartDone) };
        if !part.remote.is_empty() {
            return Ok(Turn::PartDone);
        }
        let ordinal = part.ordinal;
        let state = self.effects.iter().find(|effect| effect.part == ordinal).map(|effect| effect.state);
        match state {
            Some(S::Open) if !cfg!(feature = "break_confirm") => self.confirm(index).await,
            Some(S::Undecided) => self.ask_owner(index).await,
            Some(S::Refused) => self.fail_refused().await,
            Some(S::Done) => Ok(Turn::PartDone),
            None | Some(S::Ready | S::Open) => self.advance(index).await,
        }
    }

    /// Every part is live.
    async fn finish(&mut self) -> Result<(), Error> {
        let url = self.parts.first().map(|part| remote_url(&part.remote)).unwrap_or_default();
        let mut change = Change::to(PublicationState::Published, JobEnd::Complete);
        change.published = Some(url);
        change.attempts = self.publication.status.attempts;
        change.reason.clone_from(&self.publication.status.reason);
        change.line("published", None, "Every part is live.");
        change.success = true;
        change.outcome = true;
        self.record(change).await
    }

    /// A try failed and provably had no effect. What was refused, if it was an effect, is written in the same moment as
    /// what comes of it.
    async fn failed_try(&mut self, error: &ProviderError, part: i64, refused: Option<Effect>) -> Result<Turn, Error> {
        if error.remote_code == providers::media::FILE_MISSING {
            return self.hold_for_a_picture().await;
        }
        if was_left_alone(error) {
            return self.not_called(error, part, refused).await;
        }
        let now = self.app.clock.now();
        let tries = self.publication.status.attempts + 1;
        let sentence = words::trouble(self.who(), error);
        let account_state = match error.kind {
            ErrorKind::AuthRevoked => Some(AccountState::NeedsRelink),
            ErrorKind::AccountRestricted => Some(AccountState::Restricted),
            _ => None,
        };
        let verdict = retry::decide(error, tries, now, self.app.dice());
        let blocked = Blocked::Failed(error, refused.as_ref());
        if verdict == retry::Verdict::GiveUp && self.instead(blocked, &sentence, account_state).await? {
            return Ok(Turn::Ended);
        }
        if let Some(state) = account_state {
            return self.needs_relink(&sentence, state, refused).await;
        }
        let mut change = match verdict {
            retry::Verdict::At(planned) => {
                let retried = retry_budget::counts(error.kind);
                let at = if retried { self.app.within_retry_budget(&self.account, planned).await? } else { planned };
                let mut change = Change::to(PublicationState::Retrying, JobEnd::Snooze(at));
                change.retried = retried;
                change.next_at = Some(at);
                change.reason = format!("{sentence} {}", words::tried_again(error.kind, self.live()));
                change.notice = self.app.unreachable.told(self.who(), error, tries);
                let why = if refused.is_none() { format!(" {sentence}") } else { String::new() };
                change.line("retry_planned", Some(part), &format!("Try {tries} had no effect.{why}"));
                change
            }
            retry::Verdict::GiveUp => {
                let reason = format!("{sentence} {}. Edit or retry it.", self.live());
                let mut change = Change::to(PublicationState::Failed, JobEnd::Discard);
                change.notice = Some(self.notice(error.kind.into(), reason.clone()));
                change.reason = reason;
                let why = if refused.is_none() { &sentence } else { "Nothing more is tried by itself." };
                change.line("failed", Some(part), why);
                change
            }
        };
        change.attempts = retry::counted(error, tries);
        change.blame(error);
        change.refused(part, refused, &sentence);
        change.checkpoint = self.prepare_anew.take().map(|part| (part, "null".to_owned()));
        self.record(change).await?;
        Ok(Turn::Ended)
    }

    /// A picture is gone or cannot be opened any more.
    async fn hold_for_a_picture(&mut self) -> Result<Turn, Error> {
        let sentence = "A picture of this post is gone from the profile folder, or damaged there.";
        if !self.instead(Blocked::Picture, sentence, None).await? {
            self.hold(HeldReason::FileMissing).await?;
        }
        Ok(Turn::Ended)
    }

    /// The account cannot go on without its owner.
    async fn needs_relink(
        &mut self,
        sentence: &str,
        state: AccountState,
        refused: Option<Effect>,
    ) -> Result<Turn, Error> {
        let reason = if self.in_doubt() && refused.is_none() {
            format!("{sentence} The post was sent and may be live; link the account again and Postroom looks.")
        } else {
            words::held(self.who(), HeldReason::Relink, self.live())
        };
        let mut change = Change::to(PublicationState::Held, JobEnd::Complete);
        change.held = Some(HeldReason::Relink);
        words::RELINK.clone_into(&mut change.cause);
        change.notice = Some(self.notice(ErrorCode::RelinkNeeded, reason.clone()));
        change.reason = reason;
        change.account_state = Some((state, sentence.to_owned()));
        let why = if refused.is_none() { sentence } else { "It waits until the account is linked again." };
        change.line("held", None, why);
        if let Some(effect) = refused {
            change.refused(effect.part, Some(effect), sentence);
        }
        self.record(change).await?;
        Ok(Turn::Ended)
    }

    /// A part that was refused for good before: the post has failed, whatever state it was left in.
    async fn fail_refused(&mut self) -> Result<Turn, Error> {
        let mut change = Change::to(PublicationState::Failed, JobEnd::Discard);
        let said = self.publication.status.reason.trim();
        let who = self.who();
        change.reason = if said.is_empty() {
            format!("{} refused this post of {}. {}. Edit or retry it.", who.platform, who.handle, self.live())
        } else {
            said.to_owned()
        };
        change.notice = Some(self.notice(ErrorCode::ContentRejected, change.reason.clone()));
        change.line("failed", None, &change.reason.clone());
        change.attempts = self.publication.status.attempts;
        self.record(change).await?;
        Ok(Turn::Ended)
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

const fn held_code(reason: HeldReason) -> ErrorCode {
    match reason {
        HeldReason::Missed | HeldReason::Paused => ErrorCode::Missed,
        HeldReason::Relink => ErrorCode::RelinkNeeded,
        HeldReason::Quota => ErrorCode::QuotaExhausted,
        HeldReason::Offline => ErrorCode::Offline,
        HeldReason::FileMissing => ErrorCode::FileMissing,
        HeldReason::Restored => ErrorCode::ProfileCopied,
        HeldReason::VaultLocked => ErrorCode::VaultUnavailable,
        HeldReason::ClockWrong => ErrorCode::ClockWrong,
    }
}

fn remote_url(remote: &str) -> String {
    serde_json::from_str::<providers::provider::Remote>(remote).map(|remote| remote.url).unwrap_or_default()
}

/// Whether a picture is gone or cannot be opened any more: the post waits until it is added again.
const fn is_picture_trouble(error: &Error) -> bool {
    matches!(error.code, ErrorCode::FileMissing | ErrorCode::MediaUnreadable | ErrorCode::MediaTooLarge)
}

/// Whether an error leaves open if the effect happened.
const fn is_doubt(error: &ProviderError) -> bool {
    matches!(error.retry, Retry::Confirm)
}
