//! Secrets on their way in: as they are, or typed piece by piece into a field that the core keeps.

use domain::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A secret on its way in: its text, or the field of the core it was typed into. Formats as `[secret]`; the only thing to do
/// with it is to take it.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string | { typed: string }")]
pub struct SecretText(Given);

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Given {
    Text(String),
    Field { typed: String },
}

impl SecretText {
    /// Wraps a text read from the user.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(Given::Text(text))
    }

    /// Wraps the name of a field somebody typed into.
    #[must_use]
    pub const fn typed(field: String) -> Self {
        Self(Given::Field { typed: field })
    }

    /// Moves the text into the form the core works with; the field's name where it was typed into one.
    pub fn into_secret(self) -> Result<Secret<String>, String> {
        match self.0 {
            Given::Text(text) => Ok(Secret::new(text)),
            Given::Field { typed } => Err(typed),
        }
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A field of the core that a secret is typed into. It is forgotten when it is closed, after the command that took it
/// succeeded, with the page that opened it, and after half an hour in which nobody typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypedView {
    /// Its name, in place of a secret: `{ "typed": id }`.
    pub id: String,
    /// How many characters (Unicode scalar values) it holds.
    pub length: u32,
}

/// What was typed: in the place of a part of a field, or between two characters where the part is empty.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TypedChange {
    /// The field.
    pub id: String,
    /// First character that is replaced.
    pub start: u32,
    /// The one after the last.
    pub end: u32,
    /// What comes in their place; empty where something was deleted.
    pub text: SecretPiece,
}

/// A secret, or a piece of one, as it is. Formats as `[secret]`.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct SecretPiece(String);

impl SecretPiece {
    /// Wraps a text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Moves the text into the form the core works with.
    #[must_use]
    pub fn into_secret(self) -> Secret<String> {
        Secret::new(self.0)
    }
}

impl std::fmt::Debug for SecretPiece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// What was put aside to be pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PasteFrom {
    /// What was copied.
    Copied,
    /// What is marked now, for the middle button of the mouse; the same as copied where systems do not have that.
    Marked,
}

/// A wish to paste into a field. The core reads the clipboard: what is on it does not pass the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypedPaste {
    /// The field.
    pub id: String,
    /// First character that is replaced.
    pub start: u32,
    /// The one after the last.
    pub end: u32,
    /// From where.
    pub from: PasteFrom,
}

/// Two fields that should hold the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypedPair {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
}

/// Whether they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TypedSame {
    /// Whether they hold the same.
    pub same: bool,
}
