//! `providers`.

use std::path::PathBuf;

use clap::Subcommand;

/// Verbs on platforms of the user's own.
#[derive(Debug, Subcommand)]
pub enum ProvidersVerb {
    /// Define a platform by a file in TOML or JSON, in place of one with the same short name
    Add {
        /// The file, `-` for standard input.
        file: PathBuf,
    },
    /// Platforms you defined
    List,
    /// One of them, as a file would define it
    Show {
        /// Its short name.
        id: String,
    },
    /// Forget one
    Remove {
        /// Its short name.
        id: String,
    },
}
