//! The profile key: fetched once, from where the profile says it is kept; made when the first secret is
//! sealed, and never made again while the profile says there is one, unless its owner changes it. Without a
//! keyring nothing is sealed elsewhere by itself: a passphrase has to be chosen.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{ErrorCode, ports::Random};
use store::profile::Profile;
use vault::{BackendKind, Context, Keychain, Presence, ProfileKey, VaultError, passphrase::Cost};

use crate::{Error, vault_choice::VaultChoice};

/// Where the key is kept, and the key once it is fetched.
pub(crate) struct Keys {
    profile: String,
    choice: Mutex<VaultChoice>,
    pub(crate) presence: Presence,
    recorded: Mutex<Recorded>,
    /// Taken after the turn to write, where somebody has both.
    pub(crate) held: tokio::sync::Mutex<Option<ProfileKey>>,
    /// One change of keys at a time.
    pub(crate) changing: tokio::sync::Mutex<()>,
}

/// A key that is about to take the place of the one before.
pub(crate) struct Next {
    pub(crate) key: ProfileKey,
    /// What the profile has to remember beside it.
    pub(crate) params: Vec<u8>,
    /// How it is asked for from then on.
    pub(crate) choice: VaultChoice,
}

/// What the profile says about its key, and how the last look went.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) backend: Option<BackendKind>,
    /// The locked key with a passphrase; the key's id otherwise, empty for the first in a keychain.
    pub(crate) params: Vec<u8>,
    pub(crate) looked: Looked,
}

#[derive(Clone)]
pub(crate) enum Looked {
    NotYet,
    Ready,
    Failed(VaultError),
}

impl Keys {
    pub(crate) fn new(profile: &Profile, choice: VaultChoice, interactive: bool) -> Self {
        let backend = BackendKind::parse(&profile.vault_backend);
        let recorded = Recorded { backend, params: profile.vault_params.clone(), looked: Looked::NotYet };
        Self {
            profile: profile.id.to_string(),
            choice: Mutex::new(choice),
            presence: if interactive { Presence::Person } else { Presence::Background },
            recorded: Mutex::new(recorded),
            held: tokio::sync::Mutex::new(None),
            changing: tokio::sync::Mutex::new(()),
        }
    }

    pub(crate) fn choice(&self) -> VaultChoice {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the key is asked for so.
    pub(crate) fn choose(&self, choice: VaultChoice) {
        *self.choice.lock().unwrap_or_else(PoisonError::into_inner) = choice;
    }

    /// The profile's entries in the system's keychain.
    pub(crate) fn keychain(&self) -> Keychain {
        Keychain::new(&self.profile)
    }

    /// The place of the profile key sealed with the recovery key.
    pub(crate) fn recovery_place(&self) -> Context<'_> {
        let row = self.profile.as_str();
        Context { table: "recovery", row, column: "sealed", key_version: 1, platform: "", account: "" }
    }

    pub(crate) fn recorded(&self) -> Recorded {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note(&self, change: impl FnOnce(&mut Recorded)) {
        change(&mut self.recorded.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The backend to use: the recorded one; a choice that differs from it is a mistake worth naming.
    pub(crate) fn backend(&self) -> Result<BackendKind, Error> {
        let chosen = self.choice().backend();
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
    pub(crate) async fn fetch(&self, backend: BackendKind) -> Result<ProfileKey, VaultError> {
        let params = self.recorded().params;
        match (backend, &self.choice()) {
            (BackendKind::Keychain, _) => self.keychain().load_named(&params, self.presence).await,
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
    pub(crate) async fn make(
        &self,
        random: &Arc<dyn Random>,
        backend: BackendKind,
    ) -> Result<(ProfileKey, Vec<u8>), VaultError> {
        match (backend, &self.choice()) {
            (BackendKind::Keychain, _) => {
                let keychain = self.keychain();
                // A start that was cut short may have kept it already.
                if let Ok(key) = keychain.load(self.presence).await {
                    return Ok((key, Vec::new()));
                }
                let key = ProfileKey::generate(backend, random.as_ref());
                keychain.create(&key, self.presence).await?;
                Ok((key, Vec::new()))
            }
            (BackendKind::Environment, VaultChoice::Environment(text)) => {
                let key = vault::environment::profile_key(text)?;
                let id = key.id().to_vec();
                Ok((key, id))
            }
            (BackendKind::Passphrase, VaultChoice::Passphrase(passphrase)) => locked(random, passphrase).await,
            _ => Err(VaultError::KeyMissing),
        }
    }

    /// Another key, to be kept where `to` says, or where the one before is; not kept anywhere yet.
    pub(crate) async fn next(&self, random: &Arc<dyn Random>, to: VaultChoice) -> Result<Next, Error> {
        let choice = match (to, self.recorded().backend) {
            (VaultChoice::Auto, Some(BackendKind::Keychain)) => VaultChoice::Keychain,
            (VaultChoice::Auto, Some(BackendKind::Environment)) => {
                return Err(handed_in());
            }
            (VaultChoice::Auto, _) => self.choice(),
            (to, _) => to,
        };
        let failed = |error: VaultError| vault_error(&error);
        let (key, params) = match &choice {
            VaultChoice::Auto => return Err(failed(VaultError::KeyMissing)),
            VaultChoice::Keychain => {
                let key = ProfileKey::generate(BackendKind::Keychain, random.as_ref());
                let id = key.id().to_vec();
                (key, id)
            }
            VaultChoice::Environment(text) => {
                let key = vault::environment::profile_key(text).map_err(failed)?;
                let id = key.id().to_vec();
                (key, id)
            }
            VaultChoice::Passphrase(passphrase) => locked(random, passphrase).await.map_err(failed)?,
        };
        Ok(Next { key, params, choice })
    }
}

/// Nobody but whoever starts Postroom can make a key that they hand in.
pub(crate) fn handed_in() -> Error {
    Error::new(
        ErrorCode::InvalidRequest,
        "This profile's key is handed in by whoever starts Postroom: so is the next one.",
        "Make 32 random bytes in base64, keep them, and hand them in on standard input.",
    )
}

/// A new key, and what it is locked in with a passphrase.
async fn locked(
    random: &Arc<dyn Random>,
    passphrase: &domain::Secret<String>,
) -> Result<(ProfileKey, Vec<u8>), VaultError> {
    let key = ProfileKey::generate(BackendKind::Passphrase, random.as_ref());
    let (passphrase, random, locked) = (passphrase.clone(), Arc::clone(random), key.clone());
    let lock = move || vault::passphrase::lock(&locked, &passphrase, Cost::STANDARD, random.as_ref());
    Ok((key, blocking(lock).await?))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(VaultError::Keyring(error.to_string())))
}

/// What a failure of the vault means for its owner.
pub(crate) fn vault_error(error: &VaultError) -> Error {
    use VaultError as E;
    let (code, message, action) = match error {
        E::NoKeyring => (
            ErrorCode::VaultUnavailable,
            "This desktop has no keychain to keep Postroom's key in. Nothing was stored in its place.",
            "Start a keychain (such as gnome-keyring), or choose a passphrase for the key.",
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
        E::BadRecoveryKey => (
            ErrorCode::InvalidRequest,
            "That is no recovery key: a character is wrong or missing.",
            "Compare it with what you wrote down: it begins with `post room 1`.",
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
