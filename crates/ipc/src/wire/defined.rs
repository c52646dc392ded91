//! Platforms that people define themselves.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AppSecret;

/// Where the secret of an app goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretIn {
    /// In the form.
    #[default]
    Form,
    /// In the header.
    Header,
}

/// Whether a proof key goes with requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProofKey {
    /// RFC 7636 with SHA-256.
    #[default]
    S256,
    /// The server is older than that.
    None,
}

/// What has to be registered as the way back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WayBack {
    /// Addresses with their ports, compared to the letter.
    #[default]
    FixedPorts,
    /// One address; any port of this computer fits.
    AnyPort,
}

/// A platform a person defined: an OAuth 2.0 server, and where it says who somebody is. The same as a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct DefinedPlatform {
    /// Short name: `my_forge`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Where the server describes itself, or its issuer; empty where it does not. What is empty below is read there.
    pub metadata: String,
    /// Opened in the browser.
    pub authorize: String,
    /// Trades codes for tokens.
    pub token: String,
    /// Ends grants; empty where nothing does.
    pub revoke: String,
    /// Says who somebody is.
    pub userinfo: String,
    /// Who the server is; empty where it does not say.
    pub issuer: String,
    /// Whether its answers always say so.
    pub issuer_required: bool,
    /// Its signing keys; empty where it signs nothing.
    pub keys: String,
    /// Takes requests ahead of the browser, where it takes no others.
    pub par: String,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// Whether apps there have a secret.
    pub secret: AppSecret,
    /// Where it goes.
    pub secret_in: SecretIn,
    /// Whether a proof key goes with requests.
    pub proof_key: ProofKey,
    /// What is registered as the way back.
    pub way_back: WayBack,
    /// What the answer calls somebody's id: a name, or a JSON pointer. `sub` where it is empty.
    pub id_claim: String,
    /// What it calls their handle; the usual names where it is empty.
    pub handle_claim: String,
    /// What it calls their name; `name` where it is empty.
    pub name_claim: String,
}

/// A field of [`DefinedPlatform`] something is wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields of `DefinedPlatform`")]
pub enum DefinedField {
    Id,
    Name,
    Metadata,
    Authorize,
    Token,
    Revoke,
    Userinfo,
    Issuer,
    Keys,
    Par,
    Scopes,
    IdClaim,
    HandleClaim,
    NameClaim,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DefinedWrong {
    /// It has to be there.
    Missing,
    /// It is too long, or there are too many.
    TooMuch,
    /// Small letters, digits and underscores are wanted.
    Letters,
    /// Another platform has this name.
    Taken,
    /// It is no address.
    NoAddress,
    /// Only https is allowed, but on this computer.
    NoHttps,
    /// It holds a secret, and addresses are kept and shown as they are.
    Secret,
    /// A scope is one word.
    NoScope,
    /// It is no name and no pointer.
    NoClaim,
    /// Nobody answers there.
    Unreachable,
    /// What answers there does not describe such a server.
    NoDescription,
    /// The server's description does not name it.
    NotDescribed,
}

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinedProblem {
    /// The field.
    pub field: DefinedField,
    /// What is wrong with it.
    pub wrong: DefinedWrong,
}

/// What came of defining a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefineOutcome {
    /// The platform as it is kept; `null` where it is not.
    pub platform: Option<DefinedPlatform>,
    /// What is wrong with it, where it is not kept.
    pub problems: Vec<DefinedProblem>,
}
