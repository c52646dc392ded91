//! The parts of a publication, and what was answered to them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How one part of a publication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// It is live.
    Live,
    /// It was sent, and Postroom looks whether it is live.
    InDoubt,
    /// It was sent, and its owner is asked whether it is live.
    Asks,
    /// The platform refused it.
    Refused,
    /// It was not sent yet, or provably did not arrive.
    Waiting,
}

/// One part of a publication.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PartView {
    /// Which, from 0.
    pub part: u32,
    /// Its text.
    pub text: String,
    /// How many pictures it has.
    pub pictures: u32,
    /// How it stands.
    pub state: PartState,
    /// Its link; empty until known.
    pub url: String,
    /// Calls made.
    pub attempts: u32,
    /// When the first call was made; `null` where none was.
    #[ts(type = "string | null")]
    pub first_sent_at: Option<String>,
    /// The request exactly as it was sent, or as it would be; `null` where it cannot be made.
    #[ts(type = "unknown")]
    pub payload: serde_json::Value,
    /// Whether the payload was sent, and is not merely what would be.
    pub sent: bool,
}

/// What a platform answered where that was no success: redacted and cut.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReplyView {
    /// The part it was about, from 0.
    pub part: u32,
    /// When.
    pub at: String,
    /// The call, in the provider's words.
    pub operation: String,
    /// HTTP status.
    pub status: u16,
    /// Headers that say something about the refusal: name and value.
    pub headers: Vec<(String, String)>,
    /// The body, redacted, at most 8 KiB.
    pub body: String,
}
