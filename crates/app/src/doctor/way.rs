//! From this computer to what answers as the platform.

use std::time::Duration;

use domain::{
    doctor::Diagnosis,
    error::{CertificateFault, Reach},
};
use net::{Answer, NetError, probe};
use url::Url;

use super::{found::Found, round::Round};
use crate::time_check;

/// How long a name may take to be looked up, and a connection to be made.
const STEP: Duration = Duration::from_secs(6);
const PAGE_MAX_BYTES: usize = 256 * 1_024;

impl Round {
    pub(super) fn network(&self) -> Found {
        match &self.way {
            Some(way) if way.here => Found::not_here("The server is on this computer."),
            Some(way) if way.proxy.as_ref().is_some_and(|proxy| is_here(proxy.host())) => {
                Found::not_here("Calls go through a proxy on this computer.")
            }
            _ if self.app.desktop.has_network() => Found::fine("A way leads out of this computer."),
            _ => Found::broken(Diagnosis::NoNetwork),
        }
    }

    pub(super) async fn proxy(&self) -> Found {
        let Some(way) = &self.way else { return nowhere() };
        let Some(proxy) = &way.proxy else {
            return Found::not_here("No proxy stands between this computer and the server.");
        };
        let named = format!("{}:{}", proxy.host(), proxy.port());
        let there = match probe::resolve(proxy.host(), proxy.port(), STEP).await {
            Ok(addresses) => probe::connect(&addresses, STEP).await.is_ok(),
            Err(_) => false,
        };
        if !there {
            return Found::broken(Diagnosis::ProxyUnreachable).seeing("proxy", named);
        }
        if !proxy.is_plain() {
            return Found::fine("The proxy answers.").seeing("proxy", named);
        }
        match probe::tunnel(way, proxy, STEP).await {
            Ok(()) => Found::fine("The proxy connects to the server.").seeing("proxy", named),
            Err(why) => Found::broken(Diagnosis::ProxyRefuses).seeing("proxy", named).seeing("said", why),
        }
    }

    pub(super) async fn name(&self) -> Found {
        let Some(way) = &self.way else { return nowhere() };
        if way.proxy.is_some() {
            return Found::not_here("The proxy looks the name up.");
        }
        match probe::resolve(&way.host, way.port, STEP).await {
            Ok(addresses) => {
                let addresses: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
                Found::fine("Its name leads somewhere.").seeing("addresses", addresses.join(", "))
            }
            Err(_) => Found::broken(Diagnosis::NoName).seeing("server", &way.host),
        }
    }

    pub(super) async fn connection(&self) -> Found {
        let Some(way) = &self.way else { return nowhere() };
        if way.proxy.is_some() {
            return Found::not_here("The proxy connects to it.");
        }
        let addresses = probe::resolve(&way.host, way.port, STEP).await.unwrap_or_default();
        match probe::connect(&addresses, STEP).await {
            Ok(address) => Found::fine("Somebody listens there.").seeing("address", address.to_string()),
            Err(reach) => {
                let refused = reach == Reach::Refused;
                let practice = self.patient.provider.as_ref().is_some_and(|known| known.descriptor().practice);
                let diagnosis = match (practice, refused) {
                    (true, _) => Diagnosis::PracticeOff,
                    (false, true) => Diagnosis::ConnectionRefused,
                    (false, false) => Diagnosis::NoConnection,
                };
                Found::broken(diagnosis).seeing("server", &way.server)
            }
        }
    }

    /// Asks the platform something harmless; what comes back is read by the hops after it.
    pub(super) async fn certificate(&mut self) -> Found {
        let Some(way) = self.way.clone() else { return nowhere() };
        let path = self.patient.provider.as_ref().and_then(|known| known.pulse()).unwrap_or("/");
        let url = format!("{}{path}", self.patient.endpoints.get("api"));
        let request = self.app.http.get(&self.tag(), "doctor", &url).timeout_ms(self.answer_ms);
        let answered = request.max_answer_bytes(PAGE_MAX_BYTES).send().await;
        let reach = answered.as_ref().err().map(NetError::reach);
        self.answered = Some(answered);
        let fault = match reach {
            Some(Reach::Certificate(fault)) => of_certificate(fault),
            // It was connected to a moment ago.
            Some(Reach::NoTls | Reach::NoConnection) if way.secure => Diagnosis::NoTls,
            _ if way.secure => return Found::fine("Its certificate is one to trust."),
            _ => return Found::not_here("What is on this computer is spoken to without encryption."),
        };
        Found::broken(fault).seeing("server", &way.server)
    }

    pub(super) fn clock(&self) -> Found {
        let Some(way) = &self.way else { return nowhere() };
        let (time, clock) = (&self.app.calls.time, self.app.clock.as_ref());
        let Some(ahead_ms) = time.ahead_ms(&way.server, clock).filter(|_| matches!(self.answered, Some(Ok(_)))) else {
            return Found::not_here("The server did not say what time it is.");
        };
        let found = match time.wrong_ms(&way.server, clock) {
            Some(_) => Found::broken(Diagnosis::ClockWrong),
            None if ahead_ms.abs() > time_check::TOLERANCE_MS => {
                Found::fine("The server's clock is wrong; other servers agree with this computer's.")
            }
            None => Found::fine("This computer's clock agrees with the server's."),
        };
        found.seeing("clock", format!("{} the server's", time_check::in_words(ahead_ms)))
    }

    pub(super) fn answer(&self) -> Found {
        let Some(way) = &self.way else { return nowhere() };
        match &self.answered {
            Some(Ok(answer)) => {
                let known = self.patient.provider.as_ref().is_some_and(|known| known.pulse().is_some());
                let found = match judged(answer, &way.host, known) {
                    Some(diagnosis) => Found::broken(diagnosis),
                    None => Found::fine("The platform answers."),
                };
                found.seeing("status", format!("HTTP {}", answer.status))
            }
            Some(Err(error)) => {
                let diagnosis = match error.reach() {
                    Reach::Endless => Diagnosis::NotThePlatform,
                    _ => Diagnosis::NoAnswer,
                };
                Found::broken(diagnosis).seeing("server", &way.server).seeing("said", error.to_string())
            }
            None => nowhere(),
        }
    }
}

/// There is no server to look at.
pub(super) fn nowhere() -> Found {
    Found::not_here("No server is named.")
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn of_certificate(fault: CertificateFault) -> Diagnosis {
    match fault {
        CertificateFault::Expired => Diagnosis::CertificateExpired,
        CertificateFault::NotYetValid => Diagnosis::CertificateNotYetValid,
        CertificateFault::WrongName => Diagnosis::CertificateWrongName,
        CertificateFault::UnknownIssuer => Diagnosis::CertificateUnknownIssuer,
        CertificateFault::Revoked | CertificateFault::Unusable => Diagnosis::CertificateUnusable,
    }
}

/// What an answer shows of who gave it; `known` where the platform answers in JSON.
pub(super) fn judged(answer: &Answer, host: &str, known: bool) -> Option<Diagnosis> {
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let page = kind.starts_with("text/html") || answer.body.trim_ascii_start().starts_with(b"<");
    let elsewhere = || {
        let to = answer.header("location").and_then(|to| Url::parse(to).ok());
        to.is_some_and(|to| to.host_str().is_some_and(|to| to.trim_matches(['[', ']']) != host))
    };
    match answer.status {
        // RFC 6585: the network wants somebody to sign in first.
        511 => Some(Diagnosis::SignInPage),
        501 => None,
        500.. => Some(Diagnosis::PlatformDown),
        429 => Some(Diagnosis::TooManyCalls),
        300..400 if known => Some(if elsewhere() { Diagnosis::SignInPage } else { Diagnosis::NotThePlatform }),
        200..300 if known && page => Some(Diagnosis::SignInPage),
        200..300 if known && answer.json::<serde_json::Value>().is_err() => Some(Diagnosis::NotThePlatform),
        _ if known && page => Some(Diagnosis::NotThePlatform),
        _ => None,
    }
}
