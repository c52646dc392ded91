//! Consent at a server where Postroom has to register itself first: one client per server, kept sealed, used again while
//! the server knows it. A server that compares redirects with their port gets a new one for each attempt.

use std::sync::Arc;

use domain::{Endpoints, PlatformId, ProviderError};
use oauth::{Door, Redirect};
use providers::{
    Provider,
    descriptor::OauthRules,
    provider::{Discovered, Registration},
};
use store::{account::Account, oauth_client::OauthClient};

use super::{
    LinkRequest, Status,
    consent::{Named, Place, oauth_error},
    flow::flow,
    named, put_given,
};
use crate::{
    App, Error,
    words::{Who, platform_error},
};

impl App {
    pub(super) async fn start_registered(
        self: &Arc<Self>,
        provider: Arc<dyn Provider>,
        rules: &OauthRules,
        request: LinkRequest,
    ) -> Result<Status, Error> {
        let descriptor = provider.descriptor();
        let named = self.server_named(&request).await?;
        let found = provider.discover(&self.http, &named).await.map_err(|error| no_server(&named, &error))?;
        let mut endpoints = descriptor.endpoints(&found.instance);
        endpoints.urls.extend(found.endpoints.iter().cloned());
        put_given(descriptor, &request.endpoints, &mut endpoints)?;
        let instance = if endpoints.custom { endpoints.get("api").to_owned() } else { found.instance.clone() };
        let redirect = Redirect::from(rules.redirect);
        let door = Door::open(&redirect).map_err(|error| oauth_error(descriptor, &error))?;
        let redirects = if found.any_port {
            ["127.0.0.1", "[::1]"].map(|host| format!("http://{host}{}", rules.redirect.path())).to_vec()
        } else {
            vec![door.redirect_uri().to_owned()]
        };
        let place = Place { instance, endpoints, client: String::new(), person: Named::default() };
        let client = self.client_for(provider.as_ref(), &found, &place, redirects).await?;
        let place = Place { client: client.client_id.clone(), ..place };
        let mut flow = flow(descriptor, rules, &place.endpoints, Some(client))?;
        flow.scopes.clone_from(&found.scopes);
        if request.account.is_none() && self.linked_at(descriptor.id, &place.instance).await? {
            flow.extra.extend(found.another_account);
        }
        self.ask_consent(provider, door, flow, place, request).await
    }

    /// The server to link at: the one typed, or that of the account to be linked again.
    async fn server_named(&self, request: &LinkRequest) -> Result<String, Error> {
        let typed = request.instance.as_deref().unwrap_or_default().trim();
        match request.account {
            _ if !typed.is_empty() => Ok(typed.to_owned()),
            Some(id) => Ok(self.account(id).await?.instance),
            None => Err(Error::invalid("A server is needed: its name, or your address there (@you@example.social).")),
        }
    }

    async fn linked_at(&self, platform: &str, instance: &str) -> Result<bool, Error> {
        let accounts = self.accounts().await?;
        Ok(accounts.iter().any(|account| account.platform.as_str() == platform && account.instance == instance))
    }

    /// The client to go through: one kept that serves and is still known, or a new one.
    async fn client_for(
        &self,
        provider: &dyn Provider,
        found: &Discovered,
        place: &Place,
        redirects: Vec<String>,
    ) -> Result<Registration, Error> {
        let platform = platform_id(provider)?;
        let kept = store::oauth_client::of(&mut *self.store.read().await?, &platform, &place.instance).await?;
        let serves = |client: &&OauthClient| client.redirects == redirects && client.scopes == found.scopes;
        if let Some(client) = kept.iter().find(serves)
            && let Some(known) = self.still_known(provider, &place.endpoints, client).await?
        {
            return Ok(known);
        }
        let made = provider.register(&self.http, &place.endpoints, &redirects, &found.scopes).await;
        let made = made.map_err(|error| {
            platform_error(Who { platform: provider.descriptor().name, handle: &found.instance }, &error)
        })?;
        let mut client = OauthClient {
            platform,
            instance: place.instance.clone(),
            client_id: made.client_id.clone(),
            redirects,
            scopes: found.scopes.clone(),
            wrapped: Vec::new(),
            version: 1,
            sealed: Vec::new(),
        };
        self.profile_key(true).await?;
        let mut tx = self.store.begin().await?;
        self.seal_client(&mut client, &made.client_secret).await?;
        store::oauth_client::upsert(&mut tx, &client, self.clock.now()).await?;
        store::oauth_client::prune(&mut tx, &client.platform, &client.instance, &client.client_id).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// A kept client, unless its server forgot it; not being told counts as known.
    async fn still_known(
        &self,
        provider: &dyn Provider,
        endpoints: &Endpoints,
        client: &OauthClient,
    ) -> Result<Option<Registration>, Error> {
        let client_secret = self.open_client(client).await?;
        let known = Registration { client_id: client.client_id.clone(), client_secret };
        if provider.knows(&self.http, endpoints, &known).await.unwrap_or(true) {
            return Ok(Some(known));
        }
        let mut tx = self.store.begin().await?;
        store::oauth_client::delete(&mut tx, &client.platform, &client.instance, &client.client_id).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// The registered client an account was linked through.
    pub(crate) async fn client_of(&self, account: &Account) -> Result<Registration, Error> {
        let mut conn = self.store.read().await?;
        let home = self.client_home(account);
        let kept = store::oauth_client::find(&mut conn, &account.platform, home, &account.client).await?;
        drop(conn);
        let kept = kept.ok_or_else(|| Error::not_found("registration at", &account.instance))?;
        let client_secret = self.open_client(&kept).await?;
        Ok(Registration { client_id: kept.client_id, client_secret })
    }

    /// Drops a client its server refused: the next attempt registers a new one.
    pub(super) async fn forget_client(&self, platform: &str, place: &Place) {
        let Some(platform) = PlatformId::parse(platform) else { return };
        let dropped = async {
            let mut tx = self.store.begin().await?;
            store::oauth_client::delete(&mut tx, &platform, &place.instance, &place.client).await?;
            tx.commit().await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = dropped.await {
            tracing::warn!(%error, "a client that is not known any more could not be dropped");
        }
    }
}

fn platform_id(provider: &dyn Provider) -> Result<PlatformId, Error> {
    PlatformId::parse(provider.descriptor().id).ok_or_else(|| Error::internal("a platform name"))
}

/// Why nothing can be linked at what a person named.
fn no_server(named: &str, error: &ProviderError) -> Error {
    let server = named::Place {
        check: "Check the name and the network, then try again.",
        instead: "Link an account on another server.",
        is_no: "no server of the Mastodon family",
        spelled: "Type the server's name (example.social) or your address there (@you@example.social).",
    };
    named::nothing_there(named, &server, error)
}
