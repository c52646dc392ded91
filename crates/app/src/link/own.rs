//! The user's own apps, at the platforms that want one: checked when they are entered, kept sealed, and replaced without
//! losing the accounts that were linked through the one before.

use domain::{AccountState, Endpoints, ErrorCode, PlatformId, Secret, consent::SecretForm};
use oauth::{Flow, Redirect};
use providers::{
    Descriptor,
    descriptor::{ClientRule, Level, Method, OauthRules, SecretNeed},
    provider::Registration,
};
use store::{account::Account, oauth_client::OauthClient};

use super::flow::flow;
use crate::{App, Error, event::Topic};

/// Own apps belong to a platform and not to one of its servers.
const EVERYWHERE: &str = "";
const ID_MAX_BYTES: usize = 200;
const SECRET_MAX_BYTES: usize = 500;

/// A platform that wants an app of the user's own, and what is known of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnApp {
    /// The platform's short name.
    pub platform: String,
    /// Whether such an app has a secret.
    pub secret: SecretNeed,
    /// What has to be registered with the platform, to the letter; nothing where it is empty.
    pub redirects: Vec<String>,
    /// Its client id; empty where none was entered.
    pub client_id: String,
    /// How far such apps may go there; empty where all are alike.
    pub levels: &'static [Level],
    /// Which of these it is, as its owner said; `None` where that is not known.
    pub level: Option<Level>,
    /// Accounts linked through it.
    pub accounts: u32,
    /// Accounts linked through one entered before, which is kept for them.
    pub accounts_before: u32,
}

impl App {
    /// Every platform that wants an app of the user's own.
    pub async fn own_apps(&self) -> Result<Vec<OwnApp>, Error> {
        let mut apps = Vec::new();
        for provider in self.registry().iter() {
            if let Some((rules, need)) = wanted(provider.descriptor()) {
                apps.push(self.own_app(provider.descriptor(), rules, need).await?);
            }
        }
        Ok(apps)
    }

    /// What is known of the app at a platform that wants one.
    pub(super) async fn own_app_of(&self, platform: &str) -> Result<OwnApp, Error> {
        let provider = self.provider(platform)?;
        let facts = provider.descriptor();
        let (rules, need) = wanted(facts).ok_or_else(|| no_need(facts))?;
        self.own_app(facts, rules, need).await
    }

    /// Keeps an app, in place of one entered before. Without a secret, an app that is known keeps the one it has.
    pub async fn set_own_app(
        &self,
        platform: &str,
        client_id: &str,
        secret: Option<Secret<String>>,
    ) -> Result<OwnApp, Error> {
        let provider = self.provider(platform)?;
        let facts = provider.descriptor();
        let (rules, need) = wanted(facts).ok_or_else(|| no_need(facts))?;
        let form = rules.secret_form;
        let (client_id, secret) = checked((need, form), client_id, secret).map_err(|unfit| unfit.error(facts))?;
        let id = id_of(facts)?;
        let accounts = self.accounts().await?;
        let redirects = Redirect::from(rules.redirect).to_register();
        self.profile_key(true).await?;
        let mut tx = self.store.begin().await?;
        let kept = store::oauth_client::of(&mut tx, &id, EVERYWHERE).await?;
        let known = kept.into_iter().find(|known| known.client_id == client_id);
        let (mut client, secret) = match (known, secret) {
            (Some(known), None) => (OauthClient { redirects, ..known }, None),
            (None, None) if need == SecretNeed::Needed => {
                return Err(Error::invalid(format!("{} wants the client secret too.", facts.name)));
            }
            (known, secret) => {
                let made = OauthClient {
                    platform: id,
                    instance: EVERYWHERE.to_owned(),
                    client_id,
                    redirects,
                    scopes: Vec::new(),
                    version: known.map_or(1, |known| known.version.saturating_add(1)),
                    wrapped: Vec::new(),
                    sealed: Vec::new(),
                };
                // An app without a secret is kept with an empty one.
                (made, Some(secret.unwrap_or_else(|| Secret::new(String::new()))))
            }
        };
        if let Some(secret) = &secret {
            self.seal_client(&mut client, secret).await?;
        }
        store::oauth_client::upsert(&mut tx, &client, self.clock.now()).await?;
        for other in store::oauth_client::of(&mut tx, &client.platform, EVERYWHERE).await? {
            if other.client_id != client.client_id && through(&accounts, &other) == 0 {
                store::oauth_client::delete(&mut tx, &other.platform, EVERYWHERE, &other.client_id).await?;
            }
        }
        tx.commit().await?;
        self.emit(Topic::Accounts, None);
        self.own_app(facts, rules, need).await
    }

    /// Forgets a platform's app. Accounts linked through it could not be renewed any more, so it stays while there are any.
    pub async fn remove_own_app(&self, platform: &str) -> Result<OwnApp, Error> {
        let provider = self.provider(platform)?;
        let facts = provider.descriptor();
        let (rules, need) = wanted(facts).ok_or_else(|| no_need(facts))?;
        let app = self.own_app(facts, rules, need).await?;
        if app.client_id.is_empty() {
            return Err(Error::not_found("app of your own at", facts.name));
        }
        if app.accounts + app.accounts_before > 0 {
            return Err(Error::new(
                ErrorCode::WrongState,
                format!("Accounts at {} are linked through this app, and are renewed with it.", facts.name),
                "Unlink them first, or enter another app in its place.",
            ));
        }
        let id = id_of(facts)?;
        let mut tx = self.store.begin().await?;
        for client in store::oauth_client::of(&mut tx, &id, EVERYWHERE).await? {
            store::oauth_client::delete(&mut tx, &id, EVERYWHERE, &client.client_id).await?;
        }
        tx.commit().await?;
        self.emit(Topic::Accounts, None);
        self.own_app(facts, rules, need).await
    }

    async fn own_app(&self, facts: &Descriptor, rules: &OauthRules, secret: SecretNeed) -> Result<OwnApp, Error> {
        let id = id_of(facts)?;
        let kept = store::oauth_client::of(&mut *self.store.read().await?, &id, EVERYWHERE).await?;
        let accounts = self.accounts().await?;
        let count = |clients: &[OauthClient]| clients.iter().map(|client| through(&accounts, client)).sum::<u32>();
        let (now, before) = kept.split_at(kept.len().min(1));
        let client_id = now.first().map(|client| client.client_id.clone()).unwrap_or_default();
        let level = self.said_level(facts.id, &client_id, facts.levels).await?;
        Ok(OwnApp {
            platform: facts.id.to_owned(),
            secret,
            redirects: Redirect::from(rules.redirect).to_register(),
            levels: facts.levels,
            level,
            client_id,
            accounts: count(now),
            accounts_before: count(before),
        })
    }

    /// The client a new account is linked through; `None` where the platform's rules name one.
    pub(super) async fn client_for_new(
        &self,
        facts: &Descriptor,
        rules: &OauthRules,
    ) -> Result<Option<Registration>, Error> {
        if !matches!(rules.client, ClientRule::Own(_)) {
            return Ok(None);
        }
        let kept = store::oauth_client::of(&mut *self.store.read().await?, &id_of(facts)?, EVERYWHERE).await?;
        let Some(newest) = kept.into_iter().next() else { return Ok(None) };
        let client_secret = self.open_client(&newest).await?;
        Ok(Some(Registration { client_id: newest.client_id, client_secret }))
    }

    /// A platform's flow through the user's own app: the one an account was linked through, or the one that the next would
    /// be linked through. Nothing is begun with it.
    pub(crate) async fn flow_of_app(
        &self,
        facts: &Descriptor,
        rules: &OauthRules,
        endpoints: &Endpoints,
        account: Option<&Account>,
    ) -> Result<Flow, Error> {
        let client = match account.filter(|account| !account.client.is_empty()) {
            Some(account) => Some(self.client_of(account).await?),
            None => self.client_for_new(facts, rules).await?,
        };
        flow(facts, rules, endpoints, client)
    }

    /// Where the client of an account is kept.
    pub(super) fn client_home<'a>(&self, account: &'a Account) -> &'a str {
        let provider = self.provider(account.platform.as_str());
        let own = provider.is_ok_and(|provider| wanted(provider.descriptor()).is_some());
        if own { EVERYWHERE } else { &account.instance }
    }
}

/// The rules of a platform that wants an app of the user's own.
pub(super) fn wanted(facts: &Descriptor) -> Option<(&OauthRules, SecretNeed)> {
    facts.methods.iter().filter_map(Method::oauth).find_map(|rules| match rules.client {
        ClientRule::Own(need) => Some((rules, need)),
        ClientRule::Shipped(_) | ClientRule::Registered | ClientRule::Described => None,
    })
}

fn through(accounts: &[Account], client: &OauthClient) -> u32 {
    let linked = |account: &&Account| {
        account.state != AccountState::Unlinked
            && account.platform == client.platform
            && account.client == client.client_id
    };
    u32::try_from(accounts.iter().filter(linked).count()).unwrap_or(u32::MAX)
}

fn no_need(facts: &Descriptor) -> Error {
    Error::invalid(format!("{} needs no app of your own.", facts.name))
}

fn id_of(facts: &Descriptor) -> Result<PlatformId, Error> {
    PlatformId::parse(facts.id).ok_or_else(|| Error::internal("a platform name"))
}

/// Why something cannot be an app's id or secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// An address stands where the id should.
    Address,
    /// The id is no word.
    ClientId,
    /// The platform's apps have no secret.
    TakesNone,
    /// The secret is no word.
    Secret,
    /// The secret is not written as the platform writes them.
    Form(SecretForm),
    /// Both are the same word.
    Same,
}

impl Unfit {
    fn error(self, facts: &Descriptor) -> Error {
        Error::invalid(match self {
            Self::Address => "That is an address. The client id stands beside the app at the platform.".to_owned(),
            Self::ClientId => "The client id is one word of letters, digits and signs.".to_owned(),
            Self::TakesNone => format!("{} takes no secret of such an app: leave it out.", facts.name),
            Self::Form(SecretForm::Hex(digits)) => format!(
                "The client secret of an app at {} is {digits} characters long, 0 to 9 and a to f, and what was entered is not: it may have been cut short, or be another one. Nothing was sent.",
                facts.name
            ),
            Self::Secret | Self::Form(SecretForm::Any) => {
                "The client secret is one word of letters, digits and signs.".to_owned()
            }
            Self::Same => "The client secret is another word than the client id.".to_owned(),
        })
    }
}

/// What was typed or pasted, without what clings to it; refused where it cannot be an id or a secret.
pub(super) fn checked(
    (need, form): (SecretNeed, SecretForm),
    client_id: &str,
    secret: Option<Secret<String>>,
) -> Result<(String, Option<Secret<String>>), Unfit> {
    let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let one_word =
        |text: &str, max: usize| (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    let client_id = bare(client_id);
    if client_id.contains("://") {
        return Err(Unfit::Address);
    }
    if !one_word(&client_id, ID_MAX_BYTES) {
        return Err(Unfit::ClientId);
    }
    let secret = secret.map(|secret| Secret::new(bare(secret.expose()))).filter(|secret| !secret.expose().is_empty());
    let Some(secret) = secret else { return Ok((client_id, None)) };
    if need == SecretNeed::None {
        return Err(Unfit::TakesNone);
    }
    if !one_word(secret.expose(), SECRET_MAX_BYTES) {
        return Err(Unfit::Secret);
    }
    if !form.fits(secret.expose()) {
        return Err(Unfit::Form(form));
    }
    if *secret.expose() == client_id {
        return Err(Unfit::Same);
    }
    Ok((client_id, Some(secret)))
}
