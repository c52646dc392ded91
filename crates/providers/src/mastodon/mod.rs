//! Mastodon and servers that speak its interface: one provider, every limit the server's own. Written from the
//! documentation of Mastodon and the source of GoToSocial alone.

mod auth;
mod body;
mod change;
mod descriptor;
mod discover;
mod errors;
mod facts;
mod html;
mod matching;
mod publish;
mod shown;
mod wire;

use async_trait::async_trait;
use domain::{Endpoints, ErrorKind, ProviderError, Secret, UtcMs, limits::PostLimits, options::OptionField};
use serde_json::{Value, json};
use url::Url;

use self::facts::Facts;
use crate::{
    calls::{CallRules, Operation, error},
    change::{Changes, Live, Prospect, Sight, Wish},
    descriptor::Descriptor,
    provider::{
        AccountRef, Confirmation, Discovered, Doubtful, EffectPlan, Identity, Plan, Provider, Registration, Remote,
        Seed, Session, Step, Tokens, Work,
    },
    shown::Shown,
};

const LEARN: Operation = Operation::quiet("instance");

/// The provider.
pub struct Mastodon {
    descriptor: Descriptor,
    rules: CallRules,
}

impl Mastodon {
    /// The provider with the default time limits.
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

impl Default for Mastodon {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Mastodon {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn limits(&self, account: &AccountRef) -> PostLimits {
        descriptor::limits(&Facts::known(&account.facts))
    }

    fn options(&self, account: Option<&AccountRef>) -> Vec<OptionField> {
        descriptor::options(&account.map(|account| Facts::known(&account.facts)).unwrap_or_default())
    }

    fn facts_life_ms(&self) -> Option<i64> {
        Some(descriptor::FACTS_LIFE_MS)
    }

    async fn learn(&self, session: &Session) -> Result<Value, ProviderError> {
        let origin = Url::parse(session.account.endpoints.get("api"));
        let origin = origin.map_err(|_| error(ErrorKind::Protocol, descriptor::ID, LEARN))?;
        let facts = discover::instance(&session.http, &origin).await?;
        facts.map(|facts| json!(facts)).ok_or_else(|| error(ErrorKind::Protocol, descriptor::ID, LEARN))
    }

    async fn discover(&self, http: &net::Client, named: &str) -> Result<Discovered, ProviderError> {
        discover::discover(http, named).await
    }

    async fn knows(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        client: &Registration,
    ) -> Result<bool, ProviderError> {
        auth::knows(http, &self.rules, endpoints, client).await
    }

    async fn register(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        redirects: &[String],
        scopes: &[String],
    ) -> Result<Registration, ProviderError> {
        auth::register(http, &self.rules, endpoints, redirects, scopes).await
    }

    fn plan(&self, account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError> {
        Ok(publish::plan(account, work, checkpoint, seed))
    }

    fn preview(&self, account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError> {
        Ok(publish::preview(account, work, seed))
    }

    async fn prepare(&self, session: &Session, work: &Work, checkpoint: &Value) -> Result<Step, ProviderError> {
        publish::prepare(session, &self.rules, work, checkpoint).await
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

    fn changes(&self, account: &AccountRef) -> Changes {
        // A comment is a status in reply, of the same class as any other.
        Changes { comment: Some(self.descriptor().class(&account.kind)), ..descriptor::changes() }
    }

    async fn plan_change(&self, session: &Session, live: &Live<'_>, wish: Wish<'_>) -> Result<Prospect, ProviderError> {
        change::plan(session, &self.rules, live, wish).await
    }

    async fn change(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError> {
        change::change(session, &self.rules, plan).await
    }

    async fn look(&self, session: &Session, plan: &EffectPlan) -> Result<Sight, ProviderError> {
        change::look(session, &self.rules, plan).await
    }

    fn pulse(&self) -> Option<&'static str> {
        Some("/api/v1/instance")
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
