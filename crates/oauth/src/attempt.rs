//! One attempt to link an account, from the open listener to the grant.

use std::fmt;

use domain::{Secret, UtcMs};
use net::guards::stands;
use tokio_util::sync::CancellationToken;

use crate::{
    Dpop, Flow, Grant, OauthError, Pkce, Redirect, Stage, World,
    authorize::{self, Asked},
    desk::{Expected, Outcome},
    flow::endpoint,
    listener::{self, Listener},
    openid, pkce, refusal, stage, token,
    waiting::{Inbox, Limits, Waiting, parsed},
};

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

/// An open attempt. Dropping it closes its listener.
pub struct Attempt {
    id: String,
    flow: Flow,
    world: World,
    limits: Limits,
    redirect_uri: String,
    verifier: Option<Secret<String>>,
    nonce: Secret<String>,
    dpop: Option<Dpop>,
    waiting: Waiting,
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
        let [state, nonce] = [(); 2].map(|()| pkce::random_text(&*world.random));
        let verifier = (flow.pkce != Pkce::None).then(|| pkce::random_text(&*world.random));
        let dpop = if flow.dpop { Some(Dpop::generate()?) } else { None };
        let asked = Asked { redirect_uri: &redirect_uri, state: &state, nonce: &nonce, verifier: verifier.as_ref() };
        let authorize_url = authorize::address(&flow, &world, dpop.as_ref(), &asked).await?;
        let expected = Expected {
            redirect_uri: parsed(&redirect_uri)?,
            state,
            issuer: flow.issuer.clone(),
            origin: endpoint(&flow.authorize)?.origin().ascii_serialization(),
            site: None,
        };
        let waiting = Waiting::begin(listener, expected, authorize_url, &world, limits);
        let mut id = [0; 16];
        world.random.fill(&mut id);
        let id = format!("link_{}", hex::encode(id));
        Ok(Self { id, flow, world, limits, redirect_uri, verifier, nonce, dpop, waiting })
    }

    /// Names the attempt: `link_` and 32 hex digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The address for the person's browser. Carries the state: show it, open it, never log it.
    pub fn authorize_url(&self) -> &str {
        self.waiting.authorize_url()
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// When waiting ends.
    pub const fn expires_at(&self) -> UtcMs {
        self.waiting.expires_at()
    }

    /// Where answers are taken that come another way than through the listener.
    pub fn inbox(&self) -> Inbox {
        self.waiting.inbox()
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
        match self.waiting.answer().await? {
            Outcome::Code(code) => {
                on_stage(Stage::CodeReceived);
                on_stage(Stage::Exchanging);
                self.trade(&code).await
            }
            Outcome::Denied { error, description } => Err(refusal::denied(&self.flow, error, description)),
            Outcome::Mismatch => Err(OauthError::Mismatch),
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
