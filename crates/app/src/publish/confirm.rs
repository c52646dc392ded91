//! Settling doubt: look, and look again, until the post is found or its absence is proved. Where nothing
//! can decide, the owner is asked.

use domain::{
    EffectState, ErrorCode, ErrorKind, HeldReason, ProviderError, PublicationState, UtcMs, error::Reach, ports::Notice,
};
use providers::provider::{Confirmation, Doubtful};
use store::effect::Effect;

use super::{
    Run, Turn, is_picture_trouble,
    record::{Change, JobEnd},
};
use crate::{
    Error,
    effects::{CLAIMED_MAX, recorded},
    words,
};

/// Shortest and longest time between two looks that can be made.
const LOOK_MS: (i64, i64) = (500, 60_000);
/// The same while the platform cannot be asked.
const BLOCKED_MS: (i64, i64) = (2_000, 15 * 60_000);
/// The owner is told once it has been impossible to look for this long.
const TELL_AFTER_MS: i64 = 10 * 60_000;
/// The owner is asked once the platform's answers have been of no use for this long: that does not pass by itself.
const ASK_AFTER_MS: i64 = 60 * 60_000;
/// The step shown from then on.
const STILL_LOOKING: &str = "Still looking";

impl Run<'_> {
    /// Asks the platform whether an open effect exists, and acts on what it says.
    pub(super) async fn confirm(&mut self, index: usize) -> Result<Turn, Error> {
        let Some(effect) = self.open_effect(index) else { return Ok(Turn::Again) };
        let work = match self.work(index).await {
            Ok(work) => work,
            Err(error) if is_picture_trouble(&error) => {
                self.hold(HeldReason::FileMissing).await?;
                return Ok(Turn::Ended);
            }
            Err(error) => return Err(error),
        };
        let asked_at = self.app.clock.now();
        let claimed = self.claimed().await?;
        let plan = recorded(&effect)?;
        let first_sent = effect.first_sent_at.unwrap_or(asked_at).plus_ms(-self.app.clock_ahead_ms(&self.account));
        let key_lives = self.provider.descriptor().key_lives(first_sent, asked_at);
        let doubtful = Doubtful { plan: &plan, first_sent, key_lives, claimed: &claimed, work: &work };
        match step!("confirm.look", self.provider.confirm(&self.session().settling(), &doubtful).await) {
            Ok(Confirmation::Live(remote)) => {
                let text = "The answer was lost; Postroom looked, found it live, and sent nothing twice.";
                step!("confirm.found", self.accepted(effect, remote, "confirm_found", text).await)
            }
            Ok(Confirmation::NotSeen) => self.not_seen(effect, asked_at).await,
            Ok(Confirmation::Blind) => self.undecided(effect, &self.unreadable()).await,
            Err(error) => self.cannot_look(effect, &error).await,
        }
    }

    /// The platform's ids that belong to other posts of the account.
    pub(super) async fn claimed(&self) -> Result<Vec<String>, Error> {
        let mut conn = self.app.store.read().await?;
        Ok(step!("confirm.claimed", store::remote_post::claimed(&mut conn, self.account.id, CLAIMED_MAX).await)?)
    }

    fn open_effect(&self, index: usize) -> Option<Effect> {
        let part = self.parts.get(index)?.ordinal;
        self.effects.iter().find(|effect| effect.part == part && effect.state == EffectState::Open).cloned()
    }

    /// Not there when asked at `asked_at`: proof of absence only once the time for doubt has passed.
    async fn not_seen(&mut self, mut effect: Effect, asked_at: UtcMs) -> Result<Turn, Error> {
        let part = effect.part;
        let absence_after = self.provider.descriptor().doubt.absence_after_ms();
        let gave_up = *effect.gave_up_at.get_or_insert(asked_at);
        // A wall clock that was set back would make us wait for ever: the time for doubt begins anew.
        let gave_up = if gave_up > asked_at { asked_at } else { gave_up };
        effect.gave_up_at = Some(gave_up);
        // One that was set forward proves nothing: as much must have passed on the clock that never jumps.
        let passed = self.app.doubts.passed_ms(effect.id, self.app.clock.monotonic_ms());
        let proved_at = gave_up.plus_ms(absence_after).max(asked_at.plus_ms(absence_after - passed));
        if asked_at >= proved_at || cfg!(feature = "break_absence") {
            self.app.doubts.settled(effect.id);
            effect.state = EffectState::Ready;
            effect.gave_up_at = None;
            let mut change = Change::to(PublicationState::Publishing, JobEnd::Keep);
            change.attempts = self.publication.status.attempts + 1;
            change.line("confirm_absent", Some(part), "It is not there, and can no longer appear: sending is safe.");
            change.effect = Some(effect);
            step!("confirm.absent.record", self.record(change).await)?;
            return Ok(Turn::Again);
        }
        let waited = asked_at.since(gave_up);
        let next = asked_at.plus_ms((waited / 2).clamp(LOOK_MS.0, LOOK_MS.1)).min(proved_at);
        self.look_again(effect, next, "Not there yet; looking again before anything is sent.").await
    }

    async fn look_again(&mut self, effect: Effect, next: UtcMs, text: &str) -> Result<Turn, Error> {
        self.look_again_telling(effect, next, text, None).await
    }

    async fn look_again_telling(
        &mut self,
        effect: Effect,
        next: UtcMs,
        text: &str,
        notice: Option<Notice>,
    ) -> Result<Turn, Error> {
        let part = effect.part;
        let mut change = Change::to(PublicationState::Unconfirmed, JobEnd::Snooze(next));
        change.next_at = Some(next);
        change.attempts = self.publication.status.attempts;
        change.reason = format!(
            "{} did not answer after the post was sent. It may be live. Postroom is looking before anything is sent again.",
            self.who().platform
        );
        change.cause.clone_from(&self.publication.status.cause);
        change.raw.clone_from(&self.publication.status.raw);
        if !text.is_empty() {
            change.line("confirm_pending", Some(part), text);
        }
        change.effect = Some(effect);
        change.step = if notice.is_some() { STILL_LOOKING.to_owned() } else { self.publication.status.step.clone() };
        change.notice = notice;
        step!("confirm.again.record", self.record(change).await)?;
        Ok(Turn::Ended)
    }

    async fn cannot_look(&mut self, mut effect: Effect, error: &ProviderError) -> Result<Turn, Error> {
        let sentence = words::trouble(self.who(), error);
        match error.kind {
            ErrorKind::AuthRevoked => {
                return self.needs_relink(&sentence, domain::AccountState::NeedsRelink, None).await;
            }
            ErrorKind::AccountRestricted => {
                return self.needs_relink(&sentence, domain::AccountState::Restricted, None).await;
            }
            ErrorKind::MissingScope | ErrorKind::Unsupported | ErrorKind::NotFound => {
                return self.undecided(effect, &could_not_look(&sentence)).await;
            }
            _ => {}
        }
        let now = self.app.clock.now();
        // After a crash nobody wrote when our side gave up: by now it has, and from now on it is counted.
        let since = now.since(*effect.gave_up_at.get_or_insert(now)).max(0);
        if since > ASK_AFTER_MS && !passes(error.kind) {
            return self.undecided(effect, &could_not_look(&sentence)).await;
        }
        // The longer it lasts the rarer it is asked.
        let mut next = now.plus_ms((since / 2).clamp(BLOCKED_MS.0, BLOCKED_MS.1));
        if let Some(earliest) = error.retry_after {
            next = next.max(earliest);
        }
        // While a server is left alone there is no news of it.
        let text = match error.reach {
            Some(Reach::LeftAlone) => String::new(),
            _ => format!("Postroom could not look: {sentence}"),
        };
        let notice = (since > TELL_AFTER_MS && self.publication.status.step != STILL_LOOKING).then(|| {
            let reason = format!(
                "{sentence} The post was sent and may be live; Postroom goes on looking before anything is sent again."
            );
            self.notice(ErrorCode::OutcomeUnknown, reason)
        });
        self.look_again_telling(effect, next, &text, notice).await
    }

    async fn undecided(&mut self, mut effect: Effect, why: &str) -> Result<Turn, Error> {
        effect.state = EffectState::Undecided;
        self.app.doubts.settled(effect.id);
        self.ask(effect, why).await
    }

    /// Why nothing can decide: the account shows nothing of itself, or too little.
    fn unreadable(&self) -> String {
        format!("{} cannot be read back.", self.who().handle)
    }

    /// Shows an effect that already waits for its owner.
    pub(super) async fn ask_owner(&mut self, index: usize) -> Result<Turn, Error> {
        let part = self.parts.get(index).map(|part| part.ordinal);
        let effect = self.effects.iter().find(|effect| Some(effect.part) == part).cloned();
        match effect {
            Some(effect) => {
                let why = self.unreadable();
                self.ask(effect, &why).await
            }
            None => Ok(Turn::Again),
        }
    }

    async fn ask(&mut self, effect: Effect, why: &str) -> Result<Turn, Error> {
        let platform = self.who().platform;
        let reason =
            format!("{platform} did not answer after the post was sent, and {why} Look at the account: is it live?");
        let mut change = Change::to(PublicationState::NeedsDecision, JobEnd::Complete);
        change.attempts = self.publication.status.attempts;
        change.cause.clone_from(&self.publication.status.cause);
        change.raw.clone_from(&self.publication.status.raw);
        change.line("asked_owner", Some(effect.part), &reason);
        change.notice = Some(self.notice(ErrorCode::OutcomeUnknown, reason.clone()));
        change.reason = reason;
        change.effect = Some(effect);
        step!("confirm.ask.record", self.record(change).await)?;
        Ok(Turn::Ended)
    }
}

fn could_not_look(sentence: &str) -> String {
    format!("Postroom could not look. {sentence}")
}

/// Whether trouble with looking ends by itself, or is seen to by somebody else: the network, the server, a limit, a
/// certificate.
const fn passes(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Network
            | ErrorKind::Unavailable
            | ErrorKind::RateLimited
            | ErrorKind::QuotaExhausted
            | ErrorKind::AuthExpired
            | ErrorKind::Certificate
            | ErrorKind::OutcomeUnknown
    )
}
