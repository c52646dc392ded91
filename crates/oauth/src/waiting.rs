//! What every attempt that goes through the browser has: a way back that is open, the address to open, and the answer
//! that is awaited.

use std::{fmt, sync::Arc, time::Duration};

use domain::UtcMs;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::{
    OauthError, World,
    desk::{Desk, Expected, Outcome},
    listener::{self, Listener},
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
    const WAIT_MAX_MS: u64 = 600_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { wait_ms: 300_000, exchange_ms: 30_000 }
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

/// An open way back with what it waits for. Dropping it closes the listener.
pub(crate) struct Waiting {
    authorize_url: String,
    expires_at: UtcMs,
    deadline: Instant,
    desk: Arc<Desk>,
    outcome: oneshot::Receiver<Outcome>,
    server: Option<AbortOnDropHandle<()>>,
}

impl Waiting {
    /// Begins to listen where there is a listener. Needs a Tokio runtime.
    pub(crate) fn begin(
        listener: Option<Listener>,
        expected: Expected,
        authorize_url: String,
        world: &World,
        limits: Limits,
    ) -> Self {
        let (desk, outcome) = Desk::new(expected);
        let desk = Arc::new(desk);
        let serve = |listener| AbortOnDropHandle::new(tokio::spawn(listener::serve(listener, Arc::clone(&desk))));
        let wait_ms = limits.wait_ms.min(Limits::WAIT_MAX_MS);
        Self {
            authorize_url,
            expires_at: world.clock.now().plus_ms(i64::try_from(wait_ms).unwrap_or(i64::MAX)),
            deadline: Instant::now() + Duration::from_millis(wait_ms),
            server: listener.map(serve),
            desk,
            outcome,
        }
    }

    pub(crate) fn authorize_url(&self) -> &str {
        &self.authorize_url
    }

    pub(crate) const fn expires_at(&self) -> UtcMs {
        self.expires_at
    }

    pub(crate) fn inbox(&self) -> Inbox {
        Inbox(Arc::clone(&self.desk))
    }

    /// The answer; an attempt nobody answers is one that timed out.
    pub(crate) async fn answer(&mut self) -> Result<Outcome, OauthError> {
        let outcome = timeout_at(self.deadline, &mut self.outcome).await.map_err(|_| OauthError::TimedOut)?;
        // The listener now only shows the last page, and ends by itself.
        if let Some(server) = self.server.take() {
            server.detach();
        }
        outcome.map_err(|_| OauthError::Mismatch)
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// An address as it was sent, read for comparing.
pub(crate) fn parsed(redirect_uri: &str) -> Result<Url, OauthError> {
    redirect_uri.parse().map_err(|_| OauthError::BadFlow("the redirect address is no URL".to_owned()))
}
