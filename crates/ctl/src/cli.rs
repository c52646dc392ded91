//! The words of the command line: what can be typed, and nothing of what it does.

mod accounts;
mod apps;
mod later;
mod posts;
mod providers;
mod queue;
mod series;
mod vault;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use accounts::{AccountsVerb, LinkArgs, LinkFlags, LinkWay, OnUnlinkArg, PlatformsVerb, RelinkArgs, UnlinkArgs};
pub use apps::AppsVerb;
pub use later::{AuditVerb, DataVerb, MetricsVerb};
pub use posts::{CreateArgs, EditArgs, MediaVerb, PostsVerb, TimeArgs, WritingArgs};
pub use providers::ProvidersVerb;
pub use queue::{DecideArgs, MissedArgs, PracticeVerb, PublicationsVerb, QueueVerb, RetryArgs, RunArgs};
pub use series::{SeriesVerb, SlotsVerb};
pub use vault::VaultVerb;

/// Posts to your accounts from the command line, and runs the queue without a window.
#[derive(Debug, Parser)]
#[command(name = "postroomctl", version = crate::version::VERSION, about, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What holds for every verb.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Profile folder; the platform's own place when absent.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON: one value, or one object a line for streams.
    #[arg(long, global = true)]
    pub json: bool,
    /// Other endpoints (TOML) for an account that is being linked.
    #[arg(long, global = true, value_name = "FILE")]
    pub endpoints: Option<PathBuf>,
    /// Where the key to this profile's secrets is; as the profile recorded when absent.
    #[arg(long, global = true, value_name = "KIND")]
    pub vault: Option<VaultKind>,
    /// File with the passphrase; otherwise POSTROOM_VAULT_PASSPHRASE.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Print no hints and no log.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Log more on standard error; up to three times.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// Where the key to a profile's secrets is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VaultKind {
    /// The system's keychain.
    Keychain,
    /// A passphrase, from POSTROOM_VAULT_PASSPHRASE or --passphrase-file.
    Passphrase,
    /// POSTROOM_VAULT_KEY: 32 bytes in base64.
    Env,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// What each platform can do
    #[command(subcommand)]
    Platforms(PlatformsVerb),
    /// Your own developer-app credentials
    #[command(subcommand)]
    Apps(AppsVerb),
    /// Platforms of your own: OAuth 2.0 servers that you define
    #[command(subcommand)]
    Providers(ProvidersVerb),
    /// Linked accounts
    #[command(subcommand)]
    Accounts(AccountsVerb),
    /// Pictures in the profile
    #[command(subcommand)]
    Media(MediaVerb),
    /// What is written
    #[command(subcommand)]
    Posts(PostsVerb),
    /// Posts that come again by a rule
    #[command(subcommand)]
    Series(SeriesVerb),
    /// The times of the week at which an account publishes what has no time of its own
    #[command(subcommand)]
    Slots(SlotsVerb),
    /// One post to one account, and what became of it
    #[command(subcommand)]
    Publications(PublicationsVerb),
    /// The runner
    #[command(subcommand)]
    Queue(QueueVerb),
    /// Figures of published posts
    #[command(subcommand)]
    Metrics(MetricsVerb),
    /// The practice network
    #[command(subcommand)]
    Practice(PracticeVerb),
    /// Check an account or platform hop by hop
    Doctor {
        /// Account or platform; everything when absent.
        target: Option<String>,
        /// Write the report there too, as text, in place of what is there.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The key to the profile's secrets
    #[command(subcommand)]
    Vault(VaultVerb),
    /// The profile as a whole
    #[command(subcommand)]
    Data(DataVerb),
    /// The record of calls made
    #[command(subcommand)]
    Audit(AuditVerb),
}

#[cfg(test)]
#[path = "cli_tests.rs"]
mod tests;
