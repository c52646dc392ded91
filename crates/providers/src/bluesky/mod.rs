//! Bluesky, on any personal data server, by consent or app password. Owns what is particular to the AT Protocol; the
//! flow of publishing, retrying and token renewal is not decided here.

mod auth;
mod change;
mod descriptor;
mod errors;
mod facets;
mod locate;
mod publish;
mod record;
mod shown;
mod tid;
mod wire;

use async_trait::async_trait;
use domain::{Endpoints, ProviderError, Secret, UtcMs};
use serde_json::Value;

use crate::{
    calls::CallRules,
    change::{Changes, Live, Prospect, Sight, Wish},
    descriptor::Descriptor,
    provider::{
        AccountRef, Confirmation, Doubtful, EffectPlan, Identity, Located, Plan, Provider, Remote, Seed, Session, Step,
        Tokens, Work,
    },
    shown::Shown,
};

/// The provider.
pub struct Bluesky {
    descriptor: Descriptor,
    rules: CallRules,
}

impl Bluesky {
    /// The provider with the platform's real limits.
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

impl Default for Bluesky {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Bluesky {
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

    async fn shown(&self, session: &Session, since: UtcMs) -> Result<Option<Shown>, ProviderError> {
        shown::shown(session, &self.rules, since).await
    }

    async fn named(&self, session: &Session, given: &str) -> Result<Option<Remote>, ProviderError> {
        shown::named(session, &self.rules, given).await
    }

    fn changes(&self, _account: &AccountRef) -> Changes {
        descriptor::changes()
    }

    async fn plan_change(&self, session: &Session, live: &Live<'_>, wish: Wish<'_>) -> Result<Prospect, ProviderError> {
        change::plan(session, live, wish)
    }

    async fn change(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError> {
        change::change(session, &self.rules, plan).await
    }

    async fn look(&self, session: &Session, plan: &EffectPlan) -> Result<Sight, ProviderError> {
        change::look(session, &self.rules, plan).await
    }

    fn pulse(&self) -> Option<&'static str> {
        Some("/xrpc/com.atproto.server.describeServer")
    }

    async fn identify(&self, session: &Session) -> Result<Identity, ProviderError> {
        auth::identify(session, &self.rules).await
    }

    async fn avatar(&self, http: &net::Client, endpoints: &Endpoints, who: &Identity) -> Result<String, ProviderError> {
        auth::avatar(http, &self.rules, endpoints, &who.remote_id).await
    }

    async fn locate(&self, http: &net::Client, endpoints: &Endpoints, named: &str) -> Result<Located, ProviderError> {
        locate::locate(http, &self.rules, endpoints, named).await
    }

    async fn sign_in(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        identifier: &str,
        password: &Secret<String>,
    ) -> Result<(Identity, Tokens), ProviderError> {
        auth::sign_in(http, &self.rules, endpoints, identifier, password).await
    }

    async fn renew(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        refresh: &Secret<String>,
    ) -> Result<Tokens, ProviderError> {
        auth::renew(http, &self.rules, endpoints, refresh).await
    }

    async fn sign_out(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        refresh: &Secret<String>,
    ) -> Result<(), ProviderError> {
        auth::sign_out(http, &self.rules, endpoints, refresh).await
    }
}
