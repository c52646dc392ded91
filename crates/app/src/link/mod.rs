//! Linking an account: consent in the system browser, a code typed on the platform's page, or an app password, with every
//! stage recorded.

mod adopt;
mod consent;
mod defined;
mod described;
mod device;
mod flow;
mod import;
mod level;
mod named;
mod own;
mod password;
mod registered;
mod site;

use std::{collections::BTreeMap, sync::Arc};

use domain::{AccountId, Endpoints, ErrorCode, Secret};
use providers::{
    Descriptor,
    descriptor::{ClientRule, Method},
};
use store::account::Account;

pub use self::{
    defined::Defined,
    import::{ENV_MAX_BYTES, EnvOutcome, EnvVariable, Imported},
    level::{AppLevel, LevelTold},
    own::OwnApp,
};
pub use crate::attempts::{Stage, Status};
pub(crate) use adopt::NewAccount;
pub(crate) use consent::renew_grant;

use self::consent::{Named, Place};
use crate::{App, Error, desktop::WebAddress, event::Topic};

/// One way to link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkMethod {
    /// Consent in the system browser.
    Oauth,
    /// Name and app password.
    AppPassword,
}

/// What linking starts from.
#[derive(Debug, Clone)]
pub struct LinkRequest {
    /// Platform's short name.
    pub platform: String,
    /// How; the platform's best when `None`.
    pub method: Option<LinkMethod>,
    /// Server address, where the platform asks for one.
    pub instance: Option<String>,
    /// Name or handle, for an app password and where a person is looked up before they sign in.
    pub identifier: Option<String>,
    /// App password.
    pub secret: Option<Secret<String>>,
    /// Account kind to ask for.
    pub kind: Option<String>,
    /// The account to link again.
    pub account: Option<AccountId>,
    /// Whether to open the system browser.
    pub open_browser: bool,
    /// Seconds until it is given up; 300 when `None`, at most 600.
    pub timeout_s: Option<u32>,
    /// Endpoints given by hand.
    pub endpoints: BTreeMap<String, String>,
}

impl App {
    /// Starts linking; what comes of it is asked for with [`App::link_status`].
    pub async fn start_link(self: &Arc<Self>, request: LinkRequest) -> Result<Status, Error> {
        let provider = self.provider(&request.platform)?;
        let method = choose(provider.descriptor(), request.method)?.clone();
        if let Some(rules) = method.oauth().filter(|rules| rules.client == ClientRule::Registered) {
            return self.start_registered(provider, rules, request).await;
        }
        if provider.descriptor().methods.iter().any(|known| matches!(known, Method::Page(_))) {
            return self.start_site(provider, &method, request).await;
        }
        let (instance, endpoints) = self.endpoints_for(provider.descriptor(), &request).await?;
        let place = || Place {
            instance: instance.clone(),
            endpoints: endpoints.clone(),
            client: String::new(),
            person: Named::default(),
        };
        match &method {
            Method::Oauth(rules) if rules.client == ClientRule::Described => {
                let place = self.place_of_person(provider.as_ref(), place(), &request).await?;
                self.start_oauth(provider, rules, place, request).await
            }
            Method::Oauth(rules) => self.start_oauth(provider, rules, place(), request).await,
            Method::Device(rules) => self.start_device(provider, rules, place(), request).await,
            Method::AppPassword | Method::Page(_) => self.start_password(provider, instance, endpoints, request).await,
        }
    }

    /// How far an attempt has come.
    pub fn link_status(&self, id: &str) -> Result<Status, Error> {
        Ok(self.links.get(id)?.0)
    }

    /// Opens an attempt's page in the browser again.
    pub fn open_link(&self, id: &str) -> Result<(), Error> {
        self.open_in_browser(&self.links.get(id)?.0.authorize_url)
    }

    /// Takes what the system was handed for a `postroom://` address; whether an attempt waited for it. Any web page can
    /// send one: what is not the answer of an attempt, with its state, changes nothing.
    pub fn take_answer(&self, address: &Secret<String>) -> bool {
        self.links.bring(address.expose(), None)
    }

    /// Takes the address at which the person's browser ended up, for one attempt.
    pub fn answer_link(&self, id: &str, address: &Secret<String>) -> Result<Status, Error> {
        let (status, _) = self.links.get(id)?;
        if self.links.bring(address.expose(), Some(id)) || !matches!(status.stage, Stage::WaitingForBrowser) {
            return self.link_status(id);
        }
        let message = "This is not the address that this attempt waits for. No account was linked.";
        let wanted = format!(
            "Copy the whole address from the browser after you agreed: it begins with {}.",
            status.redirect_uri
        );
        Err(Error::new(ErrorCode::InvalidRequest, message, wanted))
    }

    /// Gives an attempt up.
    pub fn cancel_link(&self, id: &str) -> Result<Status, Error> {
        let (status, cancel) = self.links.get(id)?;
        cancel.cancel();
        if matches!(status.stage, Stage::WaitingForBrowser) {
            self.links.set(id, Stage::Failed(cancelled()));
        }
        self.link_status(id)
    }

    /// Opens an address in the system's browser, where it is one to open; `false` when it was not.
    pub(super) fn browse(&self, url: &str) -> bool {
        let Some(address) = WebAddress::parse(url) else {
            tracing::warn!("an address that is neither https nor on this computer was not opened");
            return false;
        };
        self.desktop.open_url(&address)
    }

    /// Opens an address in the system's browser.
    pub fn open_in_browser(&self, url: &str) -> Result<(), Error> {
        if url.is_empty() {
            return Err(Error::new(ErrorCode::NotFound, "There is no link to open.", "Look at the account itself."));
        }
        if self.browse(url) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::NotAvailable, "The browser could not be opened.", "Copy the link into a browser."))
    }

    async fn endpoints_for(
        &self,
        descriptor: &Descriptor,
        request: &LinkRequest,
    ) -> Result<(String, Endpoints), Error> {
        let typed = request.instance.as_deref().unwrap_or_default().trim().trim_end_matches('/');
        // The window names the server an account talks to, which need not be the one it was linked at.
        let again = match request.account {
            Some(id) if request.endpoints.is_empty() => Some(self.account(id).await?),
            _ => None,
        };
        let same = |account: &&Account| typed.is_empty() || typed == account.endpoints.get("api");
        let named = match again.as_ref() {
            // Those an account was linked at by hand: linking it again never leads elsewhere.
            Some(account) if account.endpoints.custom => {
                let mut endpoints = descriptor.endpoints(&account.instance);
                endpoints.urls.extend(account.endpoints.urls.clone());
                return Ok((account.instance.clone(), Endpoints { custom: true, ..endpoints }));
            }
            account => account.filter(|account| same(account)).map_or(typed, |account| account.instance.as_str()),
        };
        let own_practice = descriptor.practice && request.endpoints.is_empty() && named.is_empty();
        let (key, instance) = if own_practice {
            // The practice network is the same one whichever port it has.
            (String::new(), self.start_practice().await?.url)
        } else {
            let origin = if named.is_empty() { descriptor.default_instance.to_owned() } else { origin_of(named)? };
            (origin.clone(), origin)
        };
        let mut endpoints = descriptor.endpoints(&instance);
        put_given(descriptor, &request.endpoints, &mut endpoints)?;
        let key = if endpoints.custom { endpoints.get("api").to_owned() } else { key };
        Ok((key, endpoints))
    }

    async fn end_attempt(&self, id: &str, request: &LinkRequest, ended: Result<AccountId, Error>) {
        let stage = ended.map_or_else(Stage::Failed, Stage::Done);
        self.stage(id, &request.platform, request.account, &stage).await;
    }

    /// Shows and records a stage.
    async fn stage(&self, id: &str, platform: &str, account: Option<AccountId>, stage: &Stage) {
        self.links.set(id, stage.clone());
        let (word, account, failure) = match stage {
            Stage::WaitingForBrowser => ("waiting_for_browser", account, String::new()),
            Stage::Exchanging => ("exchanging", account, String::new()),
            Stage::Finishing => ("finishing", account, String::new()),
            Stage::Done(account) => ("done", Some(*account), String::new()),
            Stage::Failed(error) => ("failed", account, format!("{:?}", error.code)),
        };
        let kept = async {
            let mut tx = self.store.begin().await?;
            store::oauth_attempt::put(&mut tx, id, platform, account, word, &failure, self.clock.now()).await?;
            tx.commit().await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a stage of linking could not be recorded");
        }
        self.emit(Topic::Accounts, Some(id.to_owned()));
    }
}

fn choose(descriptor: &Descriptor, wanted: Option<LinkMethod>) -> Result<&Method, Error> {
    let fits = |method: &&Method| match wanted {
        None => true,
        Some(LinkMethod::Oauth) => method.oauth().is_some() || matches!(method, Method::Page(_)),
        Some(LinkMethod::AppPassword) => matches!(method, Method::AppPassword),
    };
    descriptor
        .methods
        .iter()
        .find(fits)
        .ok_or_else(|| Error::invalid(format!("{} cannot be linked that way.", descriptor.name)))
}

/// Puts endpoints given by hand in the place of the others.
pub(crate) fn put_given(
    descriptor: &Descriptor,
    given: &BTreeMap<String, String>,
    endpoints: &mut Endpoints,
) -> Result<(), Error> {
    for (name, url) in given {
        if !endpoints.urls.contains_key(name) {
            return Err(Error::invalid(format!("{} has no endpoint {}.", descriptor.name, name.escape_debug())));
        }
        endpoints.urls.insert(name.clone(), url.trim_end_matches('/').to_owned());
        // A client's address is no server of the platform.
        endpoints.custom |= name != "client";
    }
    Ok(())
}

/// The origin a person typed, with `https://` where they gave no scheme.
pub(crate) fn origin_of(typed: &str) -> Result<String, Error> {
    let refused = || Error::invalid("The server is an address like example.com.");
    let text = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = url::Url::parse(&text).map_err(|_| refused())?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let schemed = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if !schemed || !bare || url.host_str().is_none() {
        return Err(refused());
    }
    Ok(url.origin().ascii_serialization())
}

fn cancelled() -> Error {
    Error::new(ErrorCode::LinkCancelled, "Linking was cancelled. Nothing was changed.", "Start again when you like.")
}
