//! Consent in the system browser.

use std::sync::Arc;

use domain::{
    AccountId, Endpoints, ErrorCode, ErrorKind, GrantGone, PlatformId, ProviderError, Secret, UtcMs,
    consent::{Blame, Refusal},
    doctor::Diagnosis,
};
use oauth::{Attempt, DeviceAttempt, Door, Dpop, Flow, Grant, Inbox, Limits, OauthError, Redirect, Revoked, World};
use providers::{
    Descriptor, Provider,
    descriptor::{Method, OauthRules},
    provider::Tokens,
};
use store::{account::Account, secret::Field};
use tokio_util::sync::CancellationToken;

use super::{
    LinkRequest, NewAccount, Stage, Status,
    flow::{Given, flow, oauth_rules, subject, tokens},
};
use crate::{
    App, Error,
    words::{Who, of_app, platform_error},
};

/// Where an account is linked, and through which registered client.
pub(super) struct Place {
    pub(super) instance: String,
    pub(super) endpoints: Endpoints,
    pub(super) client: String,
    /// Whoever signs in must be them.
    pub(super) person: Named,
}

/// A person who was named before they signed in.
#[derive(Default)]
pub(super) struct Named {
    /// The platform's id of them; empty where nobody was named.
    pub(super) remote_id: String,
    /// What they were called: shown to them by the platform.
    pub(super) hint: String,
}

/// An attempt that is under way at the platform.
pub(super) enum Asking {
    /// In the browser, which comes back with a code.
    Browser(Attempt),
    /// With a code that is typed on the platform's page.
    Device(DeviceAttempt),
}

impl Asking {
    fn inbox(&self) -> Option<Inbox> {
        match self {
            Self::Browser(attempt) => Some(attempt.inbox()),
            Self::Device(_) => None,
        }
    }

    async fn wait(
        self,
        cancel: CancellationToken,
        on_stage: impl Fn(oauth::Stage) + Send + Sync,
    ) -> Result<Grant, OauthError> {
        match self {
            Self::Browser(attempt) => attempt.wait(cancel, on_stage).await,
            Self::Device(attempt) => attempt.wait(cancel, on_stage).await,
        }
    }
}

/// What is shown of an attempt while it waits.
pub(super) struct Shown {
    pub(super) authorize_url: String,
    pub(super) redirect_uri: String,
    pub(super) pasted: bool,
    pub(super) user_code: String,
    pub(super) expires_at: UtcMs,
}

pub(super) const TIMEOUT_DEFAULT_S: u32 = 300;
pub(super) const TIMEOUT_MAX_S: u32 = 600;
/// Most permissions kept of an account, and the longest, in bytes.
const SCOPES_MAX: usize = 50;
const SCOPE_MAX_BYTES: usize = 100;

impl App {
    pub(super) async fn start_oauth(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        rules: &OauthRules,
        place: Place,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let (mut flow, place) = self.flow_for_new(provider.descriptor(), rules, place).await?;
        // Only the practice network makes accounts of a kind that is asked for.
        if let Some(kind) = request.kind.as_ref().filter(|_| provider.descriptor().practice) {
            flow.extra.push(("kind".to_owned(), kind.clone()));
        }
        if !place.person.hint.is_empty() {
            flow.extra.push(("login_hint".to_owned(), place.person.hint.clone()));
        }
        let door = Door::open(&flow.redirect).map_err(|error| oauth_error(provider.descriptor(), &error))?;
        self.ask_consent(provider, door, flow, place, request).await
    }

    /// The flow a new account is linked through, and its place with the client that goes with it.
    pub(super) async fn flow_for_new(
        &self,
        facts: &Descriptor,
        rules: &OauthRules,
        place: Place,
    ) -> Result<(Flow, Place), Error> {
        let client = self.client_for_new(facts, rules).await?;
        let place =
            Place { client: client.as_ref().map(|client| client.client_id.clone()).unwrap_or_default(), ..place };
        Ok((flow(facts, rules, &place.endpoints, client)?, place))
    }

    /// Opens the browser on a flow, and follows it in the background.
    pub(super) async fn ask_consent(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        door: Door,
        flow: Flow,
        place: Place,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let wait_s = request.timeout_s.unwrap_or(TIMEOUT_DEFAULT_S).clamp(5, TIMEOUT_MAX_S);
        let limits = Limits { wait_ms: u64::from(wait_s) * 1_000, ..Limits::default() };
        let pasted = matches!(flow.redirect, Redirect::Page { .. });
        let attempt = Attempt::start_at(door, flow, self.oauth_world(), limits).await;
        let attempt = attempt.map_err(|error| oauth_error(provider.descriptor(), &error))?;
        let shown = Shown {
            authorize_url: attempt.authorize_url().to_owned(),
            redirect_uri: attempt.redirect_uri().to_owned(),
            pasted,
            user_code: String::new(),
            expires_at: attempt.expires_at(),
        };
        self.follow_attempt(Asking::Browser(attempt), shown, place, request).await
    }

    /// Shows an attempt and follows it in the background.
    pub(super) async fn follow_attempt(
        self: &Arc<Self>,
        asking: Asking,
        shown: Shown,
        place: Place,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let cancel = CancellationToken::new();
        let status = Status {
            id: self.random_hex::<16>(),
            platform: request.platform.clone(),
            stage: Stage::WaitingForBrowser,
            authorize_url: shown.authorize_url,
            redirect_uri: shown.redirect_uri,
            pasted: shown.pasted,
            user_code: shown.user_code,
            expires_at: shown.expires_at,
        };
        self.begin_waiting(&status, cancel.clone(), asking.inbox(), &request).await?;
        let (app, id) = (Arc::clone(self), status.id.clone());
        tokio::spawn(async move {
            let ended = app.finish_oauth(asking, cancel, &id, place, &request).await;
            app.end_attempt(&id, &request, ended).await;
        });
        Ok(status)
    }

    /// Shows an attempt that waits for the browser, and opens that where it is wanted.
    pub(super) async fn begin_waiting(
        &self,
        status: &Status,
        cancel: CancellationToken,
        inbox: Option<Inbox>,
        request: &LinkRequest,
    ) -> Result<(), Error> {
        self.links.add(status.clone(), cancel, inbox)?;
        self.stage(&status.id, &request.platform, request.account, &Stage::WaitingForBrowser).await;
        if request.open_browser && !self.browse(&status.authorize_url) {
            tracing::warn!("the browser could not be opened; the window offers the link to copy");
        }
        Ok(())
    }

    /// What the OAuth engine works with.
    pub(crate) fn oauth_world(&self) -> World {
        World { clock: Arc::clone(&self.clock), random: Arc::clone(&self.random), client: self.http.clone() }
    }

    async fn finish_oauth(
        self: &Arc<Self>,
        asking: Asking,
        cancel: CancellationToken,
        id: &str,
        place: Place,
        request: &LinkRequest,
    ) -> Result<AccountId, Error> {
        let provider = self.provider(&request.platform)?;
        let on_stage = |stage: oauth::Stage| {
            if stage == oauth::Stage::Exchanging {
                self.links.set(id, Stage::Exchanging);
                self.emit(crate::event::Topic::Accounts, Some(id.to_owned()));
            }
        };
        let grant = asking.wait(cancel, on_stage).await;
        if let Err(OauthError::Exchange(error)) = &grant
            && error.remote_code == "invalid_client"
        {
            self.forget_client(&request.platform, &place).await;
        }
        let grant = grant.map_err(|error| oauth_error(provider.descriptor(), &error));
        self.stage(id, &request.platform, request.account, &Stage::Finishing).await;
        let grant = grant?;
        let rules = oauth_rules(provider.descriptor())?;
        let scopes = granted(&grant.scopes);
        let subject = subject(rules, &grant);
        let Place { instance, endpoints, client, person } = place;
        if !person.remote_id.is_empty() && person.remote_id != subject {
            return Err(Error::new(
                ErrorCode::LinkMismatch,
                format!("Somebody else than {} signed in. Nothing was linked.", person.hint),
                "Sign in to the right account in the browser, then link again.",
            ));
        }
        if let Some(missing) = rules.must_grant.iter().find(|wanted| scopes.iter().all(|scope| scope != *wanted)) {
            let platform = PlatformId::parse(&request.platform).ok_or_else(|| Error::internal("a platform name"))?;
            let refused = OauthError::Exchange(ProviderError::new(ErrorKind::MissingScope, platform, "consent"));
            return Err(oauth_error(provider.descriptor(), &refused).with_details(format!("{missing} was not granted")));
        }
        let key = grant.dpop.clone();
        let tokens = tokens(rules, grant, Given::Anew, self.clock.now());
        let platform = request.platform.clone();
        let new = NewAccount { platform, instance, method: "oauth", endpoints, tokens, scopes, client, subject, key };
        self.adopt(new, None, request.account).await
    }

    /// Ends an account's grant at its platform, as far as that can be done from here.
    pub(crate) async fn revoke(self: &Arc<Self>, account: &Account) -> Result<GrantGone, Error> {
        let (access, refresh) = (self.open_token(account, Field::Access).await?, self.open_refresh(account).await?);
        let key = self.proof_key(account).await?;
        self.end_grant(account, access, refresh, key.as_ref()).await
    }

    /// The same for a grant with these tokens, kept or not.
    pub(super) async fn end_grant(
        &self,
        account: &Account,
        access: Secret<String>,
        refresh: Option<Secret<String>>,
        key: Option<&Dpop>,
    ) -> Result<GrantGone, Error> {
        let provider = self.provider(account.platform.as_str())?;
        let descriptor = provider.descriptor();
        let rules = descriptor.methods.iter().find_map(Method::oauth);
        if let Some(rules) = rules.filter(|_| account.method == "oauth") {
            let flow = flow_of(self, account, descriptor, rules).await?;
            let revoked = oauth::revoke(&flow, &self.oauth_world(), &access, refresh.as_ref(), key).await;
            let gone = revoked.map(|revoked| match revoked {
                Revoked::Done => GrantGone::Ended,
                Revoked::NotOffered => GrantGone::NotOffered,
            });
            return gone.map_err(|error| oauth_error(descriptor, &error));
        }
        // A password that nothing renews is itself what ends; one that was traded for a session outlives that.
        let (token, gone) = match refresh {
            Some(refresh) => (refresh, GrantGone::PasswordStays),
            None => (access, GrantGone::Ended),
        };
        let who = Who { platform: descriptor.name, handle: &account.handle };
        let ended = provider.sign_out(&self.http, &account.endpoints, &token).await;
        ended.map(|()| gone).map_err(|error| platform_error(who, &error))
    }

    /// Whether the client an account was linked through is still known here.
    pub(crate) async fn has_client(&self, account: &Account) -> Result<bool, Error> {
        if account.client.is_empty() || account.method != "oauth" {
            return Ok(true);
        }
        let home = self.client_home(account);
        let mut conn = self.store.read().await?;
        let kept = store::oauth_client::find(&mut conn, &account.platform, home, &account.client).await?;
        Ok(kept.is_some())
    }
}

/// A new token pair from an OAuth grant.
pub(crate) async fn renew_grant(
    app: &App,
    account: &Account,
    descriptor: &Descriptor,
    rules: &OauthRules,
    refresh: &Secret<String>,
) -> Result<Tokens, ProviderError> {
    let failed = |kind| ProviderError::new(kind, account.platform.clone(), "refresh");
    let flow = flow_of(app, account, descriptor, rules).await.map_err(|_| failed(domain::ErrorKind::Unsupported))?;
    let key = app.proof_key(account).await.map_err(|_| failed(ErrorKind::Unavailable))?;
    let grant = oauth::refresh(&flow, &app.oauth_world(), refresh, key.as_ref()).await;
    let given = Given::Again { end_moves: app.end_moves(account) };
    grant.map(|grant| tokens(rules, grant, given, app.clock.now())).map_err(|error| refresh_error(error, &failed))
}

/// The flow an account was linked through.
async fn flow_of(app: &App, account: &Account, descriptor: &Descriptor, rules: &OauthRules) -> Result<Flow, Error> {
    let client = if account.client.is_empty() { None } else { Some(app.client_of(account).await?) };
    flow(descriptor, rules, &account.endpoints, client)
}

/// The permissions a server says it granted; it may be a stranger's, and what it says is shown and kept.
fn granted(said: &[String]) -> Vec<String> {
    let plain = |scope: &&String| scope.len() <= SCOPE_MAX_BYTES && scope.bytes().all(|byte| byte.is_ascii_graphic());
    said.iter().filter(plain).take(SCOPES_MAX).cloned().collect()
}

/// Why an attempt ended, for whoever asked.
pub(super) fn oauth_error(descriptor: &Descriptor, error: &OauthError) -> Error {
    use OauthError as E;
    let (message, action) = match error {
        E::Exchange(error) => {
            if let Some(refused) = app_refused(descriptor, error) {
                return refused;
            }
            return platform_error(Who { platform: descriptor.name, handle: "the new account" }, error);
        }
        E::ConsentRefused { .. } => {
            ("The answer in the browser was no. Nothing was linked.", "Start again and choose Allow.")
        }
        E::TimedOut => ("The browser did not come back in time. Nothing was linked.", "Start again."),
        E::Cancelled => return super::cancelled(),
        E::Mismatch => (
            "What came back from the browser did not belong to this attempt. Nothing was linked.",
            "Close old tabs and start again.",
        ),
        E::PortInUse { .. } => (
            "No local port could be opened for the browser to come back to.",
            "Close programs that hold many ports, then start again.",
        ),
        E::BadFlow(_) => (
            "The platform's addresses cannot be used for linking. Nothing was linked.",
            "Look at the details for what was wrong.",
        ),
    };
    Error::new(error.code(), message, action).with_details(error.to_string())
}

/// A refusal that the platform's words put down to the user's own app.
fn app_refused(descriptor: &Descriptor, error: &ProviderError) -> Option<Error> {
    let rules = oauth_rules(descriptor).ok()?;
    let own = Refusal::find(rules.refusals, &error.remote_code, &error.remote_message, false)?;
    let diagnosis = match own.blames? {
        Blame::Client => Diagnosis::AppRefused,
        Blame::OuterId => Diagnosis::OuterAppId,
        Blame::Redirect => Diagnosis::RedirectRefused,
        Blame::Code => return None,
    };
    let (means, fix) = of_app(diagnosis);
    let named = |text: &str| text.replace("{platform}", descriptor.name);
    let said = format!("{}: {} {}", error.operation, error.remote_code, error.remote_message);
    let message = format!("{} Nothing was linked.", named(means));
    Some(Error::new(diagnosis.code(), message, named(fix)).with_details(said))
}

/// Why a grant was not renewed, as providers report trouble.
fn refresh_error(error: OauthError, failed: &impl Fn(ErrorKind) -> ProviderError) -> ProviderError {
    match error {
        OauthError::Exchange(error) => error,
        _ => failed(ErrorKind::Unavailable),
    }
}
