//! Secrets while they are typed, and handing them to the commands that take them.

use std::sync::Arc;

use app::{App, Error, desktop::Clipboard, typed::Part};
use domain::Secret;

use crate::wire::{ById, Nothing, PasteFrom, SecretText, TypedChange, TypedPair, TypedPaste, TypedSame, TypedView};

pub(crate) async fn typed_open(app: &Arc<App>, _: Nothing) -> Result<TypedView, Error> {
    Ok(TypedView { id: app.open_typed()?, length: 0 })
}

pub(crate) async fn typed_change(app: &Arc<App>, asked: TypedChange) -> Result<TypedView, Error> {
    let length = app.change_typed(&asked.id, part(asked.start, asked.end), &asked.text.into_secret())?;
    Ok(view(asked.id, length))
}

pub(crate) async fn typed_paste(app: &Arc<App>, asked: TypedPaste) -> Result<TypedView, Error> {
    let from = match asked.from {
        PasteFrom::Copied => Clipboard::Copied,
        PasteFrom::Marked => Clipboard::Marked,
    };
    let length = app.paste_typed(&asked.id, part(asked.start, asked.end), from).await?;
    Ok(view(asked.id, length))
}

pub(crate) async fn typed_same(app: &Arc<App>, asked: TypedPair) -> Result<TypedSame, Error> {
    let (one, other) = (app.typed(&asked.one)?, app.typed(&asked.other)?);
    Ok(TypedSame { same: one.expose() == other.expose() })
}

pub(crate) async fn typed_close(app: &Arc<App>, asked: ById) -> Result<Nothing, Error> {
    app.close_typed(&asked.id);
    Ok(Nothing {})
}

const fn part(start: u32, end: u32) -> Part {
    Part { start: start as usize, end: end as usize }
}

fn view(id: String, length: usize) -> TypedView {
    TypedView { id, length: u32::try_from(length).unwrap_or(u32::MAX) }
}

/// The secrets a command is handed. Fields they were typed into stay while the command can still be refused, so that nobody
/// types twice, and are forgotten with its success.
pub(super) struct Handed<'a> {
    app: &'a App,
    fields: Vec<String>,
}

impl<'a> Handed<'a> {
    pub(super) const fn to(app: &'a App) -> Self {
        Self { app, fields: Vec::new() }
    }

    /// The secret itself.
    pub(super) fn take(&mut self, text: SecretText) -> Result<Secret<String>, Error> {
        text.into_secret().or_else(|field| {
            let secret = self.app.typed(&field)?;
            self.fields.push(field);
            Ok(secret)
        })
    }

    /// The same where there may be none.
    pub(super) fn take_any(&mut self, text: Option<SecretText>) -> Result<Option<Secret<String>>, Error> {
        text.map(|text| self.take(text)).transpose()
    }

    /// The command did what was asked.
    pub(super) fn done(self) {
        for field in self.fields {
            self.app.close_typed(&field);
        }
    }
}

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;
