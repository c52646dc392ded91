//! Accounts and the platforms they belong to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The short lower-case name of a platform, as in the folder of its provider: `bluesky`, `practice`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlatformId(String);

impl PlatformId {
    /// Longest accepted name, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// Accepts 1 to 32 of `a-z`, `0-9` and `_`; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// The name for trouble on our own side, before any platform is involved.
    #[must_use]
    pub fn postroom() -> Self {
        Self("postroom".to_owned())
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PlatformId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A platform's own word for what sort of account this is (`a` to `d` on the practice network, `user` on
/// Bluesky). Part of what decides the class of an effect.
pub type AccountKind = String;

/// Whether an account can publish, and if not, why: three different things with three different cures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Linked and last seen working.
    Healthy,
    /// The platform ended or refused the grant: the owner has to link again.
    NeedsRelink,
    /// The platform itself restricts the account (suspended, deactivated).
    Restricted,
    /// Unlinked here; kept for the history of its posts.
    Unlinked,
}

impl AccountState {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NeedsRelink => "needs_relink",
            Self::Restricted => "restricted",
            Self::Unlinked => "unlinked",
        }
    }

    /// The state stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Healthy, Self::NeedsRelink, Self::Restricted, Self::Unlinked]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// Named endpoints of a platform as this account uses them (`authorize`, `token`, `revoke`, `api`).
/// Resolved once, when the account is linked, and stored with it: what is passed later never moves a
/// linked account's tokens to another origin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Whether these were given by the user (`--endpoints`) and not by the descriptor; shown everywhere.
    pub custom: bool,
    /// Endpoint name to absolute URL without a trailing slash.
    pub urls: BTreeMap<String, String>,
}

impl Endpoints {
    /// The URL called `name`, or an empty text that no request can be made from.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.urls.get(name).map_or("", String::as_str)
    }
}
