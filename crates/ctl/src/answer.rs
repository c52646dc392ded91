//! What a verb has to say.

use serde_json::Value;

use crate::trouble::Trouble;

/// A verb's answer in both forms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The one value printed with `--json`.
    pub json: Value,
    /// What people read.
    pub text: String,
    /// What to do next, for people; empty for nothing.
    pub hint: String,
    /// Set where the answer is printed and the verb still fails: a check that found something.
    pub but: Option<Trouble>,
}

impl Answer {
    /// An answer in both forms.
    pub fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into(), hint: String::new(), but: None }
    }

    /// The same answer with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same answer that fails nevertheless.
    #[must_use]
    pub fn but(mut self, trouble: Option<Trouble>) -> Self {
        self.but = trouble;
        self
    }
}
