//! The user's own apps, at platforms that want one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SecretText;

/// Whether an app of the user's own has a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppSecret {
    /// It has none.
    None,
    /// The platform knows both kinds of app.
    #[default]
    Optional,
    /// Nothing works without it.
    Needed,
}

/// How far a platform lets an app go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LevelView {
    /// Short name: `testing`.
    pub id: String,
    /// The platform's word.
    pub name: String,
    /// What it means for accounts linked through such an app.
    pub means: String,
}

/// Says how far the app goes that is entered for a platform.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetAppLevel {
    /// Platform's short name.
    pub platform: String,
    /// One of its levels; empty where it is not known.
    pub level: String,
}

/// A platform that wants an app of the user's own, and what is known of that. Its secret never comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnAppView {
    /// Platform's short name.
    pub platform: String,
    /// Whether such an app has a secret.
    pub secret: AppSecret,
    /// What has to be registered with the platform, to the letter; empty where nothing has.
    pub redirects: Vec<String>,
    /// Its client id; empty where none was entered.
    pub client_id: String,
    /// How far such apps may go there; empty where all are alike.
    #[serde(default)]
    pub levels: Vec<LevelView>,
    /// Which of these it is, as its owner said; empty where that is not known.
    #[serde(default)]
    pub level: String,
    /// Accounts linked through it.
    pub accounts: u32,
    /// Accounts linked through one entered before, which is kept for them.
    pub accounts_before: u32,
}

/// Keeps an app, in place of one entered before.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SetOwnApp {
    /// Platform's short name.
    pub platform: String,
    /// Its client id.
    pub client_id: String,
    /// Its secret; an app that is known keeps the one it has. Goes in, never comes out.
    pub secret: Option<SecretText>,
}

/// Keeps the apps named in an `.env` file or an environment: `LINKEDIN_CLIENT_ID`, `LINKEDIN_CLIENT_SECRET` and the like.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ImportApps {
    /// Text of an `.env` file, at most 64 KiB. Goes in, never comes out.
    pub text: Option<SecretText>,
    /// Variables by name, in place of a file.
    pub variables: Option<BTreeMap<String, SecretText>>,
}

/// Where variables are taken from that the core reads itself: what stands there does not pass the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportPlace {
    /// A file that the owner chooses.
    File,
    /// The text on the clipboard.
    Clipboard,
}

/// Keeps the apps named in a file or on the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportFrom {
    /// Which of the two.
    pub from: ImportPlace,
}

/// What came of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedFrom {
    /// `null` where no file was chosen, or no text is on the clipboard.
    pub imported: Option<ImportedApps>,
}

/// What became of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// Kept.
    Taken,
    /// It stood there before; the first was looked at.
    Repeated,
    /// Nothing stands behind it.
    Empty,
    /// Its line cannot be read.
    Unreadable,
    /// No platform has this name.
    NoPlatform,
    /// The platform wants no app.
    NotWanted,
    /// The id that belongs to the secret is missing.
    NoClientId,
    /// The platform's apps have no secret.
    TakesNoSecret,
    /// The platform wants the secret too.
    SecretMissing,
    /// It cannot be an id, or a secret.
    Unfit,
}

/// A variable with the form of an app's id or secret. Its value never comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedVariable {
    /// Its name.
    pub name: String,
    /// Platform's short name; empty where there is none.
    pub platform: String,
    /// What became of it.
    pub outcome: ImportOutcome,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedApps {
    /// The variables with the form of an id or a secret, in their order.
    pub variables: Vec<ImportedVariable>,
    /// How many others there were.
    pub others: u32,
    /// How many lines could not be read.
    pub unreadable: u32,
}
