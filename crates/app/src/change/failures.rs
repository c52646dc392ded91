//! What becomes of a change that was not made: another try, its owner, or an end.

use domain::{AccountState, ChangeState, EffectState, ErrorCode, ErrorKind, HeldReason, ProviderError};
use store::effect::Effect;

use super::{
    Run, Turn, ready,
    record::{JobEnd, Word},
    sentences,
};
use crate::{Error, retry};

impl Run<'_> {
    /// A try failed and provably had no effect.
    pub(super) async fn failed_try(
        &mut self,
        index: usize,
        error: &ProviderError,
        effect: Option<Effect>,
    ) -> Result<Turn, Error> {
        let effect = effect.map(ready);
        let state = match error.kind {
            ErrorKind::AuthRevoked => Some(AccountState::NeedsRelink),
            ErrorKind::AccountRestricted => Some(AccountState::Restricted),
            _ => None,
        };
        if let Some(state) = state {
            return self.needs_relink(state, error, effect).await;
        }
        let (now, tries) = (self.app.clock.now(), self.change.attempts + 1);
        let sentence = sentences::trouble(self.who(), self.change.kind, error);
        match retry::decide(error, tries, now, self.app.dice()) {
            retry::Verdict::At(at) => {
                let mut word = Word::to(ChangeState::Retrying, JobEnd::Snooze(at), retry::counted(error, tries));
                word.next_at = Some(at);
                word.reason = format!("{sentence} {} It is tried again by itself.", sentences::still(self.change.kind));
                word.line(
                    "change_retry_planned",
                    self.ordinal(index),
                    &format!("Try {tries} had no effect. {sentence}"),
                );
                word.outcome = effect.is_some();
                word.effect = effect;
                word.blame(error);
                self.record(word).await?;
                Ok(Turn::Ended)
            }
            retry::Verdict::GiveUp => {
                let reason = format!("{sentence} {}", sentences::still(self.change.kind));
                let mut word = self.failure(index, effect, error.kind.into(), reason);
                word.blame(error);
                self.record(word).await?;
                Ok(Turn::Ended)
            }
        }
    }

    async fn needs_relink(
        &mut self,
        state: AccountState,
        error: &ProviderError,
        effect: Option<Effect>,
    ) -> Result<Turn, Error> {
        if let Some(effect) = effect {
            // Refused, so not made: what is told of it next must not speak of doubt.
            let mut word = Word::to(ChangeState::Running, JobEnd::Keep, self.change.attempts);
            word.line("change_refused", Some(effect.part), &sentences::trouble(self.who(), self.change.kind, error));
            word.effect = Some(effect);
            word.outcome = true;
            self.record(word).await?;
        }
        let said = sentences::trouble(self.who(), self.change.kind, error);
        self.hold(HeldReason::Relink, Some((state, said))).await?;
        Ok(Turn::Ended)
    }

    pub(super) async fn elsewhere(&mut self, index: usize, effect: Option<Effect>) -> Result<Turn, Error> {
        let sentence = sentences::elsewhere(self.who());
        self.fail(index, effect, ErrorCode::ChangedElsewhere, sentence).await
    }

    pub(super) async fn gone(&mut self, index: usize, effect: Option<Effect>) -> Result<Turn, Error> {
        let sentence = sentences::gone(self.who());
        self.fail(index, effect, ErrorCode::RemoteNotFound, sentence).await
    }

    pub(super) async fn fail(
        &mut self,
        index: usize,
        effect: Option<Effect>,
        code: ErrorCode,
        sentence: String,
    ) -> Result<Turn, Error> {
        let word = self.failure(index, effect, code, sentence);
        self.record(word).await?;
        Ok(Turn::Ended)
    }

    /// Given up: nothing of this part was changed.
    fn failure(&self, index: usize, effect: Option<Effect>, code: ErrorCode, sentence: String) -> Word {
        let done = self.effects.iter().filter(|effect| effect.state == EffectState::Done).count();
        let sentence = match done {
            0 => sentence,
            1 => format!("{sentence} One other part was changed before."),
            more => format!("{sentence} {more} other parts were changed before."),
        };
        let mut word = Word::to(ChangeState::Failed, JobEnd::Discard, self.change.attempts);
        word.notice = Some(self.notice(code, sentence.clone()));
        word.line("change_failed", self.ordinal(index), &sentence);
        word.cause(code, String::new());
        word.reason = sentence;
        word.outcome = effect.is_some();
        word.effect = effect.map(|effect| Effect { state: EffectState::Refused, ..effect });
        word
    }
}
