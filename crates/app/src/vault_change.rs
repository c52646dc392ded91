//! Changing keys: the profile key for another one, in the same place or in another, and the data keys below it.
//!
//! Whenever the process is killed, the profile's own row names a key that is where it says and opens everything: a new key
//! is kept beside the old one first, one transaction seals everything under the new one and names it, and only then is the
//! old one dropped. A key that can be in the keychain without sealing anything is written down before it is there, and the
//! next start drops it.

use std::sync::Arc;

use domain::{AccountId, ErrorCode, PlatformId};
use store::{account::Account, secret::Field};
use vault::{BackendKind, DataKey, ProfileKey, VaultError};

use crate::{
    App, Error, VaultChoice,
    keys::{Looked, Next, handed_in, vault_error},
    sealing::{self, AccountKey},
};

const FIELDS: [Field; 3] = [Field::Access, Field::Refresh, Field::ProofKey];

impl App {
    /// Replaces the profile key and has the next one kept as `to` says; [`VaultChoice::Auto`] means where it is now. What
    /// a recovery key opened is dropped with the old one. Makes the first key where the profile has none yet. Comes to
    /// its end also where whoever asked is broken off.
    pub async fn change_profile_key(self: &Arc<Self>, to: VaultChoice) -> Result<(), Error> {
        let app = Arc::clone(self);
        let changed = self.beside.whole(async move { app.change_whole(to).await }).await;
        changed.unwrap_or_else(|| Err(Error::internal("the change of keys broke off")))
    }

    /// Gives every account and every registered client another data key, and then replaces the profile key.
    pub async fn rotate_keys(self: &Arc<Self>, to: VaultChoice) -> Result<(), Error> {
        self.must_have_key()?;
        if matches!(to, VaultChoice::Auto) && self.keys.recorded().backend == Some(BackendKind::Environment) {
            return Err(handed_in());
        }
        let keys = store::secret::keys(&mut *self.store.read().await?).await?;
        for (id, _) in keys {
            match self.rotate_account_key(id).await {
                // It must not keep all the others under their old keys.
                Err(error) if error.code == ErrorCode::VaultCorrupt => {
                    tracing::warn!(%error, account = %id, "a sealed value does not open and is left as it is");
                }
                done => done?,
            }
        }
        let clients = store::oauth_client::places(&mut *self.store.read().await?).await?;
        for (platform, instance, client_id) in clients {
            self.rotate_client_key(&platform, &instance, &client_id).await?;
        }
        self.change_profile_key(to).await
    }

    /// Gives one account another data key and seals its tokens with it.
    pub async fn rotate_account_key(self: &Arc<Self>, id: AccountId) -> Result<(), Error> {
        let app = Arc::clone(self);
        let changed = self.beside.whole(async move { app.rotate_account_whole(id).await }).await;
        changed.unwrap_or_else(|| Err(Error::internal("the change of keys broke off")))
    }

    pub(crate) fn must_have_key(&self) -> Result<(), Error> {
        match self.keys.recorded().backend {
            Some(_) => Ok(()),
            None => Err(Error::new(
                ErrorCode::WrongState,
                "This profile has no key yet: nothing is sealed in it.",
                "Link an account first. Where its key will be kept, `--vault` says then.",
            )),
        }
    }

    async fn change_whole(self: &Arc<Self>, to: VaultChoice) -> Result<(), Error> {
        let _turn = self.keys.changing.lock().await;
        if self.keys.recorded().backend.is_none() {
            return self.make_first_key(to).await;
        }
        let old = self.profile_key(false).await?;
        let next = self.keys.next(&self.random, to).await?;
        if next.key.id() == old.id() {
            return Err(Error::invalid("That is the key this profile has already."));
        }
        if next.key.backend() == BackendKind::Keychain {
            let (id, now) = (next.key.id(), self.clock.now());
            let mut tx = self.store.begin().await?;
            step!("vault.spare", store::spare_key::insert(&mut tx, &id, now).await)?;
            step!("vault.spare.commit", tx.commit().await)?;
            let kept = step!("vault.keep", self.keys.keychain().add(&next.key, self.keys.presence).await);
            kept.map_err(|error| vault_error(&error))?;
        }
        #[cfg(feature = "break_rotation")]
        self.drop_too_soon(&next).await?;
        self.seal_under(&old, next).await?;
        // What is done is done: the rest is for the next start where it does not succeed now.
        match step!("vault.fold", self.store.fold().await) {
            Ok(true) => {}
            other => tracing::warn!(?other, "the database's log still has values sealed under the old key"),
        }
        if let Err(error) = self.drop_spares().await {
            tracing::warn!(%error, details = error.details, "a key that is not used any more is still in the keychain");
        }
        self.release_the_locked().await;
        Ok(())
    }

    /// The change itself: everything under the new key and the profile naming it, or nothing of it.
    async fn seal_under(&self, old: &ProfileKey, next: Next) -> Result<(), Error> {
        let before = self.keys.recorded();
        let backend = next.key.backend();
        let mut tx = self.store.begin().await?;
        step!("vault.overwrite", store::secret::overwrite_all(&mut tx).await)?;
        step!("vault.accounts", self.rewrap_accounts(&mut tx, old, &next.key).await)?;
        step!("vault.clients", self.rewrap_clients(&mut tx, old, &next.key).await)?;
        step!("vault.recovery", store::recovery::delete(&mut tx).await)?;
        step!("vault.profile", store::profile::set_vault(&mut tx, backend.as_str(), &next.params).await)?;
        if backend == BackendKind::Keychain {
            step!("vault.used", store::spare_key::delete(&mut tx, &next.params).await)?;
        }
        if before.backend == Some(BackendKind::Keychain) {
            let now = self.clock.now();
            step!("vault.unused", store::spare_key::insert(&mut tx, &before.params, now).await)?;
        }
        // Whoever waits for the turn to write finds the new key here with it, and could not end before: so none may join.
        let mut held = self.keys.held.lock().await;
        if let Err(error) = step!("vault.commit", tx.commit_at_once().await) {
            *held = None;
            return Err(error.into());
        }
        *held = Some(next.key);
        self.keys.choose(next.choice);
        self.keys.note(|recorded| {
            recorded.backend = Some(backend);
            recorded.params = next.params;
            recorded.looked = Looked::Ready;
        });
        Ok(())
    }

    async fn rewrap_accounts(&self, tx: &mut store::Tx, old: &ProfileKey, new: &ProfileKey) -> Result<(), Error> {
        for (id, kept) in store::secret::keys(tx).await? {
            let account = store::account::find(tx, id).await?;
            let account = account.ok_or_else(|| Error::not_found("account", &id.to_string()))?;
            if let Some(key) = opened(sealing::unwrap_key(old, &account, &kept), &account.handle)? {
                let wrapped = self.wrap_key(new, &account, &key)?;
                let key = store::secret::AccountKey { wrapped, version: key.version };
                step!("vault.accounts.one", store::secret::replace_key(tx, id, &key).await)?;
            }
        }
        Ok(())
    }

    async fn rewrap_clients(&self, tx: &mut store::Tx, old: &ProfileKey, new: &ProfileKey) -> Result<(), Error> {
        for (platform, instance, client_id) in store::oauth_client::places(tx).await? {
            let found = store::oauth_client::find(tx, &platform, &instance, &client_id).await?;
            let mut client = found.ok_or_else(|| Error::not_found("registration at", &instance))?;
            if let Some(key) = opened(sealing::unwrap_client(old, &client), &instance)? {
                let wrapped = sealing::rewrap_client(new, &client, &key, self.random.as_ref());
                client.wrapped = wrapped.map_err(|error| vault_error(&error))?;
                step!("vault.clients.one", store::oauth_client::reseal(tx, &client).await)?;
            }
        }
        Ok(())
    }

    async fn rotate_account_whole(&self, id: AccountId) -> Result<(), Error> {
        self.must_have_key()?;
        // Made sure of before: nobody shall wait for a keychain with the turn to write.
        self.profile_key(false).await?;
        let _turn = self.renewals.turn(id).await;
        let mut tx = self.store.begin().await?;
        let profile_key = self.profile_key(false).await?;
        let account = store::account::find(&mut tx, id).await?;
        let account = account.ok_or_else(|| Error::not_found("account", &id.to_string()))?;
        let kept = store::secret::key(&mut tx, id).await?;
        let kept = kept.ok_or_else(|| Error::not_found("key of", &account.handle))?;
        let before = sealing::unwrap_key(&profile_key, &account, &kept).map_err(|error| vault_error(&error))?;
        let after = AccountKey {
            key: DataKey::generate(&profile_key, self.random.as_ref()),
            version: before.version.saturating_add(1),
        };
        step!("vault.account.overwrite", store::secret::overwrite_all(&mut tx).await)?;
        for field in FIELDS {
            self.reseal_token(&mut tx, &account, field, (&before, &after)).await?;
        }
        let wrapped = self.wrap_key(&profile_key, &account, &after)?;
        let kept = store::secret::AccountKey { wrapped, version: after.version };
        step!("vault.account.key", store::secret::replace_key(&mut tx, id, &kept).await)?;
        step!("vault.account.commit", tx.commit().await)?;
        Ok(())
    }

    async fn reseal_token(
        &self,
        tx: &mut store::Tx,
        account: &Account,
        field: Field,
        (before, after): (&AccountKey, &AccountKey),
    ) -> Result<(), Error> {
        let Some(sealed) = store::secret::get(tx, account.id, field).await? else { return Ok(()) };
        let token = sealing::open_with(before, account, field, &sealed)?;
        let sealed = self.seal_with(after, account, field, &token)?;
        let now = self.clock.now();
        step!("vault.account.token", store::secret::put(tx, account.id, field, &sealed, now).await)?;
        Ok(())
    }

    async fn rotate_client_key(&self, platform: &PlatformId, instance: &str, client_id: &str) -> Result<(), Error> {
        self.profile_key(false).await?;
        let mut tx = self.store.begin().await?;
        let profile_key = self.profile_key(false).await?;
        let found = store::oauth_client::find(&mut tx, platform, instance, client_id).await?;
        // Another attempt to link may have dropped it meanwhile.
        let Some(mut client) = found else { return Ok(()) };
        let Some(secret) = opened(sealing::open_client_with(&profile_key, &client), instance)? else { return Ok(()) };
        client.version = client.version.saturating_add(1);
        self.seal_client_with(&profile_key, &mut client, &secret)?;
        step!("vault.client.overwrite", store::secret::overwrite_all(&mut tx).await)?;
        step!("vault.client.key", store::oauth_client::reseal(&mut tx, &client).await)?;
        step!("vault.client.commit", tx.commit().await)?;
        Ok(())
    }

    /// Drops the keys in the keychain that seal nothing here: what a process that was killed left there.
    pub(crate) async fn drop_spare_keys(&self) -> Result<(), Error> {
        // A key that a change under way is about to use is not one of them.
        let _turn = self.keys.changing.lock().await;
        self.drop_spares().await
    }

    /// The same for whoever has the turn to change keys.
    async fn drop_spares(&self) -> Result<(), Error> {
        let spare = store::spare_key::all(&mut *self.store.read().await?).await?;
        for id in spare {
            let used = store::profile::load(&mut *self.store.read().await?).await?;
            let is_used = used.vault_backend == BackendKind::Keychain.as_str() && used.vault_params == id;
            if !is_used {
                let dropped = step!("vault.drop", self.keys.keychain().drop_key(&id, self.keys.presence).await);
                dropped.map_err(|error| vault_error(&error))?;
            }
            let mut tx = self.store.begin().await?;
            step!("vault.dropped", store::spare_key::delete(&mut tx, &id).await)?;
            step!("vault.dropped.commit", tx.commit().await)?;
        }
        Ok(())
    }

    /// The negative control: the profile names the new key, and the old one goes, before anything is sealed under it.
    #[cfg(feature = "break_rotation")]
    async fn drop_too_soon(&self, next: &Next) -> Result<(), Error> {
        let before = self.keys.recorded();
        let mut tx = self.store.begin().await?;
        store::profile::set_vault(&mut tx, next.key.backend().as_str(), &next.params).await?;
        tx.commit().await?;
        if before.backend == Some(BackendKind::Keychain) {
            let dropped = self.keys.keychain().drop_key(&before.params, self.keys.presence).await;
            dropped.map_err(|error| vault_error(&error))?;
        }
        Ok(())
    }
}

/// What opened; `None` for what is damaged, which stays as it is: it must not keep all the others under an old key. A value
/// under a key that is not the one in hand ends the change.
fn opened<T>(outcome: Result<T, VaultError>, whose: &str) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(VaultError::Damaged | VaultError::UnknownFormat(_)) => {
            tracing::warn!(whose, "a sealed value does not open and is left as it is");
            Ok(None)
        }
        Err(error) => Err(vault_error(&error)),
    }
}
