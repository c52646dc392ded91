//! The first comment below a publication: a reply to its last part, made by the same steps as a part and settled by the
//! same rule, that only a proved absence allows another call.

use domain::{EffectKind, ErrorCode, ErrorKind, ProviderError, PublicationId, Retry, change::Wording};
use providers::provider::{Confirmation, Doubtful, Plan, Step, Work};
use store::live_change::LiveChange;

use super::{Run, Turn};
use crate::{
    App, Error,
    effects::{CLAIMED_MAX, recorded, seed},
    options,
};

/// Steps without effect before a comment; text alone takes one at most.
const STEPS_MAX: usize = 4;

impl App {
    /// A publication that is live gets its first comment, if one was written; in the transaction that says it is live.
    pub(crate) async fn begin_first_comment(&self, tx: &mut store::Tx, id: PublicationId) -> Result<(), Error> {
        let Some(text) = store::first_comment::of(tx, id).await? else { return Ok(()) };
        if store::live_change::last(tx, id).await?.is_some() {
            return Ok(());
        }
        let wanted = vec![Wording { text, ..Wording::default() }];
        let change = LiveChange::asked(id, 1, EffectKind::Comment, wanted, self.clock.now());
        store::live_change::put(tx, &change, self.clock.now()).await?;
        self.enqueue_change(tx, &change).await?;
        self.wake.notify_one();
        Ok(())
    }
}

impl Run<'_> {
    /// Makes the comment's next step; those without effect are made anew at every try.
    pub(super) async fn comment(&mut self, index: usize) -> Result<Turn, Error> {
        let class = self.provider.changes(&self.account_ref).comment.unwrap_or(self.publication.class);
        let (effect, work) = (self.effect_of(index, class)?, self.comment_work(index)?);
        if effect.attempts > 0 && !effect.request.is_empty() {
            // Sent before and proved absent: what was recorded is sent again, not planned anew.
            let plan = recorded(&effect)?;
            return self.send(index, effect, plan).await;
        }
        let seed = seed(&effect);
        let mut checkpoint = serde_json::Value::Null;
        for _ in 0..STEPS_MAX {
            let step = match self.provider.plan(&self.account_ref, &work, &checkpoint, seed) {
                Ok(Plan::Effect(plan)) => return self.send(index, effect, plan).await,
                Ok(Plan::Prepare { .. }) => self.provider.prepare(&self.session(), &work, &checkpoint).await,
                Err(error) => return self.failed_try(index, &error, None).await,
            };
            checkpoint = match step {
                Ok(Step::Next(checkpoint) | Step::Wait(_, checkpoint)) => checkpoint,
                Err(error) => return self.failed_try(index, &without_doubt(error), None).await,
            };
        }
        let platform = self.account.platform.clone();
        let unfinished = ProviderError::new(ErrorKind::Unavailable, platform, "prepare");
        self.failed_try(index, &unfinished, None).await
    }

    /// Asks the platform whether a comment that was sent without an answer exists.
    pub(super) async fn look_for_comment(&mut self, index: usize) -> Result<Turn, Error> {
        let Some(effect) = self.effect(index).cloned() else { return Ok(Turn::Again) };
        let (asked_at, plan, work) = (self.app.clock.now(), recorded(&effect)?, self.comment_work(index)?);
        let claimed = {
            let mut conn = self.app.store.read().await?;
            store::remote_post::claimed(&mut conn, self.account.id, CLAIMED_MAX).await?
        };
        let first_sent = effect.first_sent_at.unwrap_or(asked_at).plus_ms(-self.app.clock_ahead_ms(&self.account));
        let key_lives = self.provider.descriptor().key_lives(first_sent, self.app.clock.now());
        let doubtful = Doubtful { plan: &plan, first_sent, key_lives, claimed: &claimed, work: &work };
        match self.provider.confirm(&self.session(), &doubtful).await {
            Ok(Confirmation::Live(remote)) => self.made(index, Some(effect), remote, "change_confirmed").await,
            Ok(Confirmation::NotSeen) => self.as_before(index, effect, asked_at).await,
            Ok(Confirmation::Blind) => {
                let reason = format!(
                    "{} did not answer when it was sent the first comment, and cannot be read back. It may be there. Look at the account.",
                    self.who().platform
                );
                self.fail(index, Some(effect), ErrorCode::OutcomeUnknown, reason).await
            }
            Err(error) => self.cannot_look(index, effect, &error).await,
        }
    }

    /// The comment as a provider wants it: a reply to the end of what is live, with the options of a part that follows.
    fn comment_work(&self, index: usize) -> Result<Work, Error> {
        let text = self.change.wanted.first().map(|wanted| wanted.text.clone()).unwrap_or_default();
        let fields = self.provider.options(Some(&self.account_ref));
        Ok(Work {
            text,
            media: Vec::new(),
            card: None,
            language: self.publication.language.clone(),
            options: options::for_part(&fields, &self.publication.options, u32::MAX),
            root: Some(self.remote(0)?),
            parent: Some(self.remote(index)?),
        })
    }
}

/// Nobody can see a step before the effect, so not knowing how it ended is no doubt: it is made again.
fn without_doubt(mut error: ProviderError) -> ProviderError {
    if error.retry == Retry::Confirm {
        error.retry = Retry::After;
    }
    error
}
