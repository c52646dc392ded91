//! Links of the form `postroom://…`: where in the window they lead. Pure; a link comes from any web page.
//!
//! A link shows a place, or is the answer that an attempt to link waits for. It never publishes, deletes or changes
//! anything: that takes a press in the window. The list is closed, and what is not on it, letter for letter, is refused:
//! no query, no fragment, no escapes, no options. Only an answer has a query, and means nothing to anybody but the one
//! attempt whose state it carries.
//!
//! ```text
//! postroom://open                     the window
//! postroom://open/queue               one of its sections
//! postroom://publication/pub_…        a publication
//! postroom://account/acc_…            an account
//! postroom://relink/acc_…             the form that links an account again, not sent
//! postroom://oauth/…?…                consent that comes back this way
//! ```

use domain::{AccountId, PublicationId};

/// Longest link to a place that is looked at, in bytes; the longest valid one has 59.
const LINK_MAX_BYTES: usize = 128;
/// Longest answer that is handed on, in bytes.
const ANSWER_MAX_BYTES: usize = 8 * 1024;

const SCHEME: &str = "postroom://";

/// The window's sections.
const SECTIONS: [&str; 4] = ["compose", "queue", "accounts", "settings"];

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A place to show.
    Place(Place),
    /// What a browser brings back for an attempt to link. Whose, if anybody's, the attempts know.
    Answer,
}

/// A place a link may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The window as it is.
    Window,
    /// One of its sections.
    Section(&'static str),
    /// A publication.
    Publication(PublicationId),
    /// An account.
    Account(AccountId),
    /// The form that links an account again.
    Relink(AccountId),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Longer than any link of ours.
    TooLong,
    /// Another scheme.
    Foreign,
    /// Not on the list.
    Unknown,
}

impl Place {
    /// The place in the window's own words; `None` for the window as it is.
    pub fn target(self) -> Option<String> {
        match self {
            Self::Window => None,
            Self::Section(section) => Some(section.to_owned()),
            Self::Publication(id) => Some(id.to_string()),
            Self::Account(id) => Some(id.to_string()),
            Self::Relink(id) => Some(format!("relink/{id}")),
        }
    }
}

/// Whether a word of a command line is meant as a link, right or wrong.
pub fn is_link(word: &str) -> bool {
    word.get(.."postroom:".len()).is_some_and(|start| start.eq_ignore_ascii_case("postroom:"))
}

/// Reads a link.
pub fn parse(link: &str) -> Result<Link, Refused> {
    if link.len() > ANSWER_MAX_BYTES {
        return Err(Refused::TooLong);
    }
    if is_answer(link) {
        return Ok(Link::Answer);
    }
    if link.len() > LINK_MAX_BYTES {
        return Err(Refused::TooLong);
    }
    let (scheme, rest) = link.split_at_checked(SCHEME.len()).ok_or(Refused::Foreign)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(Refused::Foreign);
    }
    // Browsers may add a slash to what they take for a host, and write that in small letters.
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (action, thing) = rest.split_once('/').map_or((rest, None), |(action, thing)| (action, Some(thing)));
    let place = match (action.to_ascii_lowercase().as_str(), thing) {
        ("open", None) => Some(Place::Window),
        ("open", Some(name)) => SECTIONS.into_iter().find(|section| *section == name).map(Place::Section),
        ("publication", Some(id)) => exact::<PublicationId>(id).map(Place::Publication),
        ("account", Some(id)) => exact::<AccountId>(id).map(Place::Account),
        ("relink", Some(id)) => exact::<AccountId>(id).map(Place::Relink),
        _ => None,
    };
    place.map(Link::Place).ok_or(Refused::Unknown)
}

/// `postroom://oauth/` with a name and a query of nothing but printable characters: a browser has escaped all others.
fn is_answer(link: &str) -> bool {
    let Some((scheme, rest)) = link.split_at_checked(SCHEME.len()) else { return false };
    let Some((host, rest)) = rest.split_once('/') else { return false };
    let Some((name, query)) = rest.split_once('?') else { return false };
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let plain = query.bytes().all(|b| b.is_ascii_graphic());
    scheme.eq_ignore_ascii_case(SCHEME) && host.eq_ignore_ascii_case("oauth") && named && plain
}

/// An identifier written exactly as we write it.
fn exact<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|id: &T| id.to_string() == text)
}

#[cfg(test)]
#[path = "deep_link_tests.rs"]
mod tests;
