//! What a server says of its limits, within bounds: it is a stranger, and nothing it says may make us count for ever,
//! decode without end or offer nothing at all.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Limits of one server. The defaults are Mastodon's (documentation, entity Instance).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Facts {
    /// Version as it writes it.
    pub(super) version: String,
    /// The host in its users' addresses; empty where it does not say.
    pub(super) domain: String,
    pub(super) characters: u32,
    pub(super) url_chars: u32,
    pub(super) pictures: u32,
    pub(super) image_types: Vec<String>,
    pub(super) image_bytes: u64,
    pub(super) image_pixels: u32,
    pub(super) alt_chars: u32,
    pub(super) poll_answers: u32,
    pub(super) poll_answer_chars: u32,
    pub(super) poll_min_s: u32,
    pub(super) poll_max_s: u32,
}

/// Types we can make and every server of the family is known to take.
const TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Longest text of a server kept, in characters.
const WORD_MAX_CHARS: usize = 200;

impl Default for Facts {
    fn default() -> Self {
        Self {
            version: String::new(),
            domain: String::new(),
            characters: 500,
            url_chars: 23,
            pictures: 4,
            image_types: TYPES.map(str::to_owned).to_vec(),
            image_bytes: 16_777_216,
            image_pixels: 33_177_600,
            alt_chars: 1_500,
            poll_answers: 4,
            poll_answer_chars: 50,
            poll_min_s: 300,
            poll_max_s: 2_629_746,
        }
    }
}

impl Facts {
    /// What was learnt of an account's server before; the defaults where nothing was.
    pub(super) fn known(facts: &Value) -> Self {
        Self::deserialize(facts).unwrap_or_default()
    }

    /// What `/api/v2/instance` or `/api/v1/instance` says; `None` for an answer that is neither.
    pub(super) fn of_instance(answer: &Value) -> Option<Self> {
        let word = |name: &str| {
            let text = answer.get(name).and_then(Value::as_str)?;
            Some(text.chars().filter(|sign| !sign.is_control()).take(WORD_MAX_CHARS).collect::<String>())
        };
        let version = word("version")?;
        let domain = word("domain").or_else(|| word("uri"))?;
        let plain = Self::default();
        let number = |pointer: &str| answer.pointer(pointer).and_then(Value::as_u64);
        let within = |pointer: &str, least: u32, most: u32, without: u32| {
            number(pointer).map_or(without, |said| u32::try_from(said).unwrap_or(most).clamp(least, most))
        };
        let statuses = "/configuration/statuses";
        let characters = number(&format!("{statuses}/max_characters"))
            .or_else(|| number("/max_toot_chars"))
            .map_or(plain.characters, |said| u32::try_from(said).unwrap_or(u32::MAX).clamp(1, 100_000));
        let image_bytes = number("/configuration/media_attachments/image_size_limit");
        Some(Self {
            version,
            domain: host(&domain),
            characters,
            url_chars: within(&format!("{statuses}/characters_reserved_per_url"), 1, 500, plain.url_chars),
            pictures: within(&format!("{statuses}/max_media_attachments"), 0, 32, plain.pictures),
            image_types: types(answer),
            image_bytes: image_bytes.map_or(plain.image_bytes, |said| said.clamp(10_000, 64 << 20)),
            image_pixels: within(
                "/configuration/media_attachments/image_matrix_limit",
                10_000,
                64_000_000,
                plain.image_pixels,
            ),
            alt_chars: within("/configuration/media_attachments/description_limit", 0, 10_000, plain.alt_chars),
            poll_answers: within("/configuration/polls/max_options", 0, 50, plain.poll_answers),
            poll_answer_chars: within(
                "/configuration/polls/max_characters_per_option",
                1,
                1_000,
                plain.poll_answer_chars,
            ),
            poll_min_s: within("/configuration/polls/min_expiration", 1, 86_400, plain.poll_min_s),
            poll_max_s: within("/configuration/polls/max_expiration", 60, 31_622_400, plain.poll_max_s),
        })
    }
}

/// Of the types we can make those the server lists; all of them where it lists none.
fn types(answer: &Value) -> Vec<String> {
    let listed = answer.pointer("/configuration/media_attachments/supported_mime_types").and_then(Value::as_array);
    let takes = |wanted: &&str| listed.is_none_or(|all| all.iter().any(|known| known.as_str() == Some(wanted)));
    let taken: Vec<_> = TYPES.into_iter().filter(takes).map(str::to_owned).collect();
    if taken.is_empty() { Facts::default().image_types } else { taken }
}

/// A host name, from a name or an address; empty for anything that is neither.
fn host(said: &str) -> String {
    let name = said.trim_start_matches("https://").trim_end_matches('/').to_ascii_lowercase();
    let plain = name.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-' | ':'));
    if plain { name } else { String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn instance(configuration: &Value) -> Facts {
        let answer = json!({"domain": "example.social", "version": "4.6.0", "configuration": configuration});
        Facts::of_instance(&answer).unwrap()
    }

    #[test]
    fn a_server_says_its_own_limits() {
        let facts = instance(&json!({
            "statuses": {"max_characters": 5000, "max_media_attachments": 6, "characters_reserved_per_url": 25},
            "media_attachments": {"supported_mime_types": ["image/png", "video/mp4"], "image_size_limit": 5_000_000,
                "image_matrix_limit": 4_000_000, "description_limit": 500},
            "polls": {"max_options": 6, "max_characters_per_option": 60, "min_expiration": 60,
                "max_expiration": 604_800},
        }));
        assert_eq!((facts.characters, facts.url_chars, facts.pictures), (5_000, 25, 6));
        assert_eq!((facts.image_bytes, facts.image_pixels, facts.alt_chars), (5_000_000, 4_000_000, 500));
        assert_eq!((facts.poll_answers, facts.poll_answer_chars), (6, 60));
        assert_eq!((facts.poll_min_s, facts.poll_max_s), (60, 604_800));
        assert_eq!(facts.image_types, ["image/png"]);
        assert_eq!(Facts::known(&json!(facts)), facts, "kept and read again");
    }

    #[test]
    fn silence_means_the_defaults_and_the_older_form_is_read() {
        assert_eq!(instance(&json!({})).characters, 500);
        let old = json!({"uri": "https://Example.social/", "version": "2.7.2", "max_toot_chars": 3000});
        let facts = Facts::of_instance(&old).unwrap();
        assert_eq!((facts.characters, facts.domain.as_str()), (3_000, "example.social"));
        assert_eq!(Facts::known(&Value::Null), Facts::default());
        for other in [json!({}), json!([]), json!("x"), json!({"version": 4})] {
            assert_eq!(Facts::of_instance(&other), None);
        }
    }

    #[test]
    fn hostile_limits_are_bounded() {
        let facts = instance(&json!({
            "statuses": {"max_characters": u64::MAX, "max_media_attachments": 1_000_000, "characters_reserved_per_url": 0},
            "media_attachments": {"supported_mime_types": ["image/svg+xml"], "image_size_limit": u64::MAX,
                "image_matrix_limit": 0, "description_limit": u64::MAX},
            "polls": {"max_options": u64::MAX, "max_expiration": u64::MAX},
        }));
        assert_eq!((facts.characters, facts.pictures, facts.url_chars), (100_000, 32, 1));
        assert_eq!((facts.image_bytes, facts.image_pixels, facts.alt_chars), (64 << 20, 10_000, 10_000));
        assert_eq!((facts.poll_answers, facts.poll_max_s, facts.image_types.len()), (50, 31_622_400, 3));
        let odd = json!({"domain": "a/../b?<script>", "version": "x\u{0}".repeat(500)});
        let facts = Facts::of_instance(&odd).unwrap();
        assert_eq!((facts.domain.as_str(), facts.version.len()), ("", 200));
    }

    proptest! {
        #[test]
        fn no_answer_makes_reading_fail(numbers in any::<[i64; 4]>(), word in ".{0,30}") {
            let answer = json!({"version": word, "uri": word, "configuration": {
                "statuses": {"max_characters": numbers[0], "max_media_attachments": numbers[1]},
                "media_attachments": {"image_size_limit": numbers[2], "image_matrix_limit": numbers[3]},
            }});
            let facts = Facts::of_instance(&answer).unwrap();
            prop_assert!(facts.characters >= 1 && facts.image_bytes >= 10_000 && facts.image_pixels.isqrt() >= 100);
        }
    }
}
