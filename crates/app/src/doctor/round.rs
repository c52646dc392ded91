//! One patient, hop by hop: what an earlier hop learnt is kept for those after it.

use std::{sync::Arc, time::Duration};

use domain::{
    PlatformId, ProviderError,
    doctor::{Diagnosis, Hop, HopState},
};
use net::{Answer, CallTag, NetError, probe::Way};
use oauth::{Door, Flow};
use providers::provider::Identity;

use super::{Check, Examined, found::Found, patient::Patient, words};
use crate::App;

/// One patient's examination.
pub(super) struct Round {
    pub(super) app: Arc<App>,
    pub(super) patient: Patient,
    /// The longest a server may take.
    pub(super) answer_ms: u64,
    tried: usize,
    broken: bool,
    /// The way to the platform's interface.
    pub(super) way: Option<Way>,
    /// What it answered.
    pub(super) answered: Option<Result<Answer, NetError>>,
    /// The way back, open until the end.
    pub(super) door: Option<Door>,
    /// What the user's own app makes of the platform's rules.
    pub(super) flow: Option<Flow>,
    /// With which words the platform refused a permission to the app.
    pub(super) scope_refused: Option<String>,
    /// What the platform said of who the account is.
    pub(super) identity: Option<Result<Identity, ProviderError>>,
}

impl Round {
    pub(super) fn new(app: Arc<App>, patient: Patient, answer_ms: u64) -> Self {
        let way = Way::to(patient.endpoints.get("api"));
        let (tried, broken) = (0, false);
        let (answered, door, flow, scope_refused, identity) = (None, None, None, None, None);
        Self { app, patient, answer_ms, tried, broken, way, answered, door, flow, scope_refused, identity }
    }

    /// The next hop to be tried; `None` at the end, or past the first that is broken.
    pub(super) fn next(&self) -> Option<Hop> {
        Hop::ALL.get(self.tried).copied().filter(|_| !self.broken)
    }

    /// Tries a hop, for as long as it may take.
    pub(super) async fn try_hop(&mut self, hop: Hop) -> Check {
        let limit = self.limit(hop);
        let found = match tokio::time::timeout(limit, self.found(hop)).await {
            Ok(found) => found,
            Err(_) => Found::broken(Diagnosis::TookTooLong).seeing("waited", format!("{} s", limit.as_secs())),
        };
        self.tried += 1;
        self.broken = found.state == HopState::Broken;
        words::check(hop, found, &self.patient)
    }

    async fn found(&mut self, hop: Hop) -> Found {
        match hop {
            Hop::Network => self.network(),
            Hop::Proxy => self.proxy().await,
            Hop::Name => self.name().await,
            Hop::Connection => self.connection().await,
            Hop::Certificate => self.certificate().await,
            Hop::Clock => self.clock(),
            Hop::Answer => self.answer(),
            Hop::Authorization => self.authorization().await,
            Hop::Loopback => self.loopback().await,
            Hop::Browser => self.browser().await,
            Hop::Key => self.key().await,
            Hop::OwnApp => self.own_app().await,
            Hop::Client => self.client().await,
            Hop::Redirect => self.redirect().await,
            Hop::Token => self.token().await,
            Hop::Scopes => self.scopes(),
            Hop::Kind => self.kind(),
            Hop::Read => self.read(),
        }
    }

    /// Longer than what is tried at a hop allows itself.
    fn limit(&self, hop: Hop) -> Duration {
        let answer = Duration::from_millis(self.answer_ms);
        match hop {
            Hop::Certificate | Hop::Authorization | Hop::Client | Hop::Redirect => answer + Duration::from_secs(2),
            // Renewing, then asking.
            Hop::Token => Duration::from_mins(1),
            // A keychain may ask its owner.
            Hop::Key => Duration::from_secs(30),
            _ => Duration::from_secs(10),
        }
    }

    /// Calls of the doctor's own, made for nobody: a server that is left alone is asked all the same.
    pub(super) fn tag(&self) -> CallTag {
        let platform = self.patient.provider.as_ref().and_then(|known| PlatformId::parse(known.descriptor().id));
        self.app.http.tag(platform.unwrap_or_else(PlatformId::postroom))
    }
}

/// Says of the hops that were not tried that they were not.
pub(super) fn fill_up(examined: &mut Examined) {
    examined.trying = None;
    let broken = examined.broken().is_some();
    for hop in Hop::ALL.into_iter().skip(examined.checks.len()) {
        examined.checks.push(words::not_tried(hop, broken));
    }
}
