//! Making the posts of series days before they are due, so that everything else (queue, pre-flight, forecast, pause)
//! sees ordinary posts. Nothing is made twice of one time, whoever asks and wherever it was killed: a time is a row with
//! a unique key, written in the transaction that makes its post.

use std::collections::BTreeSet;

use domain::{AccountState, ErrorCode, PostId, SeriesId, UtcMs, ports::Notice, schedule::Schedule};
use store::{post::Post, recurrence::Recurrence};

use crate::{
    App, Error,
    compose::title,
    event::Topic,
    series::{self, refused},
};

/// How far ahead posts are made, in milliseconds.
const AHEAD_MS: i64 = 7 * 86_400_000;
/// Most posts made of one series in one go; more follow the next day.
const AT_ONCE: usize = 200;
/// Most times of one series that are counted as passed.
const PASSED_MAX: usize = 1_000;

impl App {
    /// Makes the posts of every series for the next days, where that was not done today.
    pub(crate) async fn keep_series_ahead(&self) -> Result<(), Error> {
        let now = self.clock.now();
        if self.series_due.is_due(now) { self.make_series_ahead(now).await } else { Ok(()) }
    }

    /// Makes the posts of every series that are due within a week of `now`. What is there is left alone.
    pub async fn make_series_ahead(&self, now: UtcMs) -> Result<(), Error> {
        let active = store::recurrence::list(&mut *self.store.read().await?, false, i64::MAX).await?;
        let (any, mut passed) = (!active.is_empty(), Vec::new());
        for series in active {
            match self.make_series(series.id, now).await {
                Ok(count) => passed.extend(count.map(|count| (title(&series.content.parts), count))),
                // A rule that another version wrote, a platform it had: nothing that trying again would mend.
                Err(error) if [ErrorCode::InvalidRequest, ErrorCode::NotFound].contains(&error.code) => {
                    tracing::error!(%error, details = error.details, series = %series.id, "no posts could be made");
                }
                Err(error) => return Err(error),
            }
        }
        self.series_due.made(now, any);
        if let Some(notice) = notice(&passed) {
            let mut tx = self.store.begin().await?;
            self.add_notice(&mut tx, &notice).await?;
            tx.commit().await?;
            self.announce(&notice);
        }
        if any {
            self.emit(Topic::Posts, None);
            self.queue_changed();
        }
        Ok(())
    }

    /// The same for one series; how many of its times passed while nothing ran.
    async fn make_series(&self, id: SeriesId, now: UtcMs) -> Result<Option<usize>, Error> {
        let mut tx = self.store.begin().await?;
        // Read here: its owner may have changed or ended it meanwhile.
        let found = store::recurrence::find(&mut tx, id).await?;
        let Some(series) = found.filter(|series| series.until.is_none()) else { return Ok(None) };
        let passed = self.passed(&mut tx, &series, now).await?;
        self.make_ahead(&mut tx, series, now).await?;
        tx.commit().await?;
        Ok(passed)
    }

    /// Makes the posts of one series for the next days, in the caller's transaction.
    pub(crate) async fn make_ahead(&self, tx: &mut store::Tx, mut series: Recurrence, now: UtcMs) -> Result<(), Error> {
        let (from, to) = (now.plus_ms(-self.grace_ms().await?), now.plus_ms(AHEAD_MS));
        // Nothing comes before the series was begun or last changed, unless the clock was wrong then.
        let from = from.max(series.updated_at.min(now));
        let times = series::read(&series)?.between(from, to, AT_ONCE).map_err(|error| refused(&error))?;
        let full = times.len() == AT_ONCE;
        let made_until = times.last().filter(|_| full).map_or(to, |last| last.at);
        let known = known(tx, &series, &times).await?;
        for schedule in times.into_iter().filter(|time| !known.contains(&time.wall)) {
            self.make_one(tx, &series, schedule, now).await?;
        }
        series.made_until = made_until;
        store::recurrence::upsert(tx, &series).await?;
        Ok(())
    }

    async fn make_one(
        &self,
        tx: &mut store::Tx,
        series: &Recurrence,
        schedule: Schedule,
        now: UtcMs,
    ) -> Result<(), Error> {
        let mut accounts = Vec::with_capacity(series.accounts.len());
        for id in &series.accounts {
            let account = store::account::find(tx, *id).await?;
            // One that has to be linked again holds its posts, and says so; one that is gone gets none.
            accounts.extend(account.filter(|account| account.state != AccountState::Unlinked).map(|_| *id));
        }
        if accounts.is_empty() {
            return Ok(());
        }
        let post = Post {
            id: PostId::new(now, self.random.as_ref()),
            content: series.content.clone(),
            variants: series.variants.clone(),
            accounts,
            schedule: Some(schedule.clone()),
            mends: None,
            created_at: now,
            updated_at: now,
        };
        store::post::upsert(tx, &post).await?;
        if !store::recurrence::claim(tx, series.id, &schedule.wall, post.id, now).await? {
            return Ok(store::post::delete(tx, post.id).await?);
        }
        for account in &post.accounts {
            self.place(tx, &post, *account, &schedule, now).await?;
        }
        Ok(())
    }

    /// How many times of a series passed while nothing ran; `None` for none. Those that were made are missed like any
    /// post.
    async fn passed(&self, tx: &mut store::Tx, series: &Recurrence, now: UtcMs) -> Result<Option<usize>, Error> {
        let before = now.plus_ms(-self.grace_ms().await?);
        let from = series.made_until.max(series.updated_at.min(now));
        if from >= before {
            return Ok(None);
        }
        let times = series::read(series)?.between(from, before, PASSED_MAX).map_err(|error| refused(&error))?;
        let known = known(tx, series, &times).await?;
        let passed = times.iter().filter(|time| !known.contains(&time.wall)).count();
        Ok((passed > 0).then_some(passed))
    }
}

/// The wall times among these of which posts were made.
async fn known(tx: &mut store::Tx, series: &Recurrence, times: &[Schedule]) -> Result<BTreeSet<String>, Error> {
    let Some(first) = times.iter().map(|time| time.wall.as_str()).min() else { return Ok(BTreeSet::new()) };
    let found = store::recurrence::occurrences(tx, series.id, first, i64::MAX).await?;
    Ok(found.into_iter().map(|occurrence| occurrence.wall).collect())
}

/// One notice for all series; `None` where nothing passed.
fn notice(passed: &[(String, usize)]) -> Option<Notice> {
    let (first, _) = passed.first()?;
    let times: usize = passed.iter().map(|(_, count)| count).sum();
    let of = if passed.len() == 1 { format!("“{first}”") } else { format!("{} series", passed.len()) };
    Some(Notice {
        code: ErrorCode::Missed,
        title: format!("{of}: {times} dates passed"),
        body: "They passed while Postroom did not run for more than a week. No post was made of them, and none is live. The series goes on with its next date."
            .to_owned(),
        publication: None,
        account: None,
    })
}
