//! Linking with a code that is typed on the platform's page (RFC 8628): no secret, no listener, no address to come back
//! to. Only a person starts it, and sees what is being linked: a code somebody else sent links their account.

use std::{fmt, time::Duration};

use domain::UtcMs;
use net::guards::stands;
use oauth2::{
    DeviceAuthorizationUrl, DeviceCodeErrorResponse, RequestTokenError, Scope, StandardDeviceAuthorizationResponse,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Dpop, Flow, Grant, OauthError, Stage, World,
    flow::endpoint,
    refusal::{self, refused, sorted},
    stage, token,
    wire::Wire,
};

const START: &str = "device_code";
const POLL: &str = "device_token";
const LIMIT_MS: u64 = 15_000;
/// Longest a code may be typed for, in seconds.
const LIFE_MAX_S: u64 = 30 * 60;
/// Shortest and longest time between two questions, whatever the platform says: a stranger's server must neither make
/// this computer hammer it nor have it wait for ever.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_mins(2);
/// Longest time between two questions while the network fails.
const BACKOFF_MAX: Duration = Duration::from_mins(1);
const CODE_MAX_CHARS: usize = 40;

/// What is shown to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// To be typed, as the platform writes it.
    pub user_code: String,
    /// Where it is typed.
    pub verification_url: String,
    /// The same with the code in it, where the platform offers that.
    pub whole_url: Option<String>,
    /// When the code ends.
    pub expires_at: UtcMs,
}

/// A code that waits to be typed.
pub struct DeviceAttempt {
    flow: Flow,
    world: World,
    shown: DeviceCode,
    details: StandardDeviceAuthorizationResponse,
    life: Duration,
    dpop: Option<Dpop>,
}

impl DeviceAttempt {
    /// Gets a code.
    pub async fn start(flow: Flow, world: World) -> Result<Self, OauthError> {
        flow.check()?;
        let ready = token::crate_client(&flow)?.set_device_authorization_url(device_url(&flow)?);
        let mut request = ready.exchange_device_code();
        if !flow.scopes.is_empty() {
            request = request.add_scope(Scope::new(flow.scope_text()));
        }
        let wire = Wire::new(&flow, &world, None, START, LIMIT_MS);
        let answered = request.request_async(&wire).await;
        let (envelope, _) = wire.heard();
        let details: StandardDeviceAuthorizationResponse =
            answered.map_err(|error| OauthError::Exchange(sorted(&flow, START, &error, envelope)))?;
        let most = if stands("device_life") { LIFE_MAX_S } else { u64::MAX };
        let life = details.expires_in().min(Duration::from_secs(most));
        let life_ms = i64::try_from(life.as_millis()).unwrap_or(0);
        let shown = DeviceCode {
            user_code: details.user_code().secret().clone(),
            verification_url: endpoint(details.verification_uri())?.into(),
            whole_url: details
                .verification_uri_complete()
                .map(|whole| endpoint(whole.secret()))
                .transpose()?
                .map(Into::into),
            expires_at: world.clock.now().plus_ms(life_ms),
        };
        let typed = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == ' ';
        let typed = (1..=CODE_MAX_CHARS).contains(&shown.user_code.len()) && shown.user_code.chars().all(typed);
        let paced = details.interval() <= PAUSE_MAX;
        if (!typed && stands("user_code")) || (!paced && stands("device_wait")) {
            return Err(OauthError::Exchange(refused(&flow, START, b"", envelope)));
        }
        let dpop = if flow.dpop { Some(Dpop::generate()?) } else { None };
        Ok(Self { flow, world, shown, details, life, dpop })
    }

    /// What is shown to the person.
    #[must_use]
    pub const fn code(&self) -> &DeviceCode {
        &self.shown
    }

    /// Asks, as often as the platform allows, until the code was typed. `on_stage` hears every stage in order, the last
    /// being `Done` or `Failed`.
    pub async fn wait(
        self,
        cancel: CancellationToken,
        on_stage: impl Fn(Stage) + Send + Sync,
    ) -> Result<Grant, OauthError> {
        let poll = async {
            let polled = tokio::time::timeout(self.life, self.poll()).await;
            polled.unwrap_or(Err(OauthError::TimedOut))
        };
        stage::follow(&cancel, &on_stage, Box::pin(poll)).await
    }

    async fn poll(&self) -> Result<Grant, OauthError> {
        let Self { flow, world, .. } = self;
        let ready = token::crate_client(flow)?.set_device_authorization_url(device_url(flow)?);
        let mut request = ready.exchange_device_access_token(&self.details).set_max_backoff_interval(BACKOFF_MAX);
        for (name, value) in &flow.token_extra {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        let wire = Wire::new(flow, world, self.dpop.as_ref(), POLL, LIMIT_MS);
        let answered = request.request_async(&wire, pause, Some(self.life)).await;
        let (envelope, extras) = wire.heard();
        let answered = answered.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => ended(flow, &said),
            RequestTokenError::Request(error) => OauthError::Exchange(error.of_question(flow.platform.clone(), POLL)),
            RequestTokenError::Parse(_, body) => OauthError::Exchange(refused(flow, POLL, &body, envelope)),
            RequestTokenError::Other(_) => OauthError::Exchange(refused(flow, POLL, b"", envelope)),
        })?;
        Ok(Grant { dpop: self.dpop.clone(), ..token::taken(flow, &answered, extras) })
    }
}

/// Waits as long as the platform wants, and never less than [`PAUSE_MIN`].
fn pause(wanted: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(if stands("device_pause") { wanted.max(PAUSE_MIN) } else { wanted })
}

/// What ends the waiting, in the platform's words.
fn ended(flow: &Flow, said: &DeviceCodeErrorResponse) -> OauthError {
    let code = said.error().as_ref();
    match code {
        "expired_token" | "token_expired" => OauthError::TimedOut,
        code => {
            let words = said.error_description().map(|words| net::redact::text(words)).unwrap_or_default();
            refusal::denied(flow, code.to_owned(), words)
        }
    }
}

fn device_url(flow: &Flow) -> Result<DeviceAuthorizationUrl, OauthError> {
    let url = flow.device.clone().ok_or_else(|| OauthError::BadFlow("there is no device endpoint".to_owned()))?;
    DeviceAuthorizationUrl::new(url).map_err(|_| OauthError::BadFlow("not a URL".to_owned()))
}

impl fmt::Debug for DeviceAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceAttempt").field("platform", &self.flow.platform).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
