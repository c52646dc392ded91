//! What is sealed under the profile key: a data key per account, and the account's tokens under it.

use domain::{ErrorCode, HeldReason, Secret, UtcMs, ports::Random};
use store::{account::Account, oauth_client::OauthClient, secret::Field};
use vault::{BackendKind, Context, DataKey, ProfileKey, VaultError};

use crate::{
    App, Error, VaultChoice,
    event::Topic,
    keys::{Looked, vault_error},
};

/// The version of the first data key of an account or a client; it rises when another takes its place.
const FIRST: u32 = 1;

/// The data key of an account, opened.
#[derive(Clone)]
pub(crate) struct AccountKey {
    pub(crate) key: DataKey,
    pub(crate) version: u32,
}

/// Where the profile key is kept, for whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultView {
    /// How often a runner has started on this profile.
    pub generation: i64,
    /// `keychain`, `passphrase`, `environment`, or `none` before the first secret is sealed.
    pub backend: String,
    /// `ready`, `locked`, `missing` or `unset`.
    pub state: &'static str,
    /// One sentence when not ready; empty otherwise.
    pub reason: String,
}

impl App {
    /// The profile key; made when the profile has none yet and `may_make` says so.
    pub(crate) async fn profile_key(&self, may_make: bool) -> Result<ProfileKey, Error> {
        let mut held = self.keys.held.lock().await;
        if let Some(key) = held.as_ref() {
            return Ok(key.clone());
        }
        let backend = self.keys.backend()?;
        let outcome = if self.keys.recorded().backend.is_some() {
            self.keys.fetch(backend).await
        } else if may_make {
            match self.keys.make(&self.random, backend).await {
                Ok((key, params)) => {
                    let mut tx = self.store.begin().await?;
                    store::profile::set_vault(&mut tx, backend.as_str(), &params).await?;
                    tx.commit().await?;
                    self.keys.note(|recorded| {
                        recorded.backend = Some(backend);
                        recorded.params = params;
                    });
                    Ok(key)
                }
                Err(error) => Err(error),
            }
        } else {
            Err(VaultError::KeyMissing)
        };
        match outcome {
            Ok(key) => {
                let was_locked = matches!(self.keys.recorded().looked, Looked::Failed(_));
                self.keys.note(|recorded| recorded.looked = Looked::Ready);
                *held = Some(key.clone());
                drop(held);
                if was_locked {
                    self.release_the_locked().await;
                }
                Ok(key)
            }
            Err(error) => {
                self.keys.note(|recorded| recorded.looked = Looked::Failed(error.clone()));
                Err(vault_error(&error))
            }
        }
    }

    /// Makes the profile's first key where `to` says, before anything is sealed with it.
    pub(crate) async fn make_first_key(&self, to: VaultChoice) -> Result<(), Error> {
        let (choice, before) = (self.keys.choice(), self.keys.recorded().looked);
        self.keys.choose(to);
        let made = self.profile_key(true).await.map(drop);
        if made.is_err() {
            self.keys.choose(choice);
            self.keys.note(|recorded| recorded.looked = before);
        }
        self.emit(Topic::Settings, None);
        made
    }

    /// Opens a profile whose key is behind a passphrase; a wrong one changes nothing.
    pub async fn open_with(&self, passphrase: Secret<String>) -> Result<(), Error> {
        if self.keys.recorded().backend != Some(BackendKind::Passphrase) {
            return Err(Error::new(
                ErrorCode::WrongState,
                "This profile's key is not behind a passphrase.",
                "Look in the settings where it is kept.",
            ));
        }
        let choice = self.keys.choice();
        self.keys.choose(VaultChoice::Passphrase(passphrase));
        let opened = self.profile_key(false).await.map(drop);
        if opened.is_err() {
            self.keys.choose(choice);
        }
        opened
    }

    /// The key is there again: posts that waited for it go on at once, and not each after its own wait.
    pub(crate) async fn release_the_locked(&self) {
        if let Err(error) = self.release_held(HeldReason::VaultLocked, None).await {
            tracing::warn!(%error, "posts that waited for the key try again after their wait");
        }
        self.emit(Topic::Settings, None);
    }

    /// Whether sealed secrets can be opened now.
    pub(crate) async fn unlock(&self) -> Result<(), Error> {
        if self.keys.recorded().backend.is_none() {
            return Ok(());
        }
        self.profile_key(false).await.map(|_| ())
    }

    /// Looks whether the key can be had now; [`App::vault_view`] then says how that went.
    pub async fn look_for_key(&self) {
        if let Err(error) = self.unlock().await {
            tracing::debug!(%error, "the key cannot be had");
        }
    }

    /// Where the profile key is kept and whether it can be used.
    pub async fn vault_view(&self) -> Result<VaultView, Error> {
        let generation = store::profile::load(&mut *self.store.read().await?).await?.generation;
        let recorded = self.keys.recorded();
        let (state, reason) = match (recorded.backend, &recorded.looked) {
            (None, Looked::NotYet | Looked::Ready) => ("unset", String::new()),
            (Some(_), Looked::Ready) => ("ready", String::new()),
            (Some(_), Looked::NotYet) => ("locked", "Waiting for the keychain.".to_owned()),
            (_, Looked::Failed(error @ VaultError::Locked)) => ("locked", vault_error(error).message),
            (Some(BackendKind::Passphrase), Looked::Failed(VaultError::KeyMissing)) => {
                ("locked", "This profile opens with its passphrase.".to_owned())
            }
            (Some(BackendKind::Passphrase), Looked::Failed(error @ VaultError::WrongPassphrase)) => {
                ("locked", vault_error(error).message)
            }
            (_, Looked::Failed(error)) => ("missing", vault_error(error).message),
        };
        let backend = recorded.backend.map_or("none", BackendKind::as_str).to_owned();
        Ok(VaultView { generation, backend, state, reason })
    }

    /// The data key of an account that is about to be kept: its own, or a new one.
    pub(crate) async fn account_key_for(&self, account: &Account) -> Result<AccountKey, Error> {
        let profile_key = self.profile_key(true).await?;
        if store::secret::key(&mut *self.store.read().await?, account.id).await?.is_some() {
            return self.account_key(account).await;
        }
        Ok(AccountKey { key: DataKey::generate(&profile_key, self.random.as_ref()), version: FIRST })
    }

    /// Keeps the data key of an account, wrapped, when it has none yet.
    pub(crate) async fn keep_key(
        &self,
        tx: &mut store::Tx,
        account: &Account,
        key: &AccountKey,
        now: UtcMs,
    ) -> Result<(), Error> {
        // Within the transaction: a change of the profile key comes before it or after it.
        let profile_key = self.profile_key(true).await?;
        let wrapped = self.wrap_key(&profile_key, account, key)?;
        store::secret::insert_key(tx, account.id, &wrapped, now).await?;
        Ok(())
    }

    /// Seals the data key of an account under the profile key.
    pub(crate) fn wrap_key(
        &self,
        profile_key: &ProfileKey,
        account: &Account,
        key: &AccountKey,
    ) -> Result<Vec<u8>, Error> {
        let row = account.id.to_string();
        let place = key_place(account, &row, key.version);
        vault::wrap(profile_key, &key.key, &place, self.random.as_ref()).map_err(|error| vault_error(&error))
    }

    /// Seals a token with an account's key.
    pub(crate) fn seal_with(
        &self,
        key: &AccountKey,
        account: &Account,
        field: Field,
        token: &Secret<String>,
    ) -> Result<Vec<u8>, Error> {
        let row = account.id.to_string();
        let place = token_place(account, &row, field, key.version);
        let sealed = vault::seal(&key.key, &place, token.expose().as_bytes(), self.random.as_ref());
        sealed.map_err(|error| vault_error(&error))
    }

    /// Seals a token of an account that has its key. The caller has the account's turn to renew: a change of its key
    /// has it as well.
    pub(crate) async fn seal_token(
        &self,
        account: &Account,
        field: Field,
        token: &Secret<String>,
    ) -> Result<Vec<u8>, Error> {
        self.seal_with(&self.account_key(account).await?, account, field, token)
    }

    /// Opens a token.
    pub(crate) async fn open_token(&self, account: &Account, field: Field) -> Result<Secret<String>, Error> {
        // Once more where the profile key was changed between the two looks.
        for last in [false, true] {
            let profile_key = self.profile_key(false).await?;
            let read = store::secret::get_with_key(&mut *self.store.read().await?, account.id, field).await?;
            let read = read.ok_or_else(|| Error::not_found("token of", &account.handle))?;
            let wrapped = read.key.ok_or_else(|| Error::not_found("key of", &account.handle))?;
            match unwrap_key(&profile_key, account, &wrapped) {
                Err(VaultError::OtherKey) if !last => {}
                key => {
                    let key = key.map_err(|error| vault_error(&error))?;
                    return open_with(&key, account, field, &read.sealed);
                }
            }
        }
        Err(vault_error(&VaultError::OtherKey))
    }

    /// The refresh token of an account, where its grant has one.
    pub(crate) async fn open_refresh(&self, account: &Account) -> Result<Option<Secret<String>>, Error> {
        let has = store::secret::get(&mut *self.store.read().await?, account.id, Field::Refresh).await?.is_some();
        if has { self.open_token(account, Field::Refresh).await.map(Some) } else { Ok(None) }
    }

    /// Seals the secret of a client registered with a server, under a data key of its own. Within the transaction that
    /// keeps it: a change of the profile key comes before it or after it. The key must have been made before.
    pub(crate) async fn seal_client(&self, client: &mut OauthClient, secret: &Secret<String>) -> Result<(), Error> {
        let profile_key = self.profile_key(false).await?;
        self.seal_client_with(&profile_key, client, secret)
    }

    /// The same with a profile key in hand.
    pub(crate) fn seal_client_with(
        &self,
        profile_key: &ProfileKey,
        client: &mut OauthClient,
        secret: &Secret<String>,
    ) -> Result<(), Error> {
        let key = DataKey::generate(profile_key, self.random.as_ref());
        let row = client_row(client);
        let wrapped = vault::wrap(profile_key, &key, &client_place(client, &row, "wrapped"), self.random.as_ref());
        let place = client_place(client, &row, "sealed");
        let sealed = vault::seal(&key, &place, secret.expose().as_bytes(), self.random.as_ref());
        let (wrapped, sealed) = (wrapped.map_err(|e| vault_error(&e))?, sealed.map_err(|e| vault_error(&e))?);
        (client.wrapped, client.sealed) = (wrapped, sealed);
        Ok(())
    }

    /// Opens the secret of a registered client.
    pub(crate) async fn open_client(&self, client: &OauthClient) -> Result<Secret<String>, Error> {
        let opened = open_client_with(&self.profile_key(false).await?, client);
        if opened.as_ref().err() != Some(&VaultError::OtherKey) {
            return opened.map_err(|error| vault_error(&error));
        }
        // The profile key was changed since the client was read.
        let OauthClient { platform, instance, client_id, .. } = client;
        let kept = store::oauth_client::find(&mut *self.store.read().await?, platform, instance, client_id).await?;
        let kept = kept.ok_or_else(|| Error::not_found("registration at", instance))?;
        open_client_with(&self.profile_key(false).await?, &kept).map_err(|error| vault_error(&error))
    }

    async fn account_key(&self, account: &Account) -> Result<AccountKey, Error> {
        for last in [false, true] {
            let profile_key = self.profile_key(false).await?;
            let wrapped = store::secret::key(&mut *self.store.read().await?, account.id).await?;
            let wrapped = wrapped.ok_or_else(|| Error::not_found("key of", &account.handle))?;
            match unwrap_key(&profile_key, account, &wrapped) {
                Err(VaultError::OtherKey) if !last => {}
                key => return key.map_err(|error| vault_error(&error)),
            }
        }
        Err(vault_error(&VaultError::OtherKey))
    }
}

/// Opens the data key of an account.
pub(crate) fn unwrap_key(
    profile_key: &ProfileKey,
    account: &Account,
    kept: &store::secret::AccountKey,
) -> Result<AccountKey, VaultError> {
    let row = account.id.to_string();
    let key = vault::unwrap(profile_key, &key_place(account, &row, kept.version), &kept.wrapped)?;
    Ok(AccountKey { key, version: kept.version })
}

/// Opens a token with its account's key.
pub(crate) fn open_with(
    key: &AccountKey,
    account: &Account,
    field: Field,
    sealed: &[u8],
) -> Result<Secret<String>, Error> {
    let row = account.id.to_string();
    let opened = vault::open(&key.key, &token_place(account, &row, field, key.version), sealed);
    words(&opened.map_err(|error| vault_error(&error))?).map_err(|error| vault_error(&error))
}

/// Opens the data key of a registered client.
pub(crate) fn unwrap_client(profile_key: &ProfileKey, client: &OauthClient) -> Result<DataKey, VaultError> {
    let row = client_row(client);
    vault::unwrap(profile_key, &client_place(client, &row, "wrapped"), &client.wrapped)
}

/// Opens the secret of a registered client.
pub(crate) fn open_client_with(profile_key: &ProfileKey, client: &OauthClient) -> Result<Secret<String>, VaultError> {
    let key = unwrap_client(profile_key, client)?;
    let row = client_row(client);
    words(&vault::open(&key, &client_place(client, &row, "sealed"), &client.sealed)?)
}

/// Seals the data key of a client under another profile key.
pub(crate) fn rewrap_client(
    profile_key: &ProfileKey,
    client: &OauthClient,
    key: &DataKey,
    random: &dyn Random,
) -> Result<Vec<u8>, VaultError> {
    let row = client_row(client);
    vault::wrap(profile_key, key, &client_place(client, &row, "wrapped"), random)
}

fn words(opened: &Secret<Vec<u8>>) -> Result<Secret<String>, VaultError> {
    std::str::from_utf8(opened.expose()).map(Secret::from).map_err(|_| VaultError::Damaged)
}

fn key_place<'a>(account: &'a Account, row: &'a str, key_version: u32) -> Context<'a> {
    let platform = account.platform.as_str();
    Context { table: "account_key", row, column: "wrapped", key_version, platform, account: row }
}

fn token_place<'a>(account: &'a Account, row: &'a str, field: Field, key_version: u32) -> Context<'a> {
    let platform = account.platform.as_str();
    Context { table: "account_secret", row, column: field.as_str(), key_version, platform, account: row }
}

/// Names a client's row: none of the three has a space in it but the last.
fn client_row(client: &OauthClient) -> String {
    format!("{} {} {}", client.platform, client.instance, client.client_id)
}

fn client_place<'a>(client: &'a OauthClient, row: &'a str, column: &'a str) -> Context<'a> {
    let platform = client.platform.as_str();
    Context { table: "oauth_client", row, column, key_version: client.version, platform, account: "" }
}
