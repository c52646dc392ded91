//! Typing secrets into fields: see [`crate::typed`], which keeps them.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use domain::Secret;

use crate::{App, Error, desktop::Clipboard, typed::Part};

/// How often fields that were left alone are looked for while there are any.
const LOOK: Duration = Duration::from_mins(1);

/// What a clipboard holds is one line of a form: breaks of lines come with copying.
fn one_line(text: &Secret<String>) -> Secret<String> {
    let mut line = Secret::new(String::with_capacity(text.expose().len()));
    line.expose_mut().extend(text.expose().chars().filter(|letter| !letter.is_control()));
    line
}

impl App {
    /// Opens a field; answers its name, which nobody can guess.
    pub fn open_typed(self: &Arc<Self>) -> Result<String, Error> {
        let id = self.random_hex::<16>();
        if self.typed.open(id.clone(), self.clock.monotonic_ms())? {
            self.watch_typed();
        }
        Ok(id)
    }

    /// Puts what was typed in the place of a part of a field, nothing where it was deleted; answers how many characters
    /// the field has then.
    pub fn change_typed(&self, id: &str, part: Part, text: &Secret<String>) -> Result<usize, Error> {
        self.typed.replace(id, part, text.expose(), self.clock.monotonic_ms())
    }

    /// Puts what is on a clipboard in the place of a part of a field; answers how many characters the field has then, the
    /// same as before where the clipboard holds no text.
    pub async fn paste_typed(&self, id: &str, part: Part, from: Clipboard) -> Result<usize, Error> {
        let held = self.desktop.clipboard_text(from).await.unwrap_or_else(|| Secret::new(String::new()));
        let line = one_line(&held);
        let part = if line.expose().is_empty() { Part { start: part.start, end: part.start } } else { part };
        self.change_typed(id, part, &line)
    }

    /// What a field holds, for the command it was typed for.
    pub fn typed(&self, id: &str) -> Result<Secret<String>, Error> {
        self.typed.read(id, self.clock.monotonic_ms())
    }

    /// Forgets a field; one that is not there is forgotten already.
    pub fn close_typed(&self, id: &str) {
        self.typed.close(id);
    }

    /// Forgets every field: the page that had them is gone.
    pub fn forget_typed(&self) {
        self.typed.forget();
    }

    /// Looks after fields that are left alone, for as long as there are any.
    fn watch_typed(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        self.beside.run(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                let watching = Weak::upgrade(&app).is_some_and(|app| app.typed.watch(app.clock.monotonic_ms()));
                if !watching {
                    return;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_becomes_one_line() {
        assert_eq!(one_line(&Secret::from("ab cd\r\n")).expose(), "ab cd");
        assert_eq!(one_line(&Secret::from("\n")).expose(), "");
    }
}
