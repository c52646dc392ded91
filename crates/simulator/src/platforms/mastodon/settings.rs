//! What tests may choose of a server: its flavour, what it does with keys, how slow, and how hostile it is.
//!
//! As JSON in a `configure` command, each by its name: `{"keys":"ignored","visible_after_ms":2000}`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::flavour::Flavour;
use crate::platform::CommandError;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// What becomes of an `Idempotency-Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// A repeat within the key's life answers with the first status.
    Honoured,
    /// Every call makes a status.
    Ignored,
}

/// What a hostile server says where its description is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hostile {
    /// Endpoints on another host.
    OtherHost,
    /// Endpoints `file:///…`.
    File,
    /// Endpoints `javascript:…`.
    Javascript,
    /// Endpoints `\\host\share`.
    Unc,
    /// Endpoints on a host of the net without TLS.
    PlainHttp,
    /// Endpoints with a user and a password before the host.
    Userinfo,
    /// Endpoints on a private address that is not this server's.
    PrivateAddress,
    /// 64 MB of JSON.
    GiganticBody,
    /// Redirects that never end.
    EndlessRedirect,
    /// The right JSON, called a picture.
    WrongType,
    /// A page of HTML with status 200.
    Html,
    /// JSON a hundred thousand levels deep.
    DeepJson,
}

/// What a lying server says of its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lie {
    /// −1 everywhere.
    Negative,
    /// 10^18 everywhere.
    Huge,
    /// Numbers as text.
    Strings,
    /// 0 everywhere.
    Zero,
    /// No `configuration` at all.
    Absent,
}

/// All settings, with their values at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each named in JSON")]
pub struct Settings {
    /// Whose rules hold.
    pub flavour: Flavour,
    /// Honoured, but on GoToSocial.
    pub keys: Keys,
    /// Milliseconds a key is remembered; 0 means that it is gone at once.
    pub key_life_ms: i64,
    /// Milliseconds after a status is made until its key is stored: a second call in between makes a second status.
    pub key_stored_after_ms: i64,
    /// Milliseconds until a status is in its account's list.
    pub visible_after_ms: i64,
    /// Milliseconds until an image is ready; GoToSocial is never asynchronous.
    pub image_processing_ms: i64,
    /// Milliseconds until video and audio are ready.
    pub video_processing_ms: i64,
    /// Whether processing ends badly.
    pub processing_fails: bool,
    /// Whether the next thumbnails fail (500).
    pub thumbnail_fails: bool,
    /// The domain of handles, where it is not the API's own host.
    pub domain: Option<String>,
    /// What the account's owner chose for new posts.
    pub default_visibility: String,
    /// The largest number of characters, where it is not the flavour's.
    pub max_characters: Option<u64>,
    /// Bytes; the proxy in front answers 413 in HTML to larger bodies.
    pub proxy_max_body_bytes: Option<usize>,
    /// The proxy answers every call with this status, in HTML.
    pub proxy_status: Option<u16>,
    /// Faults that refuse are answered by the proxy, in HTML, instead of the server.
    pub html_errors: bool,
    /// Calls without a `User-Agent` are refused.
    pub wants_user_agent: bool,
    /// Says something hostile of itself.
    pub hostile: Option<Hostile>,
    /// Lies about its limits.
    pub lie: Option<Lie>,
}

impl Settings {
    /// What a server of this flavour is like by itself.
    pub fn of(flavour: Flavour) -> Self {
        Self {
            flavour,
            keys: if flavour == Flavour::Gotosocial { Keys::Ignored } else { Keys::Honoured },
            key_life_ms: HOUR_MS,
            key_stored_after_ms: 0,
            visible_after_ms: 0,
            image_processing_ms: 0,
            video_processing_ms: 1_500,
            processing_fails: false,
            thumbnail_fails: false,
            domain: None,
            default_visibility: "public".to_owned(),
            max_characters: None,
            proxy_max_body_bytes: None,
            proxy_status: None,
            html_errors: false,
            wants_user_agent: false,
            hostile: None,
            lie: None,
        }
    }

    /// The same with some values changed. Another flavour brings that flavour's treatment of keys with it.
    pub fn with(&self, changes: &Map<String, Value>) -> Result<Self, CommandError> {
        let unknown = |error: serde_json::Error| CommandError::UnknownSetting(error.to_string());
        let mut base = self.clone();
        if let Some(flavour) = changes.get("flavour") {
            base.flavour = serde_json::from_value(flavour.clone()).map_err(unknown)?;
            base.keys = Self::of(base.flavour).keys;
        }
        let mut value = serde_json::to_value(base).map_err(unknown)?;
        if let Some(members) = value.as_object_mut() {
            members.extend(changes.clone());
        }
        serde_json::from_value(value).map_err(unknown)
    }

    /// Longest text, in characters as the platform counts them.
    pub fn max_characters(&self) -> u64 {
        self.max_characters.unwrap_or_else(|| self.flavour.limits().max_characters)
    }
}
