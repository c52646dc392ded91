//! One attempt to link an account, from the open listener to the grant.

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    ErrorCode, Secret, UtcMs,
    ports::{Clock, Random},
};
use net::Client;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    Flow, Grant, LoopbackHost, OauthError, Pkce, Redirect,
    desk::{Desk, Expected, Outcome},
    flow::endpoint,
    listener::{self, Listener},
    token,
};

/// The ports and the client an attempt works with.
#[derive(Clone)]
pub struct World {
    /// Tells when the attempt ends.
    pub clock: Arc<dyn Clock>,
    /// Makes state and verifier.
    pub random: Arc<dyn Random>,
    /// Calls the token endpoint.
    pub client: Client,
}

/// Time limits of an attempt, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the browser's answer; 300,000 by default, at most 600,000.
    pub wait_ms: u64,
    /// The token call; 30,000 by default.
    pub exchange_ms: u64,
}

impl Limits {
    const WAIT_MAX_MS: u64 = 600_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { wait_ms: 300_000, exchange_ms: 30_000 }
    }
}

/// How far an attempt has come. Kept with the attempt and shown as progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The listener is open; the person is in the browser.
    WaitingForBrowser,
    /// The browser came back with a code.
    CodeReceived,
    /// The token endpoint is being asked.
    Exchanging,
    /// There is a grant.
    Done,
    /// There is none, and why.
    Failed(ErrorCode),
}

impl Stage {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WaitingForBrowser => "waiting_for_browser",
            Self::CodeReceived => "code_received",
            Self::Exchanging => "exchanging",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }
}

/// A listener that is open before its attempt begins, so that its address can be registered first. Dropping it closes
/// it.
pub struct Door {
    listener: Listener,
    redirect: Redirect,
    redirect_uri: String,
}

impl Door {
    /// Opens the listener. Needs a Tokio runtime.
    pub fn open(redirect: &Redirect) -> Result<Self, OauthError> {
        let listener = listener::bind(redirect)?;
        let host = match redirect.host() {
            LoopbackHost::Address => "127.0.0.1",
            LoopbackHost::Name => "localhost",
        };
        let redirect_uri = format!("http://{host}:{}{}", listener.port, redirect.path());
        Ok(Self { listener, redirect: redirect.clone(), redirect_uri })
    }

    /// Where the browser will come back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }
}

/// An open attempt. Dropping it closes its listener.
pub struct Attempt {
    id: String,
    flow: Flow,
    client: Client,
    limits: Limits,
    authorize_url: String,
    redirect_uri: String,
    expires_at: UtcMs,
    deadline: Instant,
    verifier: Option<Secret<String>>,
    outcome: oneshot::Receiver<Outcome>,
    server: AbortOnDropHandle<()>,
}

impl Attempt {
    /// Opens the listener, then makes the address to open. Needs a Tokio runtime.
    pub async fn start(flow: Flow, world: World, limits: Limits) -> Result<Self, OauthError> {
        flow.check()?;
        let door = Door::open(&flow.redirect)?;
        Self::start_at(door, flow, world, limits).await
    }

    /// The same at a door opened before.
    #[expect(clippy::unused_async, reason = "says that it has to run inside a runtime")]
    pub async fn start_at(door: Door, flow: Flow, world: World, limits: Limits) -> Result<Self, OauthError> {
        flow.check()?;
        if door.redirect != flow.redirect {
            return Err(OauthError::BadFlow("the listener was opened for another redirect".to_owned()));
        }
        let Door { listener, redirect_uri, .. } = door;
        let limits = Limits { wait_ms: limits.wait_ms.min(Limits::WAIT_MAX_MS), ..limits };
        let state = random_text(&*world.random);
        let verifier = (flow.pkce == Pkce::S256).then(|| random_text(&*world.random));
        let authorize_url = authorize_url(&flow, &redirect_uri, &state, verifier.as_ref())?;
        let (desk, outcome) = Desk::new(Expected {
            path: flow.redirect.path().to_owned(),
            port: listener.port,
            host: flow.redirect.host(),
            state,
            issuer: flow.issuer.clone(),
            origin: endpoint(&flow.authorize)?.origin().ascii_serialization(),
        });
        let server = AbortOnDropHandle::new(tokio::spawn(listener::serve(listener, Arc::new(desk))));
        let wait_ms = i64::try_from(limits.wait_ms).unwrap_or(i64::MAX);
        let mut id = [0; 16];
        world.random.fill(&mut id);
        Ok(Self {
            id: format!("link_{}", hex::encode(id)),
            deadline: Instant::now() + Duration::from_millis(limits.wait_ms),
            expires_at: world.clock.now().plus_ms(wait_ms),
            flow,
            client: world.client,
            limits,
            authorize_url,
            redirect_uri,
            verifier,
            outcome,
            server,
        })
    }

    /// Names the attempt: `link_` and 32 hex digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The address for the person's browser. Carries the state: show it, open it, never log it.
    pub fn authorize_url(&self) -> &str {
        &self.authorize_url
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// When waiting ends.
    pub const fn expires_at(&self) -> UtcMs {
        self.expires_at
    }

    /// Waits for the browser, then trades the code. `on_stage` hears every stage in order, the last being
    /// `Done` or `Failed`.
    pub async fn wait(
        self,
        cancel: CancellationToken,
        on_stage: impl Fn(Stage) + Send + Sync,
    ) -> Result<Grant, OauthError> {
        on_stage(Stage::WaitingForBrowser);
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(OauthError::Cancelled),
            result = self.run(&on_stage) => result,
        };
        on_stage(result.as_ref().map_or_else(|error| Stage::Failed(error.code()), |_| Stage::Done));
        result
    }

    async fn run(self, on_stage: &(impl Fn(Stage) + Send + Sync)) -> Result<Grant, OauthError> {
        let outcome = timeout_at(self.deadline, self.outcome).await.map_err(|_| OauthError::TimedOut)?;
        // The listener now only shows the last page, and ends by itself.
        self.server.detach();
        match outcome {
            Ok(Outcome::Code(code)) => {
                on_stage(Stage::CodeReceived);
                on_stage(Stage::Exchanging);
                let verifier = self.verifier.as_ref();
                let limit_ms = self.limits.exchange_ms;
                token::exchange(&self.flow, &self.client, &code, verifier, &self.redirect_uri, limit_ms).await
            }
            Ok(Outcome::Denied { error, description }) => Err(token::denied(&self.flow, error, description)),
            Ok(Outcome::Mismatch) | Err(_) => Err(OauthError::Mismatch),
        }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("id", &self.id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

/// 256 random bits as 43 characters: a state, or a verifier of RFC 7636.
fn random_text(random: &dyn Random) -> Secret<String> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

fn authorize_url(
    flow: &Flow,
    redirect_uri: &str,
    state: &Secret<String>,
    verifier: Option<&Secret<String>>,
) -> Result<String, OauthError> {
    let redirect =
        RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| OauthError::BadFlow("not a URL".to_owned()))?;
    let ready = token::crate_client(flow)?.set_redirect_uri(redirect);
    let state = state.expose().clone();
    let mut request = ready.authorize_url(move || CsrfToken::new(state));
    request = request.add_scopes(flow.scopes.iter().cloned().map(Scope::new));
    if let Some(verifier) = verifier {
        let verifier = PkceCodeVerifier::new(verifier.expose().clone());
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    }
    for (name, value) in &flow.extra {
        request = request.add_extra_param(name.clone(), value.clone());
    }
    let (url, _) = request.url();
    Ok(url.into())
}
