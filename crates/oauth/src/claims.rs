//! Who somebody is, as data: what their token has to hold, and what a checked one said.

use std::fmt;

use serde_json::{Map, Value};

/// What an `id_token` has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenId {
    /// Who must have made it; `{tid}` stands for the tenant the token itself names.
    pub issuers: Vec<String>,
    /// Where the signing keys are.
    pub keys: String,
}

/// Claims of a checked token.
#[derive(Clone, Default, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Those of a token that was checked.
    pub(crate) const fn of(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// A claim that is text, at most 300 characters; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let text = self.0.get(name).and_then(Value::as_str).unwrap_or_default();
        text.chars().filter(|sign| !sign.is_control()).take(300).collect()
    }

    /// Whether a claim is true; some write it as text.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| *value == Value::Bool(true) || *value == "true")
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
