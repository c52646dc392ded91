//! One attempt to link an account, from the open listener to the grant.

use std::{fmt, sync::Arc, time::Duration};

use domain::{Secret, UtcMs};
use net::guards::stands;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    Dpop, Flow, Grant, OauthError, Pkce, Redirect, Stage, World,
    authorize::{self, Asked},
    desk::{Desk, Expected, Outcome},
    flow::endpoint,
    listener::{self, Listener},
    openid, pkce, refusal, stage, token,
};

/// Time limits of an attempt, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the browser's answer; 300,000 by default, at most 600,000.
    pub wait_ms: u64,
    /// The token call; 30,000 by default.
    pub exchange_ms: u64,
}

impl Limits {
    pub(crate) const WAIT_MAX_MS: u64 = 600_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { wait_ms: 300_000, exchange_ms: 30_000 }
    }
}

/// A way back that is open before its attempt begins, so that its address can be registered first. Dropping it closes it.
pub struct Door {
    pub(crate) listener: Option<Listener>,
    redirect: Redirect,
    pub(crate) redirect_uri: String,
}

impl Door {
    /// Opens the listener, where there is one. Needs a Tokio runtime.
    pub fn open(redirect: &Redirect) -> Result<Self, OauthError> {
        redirect.check()?;
        let listener = listener::bind(redirect)?;
        let redirect_uri = redirect.uri(listener.as_ref().map_or(0, |listener| listener.port));
        Ok(Self { listener, redirect: redirect.clone(), redirect_uri })
    }

    /// Where the browser will come back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }
}

/// Takes answers that come another way than through the listener: handed over by the system for a scheme of ours, or
/// pasted by a person. Good for as long as the attempt waits; cheap to clone.
#[derive(Clone)]
pub struct Inbox(pub(crate) Arc<Desk>);

impl Inbox {
    /// Whether an address is this attempt's answer.
    #[must_use]
    pub fn owns(&self, url: &str) -> bool {
        self.0.owns(url)
    }

    /// Takes an address; whether it was this attempt's answer and the first. Any other changes nothing.
    #[must_use]
    pub fn take(&self, url: &str) -> bool {
        self.0.take(url)
    }
}

/// An open attempt. Dropping it closes its listener.
pub struct Attempt {
    id: String,
    flow: Flow,
    world: World,
    limits: Limits,
    authorize_url: String,
    redirect_uri: String,
    expires_at: UtcMs,
    deadline: Instant,
    verifier: Option<Secret<String>>,
    nonce: Secret<String>,
    dpop: Option<Dpop>,
    desk: Arc<Desk>,
    outcome: oneshot::Receiver<Outcome>,
    server: Option<AbortOnDropHandle<()>>,
}

impl Attempt {
    /// Opens the way back, then makes the address to open. Needs a Tokio runtime.
    pub async fn start(flow: Flow, world: World, limits: Limits) -> Result<Self, OauthError> {
        flow.check()?;
        let door = Door::open(&flow.redirect)?;
        Self::start_at(door, flow, world, limits).await
    }

    /// The same at a door opened before. Calls the platform where it wants the request pushed ahead of the browser.
    pub async fn start_at(door: Door, flow: Flow, world: World, limits: Limits) -> Result<Self, OauthError> {
        flow.check()?;
        if door.redirect != flow.redirect {
            return Err(OauthError::BadFlow("the way back was opened for another redirect".to_owned()));
        }
        let Door { listener, redirect_uri, .. } = door;
        let limits = Limits { wait_ms: limits.wait_ms.min(Limits::WAIT_MAX_MS), ..limits };
        let [state, nonce] = [(); 2].map(|()| pkce::random_text(&*world.random));
        let verifier = (flow.pkce != Pkce::None).then(|| pkce::random_text(&*world.random));
        let dpop = if flow.dpop { Some(Dpop::generate()?) } else { None };
        let asked = Asked { redirect_uri: &redirect_uri, state: &state, nonce: &nonce, verifier: verifier.as_ref() };
        let authorize_url = authorize::address(&flow, &world, dpop.as_ref(), &asked).await?;
        let (desk, outcome) = Desk::new(Expected {
            redirect_uri: redirect_uri.parse().map_err(|_| OauthError::BadFlow("not a URL".to_owned()))?,
            state,
            issuer: flow.issuer.clone(),
            origin: endpoint(&flow.authorize)?.origin().ascii_serialization(),
            site: None,
        });
        let desk = Arc::new(desk);
        let serve = |listener| AbortOnDropHandle::new(tokio::spawn(listener::serve(listener, Arc::clone(&desk))));
        let server = listener.map(serve);
        let wait_ms = i64::try_from(limits.wait_ms).unwrap_or(i64::MAX);
        let mut id = [0; 16];
        world.random.fill(&mut id);
        Ok(Self {
            id: format!("link_{}", hex::encode(id)),
            deadline: Instant::now() + Duration::from_millis(limits.wait_ms),
            expires_at: world.clock.now().plus_ms(wait_ms),
            flow,
            world,
            limits,
            authorize_url,
            redirect_uri,
            verifier,
            nonce,
            dpop,
            desk,
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

    /// Where answers are taken that come another way than through the listener.
    pub fn inbox(&self) -> Inbox {
        Inbox(Arc::clone(&self.desk))
    }

    /// Waits for the browser, then trades the code. `on_stage` hears every stage in order, the last being
    /// `Done` or `Failed`.
    pub async fn wait(
        self,
        cancel: CancellationToken,
        on_stage: impl Fn(Stage) + Send + Sync,
    ) -> Result<Grant, OauthError> {
        stage::follow(&cancel, &on_stage, Box::pin(self.run(&on_stage))).await
    }

    async fn run(mut self, on_stage: &(impl Fn(Stage) + Send + Sync)) -> Result<Grant, OauthError> {
        let outcome = timeout_at(self.deadline, &mut self.outcome).await.map_err(|_| OauthError::TimedOut)?;
        // The listener now only shows the last page, and ends by itself.
        if let Some(server) = self.server.take() {
            server.detach();
        }
        match outcome {
            Ok(Outcome::Code(code)) => {
                on_stage(Stage::CodeReceived);
                on_stage(Stage::Exchanging);
                self.trade(&code).await
            }
            Ok(Outcome::Denied { error, description }) => Err(refusal::denied(&self.flow, error, description)),
            Ok(Outcome::Mismatch) | Err(_) => Err(OauthError::Mismatch),
        }
    }

    /// The code for tokens, these for longer-lived ones where the platform has such, and who it is.
    async fn trade(self, code: &Secret<String>) -> Result<Grant, OauthError> {
        let Self { flow, world, dpop, .. } = &self;
        let traded = token::Traded {
            code,
            verifier: self.verifier.as_ref().filter(|_| stands("verifier")),
            redirect_uri: &self.redirect_uri,
        };
        let (mut grant, id_token) =
            token::exchange(flow, world, dpop.as_ref(), &traded, self.limits.exchange_ms).await?;
        if let Some(rules) = &flow.openid {
            match id_token {
                Some(token) => {
                    grant.claims = openid::check(flow, world, rules, &token, &self.nonce, &grant.access).await?;
                }
                None if stands("id_given") => return Err(refusal::without_identity(flow)),
                None => {}
            }
        }
        if let Some(call) = &flow.long_lived {
            grant = token::trade_in(flow, world, call, grant).await?;
        }
        grant.dpop.clone_from(dpop);
        Ok(grant)
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
