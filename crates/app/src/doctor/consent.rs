//! What linking takes: the pages of consent, the way back, a browser, the key to secrets, and the user's own app.

use std::{net::SocketAddr, time::Duration};

use domain::{
    ErrorCode,
    consent::{LoopbackHost, RedirectRule},
    doctor::Diagnosis,
};
use net::probe;
use oauth::{Door, OauthError, Redirect, Trial};
use providers::descriptor::{ClientRule, OauthRules};
use url::Url;

use super::{found::Found, round::Round, way};
use crate::{Error, desktop::Browser};

/// How long the port may take to be reached, on this computer.
const REACH: Duration = Duration::from_secs(3);
const PAGE_MAX_BYTES: usize = 512 * 1_024;

impl Round {
    pub(super) async fn authorization(&self) -> Found {
        if self.patient.rules().is_none() {
            return no_consent();
        }
        let endpoints = &self.patient.endpoints;
        let url = ["authorize", "device"].into_iter().map(|name| endpoints.get(name)).find(|url| !url.is_empty());
        let Some(url) = url else { return way::nowhere() };
        let request = self.app.http.get(&self.tag(), "doctor", url).timeout_ms(self.answer_ms);
        let server = net::server_of(url);
        match request.max_answer_bytes(PAGE_MAX_BYTES).send().await {
            Ok(answer) => {
                let found = match way::judged(&answer, "", false) {
                    Some(Diagnosis::PlatformDown) => Found::broken(Diagnosis::AuthorizationDown),
                    Some(other) => Found::broken(other),
                    None => Found::fine("The pages where access is given answer."),
                };
                found.seeing("server", server).seeing("status", format!("HTTP {}", answer.status))
            }
            Err(error) => {
                let unreached = Found::broken(Diagnosis::AuthorizationUnreached);
                unreached.seeing("server", server).seeing("said", error.to_string())
            }
        }
    }

    pub(super) async fn loopback(&mut self) -> Found {
        let rule = match self.patient.rules() {
            Some(rules) => rules.redirect,
            // This computer alone: whether it can be done at all.
            None if self.patient.provider.is_none() => RedirectRule::any_port("/callback"),
            None => return no_consent(),
        };
        let redirect = Redirect::from(rule);
        if !redirect.listens() || self.is_typed() {
            // Nothing listens behind it, but it has to be registered like any other.
            self.door = Door::open(&redirect).ok().filter(|_| !redirect.listens() && !self.is_typed());
            return Found::not_here("The browser does not come back to a port of this computer.");
        }
        let door = match Door::open(&redirect) {
            Ok(door) => door,
            Err(OauthError::PortInUse { ports }) => {
                let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
                return Found::broken(Diagnosis::PortsTaken).seeing("ports", ports.join(", "));
            }
            Err(error) => return Found::broken(Diagnosis::LoopbackBlocked).seeing("said", error.to_string()),
        };
        let port = Url::parse(door.redirect_uri()).ok().and_then(|url| url.port()).unwrap_or_default();
        let by_name = matches!(
            rule,
            RedirectRule::AnyPort { host: LoopbackHost::Name, .. }
                | RedirectRule::FixedPorts { host: LoopbackHost::Name, .. }
        );
        let addresses = if by_name {
            probe::resolve("localhost", port, REACH).await.unwrap_or_default()
        } else {
            vec![SocketAddr::from(([127, 0, 0, 1], port))]
        };
        let ours = addresses.iter().all(|address| address.ip().is_loopback());
        let reached = ours && probe::connect(&addresses, REACH).await.is_ok();
        self.door = Some(door);
        let found = if reached {
            Found::fine("The browser can come back to this computer.")
        } else {
            Found::broken(Diagnosis::LoopbackBlocked)
        };
        found.seeing("port", port.to_string())
    }

    pub(super) async fn browser(&self) -> Found {
        if self.patient.rules().is_none() && self.patient.provider.is_some() {
            return no_consent();
        }
        match self.app.desktop.browser().await {
            Browser::There(name) => Found::fine("A browser can be opened.").seeing("browser", name),
            Browser::Missing => Found::broken(Diagnosis::NoBrowser),
            Browser::Untold => {
                Found::not_here("Whether a browser opens shows when it is asked to; the link can be copied.")
            }
        }
    }

    pub(super) async fn key(&self) -> Found {
        let backend = self.app.vault_view().await.map(|view| view.backend);
        if backend.is_ok_and(|backend| backend == "none") {
            return Found::not_here("Nothing is sealed in this profile yet.");
        }
        match self.app.unlock().await {
            Ok(()) => Found::fine("The key that opens secrets is there."),
            Err(error) => no_key(&error),
        }
    }

    pub(super) async fn own_app(&mut self) -> Found {
        let Some((rules, provider)) = self.patient.rules().cloned().zip(self.patient.provider.clone()) else {
            return no_consent();
        };
        if !matches!(rules.client, ClientRule::Own(_)) {
            return Found::not_here("The platform wants no app of your own.");
        }
        let facts = provider.descriptor();
        let (endpoints, account) = (&self.patient.endpoints, self.patient.account.as_ref());
        match self.app.flow_of_app(facts, &rules, endpoints, account).await {
            Ok(flow) => {
                self.flow = Some(flow);
                Found::fine("Your own app is known.")
            }
            Err(error) if matches!(error.code, ErrorCode::NotAvailable | ErrorCode::NotFound) => {
                Found::broken(Diagnosis::AppMissing)
            }
            Err(error) if error.code == ErrorCode::VaultUnavailable => no_key(&error),
            Err(error) => Found::broken(Diagnosis::AppMissing).seeing("said", error.message),
        }
    }

    pub(super) async fn client(&self) -> Found {
        let Some(rules) = self.patient.rules() else { return no_consent() };
        // Whoever names an address by hand does not get the app's secret sent there.
        let by_hand = self.patient.account.is_none() && self.patient.endpoints.custom;
        let here = || probe::Way::to(self.patient.endpoints.get("token")).is_some_and(|way| way.here);
        match (&self.flow, rules.client) {
            (Some(_), _) if by_hand && !here() => {
                Found::not_here("Your app is not shown to an address that was named by hand.")
            }
            (Some(flow), _) => {
                let back = self.back(rules);
                let tried = oauth::try_client(flow, &self.app.oauth_world(), &back, self.answer_ms).await;
                match tried {
                    Ok(trial) => of_trial(trial, "The platform accepts your app."),
                    Err(error) => untold(error.to_string()),
                }
            }
            (None, ClientRule::Registered) => self.registered_client().await,
            _ => Found::not_here("The platform wants no app of your own."),
        }
    }

    pub(super) async fn redirect(&mut self) -> Found {
        let (Some(flow), Some(door)) = (&self.flow, &self.door) else {
            return Found::not_here("Nothing has to be registered by hand.");
        };
        let tried = oauth::try_page(flow, &self.app.oauth_world(), door, self.answer_ms).await;
        let fine = "The platform's page raises no objection to the way back.";
        let found = match tried {
            Ok(Trial::ScopeRefused(said)) => {
                self.scope_refused = Some(said);
                Found::fine(fine)
            }
            Ok(trial) => of_trial(trial, fine),
            Err(error) => untold(error.to_string()),
        };
        found.seeing("redirect", door.redirect_uri())
    }

    async fn registered_client(&self) -> Found {
        let Some((account, provider)) = self.patient.account.as_ref().zip(self.patient.provider.as_ref()) else {
            return Found::not_here("Postroom registers itself there when an account is linked.");
        };
        let client = match self.app.client_of(account).await {
            Ok(client) => client,
            Err(error) if error.code == ErrorCode::VaultUnavailable => return no_key(&error),
            Err(_) => return Found::broken(Diagnosis::ClientForgotten),
        };
        match provider.knows(&self.app.http, &self.patient.endpoints, &client).await {
            Ok(true) => Found::fine("The server knows Postroom."),
            Ok(false) => Found::broken(Diagnosis::ClientForgotten),
            Err(error) => untold(error.to_string()),
        }
    }

    /// The way back as it would be asked for.
    fn back(&self, rules: &OauthRules) -> String {
        match &self.door {
            Some(door) => door.redirect_uri().to_owned(),
            None => format!("http://127.0.0.1{}", rules.redirect.path()),
        }
    }

    /// Whether a code is typed at the platform, and no browser comes back.
    fn is_typed(&self) -> bool {
        !self.patient.endpoints.get("device").is_empty() && self.patient.endpoints.get("authorize").is_empty()
    }
}

fn no_consent() -> Found {
    Found::not_here("Accounts there are linked without the browser.")
}

fn no_key(error: &Error) -> Found {
    Found::broken(Diagnosis::KeyUnavailable).saying(error.message.clone()).seeing("said", &error.details)
}

fn untold(said: String) -> Found {
    Found::not_here("The platform does not tell.").seeing("said", said)
}

fn of_trial(trial: Trial, fine: &str) -> Found {
    match trial {
        Trial::Taken => Found::fine(fine),
        Trial::ClientRefused(said) => Found::broken(Diagnosis::AppRefused).seeing("said", said),
        Trial::OuterId(said) => Found::broken(Diagnosis::OuterAppId).seeing("said", said),
        Trial::RedirectRefused(said) => Found::broken(Diagnosis::RedirectRefused).seeing("said", said),
        Trial::ScopeRefused(said) | Trial::Untold(said) => untold(said),
    }
}
