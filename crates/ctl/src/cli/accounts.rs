//! `platforms` and `accounts`.

use clap::{Args, Subcommand, ValueEnum};

/// Verbs on platforms.
#[derive(Debug, Subcommand)]
pub enum PlatformsVerb {
    /// All platforms
    List,
    /// One platform: capabilities, limits, scopes, endpoints
    Show {
        /// Short name, as `platforms list` prints it.
        id: String,
    },
    /// Post, read and delete with a real account
    Verify {
        /// Short name.
        id: String,
        /// Yes, really.
        #[arg(long, required = true)]
        live: bool,
    },
}

/// Verbs on accounts.
#[derive(Debug, Subcommand)]
pub enum AccountsVerb {
    /// Link an account
    Link(LinkArgs),
    /// All linked accounts
    List,
    /// One account
    Show {
        /// Account: its id, or its handle where that is unique.
        id: String,
    },
    /// Ask the platform whether the account still works
    Check {
        /// Account.
        id: String,
    },
    /// Link an account again; its schedule and history stay
    Relink(RelinkArgs),
    /// Unlink an account
    Unlink(UnlinkArgs),
    /// Every secret that is kept: what it is, of whom, since when, last used; never the secret itself
    Secrets,
    /// Groups of accounts
    Groups,
    /// Make a group, or give it other members
    Group {
        /// Its name.
        name: String,
        /// Accounts that belong to it.
        accounts: Vec<String>,
    },
    /// Forget a group; its accounts stay
    Ungroup {
        /// Its name.
        name: String,
    },
}

/// How to link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LinkWay {
    /// Consent in the browser.
    Oauth,
    /// Name and app password.
    AppPassword,
    /// A webhook's address.
    Webhook,
    /// A token made at the platform.
    Token,
}

/// Arguments of `accounts link`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// Platform's short name.
    pub platform: String,
    /// Server address, where the platform has several.
    #[arg(long, value_name = "URL")]
    pub instance: Option<String>,
    /// Account kind to ask for, where the platform has several.
    #[arg(long)]
    pub kind: Option<String>,
    /// How.
    #[command(flatten)]
    pub flags: LinkFlags,
}

/// Arguments of `accounts relink`.
#[derive(Debug, Args)]
pub struct RelinkArgs {
    /// Account.
    pub id: String,
    /// How.
    #[command(flatten)]
    pub flags: LinkFlags,
}

/// What linking and relinking have in common.
#[derive(Debug, Clone, Args)]
pub struct LinkFlags {
    /// How; the platform's best way when absent.
    #[arg(long)]
    pub method: Option<LinkWay>,
    /// Name or handle, for an app password and where consent begins with it.
    #[arg(long, value_name = "NAME")]
    pub identifier: Option<String>,
    /// Read the app password from standard input.
    #[arg(long)]
    pub secret_stdin: bool,
    /// Print the address to open instead of opening the browser.
    #[arg(long)]
    pub no_browser: bool,
    /// Seconds until the attempt is given up.
    #[arg(long, value_name = "SEC", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub timeout: Option<u32>,
}

/// What becomes of scheduled posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OnUnlinkArg {
    /// They wait for the account to be linked again.
    #[default]
    Hold,
    /// They are cancelled.
    Cancel,
}

/// Arguments of `accounts unlink`.
#[derive(Debug, Args)]
pub struct UnlinkArgs {
    /// Account.
    pub id: String,
    /// What becomes of its scheduled posts.
    #[arg(long, value_enum, default_value_t)]
    pub scheduled: OnUnlinkArg,
}
