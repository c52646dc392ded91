//! What the profile keeps of accounts: secrets without their values, the last failure, groups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretKindView {
    /// Makes the calls of an account.
    Access,
    /// Renews that.
    Refresh,
    /// Another that belongs to the account.
    Other,
    /// An app of the user's own, or one registered with a server.
    App,
}

/// A secret that is kept. Its value never leaves the core.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SecretView {
    /// What it is.
    pub kind: SecretKindView,
    /// The platform's short name.
    pub platform: String,
    /// `acc_…`; `null` for an app.
    #[ts(type = "string | null")]
    pub account: Option<String>,
    /// The account's handle; empty for an app.
    pub handle: String,
    /// Whether it is the session of an app password.
    pub app_password: bool,
    /// The app's id; empty for what belongs to an account.
    pub client_id: String,
    /// The server an app is registered with; empty where it is the platform's.
    pub server: String,
    /// What it allows, where the platform told.
    pub scopes: Vec<String>,
    /// Since when this one is kept.
    pub kept_at: String,
    /// When it was last used, as far as the record of calls of 90 days tells; `null` where it does not.
    #[ts(type = "string | null")]
    pub used_at: Option<String>,
    /// When it ends; `null` where nobody says so.
    #[ts(type = "string | null")]
    pub ends_at: Option<String>,
}

/// The last call for an account that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallFailure {
    /// When.
    pub at: String,
    /// What was asked for, in the provider's word.
    pub operation: String,
    /// HTTP status; `null` where there was no answer.
    pub status: Option<u16>,
    /// Why there was none, redacted; empty otherwise.
    pub words: String,
}

/// What is known of an account beside what its list says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HealthView {
    /// The last call that failed in 90 days; `null` for none.
    pub failed: Option<CallFailure>,
}

/// A group of accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupView {
    /// Unique within the profile, whatever its case.
    pub name: String,
    /// `acc_…` of those linked, in the order they were put there.
    pub accounts: Vec<String>,
}

/// Makes a group, or changes one.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SetGroup {
    /// The group to change, by its name; a new one is made when `null`.
    pub before: Option<String>,
    /// Its name from now on.
    pub name: String,
    /// Its members from now on.
    pub accounts: Vec<String>,
}

/// A group, by its name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByName {
    /// The name.
    pub name: String,
}
