//! Links of the form `postroom://…`: where in the window they lead. Pure; a link comes from any web page.
//!
//! A link only shows a place. It never publishes, deletes, links or changes anything: that takes a press in the window.
//! The list is closed, and what is not on it, letter for letter, is refused: no query, no fragment, no escapes, no
//! options.
//!
//! ```text
//! postroom://open                     the window
//! postroom://open/queue               one of its sections
//! postroom://publication/pub_…        a publication
//! postroom://account/acc_…            an account
//! postroom://relink/acc_…             the form that links an account again, not sent
//! postroom://oauth/…                  kept for consent that comes back this way; refused today
//! ```

use domain::{AccountId, PublicationId};

/// Longest link that is looked at, in bytes; the longest valid one has 59.
const LINK_MAX_BYTES: usize = 128;

const SCHEME: &str = "postroom://";

/// The window's sections.
const SECTIONS: [&str; 4] = ["compose", "queue", "accounts", "settings"];

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
    /// Kept for later.
    Reserved,
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
pub fn parse(link: &str) -> Result<Place, Refused> {
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
        ("oauth", _) => return Err(Refused::Reserved),
        ("open", None) => Some(Place::Window),
        ("open", Some(name)) => SECTIONS.into_iter().find(|section| *section == name).map(Place::Section),
        ("publication", Some(id)) => exact::<PublicationId>(id).map(Place::Publication),
        ("account", Some(id)) => exact::<AccountId>(id).map(Place::Account),
        ("relink", Some(id)) => exact::<AccountId>(id).map(Place::Relink),
        _ => None,
    };
    place.ok_or(Refused::Unknown)
}

/// An identifier written exactly as we write it.
fn exact<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|id: &T| id.to_string() == text)
}

#[cfg(test)]
#[path = "deep_link_tests.rs"]
mod tests;
