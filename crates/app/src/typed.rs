//! Secrets while somebody types them. The window's fields show dots and hold nothing: each piece that is typed comes here
//! at once, and the command it is meant for is handed the field's name in place of the secret. Memory of a web view cannot
//! be wiped, so no secret may ever stand in it as a whole.
//!
//! Owns the characters until their field is closed, left alone for [`IDLE_MS`], or used. Refuses to give them to anybody but
//! a command that takes a secret: nothing here answers with text.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{ErrorCode, Secret};

use crate::Error;

/// Most characters of one field: an address that a browser ended up at is the longest.
pub const CHARS_MAX: usize = 8_192;
/// Most fields at once.
pub const FIELDS_MAX: usize = 16;
/// How long a field nobody types into is kept, in milliseconds on the clock that never jumps.
pub const IDLE_MS: u64 = 30 * 60_000;

/// Part of a field, in characters (Unicode scalar values) from its beginning. The same number twice is a place between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

struct Field {
    id: String,
    text: Secret<Vec<char>>,
    /// When it was last typed into.
    at_ms: u64,
}

/// The fields somebody types into.
#[derive(Default)]
pub struct Typed(Mutex<Fields>);

#[derive(Default)]
struct Fields {
    all: Vec<Field>,
    /// Whether somebody looks for those that are left alone.
    watched: bool,
}

impl Fields {
    fn sweep(&mut self, now_ms: u64) {
        self.all.retain(|field| now_ms.saturating_sub(field.at_ms) < IDLE_MS);
    }
}

impl Typed {
    fn fields(&self) -> MutexGuard<'_, Fields> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a field; whether whoever did so has to begin watching.
    pub(crate) fn open(&self, id: String, now_ms: u64) -> Result<bool, Error> {
        let mut fields = self.fields();
        fields.sweep(now_ms);
        if fields.all.len() >= FIELDS_MAX {
            return Err(Error::invalid("Too many secrets are being typed at once; close a form first."));
        }
        // With room for all it may hold: a text that grows would leave copies.
        fields.all.push(Field { id, text: Secret::new(Vec::with_capacity(CHARS_MAX)), at_ms: now_ms });
        Ok(!std::mem::replace(&mut fields.watched, true))
    }

    /// Puts `text` in the place of a part; answers how many characters there are then.
    pub(crate) fn replace(&self, id: &str, part: Part, text: &str, now_ms: u64) -> Result<usize, Error> {
        let mut fields = self.fields();
        fields.sweep(now_ms);
        let field = fields.all.iter_mut().find(|field| field.id == id).ok_or_else(gone)?;
        field.at_ms = now_ms;
        let held = field.text.expose_mut();
        if part.start > part.end || part.end > held.len() {
            return Err(Error::invalid("The field has fewer characters than that."));
        }
        if held.len() - (part.end - part.start) + text.chars().count() > CHARS_MAX {
            return Err(Error::invalid(format!("A secret has at most {CHARS_MAX} characters.")));
        }
        let tail = Secret::new(held.get(part.end..).unwrap_or_default().to_vec());
        // What is cut off stays in the room behind the end until it is written over.
        held.get_mut(part.start..).unwrap_or_default().fill('\0');
        held.truncate(part.start);
        held.extend(text.chars());
        held.extend(tail.expose());
        Ok(held.len())
    }

    pub(crate) fn read(&self, id: &str, now_ms: u64) -> Result<Secret<String>, Error> {
        let mut fields = self.fields();
        fields.sweep(now_ms);
        let field = fields.all.iter().find(|field| field.id == id).ok_or_else(gone)?;
        // Four bytes are the most a character takes.
        let mut text = Secret::new(String::with_capacity(field.text.expose().len() * 4));
        text.expose_mut().extend(field.text.expose());
        Ok(text)
    }

    /// Forgets all.
    pub(crate) fn forget(&self) {
        self.fields().all.clear();
    }

    pub(crate) fn close(&self, id: &str) {
        self.fields().all.retain(|field| field.id != id);
    }

    /// Drops what was left alone; whether there is more to watch.
    pub(crate) fn watch(&self, now_ms: u64) -> bool {
        let mut fields = self.fields();
        fields.sweep(now_ms);
        fields.watched = !fields.all.is_empty();
        fields.watched
    }
}

fn gone() -> Error {
    Error::new(ErrorCode::WrongState, "What was typed is not kept any longer.", "Type it again.")
}

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;
