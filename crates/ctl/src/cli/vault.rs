//! `vault`.

use clap::{Args, Subcommand};

use super::VaultKind;

/// Verbs on the key to the profile's secrets. Secrets are read from standard input, one a line, and never from the words.
#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    /// Where the key is, and whether it can be used
    Status,
    /// Replace all keys; a copy of the profile made before cannot be opened with the new ones
    Rotate(RotateArgs),
    /// Replace the key and keep the new one elsewhere
    Move(PlaceArgs),
    /// Change the passphrase: the new one on standard input
    Passphrase,
    /// Make a recovery key and show it, this once
    RecoveryKey,
    /// Open the profile with its recovery key, and replace the lost one: the recovery key on standard input
    Recover(PlaceArgs),
}

/// Arguments of `vault rotate`.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Only the key of this account.
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// The next key is on standard input: 32 bytes in base64, where the profile's key is handed in.
    #[arg(long, conflicts_with = "account")]
    pub key_stdin: bool,
}

/// Where a key is to be kept.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// `passphrase` reads the new one from standard input, `env` the new key, as 32 bytes in base64.
    #[arg(long, value_name = "KIND")]
    pub to: VaultKind,
}
