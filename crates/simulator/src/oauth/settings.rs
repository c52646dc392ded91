//! What tests may choose of an OAuth platform. As JSON in a `configure` command, each by its name:
//! `{"spoil_id_token":"nonce","device_flow":false}`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::platform::CommandError;

/// What is wrong with the next signed identity, and with that one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoil {
    /// Signed by somebody else, by its own words.
    Issuer,
    /// For another app.
    Audience,
    /// Authorized party another app, while the audience is right.
    Party,
    /// Another attempt's nonce.
    Nonce,
    /// None, though one was sent.
    NonceMissing,
    /// Over since an hour.
    Expired,
    /// Made an hour from now.
    Future,
    /// `alg: none` and no signature.
    Unsigned,
    /// `alg: HS256`, with the public key as the secret.
    Symmetric,
    /// One bit of the signature.
    Signature,
    /// Signed by a key that is not published.
    Key,
    /// Not there at all.
    Absent,
}

/// What kind of account somebody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountType {
    #[default]
    Business,
    MediaCreator,
    Personal,
}

/// All settings. What a platform does not have, it does not look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each named in JSON")]
pub struct Settings {
    /// Scopes people untick from now on, where the platform lets them.
    pub withheld_scopes: Vec<String>,
    /// What is wrong with the next signed identity.
    pub spoil_id_token: Option<Spoil>,
    /// Who signs identities, where it is not this server's address.
    pub issuer: Option<String>,
    /// Sent back as `iss` (RFC 9207) with every code and every refusal. No platform here does by itself.
    pub iss: Option<String>,
    /// GitHub: the app's owner did not switch the device flow on.
    pub device_flow_disabled: bool,
    /// GitHub: tokens expire. Slack: token rotation. LinkedIn: programmatic refresh tokens.
    pub refresh_tokens: bool,
    /// Google: the consent screen is in testing.
    pub testing: bool,
    /// A code used twice ends what it gave (RFC 6749, 4.1.2). No platform here documents it.
    pub code_reuse_revokes: bool,
    /// Instagram: the kinds of accounts, by handle; those not named are businesses.
    pub account_types: BTreeMap<String, AccountType>,
    /// Instagram: personal accounts are refused on the consent page. Else they come through and are called so.
    pub personal_refused: bool,
    /// Instagram: the answer to a code is wrapped in a list, with its permissions in one text.
    pub wrapped_tokens: bool,
    /// Instagram: renewing gives the same token a later end, in place of another token.
    pub renewal_keeps_token: bool,
}

impl Settings {
    /// The same with some values changed.
    pub fn with(&self, changes: &Map<String, Value>) -> Result<Self, CommandError> {
        let unknown = |error: serde_json::Error| CommandError::UnknownSetting(error.to_string());
        let mut value = serde_json::to_value(self).map_err(unknown)?;
        if let Some(members) = value.as_object_mut() {
            members.extend(changes.clone());
        }
        serde_json::from_value(value).map_err(unknown)
    }
}
