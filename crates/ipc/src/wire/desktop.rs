//! The program on its computer: what it is made of, whether it starts with the session, its folders and its log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What this program is and runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct About {
    /// Version of Postroom.
    pub version: String,
    /// Version of the SQLite linked in.
    pub sqlite: String,
    /// The web view and its version; empty without a window.
    pub web_view: String,
    /// The operating system and its version.
    pub system: String,
    /// The data folder.
    pub folder: String,
    /// The folder of the log.
    pub logs: String,
    /// All of it and the state of the queue in numbers, as text for a report: no name, no text, no secret.
    pub report: String,
}

/// Whether the program starts with the session, asked of the system just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AutostartView {
    /// `on`, `off` or `unavailable`.
    pub state: String,
    /// Why it is unavailable, in a sentence; empty otherwise.
    pub reason: String,
}

/// Turns starting with the session on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AutostartChange {
    /// Whether it should.
    pub on: bool,
}

/// A folder of this profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FolderName {
    /// The data folder.
    Data,
    /// The folder of the log.
    Logs,
}

/// Shows a folder in the system's file manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenFolder {
    /// Which one.
    pub folder: FolderName,
}

/// How much of the log is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct LogQuery {
    /// Lines: 200 unless said otherwise, 1,000 at most.
    pub lines: Option<u32>,
}

/// The end of the log, redacted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogTail {
    /// The folder it lies in.
    pub folder: String,
    /// Lines, oldest first.
    pub lines: Vec<String>,
}
