//! Series: posts that come again by a rule. Each time becomes an ordinary post, days before it is due (`series_ahead`);
//! changing or ending a series touches only those that lie ahead, that nothing was tried of, and whose owner left them
//! where the rule put them.

use domain::{
    ErrorCode, PostId, PublicationState, SeriesId, UtcMs,
    recurrence::{Rule, RuleError, Series},
    schedule::{self, Schedule},
};
use store::{
    post::Post,
    recurrence::{Occurrence, Recurrence},
};

use crate::{
    App, Error,
    compose::{Draft, waits},
    event::Topic,
    times,
};

/// Series a profile may have that go on.
const SERIES_MAX: usize = 500;
/// Dates of a series that are shown.
const SHOWN: usize = 3;
/// Posts of a series that are looked at or shown.
const POSTS_MAX: i64 = 1_000;

/// When a series comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// A rule of iCalendar: `FREQ=WEEKLY;BYDAY=MO`.
    pub rule: String,
    /// The wall time it counts from: the first one, where the rule matches it.
    pub wall: String,
    /// IANA zone.
    pub zone: String,
}

impl Timing {
    /// The series, if it is one.
    fn read(&self) -> Result<Series, Error> {
        let Self { rule, wall, zone } = self;
        let rule = Rule::parse(rule).map_err(|error| refused(&error))?;
        let first = schedule::settle(wall, zone).map_err(|error| times::refused(error, wall, zone))?;
        Ok(Series { rule, anchor: first.wall, zone: first.zone })
    }
}

/// A series with what is to be seen of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What it says and when it comes.
    pub series: Recurrence,
    /// The next dates.
    pub next: Vec<Schedule>,
    /// Posts made of it that lie ahead, and the last ones, in order.
    pub made: Vec<Occurrence>,
}

/// What a change of a series leaves or replaces.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesChange {
    /// Other words, pictures or accounts.
    pub draft: Option<Draft>,
    /// Another rule or time.
    pub timing: Option<Timing>,
}

impl App {
    /// The next three dates that a rule would give.
    pub fn preview_series(&self, timing: &Timing) -> Result<Vec<Schedule>, Error> {
        next(&timing.read()?, self.clock.now())
    }

    /// Begins a series, and makes the posts of its first days.
    pub async fn create_series(&self, draft: Draft, timing: &Timing) -> Result<SeriesId, Error> {
        draft.check_bounds()?;
        let (series, now) = (timing.read()?, self.clock.now());
        if next(&series, now)?.is_empty() {
            return Err(Error::invalid("By that rule nothing comes from now on."));
        }
        self.pass_review(None, &draft).await?;
        let mut tx = self.store.begin().await?;
        if store::recurrence::list(&mut tx, false, i64::MAX).await?.len() >= SERIES_MAX {
            return Err(Error::invalid(format!("There are {SERIES_MAX} series already; end one first.")));
        }
        let id = SeriesId::new(now, self.random.as_ref());
        let recurrence = Recurrence {
            id,
            content: draft.content,
            variants: draft.variants,
            accounts: draft.accounts,
            rule: series.rule.as_str().to_owned(),
            wall: series.anchor.clone(),
            zone: series.zone.clone(),
            until: None,
            made_until: now,
            created_at: now,
            updated_at: now,
        };
        store::recurrence::upsert(&mut tx, &recurrence).await?;
        self.make_ahead(&mut tx, recurrence, now).await?;
        tx.commit().await?;
        self.series_changed();
        Ok(id)
    }

    /// Series, those that go on first; `all` for those that ended too.
    pub async fn series_list(&self, all: bool, limit: i64) -> Result<Vec<Shown>, Error> {
        let mut conn = self.store.read().await?;
        let found = store::recurrence::list(&mut conn, all, limit).await?;
        drop(conn);
        let mut shown = Vec::with_capacity(found.len());
        for series in found {
            shown.push(self.shown(series).await?);
        }
        Ok(shown)
    }

    /// One series.
    pub async fn series(&self, id: SeriesId) -> Result<Shown, Error> {
        let found = store::recurrence::find(&mut *self.store.read().await?, id).await?;
        self.shown(found.ok_or_else(|| Error::not_found("series", &id.to_string()))?).await
    }

    /// The series a post was made of.
    pub async fn series_of(&self, post: PostId) -> Result<Option<SeriesId>, Error> {
        Ok(store::recurrence::of_post(&mut *self.store.read().await?, post).await?)
    }

    async fn shown(&self, series: Recurrence) -> Result<Shown, Error> {
        let now = self.clock.now();
        let next = if series.until.is_some() { Vec::new() } else { next(&read(&series)?, now)? };
        let mut conn = self.store.read().await?;
        let made = store::recurrence::occurrences(&mut conn, series.id, "", POSTS_MAX).await?;
        Ok(Shown { series, next, made })
    }

    /// Changes a series from now on.
    pub async fn change_series(&self, id: SeriesId, change: SeriesChange) -> Result<(), Error> {
        let now = self.clock.now();
        if let Some(draft) = &change.draft {
            draft.check_bounds()?;
            self.pass_review(None, draft).await?;
        }
        let timing = change.timing.as_ref().map(Timing::read).transpose()?;
        if let Some(series) = &timing
            && next(series, now)?.is_empty()
        {
            return Err(Error::invalid("By that rule nothing comes from now on."));
        }
        let mut tx = self.store.begin().await?;
        let mut series = self.going_on(&mut tx, id).await?;
        self.take_back_ahead(&mut tx, &series, now).await?;
        if let Some(draft) = change.draft {
            (series.content, series.variants, series.accounts) = (draft.content, draft.variants, draft.accounts);
        }
        if let Some(timing) = timing {
            (series.rule, series.wall, series.zone) = (timing.rule.as_str().to_owned(), timing.anchor, timing.zone);
        }
        (series.made_until, series.updated_at) = (now, now);
        store::recurrence::upsert(&mut tx, &series).await?;
        self.make_ahead(&mut tx, series, now).await?;
        tx.commit().await?;
        self.series_changed();
        Ok(())
    }

    /// Ends a series: what was made of it and lies ahead is taken back. How many posts that were.
    pub async fn end_series(&self, id: SeriesId) -> Result<usize, Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut series = self.going_on(&mut tx, id).await?;
        let taken_back = self.take_back_ahead(&mut tx, &series, now).await?;
        (series.until, series.updated_at) = (Some(now), now);
        store::recurrence::upsert(&mut tx, &series).await?;
        tx.commit().await?;
        self.series_changed();
        Ok(taken_back)
    }

    async fn going_on(&self, tx: &mut store::Tx, id: SeriesId) -> Result<Recurrence, Error> {
        let found = store::recurrence::find(tx, id).await?;
        let series = found.ok_or_else(|| Error::not_found("series", &id.to_string()))?;
        if series.until.is_some() {
            return Err(Error::new(
                ErrorCode::WrongState,
                "This series has ended.",
                "Begin a new one from one of its posts.",
            ));
        }
        Ok(series)
    }

    /// Removes the posts that were made of a series, lie ahead, and were left as they were made.
    async fn take_back_ahead(&self, tx: &mut store::Tx, series: &Recurrence, now: UtcMs) -> Result<usize, Error> {
        let mut taken_back = 0;
        // A day more than any zone is away: what is due is decided by the instant below.
        let from = schedule::at_instant(now.plus_ms(-2 * 86_400_000), &series.zone);
        let from = from.map_err(|error| times::refused(error, &series.wall, &series.zone))?.wall;
        for occurrence in store::recurrence::occurrences(tx, series.id, &from, POSTS_MAX).await? {
            let Some(post) = occurrence.post else { continue };
            let Some(post) = store::post::find(tx, post).await? else { continue };
            if self.is_as_made(tx, &post, &occurrence.wall, now).await? {
                for publication in store::publication::of_post(tx, post.id).await? {
                    self.take_back(tx, &publication).await?;
                }
                store::post::delete(tx, post.id).await?;
                store::recurrence::release(tx, series.id, &occurrence.wall).await?;
                taken_back += 1;
            }
        }
        Ok(taken_back)
    }

    /// Whether a post lies ahead where its rule put it, and nothing of it was tried.
    async fn is_as_made(&self, tx: &mut store::Tx, post: &Post, wall: &str, now: UtcMs) -> Result<bool, Error> {
        let at_its_time = |schedule: &Schedule| schedule.wall == wall && schedule.at > now;
        if !post.schedule.as_ref().is_some_and(at_its_time) {
            return Ok(false);
        }
        for publication in store::publication::of_post(tx, post.id).await? {
            let untried = store::effect::of(tx, publication.id).await?.iter().all(|effect| effect.attempts == 0);
            let waits = waits(&publication) && publication.status.state != PublicationState::Retrying;
            if !(waits && untried && at_its_time(&publication.schedule)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn series_changed(&self) {
        self.emit(Topic::Posts, None);
        self.series_due.forget();
        self.queue_changed();
    }
}

/// The series a row describes.
pub(crate) fn read(series: &Recurrence) -> Result<Series, Error> {
    let rule = Rule::parse(&series.rule).map_err(|error| refused(&error))?;
    Ok(Series { rule, anchor: series.wall.clone(), zone: series.zone.clone() })
}

fn next(series: &Series, now: UtcMs) -> Result<Vec<Schedule>, Error> {
    series.between(now, UtcMs::from_millis(i64::MAX), SHOWN).map_err(|error| refused(&error))
}

/// Why a rule cannot be followed, and what to write.
pub(crate) fn refused(error: &RuleError) -> Error {
    let details = error.to_string();
    let message = match error {
        RuleError::Unreadable(_) => "That is not a rule by which a post can come again. Nothing was scheduled.",
        RuleError::TooOften => {
            "A post comes again at most 24 times a day, and not by hours, minutes or seconds. Nothing was scheduled."
        }
        RuleError::TooLong => "That rule is too long, or its steps are. Nothing was scheduled.",
        RuleError::Time(_) => "That is not a date and time in a known zone. Nothing was scheduled.",
    };
    let action = "Write one like FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;COUNT=6.";
    Error::new(ErrorCode::InvalidRequest, message, action).with_details(details)
}
