//! The runner: claims what is due, sleeps until the next is. No polling: it wakes for the next due time, for something
//! new, and when the machine woke or its clock was set.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
};

use domain::{ChangeState, ErrorCode, HeldReason, PublicationId, UtcMs, ports::Notice};
use queue::Job;
use tokio::{
    sync::{broadcast, watch},
    task::{self, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{App, Error, Progress, change, checks, jobs, lookahead, publish, time_check};

/// Publications worked on at once: as many as may be due in one second and wait for slow platforms, and half of the
/// files a process may have open. What fills memory has bounds of its own.
const AT_ONCE: usize = 512;
/// A runner asked to stop when idle waits for what is due within this time.
const IDLE_AHEAD_MS: i64 = 60_000;
/// How long after a defect or a full disk a job is tried again: soon enough that nobody waits once there is room.
const TROUBLE_MS: i64 = 2_000;

/// The runner of an open profile.
pub struct Runner {
    stop: CancellationToken,
    idle: watch::Receiver<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Runner {
    pub(crate) fn start(app: Arc<App>) -> Self {
        let stop = CancellationToken::new();
        let (idle_sender, idle) = watch::channel(false);
        let token = stop.clone();
        let task = tokio::spawn(async move {
            let mut running = JoinSet::new();
            work(&app, &token, &idle_sender, &mut running).await;
            // What is under way ends by itself within the time limits of its calls.
            while running.join_next().await.is_some() {}
            app.looks.end().await;
        });
        Self { stop, idle, task }
    }

    /// Returns when nothing is under way, nothing waits for a retry, and nothing is due within a minute.
    pub async fn until_idle(&mut self) {
        // An error means the runner is gone: as idle as it gets.
        let _ = self.idle.wait_for(|idle| *idle).await;
    }

    /// Lets what is under way end, and stops.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the runner ended badly");
        }
    }
}

async fn work(
    app: &Arc<App>,
    stop: &CancellationToken,
    idle: &watch::Sender<bool>,
    running: &mut JoinSet<Option<Job>>,
) {
    let mut hands = Hands::default();
    let mut offset_ms = time_check::offset_ms(app.clock.as_ref());
    let mut ahead = Some(app.clock.now());
    while !stop.is_cancelled() {
        let woken = app.wake.notified();
        let mut woken = pin!(woken);
        woken.as_mut().enable();
        hands.trouble(app, follow_the_clock(app, &mut offset_ms).await);
        hands.trouble(app, app.keep_series_ahead().await);
        let room = AT_ONCE.saturating_sub(running.len());
        let claimed = hands.trouble(app, claim(app, room, &hands.publications()).await);
        hands.give_back(app).await;
        for job in claimed.unwrap_or_default() {
            let at_work = running.spawn(one(Arc::clone(app), job.clone()));
            hands.at_work.insert(at_work.id(), job);
        }
        let next = next_due(app).await.unwrap_or_default();
        let due = if hands.in_trouble {
            // What failed is tried again after a while, not at once over and over.
            Some(app.clock.now().plus_ms(TROUBLE_MS))
        } else {
            // A publisher waiting for room must not make the sleep end at once either.
            let next = next.filter(|_| running.len() < AT_ONCE).map(|next| next.plus_ms(-jobs::EARLY_MS));
            next.into_iter().chain(app.series_due.next()).min()
        };
        if ahead.is_some_and(|ahead| ahead <= app.clock.now()) && !hands.in_trouble {
            ahead = app.look_ahead().await.unwrap_or_else(|_| Some(app.clock.now().plus_ms(TROUBLE_MS)));
        }
        let until = if hands.in_trouble { due } else { due.into_iter().chain(ahead).min() };
        idle.send_replace(running.is_empty() && hands.left.is_empty() && is_idle(app, next).await);
        tokio::select! {
            () = stop.cancelled() => {}
            // Something is new: it may be due soon.
            () = &mut woken, if !hands.in_trouble => ahead = Some(app.clock.now()),
            () = app.timer.sleep_toward(app.clock.as_ref(), until) => {}
            Some(ended) = running.join_next_with_id(), if !running.is_empty() => {
                hands.take(ended);
                // Those that were written down together end together, and leave their room together.
                while let Some(ended) = running.try_join_next_with_id() {
                    hands.take(ended);
                }
            }
        }
    }
}

/// The jobs this runner has claimed: those being worked on, and those that could not be given back yet.
#[derive(Default)]
struct Hands {
    at_work: HashMap<task::Id, Job>,
    left: Vec<Job>,
    /// Whether the profile could not be written when last tried.
    in_trouble: bool,
}

impl Hands {
    /// What is being worked on.
    fn publications(&self) -> HashSet<PublicationId> {
        self.at_work.values().chain(&self.left).filter_map(|job| job.key.parse().ok()).collect()
    }

    /// A worker ended: well, with a job it could not give back, or badly.
    fn take(&mut self, ended: Result<(task::Id, Option<Job>), task::JoinError>) {
        match ended {
            Ok((id, left)) => {
                self.at_work.remove(&id);
                self.left.extend(left);
            }
            Err(error) => {
                tracing::error!(%error, "publishing ended badly");
                self.left.extend(self.at_work.remove(&error.id()));
            }
        }
    }

    /// Gives jobs back, to be claimed again after a while. Nobody else can: their claims count until this process ends.
    async fn give_back(&mut self, app: &App) {
        while let Some(job) = self.left.pop() {
            if self.trouble(app, give_back(app, &job).await).is_none() {
                self.left.push(job);
                return;
            }
        }
    }

    /// The result if there is one; else the owner is told, once until it works again. The desktop's own notification
    /// is all there can be: the list of notices is in the profile that cannot be written.
    fn trouble<T>(&mut self, app: &App, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(value) => {
                self.in_trouble = false;
                Some(value)
            }
            Err(error) => {
                tracing::error!(%error, details = error.details, "the profile could not be written");
                if !self.in_trouble {
                    app.announce(&Notice {
                        code: ErrorCode::StorageFailed,
                        title: "Postroom cannot write its profile".to_owned(),
                        body: format!("{} Due posts wait until it can; none is lost.", error.message),
                        publication: None,
                        account: None,
                    });
                }
                self.in_trouble = true;
                None
            }
        }
    }
}

/// A wall clock that was set back must not make a planned try or look wait by as much; and what waits because the clock
/// was wrong is looked at again, whichever way it moved.
async fn follow_the_clock(app: &App, offset_ms: &mut i64) -> Result<(), Error> {
    let offset_now_ms = time_check::offset_ms(app.clock.as_ref());
    let back_ms = *offset_ms - offset_now_ms;
    if back_ms.abs() > time_check::MOVED_MS {
        app.release_held(HeldReason::ClockWrong, None).await?;
    }
    if back_ms > time_check::MOVED_MS {
        let now = app.clock.now();
        let mut tx = app.store.begin().await?;
        queue::pull_forward(&mut tx, back_ms, now).await?;
        store::publication::pull_forward(&mut tx, back_ms, now).await?;
        tx.commit().await?;
        tracing::info!(back_ms, "the clock was set back");
    }
    *offset_ms = offset_now_ms;
    Ok(())
}

async fn claim(app: &App, room: usize, at_work: &HashSet<PublicationId>) -> Result<Vec<Job>, Error> {
    let soon = app.clock.now().plus_ms(jobs::EARLY_MS);
    let due = next_due(app).await?.is_some_and(|due| due <= soon);
    if room == 0 || !due {
        return Ok(Vec::new());
    }
    step!("claim.missed", app.hold_missed(at_work).await)?;
    // A claim that a power cut takes is a worker gone with it. The intent that follows it syncs both.
    let mut tx = step!("claim.begin", app.store.begin_unsynced().await)?;
    let room = i64::try_from(room).unwrap_or(1);
    let jobs = step!("claim.take", queue::claim(&mut tx, soon, jobs::LEASE_MS, room).await)?;
    let jobs = step!("claim.apart", app.keep_apart(&mut tx, jobs).await)?;
    step!("claim.commit", tx.commit().await)?;
    Ok(jobs)
}

async fn next_due(app: &App) -> Result<Option<UtcMs>, Error> {
    Ok(queue::next_due(&mut *app.store.read().await?).await?)
}

async fn is_idle(app: &App, next: Option<UtcMs>) -> bool {
    let soon = next.is_some_and(|due| due.since(app.clock.now()) < IDLE_AHEAD_MS);
    if soon || !app.looks.idle() {
        return false;
    }
    let Ok(mut conn) = app.store.read().await else { return false };
    let changes = store::live_change::unsettled(&mut conn).await.unwrap_or_default();
    if changes.iter().any(|change| change.state != ChangeState::Held) {
        return false;
    }
    store::waiting::is_any_under_way(&mut conn).await.is_ok_and(|any| !any)
}

/// Works on a job; answers the job when what became of it could not be written.
async fn one(app: Arc<App>, job: Job) -> Option<Job> {
    if let Ok(id) = job.key.parse() {
        app.progress(Progress::Claimed(id));
    }
    let result = match job.kind.as_str() {
        jobs::PUBLISH => publish::run(&app, &job).await,
        jobs::COMMENT | jobs::EDIT | jobs::DELETE if app.comes_its_time(job.due).await => change::run(&app, &job).await,
        jobs::COMMENT | jobs::EDIT | jobs::DELETE => app.put_back(&job).await,
        jobs::LOOK => {
            lookahead::begin(&app, job);
            return None;
        }
        jobs::CHECK => {
            checks::begin(&app, job);
            return None;
        }
        _ => Ok(()),
    };
    let error = result.err()?;
    tracing::error!(%error, details = error.details, job = %job.key, "a step could not be recorded");
    if job.kind == jobs::PUBLISH
        && error.code == ErrorCode::DatabaseUnusable
        && let Ok(id) = job.key.parse()
        && app.set_aside(id, &job, &error).await.is_ok()
    {
        return None;
    }
    give_back(&app, &job).await.err().map(|_| job)
}

async fn give_back(app: &App, job: &Job) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    queue::snooze(&mut tx, job, now.plus_ms(TROUBLE_MS), now).await?;
    tx.commit().await?;
    Ok(())
}

impl App {
    /// Starts publishing. The profile's generation goes up, inside and outside. Refused on a profile that is only read.
    pub async fn start_runner(self: &Arc<Self>) -> Result<Runner, Error> {
        if let Some(error) = self.unwritable() {
            return Err(error);
        }
        step!("start.generation", self.begin_running().await)?;
        step!("start.release", self.release_held(HeldReason::ClockWrong, None).await)?;
        self.look_everywhere().await?;
        self.check_everywhere().await?;
        step!("start.practice", self.start_practice_if_used().await);
        self.look_after_copy_beside();
        Ok(Runner::start(Arc::clone(self)))
    }

    /// What the runner does, as it does it.
    pub fn watch_progress(&self) -> broadcast::Receiver<Progress> {
        self.progress.subscribe()
    }

    pub(crate) fn progress(&self, what: Progress) {
        // Nobody listening is fine.
        let _ = self.progress.send(what);
    }
}
