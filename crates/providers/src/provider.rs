//! How a platform publishes: pure planning, steps without effect, one effect at a time, and confirming.
//!
//! For each part the runner asks [`Provider::plan`] what comes next. `Prepare` steps (uploading a picture,
//! making a container) may be repeated freely and leave a checkpoint. An `Effect` is recorded and synced
//! by the runner before [`Provider::commit`] sends exactly what was recorded, once. After silence only
//! [`Provider::confirm`] may be called, until the effect is settled.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use domain::{
    AccountId, Endpoints, ErrorKind, PlatformId, ProviderError, PublicationId, Secret, UtcMs,
    limits::PostLimits,
    options::OptionField,
    ports::{Clock, TokenSource},
    post::LinkCard,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::effect::{EffectPlan, Remote};
use crate::{
    change::{Changes, Live, Prospect, Sight, Wish},
    descriptor::Descriptor,
    shown::Shown,
};

/// What every call of a provider gets: who it acts for and the means to act.
#[derive(Clone)]
pub struct Session {
    /// The HTTP client; logs every call.
    pub http: net::Client,
    /// Token of the account.
    pub tokens: Arc<dyn TokenSource>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// The account acted for.
    pub account: AccountRef,
    /// The publication acted for; `None` for checks.
    pub publication: Option<PublicationId>,
    /// Ties the calls of one step together in the log.
    pub correlation: String,
    /// Whether its calls only look, to settle doubt.
    pub settles: bool,
}

impl Session {
    /// The same for calls that only look, to settle doubt.
    #[must_use]
    pub fn settling(self) -> Self {
        Self { settles: true, ..self }
    }
}

/// The linked account, as far as a provider needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRef {
    /// Our id of it.
    pub id: AccountId,
    /// The platform's id of it: a DID, a number.
    pub remote_id: String,
    /// Handle without `@`.
    pub handle: String,
    /// The platform's word for its kind.
    pub kind: String,
    /// Endpoints fixed when it was linked.
    pub endpoints: Endpoints,
    /// What was learnt of its server, in the provider's own shape; `Null` where nothing was.
    pub facts: Value,
}

/// A picture ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// File in the profile.
    pub path: PathBuf,
    /// Lower-case hexadecimal SHA-256 of the file.
    pub digest: String,
    /// MIME type.
    pub mime: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Alt text; may be empty.
    pub alt: String,
}

/// One part to publish: the account's final text and media.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Text as written.
    pub text: String,
    /// Pictures in order.
    pub media: Vec<Rendition>,
    /// Link card, where the writer accepted one.
    pub card: Option<LinkCard>,
    /// BCP 47 language tag; empty when unknown.
    pub language: String,
    /// The platform's option fields.
    pub options: BTreeMap<String, String>,
    /// The first part of the thread, once it is live; `None` for the first part itself.
    pub root: Option<Remote>,
    /// The part before, once it is live.
    pub parent: Option<Remote>,
}

/// Fixed once per effect, so that planning again gives the same key and the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// When the effect was first planned.
    pub at: UtcMs,
    /// Random bits of its key.
    pub random: u64,
}

/// What comes next for a part.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// A step nobody else can see; free to be repeated.
    Prepare {
        /// What it does, for the journal and the window: `Uploading picture 1 of 2`.
        label: String,
    },
    /// A step others can see; recorded before it is made.
    Effect(EffectPlan),
}

/// What came of a prepare step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Go on from this checkpoint; saved before the next step.
    Next(Value),
    /// The platform is still at work; ask again then, from this checkpoint.
    Wait(UtcMs, Value),
}

/// What asking the platform about an effect showed.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmation {
    /// It exists.
    Live(Remote),
    /// It was not found. Proves absence only once the platform's time for doubt has passed.
    NotSeen,
    /// This account cannot be asked: a person must decide.
    Blind,
}

/// An effect to be confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubtful<'a> {
    /// What was planned and maybe sent.
    pub plan: &'a EffectPlan,
    /// When it was first sent, by our clock.
    pub first_sent: UtcMs,
    /// Whether its key still protects: one past its life proves nothing, and nothing may rest on it.
    pub key_lives: bool,
    /// The platform's ids already known to belong to other publications of the account.
    pub claimed: &'a [String],
    /// The part it belongs to.
    pub work: &'a Work,
}

/// Who an account turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The platform's id.
    pub remote_id: String,
    /// Handle without `@`.
    pub handle: String,
    /// Display name; the handle where there is none.
    pub name: String,
    /// The platform's word for its kind.
    pub kind: String,
    /// Permissions granted, where the platform tells.
    pub scopes: Vec<String>,
    /// Endpoints learnt while signing in that replace the descriptor's (name, URL).
    pub endpoints: Vec<(String, String)>,
    /// Address of their picture, as the platform told it; not checked. Empty where none was told.
    pub avatar: String,
}

/// A fresh pair of tokens. An absent refresh token never replaces a stored one.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Access token.
    pub access: Secret<String>,
    /// Refresh token, where one was given.
    pub refresh: Option<Secret<String>>,
    /// When the access token ends, where known.
    pub access_expires_at: Option<UtcMs>,
    /// When the refresh token ends, where known.
    pub refresh_expires_at: Option<UtcMs>,
}

/// What a server told before an account there is linked. Everything in it was checked by the provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovered {
    /// The server's origin, which names it from now on.
    pub instance: String,
    /// Endpoints that replace the descriptor's (name, URL).
    pub endpoints: Vec<(String, String)>,
    /// Permissions to ask for there.
    pub scopes: Vec<String>,
    /// Whether a redirect to this machine may come back on another port than the one registered.
    pub any_port: bool,
    /// Whether it sends a browser back to this machine over http at all; `None` where that is not known.
    pub returns: Option<bool>,
    /// Further parameters of the authorization address when an account there is linked already.
    pub another_account: Vec<(String, String)>,
}

/// Where a person signs in. Everything in it was checked by the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The platform's id of them: whoever signs in must be them.
    pub remote_id: String,
    /// The issuer of the authorization server their own server trusts; its metadata tell the rest.
    pub issuer: String,
    /// Endpoints that replace the descriptor's (name, URL).
    pub endpoints: Vec<(String, String)>,
}

/// A client registered with a server.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret<String>,
}

/// A platform.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The platform's facts.
    fn descriptor(&self) -> &Descriptor;

    /// What one part may hold for this account.
    fn limits(&self, _account: &AccountRef) -> PostLimits {
        self.descriptor().limits.clone()
    }

    /// Option fields for this account; for an unknown one (`None`) those any account has.
    fn options(&self, _account: Option<&AccountRef>) -> Vec<OptionField> {
        Vec::new()
    }

    /// Milliseconds after which [`Provider::learn`] is asked again; `None` where there is nothing to learn.
    fn facts_life_ms(&self) -> Option<i64> {
        None
    }

    /// Reads what an account's server says of itself, to be kept as [`AccountRef::facts`].
    async fn learn(&self, _session: &Session) -> Result<Value, ProviderError> {
        Ok(Value::Null)
    }

    /// Finds the server a person named. Only for platforms with [`crate::descriptor::ClientRule::Registered`] or
    /// [`crate::descriptor::Method::Page`].
    async fn discover(&self, _http: &net::Client, _named: &str) -> Result<Discovered, ProviderError> {
        Err(unsupported(self.descriptor(), "discover"))
    }

    /// Finds where a person signs in, by what they are called there. Only for platforms with
    /// [`crate::descriptor::ClientRule::Described`].
    async fn locate(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _named: &str,
    ) -> Result<Located, ProviderError> {
        Err(unsupported(self.descriptor(), "locate"))
    }

    /// Whether a server still knows a client registered with it before.
    async fn knows(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _client: &Registration,
    ) -> Result<bool, ProviderError> {
        Ok(true)
    }

    /// Registers Postroom with a server, for these redirects and scopes.
    async fn register(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        _redirects: &[String],
        _scopes: &[String],
    ) -> Result<Registration, ProviderError> {
        Err(unsupported(self.descriptor(), "register"))
    }

    /// What comes next for a part. Pure: the same arguments give the same plan.
    fn plan(&self, account: &AccountRef, work: &Work, checkpoint: &Value, seed: Seed) -> Result<Plan, ProviderError>;

    /// The plan of the effect as it will be when all prepare steps are done, with stand-ins for what only
    /// the platform can give (uploaded media). Pure; feeds the preview and the payload view.
    fn preview(&self, account: &AccountRef, work: &Work, seed: Seed) -> Result<EffectPlan, ProviderError>;

    /// Makes one prepare step.
    async fn prepare(&self, session: &Session, work: &Work, checkpoint: &Value) -> Result<Step, ProviderError>;

    /// Sends a recorded effect once. An error with [`domain::Retry::Confirm`] means it may be live.
    async fn commit(&self, session: &Session, plan: &EffectPlan) -> Result<Remote, ProviderError>;

    /// Asks whether an effect exists.
    async fn confirm(&self, session: &Session, doubtful: &Doubtful<'_>) -> Result<Confirmation, ProviderError>;

    /// Where people see what the account posts; empty where there is no such page.
    fn profile_url(&self, _account: &AccountRef) -> String {
        String::new()
    }

    /// The newest posts of the account, back to an instant where that is not too many; `None` where this account cannot
    /// be read.
    async fn shown(&self, _session: &Session, _since: UtcMs) -> Result<Option<Shown>, ProviderError> {
        Ok(None)
    }

    /// The account's own post that a person named by its id or link, looked up where the account can be read; `None`
    /// where that names none of its posts.
    async fn named(&self, _session: &Session, _given: &str) -> Result<Option<Remote>, ProviderError> {
        Ok(None)
    }

    /// What can be done with this account's live posts; nothing unless the platform says otherwise.
    fn changes(&self, _account: &AccountRef) -> Changes {
        Changes::default()
    }

    /// Plans the change of a live part. May look at it first; changes nothing.
    async fn plan_change(
        &self,
        _session: &Session,
        _live: &Live<'_>,
        _wish: Wish<'_>,
    ) -> Result<Prospect, ProviderError> {
        Err(unsupported(self.descriptor(), "plan_change"))
    }

    /// Sends a recorded change once. An error with [`domain::Retry::Confirm`] means it may have been made.
    async fn change(&self, _session: &Session, _plan: &EffectPlan) -> Result<Remote, ProviderError> {
        Err(unsupported(self.descriptor(), "change"))
    }

    /// Looks at a part whose change was sent without an answer.
    async fn look(&self, _session: &Session, _plan: &EffectPlan) -> Result<Sight, ProviderError> {
        Err(unsupported(self.descriptor(), "look"))
    }

    /// Path behind the endpoint `api` that anybody may ask for and that answers in JSON, if only with a refusal: by it the
    /// platform is told from another that answers in its place. `None` where none is known.
    fn pulse(&self) -> Option<&'static str> {
        None
    }

    /// Who the token belongs to: one harmless read.
    async fn identify(&self, session: &Session) -> Result<Identity, ProviderError>;

    /// Address of somebody's picture, as the platform tells it: a stranger's address, to be fetched as such. Empty where
    /// they have none.
    async fn avatar(
        &self,
        _http: &net::Client,
        _endpoints: &Endpoints,
        who: &Identity,
    ) -> Result<String, ProviderError> {
        Ok(who.avatar.clone())
    }

    /// Signs in with a name and an app password; `Unsupported` where the platform has none.
    async fn sign_in(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        identifier: &str,
        password: &Secret<String>,
    ) -> Result<(Identity, Tokens), ProviderError>;

    /// A new token pair for an app-password session; OAuth accounts are renewed by the OAuth engine.
    async fn renew(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        refresh: &Secret<String>,
    ) -> Result<Tokens, ProviderError>;

    /// Ends an app-password session at the platform.
    async fn sign_out(
        &self,
        http: &net::Client,
        endpoints: &Endpoints,
        refresh: &Secret<String>,
    ) -> Result<(), ProviderError>;
}

fn unsupported(facts: &Descriptor, operation: &'static str) -> ProviderError {
    let platform = PlatformId::parse(facts.id).unwrap_or_else(PlatformId::postroom);
    ProviderError::new(ErrorKind::Unsupported, platform, operation)
}
