//! How the access of an account stands: a pure function of what is known of it. Silence of a network is no end of an
//! access here, and an access that renews itself has not ended.

use serde::{Deserialize, Serialize};

use crate::{account::AccountState, time::UtcMs};

/// An end that only linking again moves is told from so long before it on: 7 days, in milliseconds.
pub const SOON_MS: i64 = 7 * DAY_MS;
/// The same for one that is moved by every renewal: a day without one has to be out of the ordinary.
const IDLE_MS: i64 = DAY_MS;
const DAY_MS: i64 = 86_400_000;

/// How the access of an account stands: each has another cure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It works as far as anybody knows.
    #[default]
    Fine,
    /// It ends within days, and only linking again helps.
    EndsSoon,
    /// The token in hand has ended; the next use renews it.
    ExpiredRenewable,
    /// It has ended, and nothing renews it.
    Expired,
    /// The platform ended it before its time, or its owner did there.
    Revoked,
    /// A permission that publishing needs is not among those granted.
    ScopeMissing,
    /// Its server is not reached just now. Nothing has ended.
    Unreachable,
    /// This computer's clock is too far off to tell, or for its server to believe it.
    ClockWrong,
    /// The app of the user's own that it was linked through is not known here any more.
    KeysMissing,
    /// The key that opens it is locked or gone.
    Locked,
    /// The platform restricts the account.
    Restricted,
    /// It was given back.
    Unlinked,
}

impl Access {
    /// Every one, in the order they are declared.
    pub const ALL: [Self; 12] = [
        Self::Fine,
        Self::EndsSoon,
        Self::ExpiredRenewable,
        Self::Expired,
        Self::Revoked,
        Self::ScopeMissing,
        Self::Unreachable,
        Self::ClockWrong,
        Self::KeysMissing,
        Self::Locked,
        Self::Restricted,
        Self::Unlinked,
    ];

    /// Whether its owner has to do something about it.
    #[must_use]
    pub const fn needs_its_owner(self) -> bool {
        !matches!(self, Self::Fine | Self::ExpiredRenewable | Self::Unreachable | Self::Unlinked)
    }
}

/// What is known of the access of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Known {
    /// What was last recorded of the account.
    pub state: AccountState,
    /// When the token in hand ends; `None` where nobody says so.
    pub token_ends_at: Option<UtcMs>,
    /// Whether use renews that.
    pub renews: bool,
    /// When it ends for good; `None` where nobody says so.
    pub ends_at: Option<UtcMs>,
    /// Whether renewals move that end.
    pub end_moves: bool,
    /// Whether a permission that publishing needs was not granted.
    pub scope_missing: bool,
    /// Whether the app it was linked through is not known any more.
    pub keys_missing: bool,
    /// Whether sealed access cannot be opened.
    pub locked: bool,
    /// Whether this computer's clock is known to be wrong.
    pub clock_wrong: bool,
    /// Whether its server is left alone just now.
    pub unreachable: bool,
}

impl Known {
    /// How it stands, the worst first: what its owner has to do before anything else helps.
    #[must_use]
    pub fn access(&self, now: UtcMs) -> Access {
        let past = |end: Option<UtcMs>| end.is_some_and(|end| end <= now);
        let over = past(self.ends_at) || (!self.renews && past(self.token_ends_at));
        match self.state {
            AccountState::Unlinked => return Access::Unlinked,
            AccountState::NeedsRelink if over => return Access::Expired,
            AccountState::NeedsRelink => return Access::Revoked,
            AccountState::Restricted => return Access::Restricted,
            AccountState::Healthy => {}
        }
        let warned_ms = if self.end_moves { IDLE_MS } else { SOON_MS };
        let soon = self.ends_at.is_some_and(|end| end.since(now) <= warned_ms);
        match self {
            Self { locked: true, .. } => Access::Locked,
            Self { keys_missing: true, .. } => Access::KeysMissing,
            // By a wrong clock nothing can be said to have ended.
            Self { clock_wrong: true, .. } => Access::ClockWrong,
            _ if over => Access::Expired,
            Self { scope_missing: true, .. } => Access::ScopeMissing,
            _ if soon => Access::EndsSoon,
            Self { unreachable: true, .. } => Access::Unreachable,
            _ if past(self.token_ends_at) => Access::ExpiredRenewable,
            _ => Access::Fine,
        }
    }
}

/// What became of a grant at its platform when the account was unlinked here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GrantGone {
    /// The platform confirmed that it ended.
    #[default]
    Ended,
    /// Signed out; the app password still works until it is deleted at the platform.
    PasswordStays,
    /// The platform has no call for that: it stays there until its owner ends it.
    NotOffered,
    /// The platform could not be told: it stays there until it ends or its owner ends it.
    NotTold,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> UtcMs {
        UtcMs::from_millis(100 * DAY_MS)
    }

    const WELL: Known = Known {
        state: AccountState::Healthy,
        token_ends_at: None,
        renews: true,
        ends_at: None,
        end_moves: false,
        scope_missing: false,
        keys_missing: false,
        locked: false,
        clock_wrong: false,
        unreachable: false,
    };

    #[test]
    fn each_has_its_own_name_and_the_worst_is_told() {
        let days = |days: i64| Some(now().plus_ms(days * DAY_MS));
        let table = [
            ("nothing is known to end", WELL, Access::Fine),
            ("a token that is renewed", Known { token_ends_at: days(-1), ..WELL }, Access::ExpiredRenewable),
            ("a token that is not", Known { token_ends_at: days(-1), renews: false, ..WELL }, Access::Expired),
            ("an end in eight days", Known { ends_at: days(8), ..WELL }, Access::Fine),
            ("in seven", Known { ends_at: days(7), ..WELL }, Access::EndsSoon),
            ("in seven, moved by use", Known { ends_at: days(7), end_moves: true, ..WELL }, Access::Fine),
            ("in one, moved by use", Known { ends_at: days(1), end_moves: true, ..WELL }, Access::EndsSoon),
            ("over", Known { ends_at: days(0), token_ends_at: days(1), ..WELL }, Access::Expired),
            (
                "ended by the platform",
                Known { state: AccountState::NeedsRelink, ends_at: days(9), ..WELL },
                Access::Revoked,
            ),
            (
                "refused at its end",
                Known { state: AccountState::NeedsRelink, ends_at: days(-1), ..WELL },
                Access::Expired,
            ),
            ("silent", Known { unreachable: true, token_ends_at: days(-1), ..WELL }, Access::Unreachable),
            ("silent, and over", Known { unreachable: true, ends_at: days(-1), ..WELL }, Access::Expired),
            ("a wrong clock", Known { clock_wrong: true, ends_at: days(-1), ..WELL }, Access::ClockWrong),
            ("the app is gone", Known { keys_missing: true, unreachable: true, ..WELL }, Access::KeysMissing),
            ("the key is locked", Known { locked: true, keys_missing: true, ..WELL }, Access::Locked),
            ("a permission is missing", Known { scope_missing: true, unreachable: true, ..WELL }, Access::ScopeMissing),
            ("restricted", Known { state: AccountState::Restricted, locked: true, ..WELL }, Access::Restricted),
            ("given back", Known { state: AccountState::Unlinked, locked: true, ..WELL }, Access::Unlinked),
        ];
        for (what, known, wanted) in table {
            assert_eq!(known.access(now()), wanted, "{what}");
        }
        for access in Access::ALL {
            assert!(table.iter().any(|(_, _, wanted)| *wanted == access), "{access:?} is in no row");
        }
    }

    #[test]
    fn silence_never_asks_anybody_to_do_something() {
        assert!(!Access::Unreachable.needs_its_owner() && !Access::ExpiredRenewable.needs_its_owner());
        assert!(Access::Expired.needs_its_owner() && Access::EndsSoon.needs_its_owner());
    }
}
