//! Effects: calls that change what others can see, and the class that says how doubt about one is settled.

use serde::{Deserialize, Serialize};

/// What an effect does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EffectKind {
    /// Makes one part of a publication visible.
    Publish,
    /// Writes the first comment below a publication.
    Comment,
    /// Gives something published other words.
    Edit,
    /// Removes something published.
    Delete,
}

impl EffectKind {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Comment => "comment",
            Self::Edit => "edit",
            Self::Delete => "delete",
        }
    }

    /// The kind stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Publish, Self::Comment, Self::Edit, Self::Delete].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a platform helps against doubles. A function of platform, account kind, granted scopes and effect,
/// never of the platform alone; shown to the user as the promise made for that account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EffectClass {
    /// A client-chosen id or key makes a repeat harmless.
    A,
    /// Staged: a container is made first, and its publication can be asked about.
    B,
    /// The server refuses repeats and names the first.
    R,
    /// The account's own recent posts can be read back and matched.
    C,
    /// Blind: neither; a person decides when a reply is lost.
    D,
}

impl EffectClass {
    /// One lower-case letter, as stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::R => "r",
            Self::C => "c",
            Self::D => "d",
        }
    }

    /// The class stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::A, Self::B, Self::R, Self::C, Self::D].into_iter().find(|class| class.as_str() == text)
    }
}

/// Where one effect stands. Written with a synced commit before and after each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// Recorded and not open: never sent, or proved absent or refused since the last attempt.
    Ready,
    /// Intent committed: the call may have been made. Only a confirm leads out of here after a crash.
    Open,
    /// Known to exist, with its remote id.
    Done,
    /// Refused for good by the platform.
    Refused,
    /// Nothing can decide: a person is asked.
    Undecided,
}

impl EffectState {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Open => "open",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Undecided => "undecided",
        }
    }

    /// The state stored as `text`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Open, Self::Done, Self::Refused, Self::Undecided]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// How long a platform may take to show, or still accept, what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Longest time, in milliseconds, until an accepted post can be read back.
    pub visible_after_max_ms: i64,
    /// Longest time, in milliseconds, after our side gave up in which the server may still accept.
    pub late_accept_ms: i64,
}

impl Doubt {
    /// Milliseconds after the last attempt from which "not found" proves absence.
    #[must_use]
    pub const fn absence_after_ms(self) -> i64 {
        self.visible_after_max_ms.saturating_add(self.late_accept_ms)
    }
}
