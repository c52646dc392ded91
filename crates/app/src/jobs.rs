//! The kinds of job, what becomes of one, and how long a claim counts.

use domain::{AccountId, EffectKind, PublicationId, UtcMs};
use queue::{Job, QueueError, Verdict};

use crate::Error;

/// The kind of job that publishes; its key is the publication's id.
pub(crate) const PUBLISH: &str = "publish";
/// The kind that writes the first comment below a live publication; the same key.
pub(crate) const COMMENT: &str = "comment";
/// The kind that gives a live publication other words; the same key.
pub(crate) const EDIT: &str = "edit";
/// The kind that deletes a live publication; the same key.
pub(crate) const DELETE: &str = "delete";
/// The kind that looks at what goes out through an account ahead of its time; its key is the account's id.
pub(crate) const LOOK: &str = "look";

/// The kind that asks an account once a day whether it works; its key is the account's id.
pub(crate) const CHECK: &str = "check";

/// How long a claim counts without being extended, in milliseconds.
pub(crate) const LEASE_MS: i64 = 10 * 60 * 1_000;

/// How long before its time a job is claimed, in milliseconds: everything about it is read by then, and nothing is done.
pub(crate) const EARLY_MS: i64 = 100;

/// The kind of job that makes an effect.
pub(crate) const fn kind(effect: EffectKind) -> &'static str {
    match effect {
        EffectKind::Publish => PUBLISH,
        EffectKind::Comment => COMMENT,
        EffectKind::Edit => EDIT,
        EffectKind::Delete => DELETE,
    }
}

/// The lane of a publication's jobs: its account. One account has one at work.
pub(crate) async fn lane(tx: &mut store::Tx, id: PublicationId) -> Result<String, Error> {
    let account = store::turn::account_of(tx, id).await?;
    Ok(account.map_or_else(|| id.to_string(), |account| account.to_string()))
}

/// The lane of the looks at what goes out through an account: nothing that is due waits for one.
pub(crate) fn lane_of_looks(account: AccountId) -> String {
    format!("{LOOK} {account}")
}

/// The lane of the daily checks of an account.
pub(crate) fn lane_of_checks(account: AccountId) -> String {
    format!("{CHECK} {account}")
}

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobEnd {
    /// It goes on.
    Keep,
    /// It did its work, or its owner has to act first.
    Complete,
    /// It cannot do its work.
    Discard,
    /// It is claimed again then.
    Snooze(UtcMs),
}

impl JobEnd {
    /// Writes it, where the claim still counts.
    pub(crate) async fn write(self, tx: &mut store::Tx, job: &Job, now: UtcMs) -> Result<Verdict, QueueError> {
        match self {
            Self::Keep => Ok(Verdict::Taken),
            Self::Complete => queue::complete(tx, job, now).await,
            Self::Discard => queue::discard(tx, job, now).await,
            Self::Snooze(at) => queue::snooze(tx, job, at, now).await,
        }
    }
}
