//! The profile key in the system's keychain, and beside it the profile's generation.
//!
//! A keychain answers "no such entry" both when it lost ours and when there is no keychain behind it at
//! all. So an entry known to exist, the canary, is written before the first key and asked before each one.

use std::{sync::Arc, time::Duration};

use domain::Secret;
use keyring_core::{CredentialStore, Error};

use crate::{
    ProfileKey, VaultError,
    gate::GATE,
    key::{BackendKind, KEY_BYTES},
};

/// The service all entries are kept under.
pub const SERVICE: &str = "app.postroom.desktop";

const CANARY_USER: &str = "canary";
const CANARY: &[u8] = b"postroom was here";

/// Whether somebody is there to answer the keychain's prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A person just did something in the window: 60 s.
    Person,
    /// Nobody may be there: 3 s.
    Background,
}

impl Presence {
    const fn limit(self) -> Duration {
        match self {
            Self::Person => Duration::from_mins(1),
            Self::Background => Duration::from_secs(3),
        }
    }
}

/// The entries of one profile. Making one asks nothing; each method is one visit to the keychain.
#[derive(Debug, Clone)]
pub struct Keychain {
    service: String,
    profile: String,
}

impl Keychain {
    /// The entries of the profile with this id.
    #[must_use]
    pub fn new(profile: &str) -> Self {
        Self::with_service(SERVICE, profile)
    }

    /// The same under another service name, so that tests never touch a person's entries.
    #[must_use]
    pub fn with_service(service: &str, profile: &str) -> Self {
        Self { service: service.to_owned(), profile: profile.to_owned() }
    }

    /// The profile's first key. [`VaultError::KeyMissing`] only when the keychain works and knows us.
    pub async fn load(&self, presence: Presence) -> Result<ProfileKey, VaultError> {
        let bytes = self.visit(presence, |entries| entries.known()?.read(&entries.profile)).await?;
        profile_key(bytes)
    }

    /// A later key of the profile, by its id; an empty id means the first.
    pub async fn load_named(&self, key_id: &[u8], presence: Presence) -> Result<ProfileKey, VaultError> {
        if key_id.is_empty() {
            return self.load(presence).await;
        }
        let name = self.name(key_id);
        let key = profile_key(self.visit(presence, move |entries| entries.known()?.read(&name)).await?)?;
        if key.id() == key_id { Ok(key) } else { Err(VaultError::Damaged) }
    }

    /// Keeps another key beside those that are there, under a name of its own, and reads it back.
    pub async fn add(&self, key: &ProfileKey, presence: Presence) -> Result<(), VaultError> {
        let name = self.name(&key.id());
        let secret = Secret::new(key.key.expose().to_vec());
        self.visit(presence, move |entries| {
            entries.write(CANARY_USER, CANARY)?;
            entries.known()?.write(&name, secret.expose())?;
            entries.holds(&name, &secret)
        })
        .await
    }

    /// Removes one key, the first where the id is empty; one that is not there is no error.
    pub async fn drop_key(&self, key_id: &[u8], presence: Presence) -> Result<(), VaultError> {
        let name = self.name(key_id);
        self.visit(presence, move |entries| entries.known()?.delete(&name)).await
    }

    /// The entry of a key: the first bears the profile's name alone.
    fn name(&self, key_id: &[u8]) -> String {
        if key_id.is_empty() { self.profile.clone() } else { format!("{}.{}", self.profile, Hex(key_id)) }
    }

    /// Keeps a new key and reads it back. Never replaces one.
    pub async fn create(&self, key: &ProfileKey, presence: Presence) -> Result<(), VaultError> {
        let secret = Secret::new(key.key.expose().to_vec());
        self.visit(presence, move |entries| {
            entries.write(CANARY_USER, CANARY)?;
            entries.known()?;
            if entries.read(&entries.profile)?.is_some() {
                return Err(VaultError::KeyExists);
            }
            entries.write(&entries.profile, secret.expose())?;
            entries.holds(&entries.profile, &secret)
        })
        .await
    }

    /// How often a runner has started on this profile, as last kept here; `None` before the first time.
    pub async fn generation(&self, presence: Presence) -> Result<Option<u64>, VaultError> {
        let bytes = self.visit(presence, |entries| entries.known()?.read(&entries.generation())).await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let number: [u8; 8] = bytes.expose().as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Some(u64::from_be_bytes(number)))
    }

    /// Keeps the generation. Needs a key to be there already.
    pub async fn set_generation(&self, generation: u64, presence: Presence) -> Result<(), VaultError> {
        self.visit(presence, move |entries| entries.known()?.write(&entries.generation(), &generation.to_be_bytes()))
            .await
    }

    /// Removes the profile's key and generation: nothing it sealed can be opened again.
    pub async fn remove(&self, presence: Presence) -> Result<(), VaultError> {
        self.visit(presence, |entries| {
            let known = entries.known()?;
            known.delete(&entries.generation())?;
            known.delete(&entries.profile)
        })
        .await
    }

    async fn visit<T: Send + 'static>(
        &self,
        presence: Presence,
        work: impl FnOnce(&Entries) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (service, profile) = (self.service.clone(), self.profile.clone());
        GATE.pass(presence.limit(), move || work(&Entries { store: system_store()?, service, profile })).await
    }
}

fn profile_key(bytes: Option<Secret<Vec<u8>>>) -> Result<ProfileKey, VaultError> {
    let bytes = bytes.ok_or(VaultError::KeyMissing)?;
    let key: [u8; KEY_BYTES] = bytes.expose().as_slice().try_into().map_err(|_| VaultError::Damaged)?;
    Ok(ProfileKey::from_bytes(key, BackendKind::Keychain))
}

/// Bytes as lower-case hexadecimal.
struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An open keychain. Lives on the thread of one visit.
struct Entries {
    store: Arc<CredentialStore>,
    service: String,
    profile: String,
}

impl Entries {
    /// Itself, once the canary has answered.
    fn known(&self) -> Result<&Self, VaultError> {
        self.read(CANARY_USER)?.map(|_| self).ok_or(VaultError::NoKeyring)
    }

    /// Whether it really kept what it was given.
    fn holds(&self, user: &str, secret: &Secret<Vec<u8>>) -> Result<(), VaultError> {
        match self.read(user)? {
            Some(kept) if kept.expose() == secret.expose() => Ok(()),
            _ => Err(VaultError::Keyring("it did not keep the key".to_owned())),
        }
    }

    fn generation(&self) -> String {
        format!("{}.generation", self.profile)
    }

    fn read(&self, user: &str) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
        match self.entry(user)?.get_secret() {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(sorted(error)),
        }
    }

    fn write(&self, user: &str, bytes: &[u8]) -> Result<(), VaultError> {
        match self.entry(user)?.set_secret(bytes) {
            Err(Error::NoEntry) => Err(VaultError::NoKeyring),
            other => other.map_err(sorted),
        }
    }

    fn delete(&self, user: &str) -> Result<(), VaultError> {
        match self.entry(user)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            other => other.map_err(sorted),
        }
    }

    fn entry(&self, user: &str) -> Result<keyring_core::Entry, VaultError> {
        self.store.build(&self.service, user, None).map_err(sorted)
    }
}

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, VaultError> {
    // It connects to the session bus and opens a session with the secret service; without either there is
    // no keyring.
    zbus_secret_service_keyring_store::Store::new()
        .map(|store| store as Arc<CredentialStore>)
        .map_err(|_| VaultError::NoKeyring)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, VaultError> {
    apple_native_keyring_store::keychain::Store::new().map(|store| store as Arc<CredentialStore>).map_err(sorted)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, VaultError> {
    windows_native_keyring_store::Store::new().map(|store| store as Arc<CredentialStore>).map_err(sorted)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn system_store() -> Result<Arc<CredentialStore>, VaultError> {
    Err(VaultError::NoKeyring)
}

/// Sorts a failure by its cure. Errors that carry stored bytes are named, never shown.
fn sorted(error: Error) -> VaultError {
    match error {
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => sorted_cause(&*cause),
        Error::NoDefaultStore => VaultError::NoKeyring,
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Damaged,
        Error::Ambiguous(_) => VaultError::Keyring("it holds the same entry twice".to_owned()),
        Error::NoEntry => VaultError::KeyMissing,
        other => VaultError::Keyring(cut(&other.to_string())),
    }
}

#[cfg(target_os = "linux")]
fn sorted_cause(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    use secret_service::Error as Service;
    match cause.downcast_ref::<Service>() {
        Some(Service::Locked | Service::Prompt | Service::PromptDisconnected) => VaultError::Locked,
        Some(Service::NoResult | Service::Unavailable) => VaultError::NoKeyring,
        _ => VaultError::Keyring(cut(&cause.to_string())),
    }
}

#[cfg(not(target_os = "linux"))]
fn sorted_cause(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    VaultError::Keyring(cut(&cause.to_string()))
}

fn cut(words: &str) -> String {
    words.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_an_entry_of_its_own() {
        let keychain = Keychain::new("prof_1");
        assert_eq!(keychain.name(&[]), "prof_1");
        assert_eq!(keychain.name(&[0x0a, 0xff]), "prof_1.0aff");
    }

    #[test]
    fn errors_that_carry_bytes_do_not_show_them() {
        for error in [Error::BadEncoding(b"canary".to_vec()), Error::BadDataFormat(b"canary".to_vec(), "x".into())] {
            assert_eq!(sorted(error), VaultError::Damaged);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn each_refusal_of_the_secret_service_has_its_cure() {
        use secret_service::Error as Service;
        let cases = [
            (Error::NoStorageAccess(Box::new(Service::Prompt)), VaultError::Locked),
            (Error::NoStorageAccess(Box::new(Service::Locked)), VaultError::Locked),
            (Error::PlatformFailure(Box::new(Service::PromptDisconnected)), VaultError::Locked),
            (Error::NoStorageAccess(Box::new(Service::NoResult)), VaultError::NoKeyring),
            (Error::PlatformFailure(Box::new(Service::Unavailable)), VaultError::NoKeyring),
        ];
        for (error, want) in cases {
            assert_eq!(sorted(error), want);
        }
    }
}
