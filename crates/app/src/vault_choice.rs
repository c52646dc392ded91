//! The caller's choice of where the profile key comes from.

use domain::Secret;

/// Where the profile key comes from.
#[derive(Debug, Clone, Default)]
pub enum VaultChoice {
    /// Where the profile says; the keychain for a new one.
    #[default]
    Auto,
    /// The system's keychain.
    Keychain,
    /// A passphrase.
    Passphrase(Secret<String>),
    /// 32 bytes in base64, from the environment.
    Environment(Secret<String>),
}
