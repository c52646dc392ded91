//! Settling doubt about a change: look what is there. A deletion that is not seen is asked for again, which is harmless;
//! an edit only once the first can no longer come late.

use domain::{
    AccountState, ChangeState, EffectClass, EffectKind, EffectState, ErrorCode, ErrorKind, HeldReason, ProviderError,
    UtcMs,
};
use providers::change::Sight;
use store::effect::Effect;

use super::{
    Run, Turn, ready,
    record::{JobEnd, Word},
    sentences,
};
use crate::{Error, effects::recorded, retry};

/// Shortest and longest time between two looks, in milliseconds.
const LOOK_MS: (i64, i64) = (500, 15 * 60_000);

impl Run<'_> {
    /// Sent, and no usable answer: from here only looking is allowed.
    pub(super) async fn silence(&mut self, mut effect: Effect, error: &ProviderError) -> Result<Turn, Error> {
        effect.gave_up_at = Some(self.app.clock.now());
        self.app.doubts.begin(effect.id, self.app.clock.monotonic_ms());
        let sentence = sentences::trouble(self.who(), self.change.kind, error);
        let mut word = Word::to(ChangeState::Unconfirmed, JobEnd::Keep, self.change.attempts);
        word.line("change_no_answer", Some(effect.part), &sentence);
        word.reason = format!("{sentence} Postroom is looking what is there.");
        word.blame(error);
        word.effect = Some(effect);
        word.outcome = true;
        step!("change.silence.record", self.record(word).await)?;
        Ok(Turn::Again)
    }

    /// Asks the platform what is there, and acts on what it says.
    pub(super) async fn look(&mut self, index: usize) -> Result<Turn, Error> {
        let Some(effect) = self.effect(index).cloned() else { return Ok(Turn::Again) };
        let asked_at = self.app.clock.now();
        let plan = recorded(&effect)?;
        match step!("change.look", self.provider.look(&self.session().settling(), &plan).await) {
            Ok(Sight::Done(remote)) => self.made(index, Some(effect), remote, "change_confirmed").await,
            Ok(Sight::Before) => self.as_before(index, effect, asked_at).await,
            Ok(Sight::Elsewhere) => self.elsewhere(index, Some(effect)).await,
            Ok(Sight::Gone) => self.gone(index, Some(effect)).await,
            Err(error) => self.cannot_look(index, effect, &error).await,
        }
    }

    pub(super) async fn as_before(&mut self, index: usize, mut effect: Effect, asked_at: UtcMs) -> Result<Turn, Error> {
        let gave_up = effect.gave_up_at.filter(|gave_up| *gave_up <= asked_at).unwrap_or(asked_at);
        effect.gave_up_at = Some(gave_up);
        let platform = self.account.platform.clone();
        let not_made = ProviderError::new(ErrorKind::Unavailable, platform, "look");
        // What is harmless twice may be sent again at once; but nobody is told that it was not made while it may still be.
        let last_try = retry::decide(&not_made, self.change.attempts + 1, asked_at, 0) == retry::Verdict::GiveUp;
        let late_ms = match effect.class {
            EffectClass::A if effect.kind == EffectKind::Delete && !last_try => 0,
            _ => self.provider.descriptor().doubt.absence_after_ms(),
        };
        // A wall clock that jumps proves nothing: as much must have passed on the one that never does.
        let passed_ms = self.app.doubts.passed_ms(effect.id, self.app.clock.monotonic_ms());
        let proved_at = gave_up.plus_ms(late_ms).max(asked_at.plus_ms(late_ms - passed_ms));
        if asked_at < proved_at {
            let waited = asked_at.since(gave_up);
            let next = asked_at.plus_ms((waited / 2).clamp(LOOK_MS.0, LOOK_MS.1)).min(proved_at);
            return self.look_again(effect, next, "Nothing changed yet; looking again before anything is sent.").await;
        }
        self.app.doubts.settled(effect.id);
        self.failed_try(index, &not_made, Some(ready(effect))).await
    }

    async fn look_again(&mut self, effect: Effect, next: UtcMs, text: &str) -> Result<Turn, Error> {
        let mut word = Word::to(ChangeState::Unconfirmed, JobEnd::Snooze(next), self.change.attempts);
        word.next_at = Some(next);
        word.reason = format!("{} did not answer. Postroom is looking what is there.", self.who().platform);
        word.trouble = Some((self.change.cause.clone(), self.change.raw.clone()));
        word.line("change_confirm_pending", Some(effect.part), text);
        word.effect = Some(effect);
        self.record(word).await?;
        Ok(Turn::Ended)
    }

    pub(super) async fn cannot_look(
        &mut self,
        index: usize,
        mut effect: Effect,
        error: &ProviderError,
    ) -> Result<Turn, Error> {
        let sentence = sentences::trouble(self.who(), self.change.kind, error);
        let state = match error.kind {
            ErrorKind::AuthRevoked => Some(AccountState::NeedsRelink),
            ErrorKind::AccountRestricted => Some(AccountState::Restricted),
            _ => None,
        };
        if let Some(state) = state {
            self.hold(HeldReason::Relink, Some((state, sentence))).await?;
            return Ok(Turn::Ended);
        }
        if matches!(error.kind, ErrorKind::MissingScope | ErrorKind::Unsupported) {
            let reason = format!("{sentence} It may have been done before that. Look at the account.");
            return self.fail(index, Some(effect), ErrorCode::OutcomeUnknown, reason).await;
        }
        let now = self.app.clock.now();
        let gave_up = *effect.gave_up_at.get_or_insert(now);
        effect.state = EffectState::Open;
        let next = now.plus_ms((now.since(gave_up) / 2).clamp(LOOK_MS.0.saturating_mul(4), LOOK_MS.1));
        let next = error.retry_after.map_or(next, |earliest| next.max(earliest));
        self.look_again(effect, next, &format!("Postroom could not look: {sentence}")).await
    }
}
