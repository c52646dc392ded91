//! Linking on a site of one's own, found by its address: by a password that the site makes on a page of its own and sends
//! the browser back with, or by one that was made there by hand.

use std::sync::Arc;

use domain::{AccountId, Endpoints, ErrorCode, ProviderError, Secret};
use oauth::{Approval, Door, Limits, Redirect, Wanted};
use providers::{
    Provider,
    descriptor::{Method, PageRule},
    provider::Discovered,
};
use tokio_util::sync::CancellationToken;

use super::{
    LinkRequest, Stage, Status,
    consent::{TIMEOUT_DEFAULT_S, TIMEOUT_MAX_S, oauth_error},
    named, put_given,
};
use crate::{App, Error};

/// A site an account is linked on.
#[derive(Clone)]
struct Site {
    instance: String,
    endpoints: Endpoints,
    /// Whether it sends the browser back to this computer over http, where that is known.
    returns: Option<bool>,
}

/// Where such a site sends the browser back to: to this computer where it is known to do so, else through the system
/// where that hands our addresses over, else to this computer all the same where nothing speaks against it.
fn way_back(rule: PageRule, returns: Option<bool>, handed_over: bool) -> Option<Redirect> {
    match returns {
        Some(true) => Some(Redirect::any_port(rule.path)),
        _ if handed_over => Some(Redirect::Scheme { uri: rule.handed_over.to_owned() }),
        None => Some(Redirect::any_port(rule.path)),
        Some(false) => None,
    }
}

impl App {
    pub(super) async fn start_site(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        method: &Method,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let facts = provider.descriptor();
        let named = self.site_named(&request).await?;
        let found = provider.discover(&self.http, &named).await.map_err(|error| no_site(facts.name, &named, &error))?;
        let Discovered { instance, endpoints: learnt, returns, .. } = found;
        let mut endpoints = facts.endpoints(&instance);
        endpoints.urls.extend(learnt);
        put_given(facts, &request.endpoints, &mut endpoints)?;
        let site = Site { instance, endpoints, returns };
        match method {
            Method::Page(rule) => self.start_page(provider, *rule, site, request).await,
            _ => self.start_password(provider, site.instance, site.endpoints, request).await,
        }
    }

    /// The site to link on: the one typed, or that of the account to be linked again.
    async fn site_named(&self, request: &LinkRequest) -> Result<String, Error> {
        if let Some(id) = request.account {
            return Ok(self.account(id).await?.instance);
        }
        let typed = request.instance.as_deref().unwrap_or_default().trim();
        if typed.is_empty() {
            return Err(Error::invalid("The address of the site is needed, as in example.com/blog."));
        }
        Ok(typed.to_owned())
    }

    async fn start_page(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        rule: PageRule,
        site: Site,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let facts = provider.descriptor();
        let Some(redirect) = way_back(rule, site.returns, self.desktop.takes_links().await) else {
            return Err(Error::new(
                ErrorCode::NotAvailable,
                format!("{} runs a version that cannot send the browser back to an app.", site.instance),
                "Make an application password there (Users, Profile), and link with that.",
            ));
        };
        let wanted = Wanted {
            page: site.endpoints.get("authorize").to_owned(),
            site: site.instance.clone(),
            app_name: rule.app_name.to_owned(),
            app_id: rule.app_id.to_owned(),
        };
        let wait_s = request.timeout_s.unwrap_or(TIMEOUT_DEFAULT_S).clamp(5, TIMEOUT_MAX_S);
        let limits = Limits { wait_ms: u64::from(wait_s) * 1_000, ..Limits::default() };
        let door = Door::open(&redirect).map_err(|error| oauth_error(facts, &error))?;
        let approval = Approval::start(door, &wanted, &self.oauth_world(), limits);
        let approval = approval.map_err(|error| oauth_error(facts, &error))?;
        let cancel = CancellationToken::new();
        let status = Status {
            id: self.random_hex::<16>(),
            platform: request.platform.clone(),
            stage: Stage::WaitingForBrowser,
            authorize_url: approval.authorize_url().to_owned(),
            redirect_uri: approval.redirect_uri().to_owned(),
            pasted: false,
            user_code: String::new(),
            expires_at: approval.expires_at(),
        };
        self.begin_waiting(&status, cancel.clone(), Some(approval.inbox()), &request).await?;
        let (app, id) = (Arc::clone(self), status.id.clone());
        tokio::spawn(async move {
            let ended = app.finish_page(approval, cancel, provider, site, &id, &request).await;
            app.end_attempt(&id, &request, ended).await;
        });
        Ok(status)
    }

    async fn finish_page(
        self: &Arc<Self>,
        approval: Approval,
        cancel: CancellationToken,
        provider: Arc<dyn Provider>,
        site: Site,
        id: &str,
        request: &LinkRequest,
    ) -> Result<AccountId, Error> {
        let approved =
            approval.wait(cancel, |_| {}).await.map_err(|error| oauth_error(provider.descriptor(), &error))?;
        self.stage(id, &request.platform, request.account, &Stage::Exchanging).await;
        let (instance, endpoints) = (site.instance, site.endpoints);
        let kept: (&str, &Secret<String>) = (&approved.user, &approved.password);
        self.finish_password(provider.as_ref(), instance, endpoints, kept, id, request).await
    }
}

/// Why nothing can be linked at the address a person typed.
fn no_site(platform: &str, named: &str, error: &ProviderError) -> Error {
    let site = named::Place {
        check: "Check the address and the network, then try again.",
        instead: "See the guide for what the site needs.",
        is_no: &format!("no site with {platform}"),
        spelled: "Type the site's address with https, and its folder if it has one (example.com/blog).",
    };
    named::nothing_there(named, &site, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_one_that_the_site_and_the_system_know() {
        let rule = PageRule { path: "/back", handed_over: "postroom://oauth/site", app_name: "", app_id: "" };
        let (listener, handed) = (Redirect::any_port("/back"), Redirect::Scheme { uri: rule.handed_over.to_owned() });
        for (returns, handed_over, wanted) in [
            (Some(true), true, Some(&listener)),
            (Some(true), false, Some(&listener)),
            (None, true, Some(&handed)),
            (None, false, Some(&listener)),
            (Some(false), true, Some(&handed)),
            (Some(false), false, None),
        ] {
            assert_eq!(way_back(rule, returns, handed_over).as_ref(), wanted, "{returns:?}, {handed_over}");
        }
    }
}
