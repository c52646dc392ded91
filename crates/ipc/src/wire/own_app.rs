//! The user's own apps, at platforms that want one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SecretText;

/// Whether an app of the user's own has a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppSecret {
    /// It has none.
    None,
    /// The platform knows both kinds of app.
    Optional,
    /// Nothing works without it.
    Needed,
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
