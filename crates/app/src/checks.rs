//! Looking after accounts through which nothing goes out for days: each is asked once a day whether it works, which also
//! renews what its use renews, and its owner hears of an end before it comes.
//!
//! One job per account. It asks one question, holds no turn and no claim that a due publication waits for, and takes its
//! turn among the looks at what goes out later.

use std::{sync::Arc, time::Duration};

use domain::{
    AccountId, AccountState, ErrorCode, JobId, UtcMs,
    access::{Access, SOON_MS},
    ports::Notice,
};
use queue::Job;
use store::account::Account;

use crate::{
    App, Error,
    access::{Standing, day},
    jobs, lookahead,
};

/// How long after a check the next one is due: 24 h, in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// By how much less, each account by its own measure, so that they never all ask at once: 2 h.
const SPREAD_MS: i64 = 2 * 3_600_000;
/// A check that is overdue by so much when the program starts waits: others are busy then. 1 h, in milliseconds.
const LATE_MS: i64 = 3_600_000;
/// It waits so long: 2 min.
const AFTER_START_MS: i64 = 2 * 60_000;
/// And is spread over so much more: 10 min.
const LATE_SPREAD_MS: i64 = 10 * 60_000;
/// How long a platform may take.
const ASK: Duration = Duration::from_mins(1);
/// Its owner is told once more when so much is left: 1 day.
const LAST_MS: i64 = DAY_MS;
/// Accounts whose overdue checks are put off at the start.
const ACCOUNTS_MAX: i64 = 10_000;

/// Does what a claimed job asks for beside everything else: the claim is given back at its end.
pub(crate) fn begin(app: &Arc<App>, job: Job) {
    lookahead::beside(app, job, |app, job| Box::pin(run(app, job)));
}

async fn run(app: &Arc<App>, job: &Job) -> Result<(), Error> {
    let id: AccountId = job.key.parse().map_err(|_| Error::internal("a check of no account"))?;
    let before = app.account(id).await?;
    // Of any other its owner knows, and asking would change nothing.
    if before.state == AccountState::Healthy {
        match tokio::time::timeout(ASK, app.check_account(id)).await {
            Ok(Ok(())) => {}
            // A network that is not there says nothing of the account.
            Ok(Err(error)) => tracing::debug!(%error, account = %id, "an account could not be asked how it is"),
            Err(_) => tracing::debug!(account = %id, "an account did not say in time how it is"),
        }
    }
    let after = app.account(id).await?;
    let standing = app.standing(&after).await?;
    let notice = app.news_of(&before, &after, &standing).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if !queue::holds(&mut tx, job).await? {
        return Ok(());
    }
    if let Some(notice) = &notice {
        app.add_notice(&mut tx, notice).await?;
    }
    if after.state == AccountState::Unlinked {
        queue::complete(&mut tx, job, now).await?;
    } else {
        queue::snooze(&mut tx, job, now.plus_ms(DAY_MS - measure(id, SPREAD_MS)), now).await?;
    }
    tx.commit().await?;
    if let Some(notice) = &notice {
        app.announce(notice);
    }
    Ok(())
}

impl App {
    /// An account was linked, or is linked from before there were such checks: it has its job, in this transaction.
    pub(crate) async fn check_daily(&self, tx: &mut store::Tx, account: AccountId) -> Result<(), Error> {
        let now = self.clock.now();
        let (job, key) = (JobId::new(now, self.random.as_ref()), account.to_string());
        let at = now.plus_ms(DAY_MS - measure(account, SPREAD_MS));
        queue::enqueue_by(tx, job, (jobs::CHECK, &key, &jobs::lane_of_checks(account)), at, now).await?;
        Ok(())
    }

    /// Every linked account has its job, and none that is long overdue runs at once.
    pub(crate) async fn check_everywhere(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let soon = now.plus_ms(AFTER_START_MS);
        let mut tx = self.store.begin().await?;
        for account in store::account::all(&mut tx).await? {
            if account.state != AccountState::Unlinked {
                self.check_daily(&mut tx, account.id).await?;
            }
        }
        let late = (UtcMs::from_millis(i64::MIN), now.plus_ms(-LATE_MS));
        for (key, _) in queue::coming(&mut tx, jobs::CHECK, late, ACCOUNTS_MAX).await? {
            let Ok(account) = key.parse() else { continue };
            let at = soon.plus_ms(measure(account, LATE_SPREAD_MS));
            queue::put_off(&mut tx, jobs::CHECK, &key, at, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What its owner is to hear: that it ended, or that it will.
    async fn news_of(&self, before: &Account, after: &Account, standing: &Standing) -> Result<Option<Notice>, Error> {
        let now = self.clock.now();
        let told_at = store::notice::last_of(&mut *self.store.read().await?, after.id, "relink_needed").await?;
        let lost = before.state == AccountState::Healthy && after.state == AccountState::NeedsRelink;
        let ends = standing.ends_at.filter(|_| standing.access == Access::EndsSoon);
        let due = match ends {
            Some(ends_at) => is_due(ends_at, told_at, now),
            // It ended while nothing asked it.
            None => {
                lost || (standing.access == Access::Expired && told_at.is_none_or(|at| Some(at) < standing.ends_at))
            }
        };
        if !due {
            return Ok(None);
        }
        let who = self.who_of(after)?;
        let title = match ends {
            Some(ends_at) => format!("{}, {}: access ends on {}", who.platform, who.handle, day(ends_at)),
            None => format!("{}, {}: access ended", who.platform, who.handle),
        };
        let late = self.planned_past(after.id, ends.unwrap_or(now)).await?;
        let posts = match late {
            0 => String::new(),
            1 => " 1 post is planned for later.".to_owned(),
            many => format!(" {many} posts are planned for later."),
        };
        let body = format!("{}{posts} {}", standing.reason, standing.fix);
        Ok(Some(Notice { code: ErrorCode::RelinkNeeded, title, body, publication: None, account: Some(after.id) }))
    }

    /// Posts that are to go out through an account after a time.
    async fn planned_past(&self, account: AccountId, end: UtcMs) -> Result<usize, Error> {
        let waiting = store::publication::unsettled_of_account(&mut *self.store.read().await?, account).await?;
        Ok(waiting.iter().filter(|publication| publication.schedule.at >= end).count())
    }
}

/// Whether an end is to be told now: a week before, and a day before, once each.
fn is_due(ends_at: UtcMs, told_at: Option<UtcMs>, now: UtcMs) -> bool {
    [SOON_MS, LAST_MS].into_iter().map(|lead_ms| ends_at.plus_ms(-lead_ms)).any(|from| {
        let untold = told_at.is_none_or(|told| told < from);
        from <= now && untold
    })
}

/// The measure of an account, below `whole`.
fn measure(account: AccountId, whole: i64) -> i64 {
    let bytes = account.as_bytes();
    let share = bytes.iter().rev().take(2).fold(0_i64, |sum, byte| sum * 256 + i64::from(*byte));
    share * whole / 65_536
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_a_week_and_a_day_before_once_each() {
        let day = |days: i64| UtcMs::from_millis(days * DAY_MS);
        let end = day(60);
        for (now, told, due) in [
            (52, None, false),
            (53, None, true),
            (54, Some(53), false),
            (58, Some(53), false),
            (59, Some(53), true),
            (60, Some(59), false),
            // What was told of the grant before is of another end.
            (53, Some(1), true),
        ] {
            assert_eq!(is_due(end, told.map(day), day(now)), due, "{now} {told:?}");
        }
    }

    #[test]
    fn accounts_do_not_all_ask_at_once() {
        let account = |last: u8| {
            let mut id = [7_u8; 16];
            id[15] = last;
            AccountId::from_bytes(&id).unwrap()
        };
        let all: std::collections::BTreeSet<_> = (0..=255).map(|n| measure(account(n), SPREAD_MS)).collect();
        assert_eq!(all.len(), 256);
        assert!(all.iter().all(|ms| (0..SPREAD_MS).contains(ms)));
    }
}
