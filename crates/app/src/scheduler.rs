//! The runner: claims what is due, sleeps until the next is. No polling: it wakes for the next due time,
//! for something new, and at least every 30 s to look at the wall clock.

use std::{pin::pin, sync::Arc};

use domain::UtcMs;
use queue::Job;
use tokio::{
    sync::{broadcast, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{App, Error, Progress, clockwork, jobs, publish};

/// Publications worked on at once.
const AT_ONCE: usize = 32;
/// A runner asked to stop when idle waits for what is due within this time.
const IDLE_AHEAD_MS: i64 = 60_000;
/// How long after a defect or a full disk a job is tried again.
const TROUBLE_MS: i64 = 5_000;

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
            if let Err(error) = work(&app, &token, &idle_sender, &mut running).await {
                tracing::error!(%error, details = error.details, "the runner stopped");
            }
            // What is under way ends by itself within the time limits of its calls.
            while running.join_next().await.is_some() {}
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
    running: &mut JoinSet<()>,
) -> Result<(), Error> {
    while !stop.is_cancelled() {
        let woken = app.wake.notified();
        let mut woken = pin!(woken);
        woken.as_mut().enable();
        let room = AT_ONCE.saturating_sub(running.len());
        let claimed = claim(app, room).await.unwrap_or_else(|error| {
            tracing::error!(%error, details = error.details, "due posts could not be claimed");
            Vec::new()
        });
        for job in claimed {
            running.spawn(one(Arc::clone(app), job));
        }
        let next = next_due(app).await.unwrap_or_default();
        // A publisher waiting for room must not make the sleep end at once, over and over.
        let due = next.filter(|_| running.len() < AT_ONCE);
        idle.send_replace(running.is_empty() && is_idle(app, next).await);
        tokio::select! {
            () = stop.cancelled() => {}
            () = &mut woken => {}
            () = clockwork::sleep_toward(app.clock.as_ref(), due) => {}
            Some(ended) = running.join_next(), if !running.is_empty() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "publishing ended badly");
                    rescue(app).await?;
                }
            }
        }
    }
    Ok(())
}

async fn claim(app: &App, room: usize) -> Result<Vec<Job>, Error> {
    let now = app.clock.now();
    let due = next_due(app).await?.is_some_and(|due| due <= now);
    if room == 0 || !due {
        return Ok(Vec::new());
    }
    let mut tx = app.store.begin().await?;
    let jobs = queue::claim(&mut tx, now, jobs::LEASE_MS, i64::try_from(room).unwrap_or(1)).await?;
    tx.commit().await?;
    Ok(jobs)
}

async fn next_due(app: &App) -> Result<Option<UtcMs>, Error> {
    Ok(queue::next_due(&mut *app.store.read().await?).await?)
}

async fn is_idle(app: &App, next: Option<UtcMs>) -> bool {
    let soon = next.is_some_and(|due| due.since(app.clock.now()) < IDLE_AHEAD_MS);
    if soon {
        return false;
    }
    let Ok(mut conn) = app.store.read().await else { return false };
    store::publication::counts(&mut conn).await.is_ok_and(|counts| {
        ["publishing", "retrying", "unconfirmed"].iter().all(|state| counts.get(*state).is_none_or(|n| *n == 0))
    })
}

/// Makes the jobs of workers that died within this process claimable again.
async fn rescue(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    queue::rescue(&mut tx, now, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn one(app: Arc<App>, job: Job) {
    if let Ok(id) = job.key.parse() {
        app.progress(Progress::Claimed(id));
    }
    let result = if job.kind == jobs::PUBLISH { publish::run(&app, &job).await } else { Ok(()) };
    let Err(error) = result else { return };
    tracing::error!(%error, details = error.details, job = %job.key, "a step could not be recorded");
    let now = app.clock.now();
    let given_back = async {
        let mut tx = app.store.begin().await?;
        queue::snooze(&mut tx, &job, now.plus_ms(TROUBLE_MS), now).await?;
        tx.commit().await?;
        Ok::<_, Error>(())
    };
    if let Err(error) = given_back.await {
        tracing::error!(%error, "the job stays claimed until its lease ends");
    }
}

impl App {
    /// Starts publishing. The profile's generation goes up, inside and outside.
    pub async fn start_runner(self: &Arc<Self>) -> Result<Runner, Error> {
        self.begin_running().await?;
        self.start_practice_if_used().await;
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
