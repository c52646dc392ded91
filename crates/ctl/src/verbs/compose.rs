//! What was typed, as a draft: texts, thread parts, pictures, and what single accounts get.

use std::path::Path;

use domain::{
    AccountId,
    post::{Fallback, MAX_PART_BYTES, Part, Variant},
};
use ipc::wire::Draft;

use super::{naming, picture::picture, variant};
use crate::{cli::WritingArgs, input::read_text, shell::Shell, trouble::Trouble};

/// Changes a draft by what was typed; what was not typed stays.
pub async fn apply(shell: &Shell<'_>, draft: &mut Draft, to: &[String], writing: &WritingArgs) -> Result<(), Trouble> {
    if !to.is_empty() {
        draft.accounts.clear();
        for typed in to {
            draft.accounts.push(naming::account(shell, typed).await?);
        }
    }
    let text = match &writing.text_file {
        Some(file) => Some(read_text(file, MAX_PART_BYTES)?),
        None => writing.text.clone(),
    };
    write_parts(&mut draft.content.parts, text, &writing.thread_part);
    if let Some(comment) = &writing.first_comment {
        draft.content.first_comment.clone_from(comment);
    }
    if !writing.media.is_empty() {
        let mut pictures = Vec::with_capacity(writing.media.len());
        for typed in &writing.media {
            pictures.push(picture(shell, typed, Path::new("")).await?);
        }
        first(&mut draft.content.parts).media = pictures;
    }
    for typed in &writing.variant {
        let (account, file) = split(typed, "ACCOUNT=FILE.json")?;
        let account = naming::account_id(shell, account).await?;
        let given = variant::load(shell, Path::new(file), &draft.content).await?;
        let kept = variant_of(&mut draft.variants, account);
        kept.parts = given.parts.or(kept.parts.take());
        kept.options.extend(given.options);
    }
    for typed in &writing.option {
        let (name, value) = split(typed, "ACCOUNT.key=value")?;
        // Handles have dots of their own: the key is what follows the last one.
        let (account, key) = name.rsplit_once('.').ok_or_else(|| form("ACCOUNT.key=value", typed))?;
        let account = naming::account_id(shell, account).await?;
        variant_of(&mut draft.variants, account).options.insert(key.to_owned(), value.to_owned());
    }
    Ok(())
}

/// What becomes of a post that cannot go out as planned, as typed; `None` where nothing was.
pub async fn fallback(shell: &Shell<'_>, writing: &WritingArgs) -> Result<Option<Fallback>, Trouble> {
    let Some(typed) = writing.fallback.as_deref() else { return Ok(None) };
    Ok(Some(match (typed, typed.strip_prefix("account:")) {
        ("hold", _) => Fallback::Hold,
        ("text", _) => Fallback::Text,
        (_, Some(account)) => Fallback::Account { account: naming::account_id(shell, account).await? },
        _ => return Err(form("hold, text or account:ACCOUNT", typed)),
    }))
}

/// Puts the texts into parts. The text goes into the first, thread parts replace those after it.
fn write_parts(parts: &mut Vec<Part>, text: Option<String>, thread: &[String]) {
    let fresh = parts.is_empty();
    let given = text.is_some();
    if let Some(text) = text {
        first(parts).text = text;
    }
    if !thread.is_empty() {
        parts.truncate(usize::from(given || !fresh));
        parts.extend(thread.iter().map(|text| Part { text: text.clone(), ..Part::default() }));
    }
    first(parts);
}

/// The first part, made where there is none.
fn first(parts: &mut Vec<Part>) -> &mut Part {
    if parts.is_empty() {
        parts.push(Part::default());
    }
    &mut parts[0]
}

fn variant_of(variants: &mut Vec<Variant>, account: AccountId) -> &mut Variant {
    let at = variants.iter().position(|variant| variant.account == account).unwrap_or_else(|| {
        variants.push(Variant { account, parts: None, options: std::collections::BTreeMap::new() });
        variants.len() - 1
    });
    &mut variants[at]
}

fn split<'a>(typed: &'a str, wanted: &str) -> Result<(&'a str, &'a str), Trouble> {
    typed.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| form(wanted, typed))
}

fn form(wanted: &str, typed: &str) -> Trouble {
    Trouble::usage(format!("`{typed}` is not of the form {wanted}."), "See `postroomctl posts create --help`.")
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
