//! The key to a profile's secrets: where it is, and changing it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{SecretPiece, SecretText};

/// Where the profile key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultBackend {
    /// The system's keychain.
    Keychain,
    /// Behind a passphrase, in the profile's own file.
    Passphrase,
    /// Nowhere: handed in by whoever starts Postroom.
    Environment,
}

/// The key to a profile's secrets.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VaultView {
    /// Where it is kept; `null` before the first secret is sealed.
    pub backend: Option<VaultBackend>,
    /// `ready`, `locked`, `missing` or `unset`.
    pub state: String,
    /// One sentence when not ready; empty otherwise.
    pub reason: String,
    /// When the recovery key was made; `null` where there is none.
    #[ts(type = "string | null")]
    pub recovery_key_made_at: Option<String>,
    /// Keys that are not used any more and still in the keychain: they go at the next start.
    pub spare_keys: u32,
}

/// Where a key is to be kept, with what that takes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VaultPlace {
    /// Where.
    pub backend: VaultBackend,
    /// The new passphrase, or the new key as 32 bytes in base64; `null` for the keychain.
    #[serde(default)]
    pub secret: Option<SecretText>,
}

/// Keys to be replaced.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct VaultRotate {
    /// Only the data key of this account (`acc_…`); all keys when `null`.
    #[serde(default)]
    pub account: Option<String>,
    /// The next profile key, where it is handed in: 32 bytes in base64. `null` otherwise.
    #[serde(default)]
    pub secret: Option<SecretText>,
}

/// What opens a key that is behind a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VaultUnlock {
    /// The passphrase.
    pub passphrase: SecretText,
}

/// A way back into a profile whose keychain or passphrase is lost.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VaultRecover {
    /// The recovery key, as it was written down.
    pub recovery_key: SecretText,
    /// Where the next profile key is kept.
    pub to: VaultPlace,
}

/// A recovery key, this once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecoveryKeyView {
    /// To be written down: nobody can show it again.
    pub recovery_key: SecretPiece,
}
