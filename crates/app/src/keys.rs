//! The profile key and what is sealed under it. The key is fetched once, from where the profile says it is
//! kept; it is made when the first secret is sealed, and never made again while the profile says there is
//! one. Without a keyring nothing is sealed elsewhere by itself: a passphrase has to be chosen.

use std::sync::{Mutex, PoisonError};

use domain::{ErrorCode, Secret, UtcMs};
use store::{account::Account, profile::Profile, secret::Field};
use vault::{BackendKind, Context, DataKey, Keychain, Presence, ProfileKey, VaultError, passphrase::Cost};

use crate::{App, Error, VaultChoice};

const KEY_VERSION: u32 = 1;

/// Where the key is kept, and the key once it is fetched.
pub(crate) struct Keys {
    profile: String,
    choice: VaultChoice,
    presence: Presence,
    recorded: Mutex<Recorded>,
    held: tokio::sync::Mutex<Option<ProfileKey>>,
}

/// What the profile says about its key, and how the last look went.
#[derive(Clone)]
struct Recorded {
    backend: Option<BackendKind>,
    params: Vec<u8>,
    looked: Looked,
}

#[derive(Clone)]
enum Looked {
    NotYet,
    Ready,
    Failed(VaultError),
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

impl Keys {
    pub(crate) fn new(profile: &Profile, choice: VaultChoice, interactive: bool) -> Self {
        let backend = BackendKind::parse(&profile.vault_backend);
        let recorded = Recorded { backend, params: profile.vault_params.clone(), looked: Looked::NotYet };
        Self {
            profile: profile.id.to_string(),
            choice,
            presence: if interactive { Presence::Person } else { Presence::Background },
            recorded: Mutex::new(recorded),
            held: tokio::sync::Mutex::new(None),
        }
    }

    fn recorded(&self) -> Recorded {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Recorded)) {
        change(&mut self.recorded.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The backend to use: the recorded one; a choice that differs from it is a mistake worth naming.
    fn backend(&self) -> Result<BackendKind, Error> {
        let chosen = match &self.choice {
            VaultChoice::Auto => None,
            VaultChoice::Keychain => Some(BackendKind::Keychain),
            VaultChoice::Passphrase(_) => Some(BackendKind::Passphrase),
            VaultChoice::Environment(_) => Some(BackendKind::Environment),
        };
        match (self.recorded().backend, chosen) {
            (Some(recorded), Some(chosen)) if recorded != chosen => Err(Error::new(
                ErrorCode::VaultUnavailable,
                format!("This profile keeps its key in: {}. Nothing else opens it.", recorded.as_str()),
                "Start Postroom with that, or use another profile folder.",
            )),
            (Some(backend), _) | (None, Some(backend)) => Ok(backend),
            (None, None) => Ok(BackendKind::Keychain),
        }
    }

    /// Fetches an existing key.
    async fn fetch(&self, backend: BackendKind) -> Result<ProfileKey, VaultError> {
        let params = self.recorded().params;
        match (backend, &self.choice) {
            (BackendKind::Keychain, _) => Keychain::new(&self.profile).load(self.presence).await,
            (BackendKind::Environment, VaultChoice::Environment(text)) => {
                let key = vault::environment::profile_key(text)?;
                if params == key.id() { Ok(key) } else { Err(VaultError::OtherKey) }
            }
            (BackendKind::Passphrase, VaultChoice::Passphrase(passphrase)) => {
                let passphrase = passphrase.clone();
                blocking(move || vault::passphrase::unlock(&params, &passphrase)).await
            }
            _ => Err(VaultError::KeyMissing),
        }
    }

    /// Makes the first key of this profile; the key and what the profile has to remember beside it.
    async fn make(&self, app: &App, backend: BackendKind) -> Result<(ProfileKey, Vec<u8>), VaultError> {
        match (backend, &self.choice) {
            (BackendKind::Keychain, _) => {
                let keychain = Keychain::new(&self.profile);
                // A start that was cut short may have kept it already.
                if let Ok(key) = keychain.load(self.presence).await {
                    return Ok((key, Vec::new()));
                }
                let key = ProfileKey::generate(backend, app.random.as_ref());
                keychain.create(&key, self.presence).await?;
                Ok((key, Vec::new()))
            }
            (BackendKind::Environment, VaultChoice::Environment(text)) => {
                let key = vault::environment::profile_key(text)?;
                let id = key.id().to_vec();
                Ok((key, id))
            }
            (BackendKind::Passphrase, VaultChoice::Passphrase(passphrase)) => {
                let key = ProfileKey::generate(backend, app.random.as_ref());
                let (passphrase, random, locked) =
                    (passphrase.clone(), std::sync::Arc::clone(&app.random), key.clone());
                let lock = move || vault::passphrase::lock(&locked, &passphrase, Cost::STANDARD, random.as_ref());
                Ok((key, blocking(lock).await?))
            }
            _ => Err(VaultError::KeyMissing),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(VaultError::Keyring(error.to_string())))
}

impl App {
    /// The profile key; made when the profile has none yet and `may_make` says so.
    async fn profile_key(&self, may_make: bool) -> Result<ProfileKey, Error> {
        let mut held = self.keys.held.lock().await;
        if let Some(key) = held.as_ref() {
            return Ok(key.clone());
        }
        let backend = self.keys.backend()?;
        let outcome = if self.keys.recorded().backend.is_some() {
            self.keys.fetch(backend).await
        } else if may_make {
            match self.keys.make(self, backend).await {
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
                self.keys.note(|recorded| recorded.looked = Looked::Ready);
                *held = Some(key.clone());
                Ok(key)
            }
            Err(error) => {
                self.keys.note(|recorded| recorded.looked = Looked::Failed(error.clone()));
                Err(vault_error(&error))
            }
        }
    }

    /// Whether sealed secrets can be opened now.
    pub(crate) async fn unlock(&self) -> Result<(), Error> {
        if self.keys.recorded().backend.is_none() {
            return Ok(());
        }
        self.profile_key(false).await.map(|_| ())
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
            (_, Looked::Failed(error)) => ("missing", vault_error(error).message),
        };
        let backend = recorded.backend.map_or("none", BackendKind::as_str).to_owned();
        Ok(VaultView { generation, backend, state, reason })
    }

    /// The data key of an account that is about to be kept: its own, or a new one.
    pub(crate) async fn account_key_for(&self, account: &Account) -> Result<DataKey, Error> {
        let profile_key = self.profile_key(true).await?;
        match store::secret::key(&mut *self.store.read().await?, account.id).await? {
            Some(wrapped) => unwrap_key(&profile_key, account, &wrapped),
            None => Ok(DataKey::generate(&profile_key, self.random.as_ref())),
        }
    }

    /// Keeps the data key of an account, wrapped, when it has none yet.
    pub(crate) async fn keep_key(
        &self,
        tx: &mut store::Tx,
        account: &Account,
        key: &DataKey,
        now: UtcMs,
    ) -> Result<(), Error> {
        let profile_key = self.profile_key(true).await?;
        let row = account.id.to_string();
        let wrapped = vault::wrap(&profile_key, key, &key_place(account, &row), self.random.as_ref());
        store::secret::insert_key(tx, account.id, &wrapped.map_err(|error| vault_error(&error))?, now).await?;
        Ok(())
    }

    /// Seals a token with an account's key.
    pub(crate) fn seal_with(
        &self,
        key: &DataKey,
        account: &Account,
        field: Field,
        token: &Secret<String>,
    ) -> Result<Vec<u8>, Error> {
        let row = account.id.to_string();
        let sealed =
            vault::seal(key, &token_place(account, &row, field), token.expose().as_bytes(), self.random.as_ref());
        sealed.map_err(|error| vault_error(&error))
    }

    /// Seals a token of an account that has its key.
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
        let sealed = store::secret::get(&mut *self.store.read().await?, account.id, field).await?;
        let sealed = sealed.ok_or_else(|| Error::not_found("token of", &account.handle))?;
        let key = self.account_key(account).await?;
        let row = account.id.to_string();
        let opened = vault::open(&key, &token_place(account, &row, field), &sealed);
        let opened = opened.map_err(|error| vault_error(&error))?;
        let text = std::str::from_utf8(opened.expose()).map_err(|_| vault_error(&VaultError::Damaged))?;
        Ok(Secret::from(text))
    }

    async fn account_key(&self, account: &Account) -> Result<DataKey, Error> {
        let wrapped = store::secret::key(&mut *self.store.read().await?, account.id).await?;
        let wrapped = wrapped.ok_or_else(|| Error::not_found("key of", &account.handle))?;
        unwrap_key(&self.profile_key(false).await?, account, &wrapped)
    }
}

fn unwrap_key(profile_key: &ProfileKey, account: &Account, wrapped: &[u8]) -> Result<DataKey, Error> {
    let row = account.id.to_string();
    vault::unwrap(profile_key, &key_place(account, &row), wrapped).map_err(|error| vault_error(&error))
}

fn key_place<'a>(account: &'a Account, row: &'a str) -> Context<'a> {
    let platform = account.platform.as_str();
    Context { table: "account_key", row, column: "wrapped", key_version: KEY_VERSION, platform, account: row }
}

fn token_place<'a>(account: &'a Account, row: &'a str, field: Field) -> Context<'a> {
    let platform = account.platform.as_str();
    Context { table: "account_secret", row, column: field.as_str(), key_version: KEY_VERSION, platform, account: row }
}

/// What a failure of the vault means for its owner.
fn vault_error(error: &VaultError) -> Error {
    use VaultError as E;
    let (code, message, action) = match error {
        E::NoKeyring => (
            ErrorCode::VaultUnavailable,
            "This desktop has no keychain to keep Postroom's key in. Nothing was stored in its place.",
            "Start a keychain (such as gnome-keyring), or start Postroom with a passphrase.",
        ),
        E::Locked => (
            ErrorCode::VaultUnavailable,
            "The keychain is locked or did not answer. Nothing is lost.",
            "Unlock the keychain, then try again.",
        ),
        E::KeyMissing => (
            ErrorCode::VaultUnavailable,
            "The key that opens this profile's secrets is not where the profile says it is.",
            "Start Postroom with the same keychain, passphrase or key as before; or link the accounts again in a new profile.",
        ),
        E::OtherKey => (
            ErrorCode::VaultUnavailable,
            "This profile's secrets were sealed with another key.",
            "Start Postroom with the key used before.",
        ),
        E::WrongPassphrase => (
            ErrorCode::VaultUnavailable,
            "The passphrase is not this profile's.",
            "Try again with the right passphrase.",
        ),
        E::PassphraseTooShort => (
            ErrorCode::InvalidRequest,
            "The passphrase is too short; it needs 8 characters or more.",
            "Choose a longer one.",
        ),
        E::BadKey => (
            ErrorCode::InvalidRequest,
            "The key is not 32 bytes in base64.",
            "Set POSTROOM_VAULT_KEY to 32 random bytes in base64.",
        ),
        E::KeyExists | E::Keyring(_) | E::TooLarge => {
            (ErrorCode::VaultUnavailable, "The keychain failed.", "Look at the details, then try again.")
        }
        E::Damaged | E::UnknownFormat(_) => (
            ErrorCode::VaultCorrupt,
            "A sealed secret does not open: it is damaged or was moved.",
            "Link the account again.",
        ),
    };
    Error::new(code, message, action).with_details(error.to_string())
}
