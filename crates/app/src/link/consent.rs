//! Consent in the system browser.

use std::sync::Arc;

use domain::{AccountId, Endpoints, ErrorCode, ErrorKind, PlatformId, ProviderError, Secret, UtcMs};
use oauth::{Attempt, Door, Flow, Grant, Issuer, Limits, OauthError, Redirect, World};
use providers::{
    Descriptor, Provider,
    descriptor::{Method, OauthRules},
    provider::{Registration, Tokens},
};
use store::{account::Account, secret::Field};
use tokio_util::sync::CancellationToken;

use super::{LinkRequest, NewAccount, Stage, Status};
use crate::{
    App, Error,
    words::{Who, platform_error},
};

/// Where an account is linked, and through which registered client.
pub(super) struct Place {
    pub(super) instance: String,
    pub(super) endpoints: Endpoints,
    pub(super) client: String,
}

const TIMEOUT_DEFAULT_S: u32 = 300;
const TIMEOUT_MAX_S: u32 = 600;
/// Most permissions kept of an account, and the longest, in bytes.
const SCOPES_MAX: usize = 50;
const SCOPE_MAX_BYTES: usize = 100;

impl App {
    pub(super) async fn start_oauth(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        rules: &OauthRules,
        instance: String,
        endpoints: Endpoints,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let mut flow = flow(provider.descriptor(), rules, &endpoints, None)?;
        if let Some(kind) = &request.kind {
            flow.extra.push(("kind".to_owned(), kind.clone()));
        }
        let door = Door::open(&flow.redirect).map_err(|error| oauth_error(provider.descriptor(), &error))?;
        self.ask_consent(provider, door, flow, Place { instance, endpoints, client: String::new() }, request).await
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
        let attempt = Attempt::start_at(door, flow, self.oauth_world(), limits).await;
        let attempt = attempt.map_err(|error| oauth_error(provider.descriptor(), &error))?;
        let cancel = CancellationToken::new();
        let status = Status {
            id: self.random_hex::<16>(),
            platform: request.platform.clone(),
            stage: Stage::WaitingForBrowser,
            authorize_url: attempt.authorize_url().to_owned(),
            redirect_uri: attempt.redirect_uri().to_owned(),
            expires_at: attempt.expires_at(),
        };
        self.links.add(status.clone(), cancel.clone())?;
        self.stage(&status.id, &request.platform, request.account, &Stage::WaitingForBrowser).await;
        if request.open_browser && !self.desktop.open_url(&status.authorize_url) {
            tracing::warn!("the browser could not be opened; the window offers the link to copy");
        }
        let (app, id) = (Arc::clone(self), status.id.clone());
        tokio::spawn(async move {
            let ended = app.finish_oauth(attempt, cancel, &id, place, &request).await;
            app.end_attempt(&id, &request, ended).await;
        });
        Ok(status)
    }

    /// What the OAuth engine works with.
    fn oauth_world(&self) -> World {
        World { clock: Arc::clone(&self.clock), random: Arc::clone(&self.random), client: self.http.clone() }
    }

    async fn finish_oauth(
        self: &Arc<Self>,
        attempt: Attempt,
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
        let grant = attempt.wait(cancel, on_stage).await;
        if let Err(OauthError::Exchange(error)) = &grant
            && error.remote_code == "invalid_client"
        {
            self.forget_client(&request.platform, &place).await;
        }
        let grant = grant.map_err(|error| oauth_error(provider.descriptor(), &error));
        self.stage(id, &request.platform, request.account, &Stage::Finishing).await;
        let grant = grant?;
        let scopes = granted(&grant.scopes);
        let tokens = tokens(grant, self.clock.now());
        let platform = request.platform.clone();
        let Place { instance, endpoints, client } = place;
        let new = NewAccount { platform, instance, method: "oauth", endpoints, tokens, scopes, client };
        self.adopt(new, None, request.account).await
    }

    /// Ends an account's grant at its platform.
    pub(crate) async fn revoke(self: &Arc<Self>, account: &Account) -> Result<(), Error> {
        let provider = self.provider(account.platform.as_str())?;
        let descriptor = provider.descriptor();
        let refresh = self.open_refresh(account).await?;
        let rules = descriptor.methods.iter().find_map(Method::oauth);
        if let Some(rules) = rules.filter(|_| account.method == "oauth") {
            let flow = flow_of(self, account, descriptor, rules).await?;
            let access = self.open_token(account, Field::Access).await?;
            let revoked = oauth::revoke(&flow, &self.oauth_world(), &access, refresh.as_ref()).await;
            return revoked.map(|_| ()).map_err(|error| oauth_error(descriptor, &error));
        }
        let refresh = refresh.ok_or_else(|| Error::not_found("token of", &account.handle))?;
        let who = Who { platform: descriptor.name, handle: &account.handle };
        let ended = provider.sign_out(&self.http, &account.endpoints, &refresh).await;
        ended.map_err(|error| platform_error(who, &error))
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
    let grant = oauth::refresh(&flow, &app.oauth_world(), refresh, None).await;
    grant.map(|grant| tokens(grant, app.clock.now())).map_err(|error| refresh_error(error, &failed))
}

/// The flow an account was linked through.
async fn flow_of(app: &App, account: &Account, descriptor: &Descriptor, rules: &OauthRules) -> Result<Flow, Error> {
    let client = if account.client.is_empty() { None } else { Some(app.client_of(account).await?) };
    flow(descriptor, rules, &account.endpoints, client)
}

/// The flow of a platform, through Postroom's own client or the one registered with the server.
pub(super) fn flow(
    descriptor: &Descriptor,
    rules: &OauthRules,
    endpoints: &Endpoints,
    client: Option<Registration>,
) -> Result<Flow, Error> {
    let platform = PlatformId::parse(descriptor.id).ok_or_else(|| Error::internal("a platform name"))?;
    let (registered, secret) = client.map(|client| (client.client_id, client.client_secret)).unzip();
    let client_id = registered.or_else(|| rules.client_id.map(str::to_owned)).ok_or_else(|| {
        Error::new(
            ErrorCode::NotAvailable,
            format!("{} needs an app of your own, which this version cannot store yet.", descriptor.name),
            "Link another platform for now.",
        )
    })?;
    let revoke = endpoints.get("revoke");
    Ok(Flow {
        revoke: (!revoke.is_empty()).then(|| revoke.to_owned()),
        client_secret: secret,
        scopes: descriptor.scopes.iter().map(|scope| scope.name.to_owned()).collect(),
        redirect: Redirect::any_port(rules.redirect_path),
        issuer: rules.issuer_required.then(|| Issuer { value: endpoints.get("issuer").to_owned(), required: true }),
        ..Flow::new(platform, endpoints.get("authorize"), endpoints.get("token"), &client_id)
    })
}

/// The permissions a server says it granted; it may be a stranger's, and what it says is shown and kept.
fn granted(said: &[String]) -> Vec<String> {
    let plain = |scope: &&String| scope.len() <= SCOPE_MAX_BYTES && scope.bytes().all(|byte| byte.is_ascii_graphic());
    said.iter().filter(plain).take(SCOPES_MAX).cloned().collect()
}

fn tokens(grant: Grant, now: UtcMs) -> Tokens {
    Tokens {
        access: grant.access,
        refresh: grant.refresh,
        access_expires_at: grant.expires_in_ms.map(|life| now.plus_ms(life)),
        refresh_expires_at: grant.refresh_expires_in_ms.map(|life| now.plus_ms(life)),
    }
}

/// Why an attempt ended, for whoever asked.
pub(super) fn oauth_error(descriptor: &Descriptor, error: &OauthError) -> Error {
    use OauthError as E;
    let (message, action) = match error {
        E::Exchange(error) => {
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

/// Why a grant was not renewed, as providers report trouble.
fn refresh_error(error: OauthError, failed: &impl Fn(ErrorKind) -> ProviderError) -> ProviderError {
    match error {
        OauthError::Exchange(error) => error,
        _ => failed(ErrorKind::Unavailable),
    }
}
