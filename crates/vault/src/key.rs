//! Two levels of keys. The profile key lives in a backend and wraps one data key per account; erasing an
//! account means dropping its wrapped data key.

use domain::{Secret, ports::Random};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const KEY_ID_BYTES: usize = 16;

/// Where a profile keeps its key. Recorded by the profile, so that a missing backend is noticed and named
/// instead of a new key being made somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendKind {
    /// The system's keychain.
    Keychain,
    /// A file locked with a passphrase.
    Passphrase,
    /// A key handed in by whoever starts the program.
    Environment,
}

impl BackendKind {
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Keychain => 1,
            Self::Passphrase => 2,
            Self::Environment => 3,
        }
    }

    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Keychain),
            2 => Some(Self::Passphrase),
            3 => Some(Self::Environment),
            _ => None,
        }
    }

    /// The text stored with the profile and shown to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Environment => "environment",
        }
    }

    /// The backend stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Keychain, Self::Passphrase, Self::Environment].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The one key of a profile, 32 random bytes.
#[derive(Debug, Clone)]
pub struct ProfileKey {
    pub(crate) key: Secret<[u8; KEY_BYTES]>,
    pub(crate) backend: BackendKind,
}

impl ProfileKey {
    /// A new key that is about to be kept in `backend`.
    pub fn generate(backend: BackendKind, random: &dyn Random) -> Self {
        Self { key: random_key(random), backend }
    }

    pub(crate) const fn from_bytes(bytes: [u8; KEY_BYTES], backend: BackendKind) -> Self {
        Self { key: Secret::new(bytes), backend }
    }

    /// Where this key was fetched from, or will be kept.
    pub const fn backend(&self) -> BackendKind {
        self.backend
    }

    /// The same key on its way to another backend. What it wrapped stays readable.
    #[must_use]
    pub fn moved_to(&self, backend: BackendKind) -> Self {
        Self { key: self.key.clone(), backend }
    }

    /// Names the key without revealing it.
    pub fn id(&self) -> [u8; KEY_ID_BYTES] {
        key_id(b"postroom profile key", self.key.expose())
    }
}

/// The key of one account, 32 random bytes.
#[derive(Debug, Clone)]
pub struct DataKey {
    pub(crate) key: Secret<[u8; KEY_BYTES]>,
    pub(crate) backend: BackendKind,
}

impl DataKey {
    /// A new key, to be wrapped by `profile_key` and stored before anything is sealed with it.
    pub fn generate(profile_key: &ProfileKey, random: &dyn Random) -> Self {
        Self { key: random_key(random), backend: profile_key.backend }
    }

    /// Names the key without revealing it.
    pub fn id(&self) -> [u8; KEY_ID_BYTES] {
        key_id(b"postroom data key", self.key.expose())
    }
}

pub(crate) fn random_key(random: &dyn Random) -> Secret<[u8; KEY_BYTES]> {
    let mut bytes = [0; KEY_BYTES];
    random.fill(&mut bytes);
    Secret::new(bytes)
}

pub(crate) fn key_id(label: &[u8], key: &[u8; KEY_BYTES]) -> [u8; KEY_ID_BYTES] {
    let digest = Sha256::new().chain_update(label).chain_update(key).finalize();
    let mut id = [0; KEY_ID_BYTES];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    id
}
