//! The states of a publication: the only list, the same words in the database, on the wire and in docs.

use serde::{Deserialize, Serialize};

/// Where one post to one account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PublicationState {
    /// Waits for its time.
    Scheduled,
    /// Being sent.
    Publishing,
    /// A try failed without effect; the next one has a time.
    Retrying,
    /// Waits for something named by a [`HeldReason`].
    Held,
    /// Sent, no reply: the platform is being asked whether it is live.
    Unconfirmed,
    /// Nothing can tell whether it is live: the owner is asked.
    NeedsDecision,
    /// Live, with its link.
    Published,
    /// Given up, with the cause and what to do.
    Failed,
    /// Taken back by the owner before it went out.
    Cancelled,
}

impl PublicationState {
    /// Every state, in the order of the list above.
    pub const ALL: [Self; 9] = [
        Self::Scheduled,
        Self::Publishing,
        Self::Retrying,
        Self::Held,
        Self::Unconfirmed,
        Self::NeedsDecision,
        Self::Published,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Publishing => "publishing",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Unconfirmed => "unconfirmed",
            Self::NeedsDecision => "needs_decision",
            Self::Published => "published",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the state asks for nothing more, now or later.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Published | Self::Failed | Self::Cancelled)
    }

    /// The group it is shown in: by what it asks of the reader.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::Held | Self::NeedsDecision | Self::Failed => Group::NeedsYou,
            Self::Publishing | Self::Unconfirmed => Group::Now,
            Self::Scheduled | Self::Retrying => Group::Next,
            Self::Published | Self::Cancelled => Group::Done,
        }
    }
}

/// What a publication asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Does nothing until the owner acts.
    NeedsYou,
    /// At work this minute.
    Now,
    /// Will go out by itself.
    Next,
    /// Settled.
    Done,
}

/// Why a publication is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The owner paused everything.
    Paused,
    /// Its time passed while Postroom could not run.
    Missed,
    /// The account needs to be linked again.
    Relink,
    /// The platform's quota is used up.
    Quota,
    /// The machine has no network.
    Offline,
    /// A picture or film is gone from the profile folder.
    FileMissing,
    /// The profile is a restored or copied one; what went out meanwhile must be looked at first.
    Restored,
    /// The sealed tokens cannot be opened: keychain locked or gone.
    VaultLocked,
    /// This computer's clock differs from the platforms'.
    ClockWrong,
}

impl HeldReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Paused,
        Self::Missed,
        Self::Relink,
        Self::Quota,
        Self::Offline,
        Self::FileMissing,
        Self::Restored,
        Self::VaultLocked,
        Self::ClockWrong,
    ];

    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Missed => "missed",
            Self::Relink => "relink",
            Self::Quota => "quota",
            Self::Offline => "offline",
            Self::FileMissing => "file_missing",
            Self::Restored => "restored",
            Self::VaultLocked => "vault_locked",
            Self::ClockWrong => "clock_wrong",
        }
    }

    /// The reason stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_words_match_the_serialised_ones() {
        for state in PublicationState::ALL {
            assert_eq!(serde_json::to_value(state).ok(), Some(state.as_str().into()));
            assert_eq!(PublicationState::parse(state.as_str()), Some(state));
        }
        for reason in HeldReason::ALL {
            assert_eq!(serde_json::to_value(reason).ok(), Some(reason.as_str().into()));
            assert_eq!(HeldReason::parse(reason.as_str()), Some(reason));
        }
    }
}
