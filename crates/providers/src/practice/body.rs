//! What is sent for one part: pure functions from the work, the checkpoint and the seed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::provider::{Seed, Work};

/// What the prepare steps have left: uploaded pictures in order, and for kind b the container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    #[serde(default)]
    pub(super) media: Vec<Uploaded>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) container: Option<Staged>,
}

/// An uploaded picture, with the digest of the file it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Uploaded {
    pub(super) digest: String,
    pub(super) id: String,
}

/// A container, with the post it was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Staged {
    pub(super) id: String,
    pub(super) post: Value,
}

/// The next prepare step.
#[derive(Debug, PartialEq)]
pub(super) enum Todo {
    /// Upload the picture at this place, counted from 0.
    Picture(usize),
    /// Make the container.
    Container,
}

impl Checkpoint {
    /// Reads a saved checkpoint. One that cannot be read counts as empty: prepare steps may be repeated.
    pub(super) fn read(saved: &Value) -> Self {
        Self::deserialize(saved).unwrap_or_default()
    }

    /// What is still to be done before the effect.
    pub(super) fn todo(&self, work: &Work, staged: bool) -> Option<Todo> {
        let missing = (0..).zip(&work.media).find(|(place, media)| {
            let place: usize = *place;
            self.media.get(place).is_none_or(|done| done.digest != media.digest)
        });
        if let Some((place, _)) = missing {
            return Some(Todo::Picture(place));
        }
        let post = post(work, self);
        let made = self.container.as_ref().is_some_and(|container| container.post == post);
        (staged && !made).then_some(Todo::Container)
    }

    /// A checkpoint as it will be when all is prepared, with stand-ins for the ids only the network can give.
    pub(super) fn expected(work: &Work) -> Self {
        let uploaded = |(number, digest): (usize, &String)| Uploaded {
            digest: digest.clone(),
            id: format!("med_preview_{number}"),
        };
        let media = (1..).zip(work.media.iter().map(|media| &media.digest)).map(uploaded).collect();
        let mut checkpoint = Self { media, container: None };
        checkpoint.container = Some(Staged { id: "cont_preview".to_owned(), post: post(work, &checkpoint) });
        checkpoint
    }
}

/// The body of a post (§4.3). Call when all pictures are uploaded.
pub(super) fn post(work: &Work, checkpoint: &Checkpoint) -> Value {
    let mut post = json!({"text": work.text});
    if let Some(fields) = post.as_object_mut() {
        if !work.media.is_empty() {
            let media = work.media.iter().zip(&checkpoint.media);
            let media = media.map(|(media, done)| match media.alt.as_str() {
                "" => json!({"id": done.id}),
                alt => json!({"id": done.id, "alt": alt}),
            });
            fields.insert("media".into(), media.collect::<Vec<_>>().into());
        }
        // Kind d gives no ids, so its parts follow each other without being replies.
        if let Some(parent) = work.parent.as_ref().filter(|parent| !parent.id.is_empty()) {
            fields.insert("reply_to".into(), parent.id.clone().into());
        }
        if !work.language.is_empty() {
            fields.insert("language".into(), work.language.clone().into());
        }
    }
    post
}

/// The Idempotency-Key of an effect: instant and random bits, in hexadecimal.
pub(super) fn key(seed: Seed) -> String {
    format!("{:012x}{:016x}", seed.at.as_millis().max(0), seed.random)
}

/// Text as kind c stores it (§4.3): line ends become LF, white space at both ends goes, three or more LF
/// become two.
pub(super) fn normalised(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut kept = String::with_capacity(unified.len());
    let mut run = 0;
    for sign in unified.trim().chars() {
        run = if sign == '\n' { run + 1 } else { 0 };
        if run <= 2 {
            kept.push(sign);
        }
    }
    kept
}

/// A link of more code points than this is stored cut short by kind r (§4.3).
const LINK_KEPT: usize = 30;

/// Text as kind r stores it (§4.3): NFC, no white space at the end, one blank for several, long links cut short.
pub(super) fn rewritten(text: &str) -> String {
    let composed: String = text.nfc().collect();
    let mut blank = false;
    let single: String = composed
        .trim_end()
        .chars()
        .filter(|sign| !std::mem::replace(&mut blank, *sign == ' ') || *sign != ' ')
        .collect();
    let mut stored = String::with_capacity(single.len());
    let mut rest = single.as_str();
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let link = word.starts_with("http://") || word.starts_with("https://");
        match word.char_indices().nth(LINK_KEPT).and(word.char_indices().nth(LINK_KEPT - 1)) {
            Some((end, _)) if link => stored.extend([word.get(..end).unwrap_or(word), "…"]),
            _ => stored.push_str(word),
        }
        let (space, next) = after.split_at(after.find(|sign: char| !sign.is_whitespace()).unwrap_or(after.len()));
        stored.push_str(space);
        rest = next;
    }
    stored
}

#[cfg(test)]
mod tests {
    use domain::UtcMs;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_normalised_as_the_sheet_says() {
        for (given, stored) in [
            ("  a\r\nb\rc \n", "a\nb\nc"),
            ("a\n\n\nb\n\nc\n\n\n\nd", "a\n\nb\n\nc\n\nd"),
            ("a\r\n\r\n\r\nb", "a\n\nb"),
            ("a  b \n c", "a  b \n c"),
            ("\u{a0}\u{3000}a\u{2028}", "a"),
            (" \n ", ""),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(normalised(given), stored, "{given:?}");
        }
    }

    #[test]
    fn text_is_rewritten_as_the_sheet_says() {
        for (given, stored) in [
            ("  a   b \n c\t\r\n\u{3000}", " a b \n c"),
            ("a\u{a0}\u{a0}b\n\n\n\nc", "a\u{a0}\u{a0}b\n\n\n\nc"),
            ("e\u{301}\u{212b}", "\u{e9}\u{c5}"),
            ("https://ash.test/0123456789012", "https://ash.test/0123456789012"),
            ("https://ash.test/01234567890123", "https://ash.test/012345678901…"),
            (
                "a http://ash.test/ä/0123456789012\n(https://ash.test/0123456789012345)",
                "a http://ash.test/ä/01234567890…\n(https://ash.test/0123456789012345)",
            ),
            ("HTTPS://ASH.TEST/0123456789012345678", "HTTPS://ASH.TEST/0123456789012345678"),
            (" \n ", ""),
        ] {
            assert_eq!(rewritten(given), stored, "{given:?}");
        }
    }

    #[test]
    fn a_key_is_visible_ascii_and_tells_seeds_apart() {
        let at = UtcMs::from_millis(1_763_690_400_000);
        assert_eq!(key(Seed { at, random: 7 }), "019aa423c9000000000000000007");
        assert_ne!(key(Seed { at, random: 7 }), key(Seed { at, random: 8 }));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "[ a\r\n\t\u{a0}]{0,40}") {
            let once = normalised(&text);
            prop_assert_eq!(&normalised(&once), &once);
            prop_assert_eq!(rewritten(&rewritten(&text)), rewritten(&text));
            prop_assert!(!once.contains('\r') && !once.contains("\n\n\n") && once.trim() == once);
        }
    }
}
