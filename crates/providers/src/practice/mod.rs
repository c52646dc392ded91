//! The practice network: Postroom's own small platform, one kind of account for each way doubt is settled.
//! Written from `docs/platforms/practice.md` alone.

mod auth;
mod body;
mod change;
mod descriptor;
mod errors;
mod matching;
mod publish;
mod shown;
mod wire;

use async_trait::async_trait;
use domain::{Endpoints, ProviderError, Secret, UtcMs};
use serde_json::Value;

use crate::{
    calls::CallRules,
    change::{Changes, Live, Prospect, Sight, Wish},
    descriptor::Descriptor,
    provider::{
        AccountRef, Confirmation, Doubtful, EffectPlan, Identity, Plan, Provider, Remote, Seed, Session, Step, Tokens,
        Work,
    },
    shown::Shown,
};

/// The provider.
pub struct Practice {
    descriptor: Descriptor,
    rules: CallRules,
}

impl Practice {
    /// The provider with the network's default limits.
    #[must_use]
    pub fn new() -> Self {
        Self { descriptor: descriptor::descriptor(), rules: errors::RULES }
    }

    /// The same with another time limit for each call, in milliseconds (an upload longer by its size).
    #[must_use]
    pub fn with_timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.rules.timeout_ms = timeout_ms;
        self
    }
}

impl Default for Practice {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Practice {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn plan(&self, account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError> {
        publish::plan(account, work, checkpoint, seed)
    }

    fn preview(&self, account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError> {
        publish::preview(account, work, seed)
    }

    async fn prepare(&self, session: &Session, work: &Work, checkpoint: &Value) -> Result<Step, ProviderError> {
        publish::prepare(session, &self.rules, work, checkpoint, self.descriptor.limits.image_max_bytes).await
    }

    async fn commit(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError> {
        publish::commit(session, &self.rules, plan).await
    }

    async fn confirm(&self, session: &Session, doubtful: &Doubtful<'_>) -> Result<Confirmation, ProviderError> {
        publish::confirm(session, &self.rules, doubtful).await
    }

    fn profile_url(&self, account: &AccountRef) -> String {
        shown::profile_url(account)
    }

    async fn shown(&self, session: &Session, _since: UtcMs) -> Result<Option<Shown>, ProviderError> {
        shown::shown(session, &self.rules).await
    }

    async fn named(&self, session: &Session, given: &str) -> Result<Option<Remote>, ProviderError> {
        shown::named(session, &self.rules, given).await
    }

    fn changes(&self, account: &AccountRef) -> Changes {
        let changes = descriptor::changes(&account.kind);
        // §4.2: a comment is a post with `reply_to`, which needs the id that deleting needs.
        Changes { comment: changes.delete.map(|_| self.descriptor().class(&account.kind)), ..changes }
    }

    async fn plan_change(&self, session: &Session, live: &Live<'_>, wish: Wish<'_>) -> Result<Prospect, ProviderError> {
        change::plan(&session.account, live, wish)
    }

    async fn change(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError> {
        change::change(session, &self.rules, plan).await
    }

    async fn look(&self, session: &Session, plan: &EffectPlan) -> Result<Sight, ProviderError> {
        change::look(session, &self.rules, plan).await
    }

    fn pulse(&self) -> Option<&'static str> {
        Some("/healthz")
    }

    async fn identify(&self, session: &Session) -> Result<Identity, ProviderError> {
        auth::identify(session, &self.rules).await
    }

    async fn sign_in(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _identifier: &str,
        _password: &Secret<String>,
    ) -> Result<(Identity, Tokens), ProviderError> {
        Err(auth::no_passwords("sign_in"))
    }

    async fn renew(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _refresh: &Secret<String>,
    ) -> Result<Tokens, ProviderError> {
        Err(auth::no_passwords("renew"))
    }

    async fn sign_out(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _refresh: &Secret<String>,
    ) -> Result<(), ProviderError> {
        Err(auth::no_passwords("sign_out"))
    }
}
