//! Finding a status among the account's own: everything newer than what was there before it was sent.
//!
//! Servers rewrite what they take (HTML, shortened links, mentions without their host), so texts are compared in a form
//! both sides share. No clock takes part: what counts as newer is the server's own order.

use domain::text::fediverse;
use serde_json::Value;
use url::Url;

use super::{html, wire::Status};
use crate::{calls::text_of, provider::Doubtful};

/// What the statuses of one page say.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// It is this one.
    Status(Box<Status>),
    /// One is so much like it that nobody but a person can tell.
    Alike,
    /// None of them is.
    None,
}

impl PartialEq for Status {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Looks among statuses, the newest first.
pub(super) fn find(statuses: &[Status], doubtful: &Doubtful<'_>) -> Found {
    let wanted = Wanted::of(doubtful);
    let ours = |status: &&Status| status.reblog.is_none() && !doubtful.claimed.contains(&status.id);
    let mut candidates = statuses.iter().rev().filter(ours);
    if let Some(status) = candidates.clone().find(|status| wanted.is(status)) {
        return Found::Status(Box::new(status.clone()));
    }
    if candidates.any(|status| wanted.is_like(status)) { Found::Alike } else { Found::None }
}

/// A status as it was sent.
struct Wanted<'a> {
    text: String,
    warning: String,
    pictures: usize,
    answers: Vec<&'a str>,
    parent: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(doubtful: &Doubtful<'a>) -> Self {
        let body = doubtful.plan.request.get("body").unwrap_or(&Value::Null);
        let list = |pointer: &str| body.pointer(pointer).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Self {
            text: common(text_of(body, "status")),
            warning: common(text_of(body, "spoiler_text")),
            pictures: list("/media_ids").len(),
            answers: list("/poll/options").iter().filter_map(Value::as_str).map(str::trim).collect(),
            parent: body.get("in_reply_to_id").and_then(Value::as_str),
        }
    }

    /// Whether everything fits but the text.
    fn frames(&self, status: &Status) -> bool {
        let answers = status.poll.iter().flat_map(|poll| &poll.options).map(|choice| choice.title.trim());
        self.pictures == status.media_attachments.len()
            && self.parent == status.in_reply_to_id.as_deref()
            && self.answers.iter().copied().eq(answers)
    }

    fn is(&self, status: &Status) -> bool {
        let written = status.text.as_deref().is_some_and(|text| common(text) == self.text);
        self.frames(status)
            && common(&status.spoiler_text) == self.warning
            && (written || common(&html::text(&status.content)) == self.text)
    }

    /// Whether most words are the same: a server that rewrites texts in a way not known here must not lead to a second
    /// copy.
    fn is_like(&self, status: &Status) -> bool {
        let shown = common(&html::text(&status.content));
        self.frames(status) && alike(&self.text, &shown)
    }
}

/// The form in which what was written and what is shown can be compared.
pub(super) fn common(text: &str) -> String {
    let short = fediverse::shortened(text);
    let mut out = String::with_capacity(short.len());
    let mut at = 0;
    for address in fediverse::addresses(&short) {
        out.push_str(short.get(at..address.start).unwrap_or_default());
        let written = short.get(address.clone()).unwrap_or_default();
        out.push_str(&Url::parse(written).map_or_else(|_| written.to_owned(), String::from));
        at = address.end;
    }
    out.push_str(short.get(at..).unwrap_or_default());
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether three quarters of the words of the longer text are in the other, or neither has any.
fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let mut words: Vec<String> = text.split(|sign: char| !sign.is_alphanumeric()).map(str::to_lowercase).collect();
        words.retain(|word| !word.is_empty());
        words.sort_unstable();
        words
    };
    let (one, mut other) = (words(one), words(other));
    let longer = one.len().max(other.len());
    let mut shared = 0;
    for word in &one {
        if let Ok(place) = other.binary_search(word) {
            other.remove(place);
            shared += 1;
        }
    }
    shared * 4 >= longer * 3 && (shared > 0 || longer == 0)
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
