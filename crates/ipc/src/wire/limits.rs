//! Servers that are down, and what platforms allow.

use domain::ErrorCode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A server that is left alone for a while, because calls to it failed one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutageView {
    /// Its origin: `https://mastodon.social`.
    pub server: String,
    /// Its platform's short name.
    pub platform: String,
    /// Its platform's name for people.
    pub name: String,
    /// What the matter was last.
    pub cause: ErrorCode,
    /// When the first of the calls failed.
    pub since: String,
    /// When it is tried again; nothing is sent to it before.
    pub until: String,
    /// Publications that wait for it.
    pub waiting: u32,
}

/// A person wants a server tried now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TryServer {
    /// Its origin.
    pub server: String,
}

/// Where one limit of an account stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BudgetView {
    /// Short name of the limit, unique within its platform: `posts`.
    pub name: String,
    /// Whose calls it counts: `account`, or `server` for those of all accounts there.
    pub counts: String,
    /// Points allowed in a window, as its answers say, or as documented.
    #[ts(type = "number")]
    pub allowed: i64,
    /// Points used in this window.
    #[ts(type = "number")]
    pub used: i64,
    /// Points left.
    #[ts(type = "number")]
    pub left: i64,
    /// Length of a window in seconds.
    #[ts(type = "number")]
    pub window_s: i64,
    /// When the window ends; `null` while none has begun.
    #[ts(type = "string | null")]
    pub resets_at: Option<String>,
    /// Points that publishing one part costs.
    #[ts(type = "number")]
    pub per_post: i64,
    /// Where the documented figure comes from.
    pub source: String,
}
