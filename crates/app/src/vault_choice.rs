//! The caller's choice of where the profile key comes from.

use domain::Secret;
use vault::BackendKind;

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

impl VaultChoice {
    /// The backend that was chosen; `None` where nobody chose.
    pub(crate) const fn backend(&self) -> Option<BackendKind> {
        match self {
            Self::Auto => None,
            Self::Keychain => Some(BackendKind::Keychain),
            Self::Passphrase(_) => Some(BackendKind::Passphrase),
            Self::Environment(_) => Some(BackendKind::Environment),
        }
    }
}
