//! `apps`.

use std::path::PathBuf;

use clap::Subcommand;

/// Verbs on apps of the user's own.
#[derive(Debug, Subcommand)]
pub enum AppsVerb {
    /// Keep the id and secret of an app of yours
    Set {
        /// Platform's short name.
        platform: String,
        /// The app's public id.
        #[arg(long, value_name = "ID")]
        client_id: String,
        /// Read the app's secret from standard input.
        #[arg(long)]
        client_secret_stdin: bool,
    },
    /// Say how far the platform lets an app of yours go: Google in testing or in production, and the like
    Level {
        /// Platform's short name.
        platform: String,
        /// The level, as `apps list --json` names them; `unknown` where you do not know.
        level: String,
    },
    /// Platforms that want an app of yours, and what to register there
    List,
    /// Forget an app of yours
    Remove {
        /// Platform's short name.
        platform: String,
    },
    /// Take credentials over from an .env file: LINKEDIN_CLIENT_ID, LINKEDIN_CLIENT_SECRET and the like
    ImportEnv {
        /// The file, `-` for standard input; this process's own environment when absent.
        file: Option<PathBuf>,
    },
}
