//! Why a secret cannot be sealed, opened or fetched. Each variant has its own cure.

/// A failure of the vault. Never holds a key, a passphrase or a plaintext.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There is no keyring to ask, or one in which nothing of ours was ever kept: offer a passphrase.
    #[error("no keyring is available")]
    NoKeyring,
    /// The keyring is locked: nobody answered its prompt in time, it was dismissed, or an earlier request
    /// is still waiting for an answer.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring works and knows us, but this profile's key is not in it.
    #[error("the keyring does not hold this profile's key")]
    KeyMissing,
    /// A key for this profile is already there; it is never replaced.
    #[error("the keyring already holds a key for this profile")]
    KeyExists,
    /// The keyring failed in another way; its own words.
    #[error("the keyring failed: {0}")]
    Keyring(String),
    /// The passphrase is not the one the key was locked with.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// A new passphrase is shorter than [`crate::passphrase::MIN_CHARS`].
    #[error("the passphrase is too short")]
    PassphraseTooShort,
    /// A key handed in is not 32 bytes in base64.
    #[error("the key is not 32 bytes in base64")]
    BadKey,
    /// What was typed is no recovery key: a character is wrong or missing.
    #[error("the recovery key is mistyped")]
    BadRecoveryKey,
    /// A sealed value was changed, cut, or moved from another place.
    #[error("the sealed value is damaged or belongs somewhere else")]
    Damaged,
    /// A sealed value was made with another key than the one given.
    #[error("the value was sealed with another key")]
    OtherKey,
    /// A sealed value of a format this version does not know.
    #[error("unknown format {0}")]
    UnknownFormat(u8),
    /// A secret is larger than the vault takes.
    #[error("the value is too large to seal")]
    TooLarge,
}
