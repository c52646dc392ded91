//! Changing what is live: deleting it, or giving it other words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where one deletion or edit stands. The publication stays `published` throughout: it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Asked for; its turn comes.
    Waiting,
    /// Being made.
    Running,
    /// A try failed without effect; the next one has a time.
    Retrying,
    /// Waits for something named by a [`crate::HeldReason`].
    Held,
    /// Sent, no reply: the platform is being asked what is there now.
    Unconfirmed,
    /// Made, and seen by the platform's own word.
    Done,
    /// Given up, with the cause; what is live is as the reason says.
    Failed,
}

impl ChangeState {
    /// Every state, in the order of the list above.
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::Running, Self::Retrying, Self::Held, Self::Unconfirmed, Self::Done, Self::Failed];

    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Unconfirmed => "unconfirmed",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

/// The words of one part: all an edit can change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The text as written.
    pub text: String,
    /// Alt texts of its pictures, in order.
    #[serde(default)]
    pub alts: Vec<String>,
    /// BCP 47 language tag; empty when unknown.
    #[serde(default)]
    pub language: String,
    /// The platform's option fields that go out with the part.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_words_match_the_serialised_ones() {
        for state in ChangeState::ALL {
            assert_eq!(serde_json::to_value(state).ok(), Some(state.as_str().into()));
            assert_eq!(ChangeState::parse(state.as_str()), Some(state));
        }
    }
}
