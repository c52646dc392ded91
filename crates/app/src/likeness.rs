//! Whether a post that an account shows is the one that may have been published: for a person to be told, and for a
//! profile that is older than what went out from it. Where a platform rewrites texts in a way not known here, a post
//! that is merely alike is never taken for certain, in either direction.

use domain::post::Part;
use providers::shown::Seen;

/// How much a post looks like a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Not at all.
    Other,
    /// So much that only a person can tell.
    Alike,
    /// The same words and as many pictures.
    Same,
}

/// How much `seen` looks like `part`.
#[must_use]
pub fn likeness(part: &Part, seen: &Seen) -> Likeness {
    let (wanted, shown) = (words(&part.text), words(&seen.text));
    let pictures = part.media.len() == seen.pictures;
    if spaced(&part.text) == spaced(&seen.text) && pictures {
        // Pictures without a word say little.
        return if wanted.is_empty() { Likeness::Alike } else { Likeness::Same };
    }
    if !wanted.is_empty() && alike(&wanted, shown) { Likeness::Alike } else { Likeness::Other }
}

/// One space between words, none at the ends.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.split(|sign: char| !sign.is_alphanumeric()).map(str::to_lowercase).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}

/// Whether three quarters of the words of the longer text are in the other.
fn alike(one: &[String], mut other: Vec<String>) -> bool {
    let longer = one.len().max(other.len());
    let mut shared = 0;
    for word in one {
        if let Ok(place) = other.binary_search(word) {
            other.remove(place);
            shared += 1;
        }
    }
    shared * 4 >= longer * 3 && shared > 0
}

#[cfg(test)]
mod tests {
    use domain::{MediaId, post::MediaRef};
    use providers::provider::Remote;

    use super::*;

    fn part(text: &str, pictures: u8) -> Part {
        let media = (0..pictures).map(|n| MediaRef { id: MediaId::from_bytes(&[n; 16]).unwrap(), alt: String::new() });
        Part { text: text.to_owned(), media: media.collect(), ..Part::default() }
    }

    fn seen(text: &str, pictures: usize) -> Seen {
        let remote = Remote { id: "1".to_owned(), url: String::new(), extra: serde_json::Value::Null };
        Seen { remote, text: text.to_owned(), pictures, at: None }
    }

    #[test]
    fn the_same_words_are_the_same_and_most_of_them_alike() {
        let table = [
            ("Kiln is open", 0, "Kiln is open", 0, Likeness::Same),
            (" Kiln\r\nis open ", 1, "Kiln is open", 1, Likeness::Same),
            ("Kiln is open", 1, "Kiln is open", 0, Likeness::Alike),
            ("Kiln is open today", 0, "kiln IS open, today!", 0, Likeness::Alike),
            ("Kiln is open today", 0, "Kiln is open now", 0, Likeness::Alike),
            ("Kiln is open", 0, "Glaze is sold out", 0, Likeness::Other),
            ("", 1, "", 1, Likeness::Alike),
            ("", 1, "A word", 1, Likeness::Other),
        ];
        for (text, pictures, shown, there, expected) in table {
            assert_eq!(likeness(&part(text, pictures), &seen(shown, there)), expected, "{text} / {shown}");
        }
    }
}
