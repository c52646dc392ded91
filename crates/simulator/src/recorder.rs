//! The recorder: an append-only journal of what the platform accepted and of every call it saw.
//!
//! One JSON line per entry. An accepted effect is on the disk before its reply leaves, so the journal is right about a
//! client killed in between. It holds no token and no password: only what was posted, and the names of calls.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::clock::Clock;

/// Something others can now see (or no longer see) on the platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// When, in milliseconds of the simulator's clock.
    pub at: i64,
    /// The operation that did it, e.g. `com.atproto.repo.createRecord`.
    pub accepted: String,
    /// The platform's own particulars. Bluesky: `repo`, `collection`, `rkey`, `text`, `cid`, and `commit`, which is null
    /// when nothing was changed. Mastodon: `account`, `id`, `text`, `spoiler_text`, `visibility`, `language`, `media`,
    /// `poll`, `in_reply_to_id`, `key`, and `commit`, which is null when a key was recognised.
    #[serde(flatten)]
    pub detail: Map<String, Value>,
}

impl Effect {
    /// One particular as text.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.detail.get(field).and_then(Value::as_str)
    }

    /// Whether this made something that was not there: no edit, no deletion, no repeat without a change.
    pub fn made_something(&self) -> bool {
        !self.accepted.contains("delete")
            && !self.accepted.ends_with(".update")
            && self.detail.get("commit") != Some(&Value::Null)
    }
}

/// A call that arrived, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When, in milliseconds of the simulator's clock.
    pub at: i64,
    /// The operation.
    pub seen: String,
    /// The name of the fault it met, if any.
    #[serde(default)]
    pub fault: Option<String>,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    /// An accepted effect.
    Effect(Effect),
    /// A call seen.
    Seen(Seen),
}

/// Writes the journal. Shared by the server (calls seen) and the platform (effects).
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    file: Mutex<File>,
    clock: Arc<Clock>,
    effects: watch::Sender<u64>,
}

impl Recorder {
    /// Opens `path` for appending, making it if need be.
    pub fn open(path: PathBuf, clock: Arc<Clock>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        Ok(Self { path, file: Mutex::new(file), clock, effects: watch::Sender::new(0) })
    }

    /// Where the journal is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes an effect and returns once it is on the disk.
    pub fn accept(&self, operation: &str, detail: Map<String, Value>) -> io::Result<()> {
        let effect = Effect { at: self.clock.now_ms(), accepted: operation.to_owned(), detail };
        let mut file = self.file();
        append(&mut file, &effect)?;
        file.sync_data()?;
        drop(file);
        self.effects.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Notes a call. Not synced: nothing is decided by it.
    pub fn see(&self, operation: &str, fault: Option<&str>) -> io::Result<()> {
        let seen = Seen { at: self.clock.now_ms(), seen: operation.to_owned(), fault: fault.map(ToOwned::to_owned) };
        append(&mut self.file(), &seen)
    }

    /// Counts the effects accepted since this recorder was opened, as they come.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.effects.subscribe()
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One write per line, so that a line is whole or absent.
fn append(file: &mut File, entry: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Reads a journal, from this process or another's. A last line still being written is left out.
pub fn read_journal(path: &Path) -> io::Result<Vec<Entry>> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut entries, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line)? > 0 {
        if line.ends_with('\n') {
            entries.push(serde_json::from_str(&line)?);
        }
        line.clear();
    }
    Ok(entries)
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
