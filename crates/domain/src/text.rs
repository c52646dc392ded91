//! Counting text as platforms count it, and finding what they link.

pub mod fediverse;

use linkify::{LinkFinder, LinkKind};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// How a platform measures text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TextRule {
    /// Most grapheme clusters (what a reader calls characters).
    pub graphemes_max: u32,
    /// Most UTF-8 bytes; `None` where bytes do not count.
    pub bytes_max: Option<u32>,
    /// What every `http://` or `https://` address counts, whatever its length; `None` where it counts as written.
    pub url_chars: Option<u32>,
    /// Whether `@name@host` counts only as `@name`.
    pub short_mentions: bool,
}

/// A text measured by a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TextCount {
    /// How much is used, in the unit that matters.
    pub used: u32,
    /// How much fits, in the same unit.
    pub max: u32,
}

impl TextCount {
    /// Whether the text fits.
    #[must_use]
    pub const fn fits(self) -> bool {
        self.used <= self.max
    }
}

impl TextRule {
    /// Only grapheme clusters count.
    #[must_use]
    pub const fn graphemes(max: u32) -> Self {
        Self { graphemes_max: max, bytes_max: None, url_chars: None, short_mentions: false }
    }

    /// Both limits hold.
    #[must_use]
    pub const fn graphemes_and_bytes(graphemes: u32, bytes: u32) -> Self {
        Self { bytes_max: Some(bytes), ..Self::graphemes(graphemes) }
    }

    /// As servers of the Mastodon family count: addresses have one length, mentions lose their host.
    #[must_use]
    pub const fn fediverse(graphemes: u32, url_chars: u32) -> Self {
        Self { url_chars: Some(url_chars), short_mentions: true, ..Self::graphemes(graphemes) }
    }

    /// Measures `text` in graphemes, or in bytes where that limit is nearer and four fifths used up.
    #[must_use]
    pub fn count(self, text: &str) -> TextCount {
        self.count_beside(text, "")
    }

    /// The same for a text beside which another one counts as written: a content warning.
    #[must_use]
    pub fn count_beside(self, text: &str, beside: &str) -> TextCount {
        let used = self.clusters(text).saturating_add(saturating(beside.graphemes(true).count()));
        let clusters = TextCount { used, max: self.graphemes_max };
        let Some(max) = self.bytes_max else { return clusters };
        let bytes = TextCount { used: saturating(text.len().saturating_add(beside.len())), max };
        let share = |c: TextCount, other: TextCount| u64::from(c.used) * u64::from(other.max);
        let nearer = share(bytes, clusters) > share(clusters, bytes);
        let bites = u64::from(bytes.used) * 5 > u64::from(max) * 4;
        if nearer && bites { bytes } else { clusters }
    }

    fn clusters(self, text: &str) -> u32 {
        let short = if self.short_mentions { fediverse::shortened(text) } else { text.into() };
        let all = saturating(short.graphemes(true).count());
        let Some(url_chars) = self.url_chars else { return all };
        fediverse::addresses(&short).fold(all, |used, address| {
            let written = saturating(short.get(address).unwrap_or_default().graphemes(true).count());
            used.saturating_sub(written).saturating_add(url_chars)
        })
    }
}

fn saturating(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What a span of text is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum EntityKind {
    /// A web address; the full URL, with `https://` put before one written without a scheme.
    Link(String),
    /// `@name.host`; the name without the `@`.
    Mention(String),
    /// `#word`; the word without the `#`.
    Tag(String),
}

/// A span of text that platforms link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// First UTF-8 byte.
    pub start: usize,
    /// One past the last UTF-8 byte.
    pub end: usize,
    /// What it is.
    pub kind: EntityKind,
}

/// Every link, mention and tag of `text`, in order and never overlapping.
#[must_use]
pub fn entities(text: &str) -> Vec<Entity> {
    let mut found = links(text);
    for (start, sign) in text.char_indices().filter(|(_, c)| matches!(c, '@' | '#' | '＃')) {
        if !starts_word(text, start) || found.iter().any(|e| e.start <= start && start < e.end) {
            continue;
        }
        let rest = &text[start + sign.len_utf8()..];
        let kind = if sign == '@' { mention(rest) } else { tag(rest) };
        if let Some((length, kind)) = kind {
            found.push(Entity { start, end: start + sign.len_utf8() + length, kind });
        }
    }
    found.sort_by_key(|entity| entity.start);
    found.dedup_by(|later, earlier| later.start < earlier.end);
    found
}

fn links(text: &str) -> Vec<Entity> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    finder
        .links(text)
        .filter(|link| starts_word(text, link.start()))
        .filter_map(|link| {
            let shown = link.as_str();
            let lower = shown.to_ascii_lowercase();
            let url = if lower.starts_with("http://") || lower.starts_with("https://") {
                shown.to_owned()
            } else if lower.contains("://") || !plausible_host(shown) {
                return None;
            } else {
                format!("https://{shown}")
            };
            Some(Entity { start: link.start(), end: link.end(), kind: EntityKind::Link(url) })
        })
        .collect()
}

/// Whether a scheme-less text reads as an address: a dot, and a top-level name of two or more letters.
fn plausible_host(shown: &str) -> bool {
    let host = shown.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(_, top)| top.len() >= 2 && top.chars().all(char::is_alphabetic))
}

/// Whether nothing word-like stands directly before byte `start`.
fn starts_word(text: &str, start: usize) -> bool {
    text[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || "([{<\"'“‘«,.;:!?—–-".contains(c))
}

fn mention(rest: &str) -> Option<(usize, EntityKind)> {
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).unwrap_or(rest.len());
    let name = rest[..length].trim_end_matches(['.', '-']);
    let labels_fit = name.split('.').all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-'));
    let top_is_word = name.rsplit_once('.').is_some_and(|(_, top)| top.starts_with(|c: char| c.is_ascii_alphabetic()));
    (labels_fit && top_is_word && name.len() <= 253)
        .then(|| (name.len(), EntityKind::Mention(name.to_ascii_lowercase())))
}

/// Longest tag platforms link, in UTF-8 bytes and in grapheme clusters.
const TAG_MAX: (usize, usize) = (640, 64);

fn tag(rest: &str) -> Option<(usize, EntityKind)> {
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let word = rest[..length].trim_end_matches(|c: char| c.is_ascii_punctuation() || "…。、！？".contains(c));
    let word = word.split('#').next().unwrap_or_default();
    let counts = word.len() <= TAG_MAX.0 && word.graphemes(true).count() <= TAG_MAX.1;
    let worded = word.chars().any(|c| !c.is_ascii_digit() && !c.is_ascii_punctuation());
    (counts && worded && !word.starts_with('\u{fe0f}')).then(|| (word.len(), EntityKind::Tag(word.to_owned())))
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
