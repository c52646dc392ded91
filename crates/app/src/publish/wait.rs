//! What a publication waits for before a call is made: its server, where that is left alone, and its account's budget.
//! Met before an intent is committed, so that a wait provably sends nothing; no try is used up by it.

use domain::{ErrorCode, HeldReason, Outage, ProviderError, PublicationState, UtcMs, error::Reach};
use store::effect::Effect;

use super::{
    Run, Turn,
    instead::Blocked,
    record::{Change, JobEnd},
};
use crate::{App, Error, ledger::Spend, outages::WAITING, words};

/// Milliseconds after a window's end until the first of those who waited for it goes on: clocks differ a little.
const AFTER_RESET_MS: i64 = 1_000;

impl Run<'_> {
    /// Puts the publication off while its server is left alone. What is in doubt asks its platform, and is told there.
    pub(super) async fn wait_for_server(&mut self) -> Result<bool, Error> {
        if self.in_doubt() {
            return Ok(false);
        }
        let (server, who) = (App::server_of(&self.account), self.publication.id.to_string());
        let Err(outage) = self.app.http.breakers().ask(&server, &who, self.app.clock.now()) else { return Ok(false) };
        let change = self.left_alone(&outage).await?;
        self.record(change).await?;
        Ok(true)
    }

    /// The same before a call that counts, and while the account's budget has no room for it.
    pub(super) async fn must_wait(&mut self, spend: Spend) -> Result<bool, Error> {
        Ok(self.wait_for_server().await? || self.wait_for_budget(spend).await?)
    }

    /// A call was not made because its server had been left alone meanwhile.
    pub(super) async fn not_called(
        &mut self,
        error: &ProviderError,
        part: i64,
        effect: Option<Effect>,
    ) -> Result<Turn, Error> {
        let now = self.app.clock.now();
        let outage = Outage {
            server: App::server_of(&self.account),
            platform: error.platform.clone(),
            kind: error.kind,
            since: now,
            until: error.retry_after.unwrap_or(now),
            times: 1,
        };
        let mut change = self.left_alone(&outage).await?;
        let sentence = words::trouble(self.who(), error);
        change.refused(part, effect, &sentence);
        self.record(change).await?;
        Ok(Turn::Ended)
    }

    async fn left_alone(&self, outage: &Outage) -> Result<Change, Error> {
        let spacing_ms = {
            let settings = self.app.settings().await?;
            i64::from(settings.spacing_s) * 1_000
        };
        let at = self.app.line.place(&outage.server, self.account.id, outage.until, spacing_ms);
        let reason = words::left_alone(self.who(), outage.kind, self.live());
        let mut change = Change::to(PublicationState::Retrying, JobEnd::Snooze(at));
        change.next_at = Some(at);
        change.attempts = self.publication.status.attempts;
        WAITING.clone_into(&mut change.step);
        change.because(outage.kind.into(), &self.publication.status.raw);
        if self.publication.status.step != WAITING {
            change.line("server_down", None, &reason);
        }
        change.notice = self.app.unreachable.told_of_server(self.who(), outage.kind);
        change.reason = reason;
        Ok(change)
    }

    /// Puts the publication off until its account may spend again; held where that is later than its owner allows.
    async fn wait_for_budget(&mut self, spend: Spend) -> Result<bool, Error> {
        let now = self.app.clock.now();
        let server = App::server_of(&self.account);
        let platform = self.account.platform.as_str();
        let Some(until) = self.app.calls.ledger.wait(spend, platform, self.account.id, &server, now) else {
            return Ok(false);
        };
        let at = until.plus_ms(AFTER_RESET_MS + i64::from(self.app.dice()) * 4);
        let grace_ms = self.app.grace_ms().await?;
        let asked = self.app.is_asked_now(self.publication.id);
        if !asked && !self.begun() && at.since(self.publication.schedule.at) > grace_ms {
            self.hold_for_quota(at).await?;
            return Ok(true);
        }
        let reason = words::budget_used(self.who(), self.live());
        let quota = ErrorCode::QuotaExhausted;
        let news = self.publication.status.state != PublicationState::Retrying || !self.waits_for(quota);
        let mut change = Change::to(PublicationState::Retrying, JobEnd::Snooze(at));
        change.next_at = Some(at);
        change.attempts = self.publication.status.attempts;
        change.because(quota, "");
        if news {
            change.line("budget_used", None, &reason);
        }
        change.reason = reason;
        self.record(change).await?;
        Ok(true)
    }

    /// Its owner has to know: it misses its time by more than the grace. Looked at again when there is room.
    async fn hold_for_quota(&mut self, at: UtcMs) -> Result<(), Error> {
        let words::Who { platform, handle } = self.who();
        let used = format!("{handle} has used what {platform} allows until long after its time.");
        if self.instead(Blocked::Account, &used, None).await? {
            return Ok(());
        }
        let sentence = words::held(self.who(), HeldReason::Quota, self.live());
        let news = self.publication.status.held != Some(HeldReason::Quota);
        let mut change = Change::to(PublicationState::Held, JobEnd::Snooze(at));
        change.held = Some(HeldReason::Quota);
        change.attempts = self.publication.status.attempts;
        change.because(ErrorCode::QuotaExhausted, "");
        if news {
            change.line("held", None, &sentence);
            change.notice = Some(self.notice(ErrorCode::QuotaExhausted, sentence.clone()));
        }
        change.reason = sentence;
        self.record(change).await
    }

    /// Why it waits for its owner.
    pub(super) fn waits_because(&self, reason: HeldReason) -> String {
        match reason {
            HeldReason::Missed if self.live().is_nothing() => words::missed(&self.publication.status.cause).to_owned(),
            _ => words::held(self.who(), reason, self.live()),
        }
    }

    fn waits_for(&self, code: ErrorCode) -> bool {
        self.publication.status.cause == super::record::word(code)
    }

    /// Gives back the probe that this run was to make, where it made no call.
    pub(super) fn release_probe(app: &App, server: &str, publication: domain::PublicationId) {
        app.http.breakers().release(server, &publication.to_string(), app.clock.now());
    }
}

/// Whether a call was not made because its server is left alone.
pub(super) fn was_left_alone(error: &ProviderError) -> bool {
    error.reach == Some(Reach::LeftAlone)
}
