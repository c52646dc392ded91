//! Who is examined: accounts, a platform nobody is linked with yet, or this computer alone.

use std::sync::Arc;

use domain::{AccountState, Endpoints};
use providers::{
    Provider,
    descriptor::{Method, OauthRules},
};
use store::account::Account;
use url::Url;

use super::{Examined, Request, Target};
use crate::{App, Error, link};

/// One who is examined.
pub(super) struct Patient {
    /// The platform; `None` for this computer alone.
    pub(super) provider: Option<Arc<dyn Provider>>,
    /// The account, where it is one.
    pub(super) account: Option<Account>,
    /// Where it lives; empty where no server is named.
    pub(super) endpoints: Endpoints,
}

impl Patient {
    /// The check before its first hop.
    pub(super) fn begun(&self) -> Examined {
        Examined {
            platform: self.provider.as_ref().map_or_else(String::new, |known| known.descriptor().id.to_owned()),
            account: self.account.as_ref().map(|account| account.id),
            handle: self.account.as_ref().map_or_else(String::new, |account| account.handle.clone()),
            server: self.server(),
            checks: Vec::new(),
            trying: None,
        }
    }

    /// The server's origin; empty where none is named.
    pub(super) fn server(&self) -> String {
        let url = Url::parse(self.endpoints.get("api")).ok();
        url.map_or_else(String::new, |url| url.origin().ascii_serialization())
    }

    /// The platform's name for people.
    pub(super) fn platform(&self) -> &str {
        self.provider.as_ref().map_or("the platform", |provider| provider.descriptor().name)
    }

    /// The rules of consent this one is linked by; `None` where it is linked in another way.
    pub(super) fn rules(&self) -> Option<&OauthRules> {
        let linked_so = self.account.as_ref().is_none_or(|account| account.method == "oauth");
        let provider = self.provider.as_ref().filter(|_| linked_so)?;
        // Without an account it is the best way that counts.
        let mut methods = provider.descriptor().methods.iter();
        match &self.account {
            Some(_) => methods.find_map(Method::oauth),
            None => methods.next().and_then(Method::oauth),
        }
    }
}

impl App {
    /// Those that a request means.
    pub(super) async fn patients(&self, request: &Request) -> Result<Vec<Patient>, Error> {
        let mut patients = Vec::new();
        match &request.target {
            Target::Account(id) => {
                let account = self.account(*id).await?;
                if account.state == AccountState::Unlinked {
                    return Err(Error::not_found("account", &id.to_string()));
                }
                patients.push(self.patient(account)?);
            }
            Target::Platform(name) => {
                let provider = self.provider(name)?;
                let named = request.instance.is_some() || !request.endpoints.is_empty();
                for account in self.accounts().await?.into_iter().filter(|_| !named) {
                    if account.platform.as_str() == name {
                        patients.push(self.patient(account)?);
                    }
                }
                if patients.is_empty() {
                    let endpoints = self.endpoints_named(provider.as_ref(), request).await?;
                    patients.push(Patient { provider: Some(provider), account: None, endpoints });
                }
            }
            Target::Everything => {
                for account in self.accounts().await? {
                    patients.push(self.patient(account)?);
                }
                if patients.is_empty() {
                    let endpoints = Endpoints { custom: false, urls: std::collections::BTreeMap::new() };
                    patients.push(Patient { provider: None, account: None, endpoints });
                }
            }
        }
        Ok(patients)
    }

    fn patient(&self, account: Account) -> Result<Patient, Error> {
        let provider = self.provider(account.platform.as_str())?;
        let endpoints = account.endpoints.clone();
        Ok(Patient { provider: Some(provider), account: Some(account), endpoints })
    }

    /// Where an account would be linked.
    async fn endpoints_named(&self, provider: &dyn Provider, request: &Request) -> Result<Endpoints, Error> {
        let facts = provider.descriptor();
        let typed = request.instance.as_deref().unwrap_or_default().trim();
        // `@you@example.social` is somebody at a server.
        let typed = typed.rsplit('@').next().unwrap_or_default();
        let instance = match typed {
            "" if facts.practice => self.practice().await.url,
            "" => facts.default_instance.to_owned(),
            typed => link::origin_of(typed)?,
        };
        let mut endpoints = facts.endpoints(&instance);
        if instance.is_empty() {
            endpoints.urls.values_mut().for_each(String::clear);
        }
        link::put_given(facts, &request.endpoints, &mut endpoints)?;
        Ok(endpoints)
    }
}
