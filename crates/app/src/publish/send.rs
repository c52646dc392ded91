//! Moving a part toward its effect, and sending the effect once.

use domain::{EffectClass, EffectId, EffectKind, EffectState, HeldReason, ProviderError, PublicationState};
use providers::provider::{EffectPlan, Plan, Remote, Step};
use store::effect::Effect;

use super::{
    Run, Turn, is_doubt, is_picture_trouble,
    record::{Change, Intent, JobEnd},
    work::new_seed,
};
use crate::{
    Error,
    effects::{recorded, seed},
    ledger::Spend,
    words,
};

/// Milliseconds after which one that found too many uploads under way comes back.
const COME_BACK_MS: i64 = 2_000;

/// How long before its time an intent is begun: longer than the writing takes, shorter than others mind waiting for theirs.
const INTENT_MS: i64 = 5;
/// How far apart the platform's clock and ours may be where the time a post was made decides whose it is.
const CLOCKS_APART_MS: i64 = 60_000;
/// What is written where a refused repeat named the post.
const REPEAT_REFUSED: &str = "The platform refused a repeat: the first call had worked. Nothing was sent twice.";

impl Run<'_> {
    /// Plans the part and makes its next step.
    pub(super) async fn advance(&mut self, index: usize) -> Result<Turn, Error> {
        let work = match step!("publish.work", self.work(index).await) {
            Ok(work) => work,
            Err(error) if is_picture_trouble(&error) => return self.hold_for_a_picture().await,
            Err(error) => return Err(error),
        };
        let effect = self.effect_of(index)?;
        let part = effect.part;
        if effect.attempts > 0 && !effect.request.is_empty() {
            // Sent before and proved absent: what was recorded is sent again, not planned anew.
            let plan = recorded(&effect)?;
            return self.send(effect, plan).await;
        }
        let checkpoint = self.checkpoint(index)?;
        match self.provider.plan(&self.account_ref, &work, &checkpoint, seed(&effect)) {
            Ok(Plan::Effect(plan)) => self.send(effect, plan).await,
            Ok(Plan::Prepare { label }) => {
                if self.must_wait(Spend::Prepare).await? || !self.its_moment(0).await? {
                    return Ok(Turn::Ended);
                }
                let app = self.app;
                let Some(place) = app.uploads.place().await else { return self.come_back().await };
                app.progress(crate::Progress::step(self.publication.id, &label));
                let outcome =
                    step!("publish.prepare.call", self.provider.prepare(&self.session(), &work, &checkpoint).await);
                drop(place);
                self.prepared(part, &label, effect, outcome).await
            }
            Err(error) => self.failed_try(&error, part, None).await,
        }
    }

    /// Too many upload already: it lets others have its hand, and comes back shortly.
    async fn come_back(&mut self) -> Result<Turn, Error> {
        let at = self.app.clock.now().plus_ms(COME_BACK_MS + i64::from(self.app.dice()) * 4);
        let mut change = Change::to(PublicationState::Publishing, JobEnd::Snooze(at));
        change.attempts = self.publication.status.attempts;
        "Waiting for its turn to upload".clone_into(&mut change.step);
        self.record(change).await?;
        Ok(Turn::Ended)
    }

    async fn prepared(
        &mut self,
        part: i64,
        label: &str,
        effect: Effect,
        outcome: Result<Step, ProviderError>,
    ) -> Result<Turn, Error> {
        let (checkpoint, job) = match outcome {
            Ok(Step::Next(checkpoint)) => (checkpoint, JobEnd::Keep),
            Ok(Step::Wait(until, checkpoint)) => (checkpoint, JobEnd::Snooze(until)),
            // Nobody can see a prepare step, so not knowing how it ended is no doubt: it is made again.
            Err(mut error) => {
                if is_doubt(&error) {
                    error.retry = domain::Retry::After;
                }
                return self.failed_try(&error, part, None).await;
            }
        };
        let mut change = Change::to(PublicationState::Publishing, job);
        change.attempts = self.publication.status.attempts;
        change.step = label.to_owned();
        // The seed is kept from the first step on: keys derived from it must not change.
        change.effect = Some(effect);
        change.checkpoint = Some((part, checkpoint.to_string()));
        change.line("step", Some(part), label);
        step!("publish.prepare.record", self.record(change).await)?;
        Ok(if job == JobEnd::Keep { Turn::Again } else { Turn::Ended })
    }

    /// Records the intent, sends, records the outcome.
    async fn send(&mut self, mut effect: Effect, plan: EffectPlan) -> Result<Turn, Error> {
        if self.must_wait(Spend::Publish).await? || !self.its_moment(INTENT_MS).await? {
            return Ok(Turn::Ended);
        }
        let now = self.now();
        let request = serde_json::to_string(&plan.request).map_err(|_| Error::internal("a request"))?;
        effect.state = EffectState::Open;
        effect.class = plan.class;
        effect.key.clone_from(&plan.key);
        effect.fingerprint = domain::media::digest_hex(request.as_bytes());
        effect.request = request;
        effect.attempts += 1;
        // By the platform's clock where ours is known to be ahead: a look must not pass over what it made then.
        effect.first_sent_at =
            effect.first_sent_at.or_else(|| Some(now.plus_ms(-self.app.clock_ahead_ms(&self.account))));
        effect.gave_up_at = None;
        let mut change = Change::to(PublicationState::Publishing, JobEnd::Keep);
        change.attempts = self.publication.status.attempts;
        "Sending".clone_into(&mut change.step);
        let number = effect.attempts;
        change.line("intent", Some(effect.part), &format!("About to send, call {number}."));
        change.effect = Some(effect.clone());
        if !cfg!(feature = "break_intent") {
            match self.record_intent(change).await? {
                Intent::Written => {}
                Intent::Stale | Intent::Early => return Ok(Turn::Ended),
                Intent::Paused => {
                    self.hold_unless_solved(HeldReason::Paused).await?;
                    return Ok(Turn::Ended);
                }
            }
        }
        self.app.progress(crate::Progress::step(self.publication.id, &format!("Sending part {}", effect.part + 1)));
        match step!("publish.send", self.provider.commit(&self.session(), &plan).await) {
            Ok(remote) => self.accepted(effect, remote, "accepted", "The platform took it.").await,
            Err(error) if is_doubt(&error) => self.silence(effect, &error).await,
            Err(error) => match self.own_repeat(&effect, &error).await? {
                Some(remote) => self.accepted(effect, remote, "confirm_found", REPEAT_REFUSED).await,
                None => self.refused(effect, &error).await,
            },
        }
    }

    /// What this effect made before, where the platform refuses to make it twice and names the first. Not taken for
    /// ours: anything while nothing of this effect was sent before, what is older than that, and what belongs to
    /// another post; that is the same text, posted on purpose.
    async fn own_repeat(&self, effect: &Effect, error: &ProviderError) -> Result<Option<Remote>, Error> {
        let Some(named) = error.repeats().filter(|_| effect.attempts > 1) else { return Ok(None) };
        let sent = effect.first_sent_at.unwrap_or_else(|| self.app.clock.now());
        if named.made.since(sent) < -CLOCKS_APART_MS || self.claimed().await?.contains(&named.id) {
            return Ok(None);
        }
        Ok(Some(Remote { id: named.id.clone(), url: named.url.clone(), extra: serde_json::Value::Null }))
    }

    /// The effect exists.
    pub(super) async fn accepted(
        &mut self,
        mut effect: Effect,
        remote: Remote,
        event: &str,
        text: &str,
    ) -> Result<Turn, Error> {
        effect.state = EffectState::Done;
        self.app.unreachable.reached();
        self.app.no_longer_asked(self.publication.id);
        self.app.doubts.settled(effect.id);
        effect.remote_id.clone_from(&remote.id);
        effect.url.clone_from(&remote.url);
        let part = effect.part;
        let last = self.parts.iter().all(|known| known.ordinal == part || !known.remote.is_empty());
        let mut change = if last {
            let mut change = Change::to(PublicationState::Published, JobEnd::Complete);
            let first = self.parts.first().filter(|first| first.ordinal != part);
            change.published = Some(first.map_or_else(|| remote.url.clone(), |first| super::remote_url(&first.remote)));
            change.success = true;
            change
        } else {
            Change::to(PublicationState::Publishing, JobEnd::Keep)
        };
        change.attempts = self.publication.status.attempts;
        if event != "accepted" {
            text.clone_into(&mut change.reason);
        }
        change.line(event, Some(part), text);
        change.effect = Some(effect);
        change.live = Some((part, remote));
        change.outcome = true;
        step!("publish.accepted.record", self.record(change).await)?;
        Ok(if last { Turn::Ended } else { Turn::PartDone })
    }

    /// The platform answered that it did nothing.
    async fn refused(&mut self, mut effect: Effect, error: &ProviderError) -> Result<Turn, Error> {
        // The account's own trouble, or a passing one, is no verdict on the post: it is ready for another try.
        let no_verdict = error.retry == domain::Retry::After
            || matches!(error.kind, domain::ErrorKind::AuthRevoked | domain::ErrorKind::AccountRestricted);
        effect.state = if no_verdict { EffectState::Ready } else { EffectState::Refused };
        effect.gave_up_at = None;
        if error.remote_code == providers::media::PREPARE_AGAIN {
            // Nothing came of it, so what was recorded binds no more; the key stays the same.
            effect.request.clear();
            self.prepare_anew = Some(effect.part);
        }
        if matches!(error.kind, domain::ErrorKind::ContentRejected | domain::ErrorKind::MediaRejected) {
            // What its limits allowed was refused: they may have changed.
            self.app.learn_facts(&mut self.account).await?;
        }
        step!("publish.refused.record", self.failed_try(error, effect.part, Some(effect)).await)
    }

    /// Sent, and no usable answer: from here only looking is allowed.
    async fn silence(&mut self, mut effect: Effect, error: &ProviderError) -> Result<Turn, Error> {
        effect.gave_up_at = Some(self.app.clock.now());
        self.app.doubts.begin(effect.id, self.app.clock.monotonic_ms());
        let part = effect.part;
        let sentence = words::trouble(self.who(), error);
        let mut change = Change::to(PublicationState::Unconfirmed, JobEnd::Keep);
        change.attempts = self.publication.status.attempts;
        change.reason = format!("{sentence} It may be live. Postroom is looking before anything is sent again.");
        change.blame(error);
        change.line("no_answer", Some(part), &sentence);
        change.effect = Some(effect);
        change.outcome = true;
        step!("publish.silence.record", self.record(change).await)?;
        Ok(Turn::Again)
    }

    /// The effect of a part, or a new one that is not written yet.
    fn effect_of(&self, index: usize) -> Result<Effect, Error> {
        let part = self.parts.get(index).ok_or_else(|| Error::internal("a part out of range"))?.ordinal;
        if let Some(effect) = self.effects.iter().find(|effect| effect.part == part) {
            return Ok(effect.clone());
        }
        let now = self.now();
        let mut bytes = [0_u8; 8];
        self.app.random.fill(&mut bytes);
        let fresh = new_seed(now, u64::from_le_bytes(bytes));
        let (id, class) = (EffectId::new(now, self.app.random.as_ref()), self.class());
        let unsent = Effect::unsent(id, self.publication.id, part, EffectKind::Publish, 0, class, fresh.at);
        Ok(Effect { seed_random: fresh.random.cast_signed(), ..unsent })
    }

    fn class(&self) -> EffectClass {
        self.provider.descriptor().class(&self.account.kind)
    }

    fn checkpoint(&self, index: usize) -> Result<serde_json::Value, Error> {
        let text = self.parts.get(index).map_or("null", |part| part.checkpoint.as_str());
        serde_json::from_str(text).map_err(|_| store::StoreError::Row("part").into())
    }
}
