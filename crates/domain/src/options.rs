//! Option fields of a platform as data: the source of forms, of what pre-flight checks, and of what the command line
//! takes. Values are text everywhere; a poll is JSON text of a [`Poll`].

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// One field beside text and pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OptionField {
    /// Its key in the options of a variant: `visibility`.
    pub id: String,
    /// Names its words in the user interface; usually the same as `id`.
    pub label: String,
    /// What may be put in.
    pub input: OptionInput,
    /// What holds when nothing is put in; empty where the platform or the account decides.
    pub default: String,
    /// Whether its text counts with the text of every part (a content warning does).
    pub counted: bool,
    /// Whether it goes out with the first part only (a poll does); otherwise with every part.
    pub first_part_only: bool,
}

/// What may be put into a field. An empty value always stands for the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OptionInput {
    /// One of these.
    Choice {
        /// In the order they are offered.
        choices: Vec<OptionChoice>,
    },
    /// One line of text.
    Text {
        /// Most grapheme clusters.
        chars_max: u32,
    },
    /// `true` or `false`.
    Flag,
    /// A BCP 47 language tag; instead of the post's own.
    Language,
    /// JSON text of a [`Poll`]; never beside pictures.
    Poll(PollLimits),
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct OptionChoice {
    /// The value: `unlisted`.
    pub id: String,
    /// Names its words in the user interface: `visibility_unlisted`.
    pub label: String,
}

/// What a poll may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PollLimits {
    /// Most answers to choose from; two are the least.
    pub answers_max: u32,
    /// Most grapheme clusters of an answer.
    pub answer_max_chars: u32,
    /// Shortest run, in seconds.
    pub life_min_s: u32,
    /// Longest run, in seconds.
    pub life_max_s: u32,
}

/// A poll as it is put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// Answers to choose from, in order.
    pub answers: Vec<String>,
    /// How long it runs from publishing on, in seconds.
    pub life_s: u32,
    /// Whether several may be chosen.
    #[serde(default)]
    pub multiple: bool,
    /// Whether the counts stay hidden until it ends.
    #[serde(default)]
    pub hide_totals: bool,
}

/// Why a value does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Misfit {
    /// What there is and what fits, in the same unit, where that is what is wrong.
    pub measured: Option<(i64, i64)>,
}

/// Longest value looked at, in bytes.
const VALUE_MAX_BYTES: usize = 20_000;
/// Longest language tag, in bytes.
const LANGUAGE_MAX_BYTES: usize = 35;

impl OptionField {
    /// Whether `value` may be put in.
    pub fn check(&self, value: &str) -> Result<(), Misfit> {
        if value.is_empty() {
            return Ok(());
        }
        if value.len() > VALUE_MAX_BYTES {
            return Err(over(value.len(), VALUE_MAX_BYTES));
        }
        let fits = match &self.input {
            OptionInput::Choice { choices } => choices.iter().any(|choice| choice.id == value),
            OptionInput::Text { chars_max } => return fits_chars(value, *chars_max),
            OptionInput::Flag => matches!(value, "true" | "false"),
            OptionInput::Language => is_language(value),
            OptionInput::Poll(limits) => return Poll::read(value).ok_or_else(Misfit::default)?.check(*limits),
        };
        if fits { Ok(()) } else { Err(Misfit::default()) }
    }
}

impl Poll {
    /// The poll written as JSON text; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|_| text.len() <= VALUE_MAX_BYTES)
    }

    fn check(&self, limits: PollLimits) -> Result<(), Misfit> {
        let most = limits.answers_max as usize;
        if self.answers.len() < 2 || self.answers.iter().any(|answer| answer.trim().is_empty()) {
            return Err(Misfit::default());
        }
        if self.answers.len() > most {
            return Err(over(self.answers.len(), most));
        }
        self.answers.iter().try_for_each(|answer| fits_chars(answer, limits.answer_max_chars))?;
        if self.life_s < limits.life_min_s {
            return Err(Misfit { measured: Some((i64::from(self.life_s), i64::from(limits.life_min_s))) });
        }
        if self.life_s > limits.life_max_s {
            return Err(Misfit { measured: Some((i64::from(self.life_s), i64::from(limits.life_max_s))) });
        }
        Ok(())
    }
}

fn fits_chars(text: &str, most: u32) -> Result<(), Misfit> {
    let used = text.graphemes(true).count();
    if used <= most as usize { Ok(()) } else { Err(over(used, most as usize)) }
}

fn over(actual: usize, limit: usize) -> Misfit {
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Misfit { measured: Some((whole(actual), whole(limit))) }
}

/// Whether a text has the form of a language tag: `en`, `pt-BR`, `zh-Hant-TW`.
#[must_use]
pub fn is_language(text: &str) -> bool {
    let mut pieces = text.split('-');
    let first = pieces.next().unwrap_or_default();
    text.len() <= LANGUAGE_MAX_BYTES
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && pieces.all(|piece| (1..=8).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLL: PollLimits = PollLimits { answers_max: 3, answer_max_chars: 5, life_min_s: 300, life_max_s: 3_600 };

    fn field(input: OptionInput) -> OptionField {
        OptionField {
            id: "x".into(),
            label: "x".into(),
            input,
            default: String::new(),
            counted: false,
            first_part_only: false,
        }
    }

    fn fits(input: OptionInput, value: &str) -> bool {
        field(input).check(value).is_ok()
    }

    #[test]
    fn a_value_fits_its_field() {
        let choices = vec![OptionChoice { id: "public".into(), label: "public".into() }];
        let choice = OptionInput::Choice { choices };
        assert!(fits(choice.clone(), "public") && fits(choice.clone(), "") && !fits(choice, "secret"));
        assert!(fits(OptionInput::Flag, "true") && !fits(OptionInput::Flag, "yes"));
        assert!(fits(OptionInput::Text { chars_max: 2 }, "👩‍👩‍👧é") && !fits(OptionInput::Text { chars_max: 2 }, "abc"));
        for (tag, good) in [("de", true), ("pt-BR", true), ("zh-Hant-TW", true), ("english", false), ("d", false)] {
            assert_eq!(fits(OptionInput::Language, tag), good, "{tag}");
        }
    }

    #[test]
    fn a_poll_fits_its_limits_or_says_by_how_much_it_does_not() {
        let poll = |text: &str| field(OptionInput::Poll(POLL)).check(text);
        assert_eq!(poll(r#"{"answers":["yes","no"],"life_s":300}"#), Ok(()));
        assert_eq!(poll(r#"{"answers":["yes","no"],"life_s":299}"#), Err(Misfit { measured: Some((299, 300)) }));
        assert_eq!(poll(r#"{"answers":["yes","no"],"life_s":3601}"#), Err(Misfit { measured: Some((3_601, 3_600)) }));
        assert_eq!(poll(r#"{"answers":["a","b","c","d"],"life_s":300}"#), Err(Misfit { measured: Some((4, 3)) }));
        assert_eq!(poll(r#"{"answers":["a","longer"],"life_s":300}"#), Err(Misfit { measured: Some((6, 5)) }));
        for odd in ["yes", "{}", r#"{"answers":["a"],"life_s":300}"#, r#"{"answers":["a"," "],"life_s":300}"#] {
            assert_eq!(poll(odd), Err(Misfit::default()), "{odd}");
        }
    }
}
