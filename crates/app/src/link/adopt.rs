//! Taking a newly linked account in.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AccountId, AccountState, Endpoints, ErrorCode, HeldReason, PlatformId, ProviderError, Secret, UtcMs,
    ports::{Proofs, TokenSource},
};
use net::guards::stands;
use oauth::Dpop;
use providers::{
    Provider,
    provider::{AccountRef, Identity, Session, Tokens},
};
use store::{account::Account, secret::Field};

use crate::{
    App, Error,
    event::Topic,
    proofs::to_keep,
    words::{Who, link_error},
};

/// An account about to be taken in.
pub(crate) struct NewAccount {
    pub(crate) platform: String,
    pub(crate) instance: String,
    pub(crate) method: &'static str,
    pub(crate) endpoints: Endpoints,
    pub(crate) tokens: Tokens,
    /// What was granted, where the platform does not tell it with who it is.
    pub(crate) scopes: Vec<String>,
    /// Id of the client registered with the server, or of the user's own; empty where there is a common one.
    pub(crate) client: String,
    /// Who signed in, where that was proved; empty elsewhere.
    pub(crate) subject: String,
    /// The key the tokens are bound to, where they are.
    pub(crate) key: Option<Dpop>,
}

/// Tokens that are not stored yet: what was just granted, good for the first read.
struct Granted(Secret<String>, Option<Arc<dyn Proofs>>);

#[async_trait]
impl TokenSource for Granted {
    async fn access(&self) -> Result<Secret<String>, ProviderError> {
        Ok(self.0.clone())
    }

    async fn renew(&self, _refused: &Secret<String>) -> Result<Secret<String>, ProviderError> {
        Err(ProviderError::new(domain::ErrorKind::AuthRevoked, PlatformId::postroom(), "access"))
    }

    async fn proofs(&self) -> Result<Option<Arc<dyn Proofs>>, ProviderError> {
        Ok(self.1.clone())
    }
}

impl App {
    /// Takes a newly linked account in: who it is, its key, its sealed tokens, in one transaction.
    pub(crate) async fn adopt(
        self: &Arc<Self>,
        mut new: NewAccount,
        identity: Option<Identity>,
        relink: Option<AccountId>,
    ) -> Result<AccountId, Error> {
        let provider = self.provider(&new.platform)?;
        let (identity, facts) = match identity {
            Some(identity) => (identity, None),
            None => self.identify(provider.as_ref(), &new).await?,
        };
        if !new.subject.is_empty() && new.subject != identity.remote_id {
            return Err(Error::new(
                ErrorCode::LinkMismatch,
                "Who signed in is not whose access was given. Nothing was linked.",
                "Sign out in the browser, then link again.",
            ));
        }
        for (name, url) in &identity.endpoints {
            new.endpoints.urls.insert(name.clone(), url.clone());
        }
        let (who, now) = (identity.clone(), self.clock.now());
        let platform = PlatformId::parse(&new.platform).ok_or_else(|| Error::internal("a platform name"))?;
        let fresh = AccountId::new(now, self.random.as_ref());
        let known = self.known_account(&platform, &new.instance, &identity.remote_id).await?;
        let account = Account {
            id: known.as_ref().map_or(fresh, |known| known.id),
            platform,
            instance: new.instance,
            remote_id: identity.remote_id,
            handle: identity.handle,
            name: identity.name,
            kind: identity.kind,
            method: new.method.to_owned(),
            endpoints: new.endpoints,
            state: AccountState::Healthy,
            state_reason: String::new(),
            scopes: if identity.scopes.is_empty() { new.scopes } else { identity.scopes },
            access_expires_at: new.tokens.access_expires_at,
            refresh_expires_at: new.tokens.refresh_expires_at,
            linked_at: known.as_ref().map_or(now, |known| known.linked_at),
            checked_at: Some(now),
            client: new.client,
            facts_at: facts.as_ref().map(|_| now),
            facts: facts.unwrap_or_default(),
        };
        if let Some(relink) = relink
            && known.as_ref().is_none_or(|known| known.id != relink)
            && stands("relinked")
        {
            // Somebody linked here keeps their access: at some platforms it would end with this grant. A password made by
            // hand is not ours to delete.
            if known.is_none() && account.method == "oauth" {
                self.give_back(&account, new.tokens, new.key.as_ref()).await;
            }
            return Err(Error::new(
                ErrorCode::LinkMismatch,
                format!("That was {}, another account.", account.handle),
                "Sign in to the right account in the browser, then link again.",
            ));
        }
        {
            // A renewal under way must not put older tokens in the place of these.
            let _turn = self.renewals.turn(account.id).await;
            self.keep_account(&account, &new.tokens, new.key.as_ref(), now).await?;
            self.unwritten.forget(account.id);
            self.heard.forget(account.id);
        }
        self.see_avatar(account.id, who);
        self.emit(Topic::Accounts, Some(account.id.to_string()));
        self.queue_changed();
        Ok(account.id)
    }

    /// Ends a grant that nothing here will use. Where that fails the owner sees the app at the platform, and nothing more
    /// comes of it: its tokens are forgotten.
    async fn give_back(&self, account: &Account, tokens: Tokens, key: Option<&Dpop>) {
        if let Err(error) = self.end_grant(account, tokens.access, tokens.refresh, key).await {
            tracing::warn!(platform = account.platform.as_str(), %error, "a grant that is not used could not be ended");
        }
    }

    async fn keep_account(
        &self,
        account: &Account,
        tokens: &Tokens,
        bound_to: Option<&Dpop>,
        now: UtcMs,
    ) -> Result<(), Error> {
        let key = self.account_key_for(account).await?;
        let kept = [
            (Field::Access, Some(tokens.access.clone())),
            (Field::Refresh, tokens.refresh.clone()),
            (Field::ProofKey, bound_to.map(to_keep)),
        ];
        let seal = |(field, secret): (Field, Option<Secret<String>>)| {
            let sealed = secret.map(|secret| self.seal_with(&key, account, field, &secret)).transpose();
            sealed.map(|sealed| (field, sealed))
        };
        let kept = kept.into_iter().map(seal).collect::<Result<Vec<_>, _>>()?;
        let mut tx = self.store.begin().await?;
        store::account::upsert(&mut tx, account, now).await?;
        self.keep_key(&mut tx, account, &key, now).await?;
        for (field, sealed) in kept {
            match sealed {
                Some(sealed) => store::secret::put(&mut tx, account.id, field, &sealed, now).await?,
                // One of the grant before is of no use to this one.
                None => store::secret::forget(&mut tx, account.id, field).await?,
            }
        }
        self.release_held_in(&mut tx, HeldReason::Relink, Some(account.id)).await?;
        self.check_daily(&mut tx, account.id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn known_account(
        &self,
        platform: &PlatformId,
        instance: &str,
        remote_id: &str,
    ) -> Result<Option<Account>, Error> {
        let all = store::account::all(&mut *self.store.read().await?).await?;
        Ok(all
            .into_iter()
            .find(|known| known.platform == *platform && known.instance == instance && known.remote_id == remote_id))
    }

    /// Who it is, and what its server says of itself; not being told the latter stops nothing.
    async fn identify(
        &self,
        provider: &dyn Provider,
        new: &NewAccount,
    ) -> Result<(Identity, Option<serde_json::Value>), Error> {
        let account = AccountRef {
            id: AccountId::new(self.clock.now(), self.random.as_ref()),
            remote_id: String::new(),
            handle: String::new(),
            kind: String::new(),
            endpoints: new.endpoints.clone(),
            facts: serde_json::Value::Null,
        };
        let platform = PlatformId::parse(&new.platform).ok_or_else(|| Error::internal("a platform name"))?;
        let proofs = new.key.clone().map(|key| self.proving(platform, key));
        let session = Session {
            http: self.http.clone(),
            tokens: Arc::new(Granted(new.tokens.access.clone(), proofs)),
            clock: Arc::clone(&self.clock),
            account,
            publication: None,
            correlation: self.random_hex::<8>(),
            settles: false,
        };
        let who = Who { platform: provider.descriptor().name, handle: "the new account" };
        let identity = provider.identify(&session).await.map_err(|error| link_error(who, &error))?;
        let facts = if provider.facts_life_ms().is_some() { provider.learn(&session).await.ok() } else { None };
        Ok((identity, facts))
    }
}
