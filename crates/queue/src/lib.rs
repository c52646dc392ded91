//! Durable jobs in their own table, on the caller's connection, so that a job is enqueued in the same
//! transaction as the change that caused it. States and words are River's: scheduled, available, running,
//! retryable, completed, cancelled, discarded; lease, snooze, rescue.
//!
//! Every claim raises the job's fence. A worker that lost its lease finds another fence in the row and its
//! word is not taken: [`Verdict::Stale`]. The queue never learns what a job is about.
//!
//! Jobs of one lane are worked on one after the other, and a claim takes the longest due of each lane: however many
//! one lane has, and however slow they are, they never stand before those of another.

mod guards;

use domain::{JobId, UtcMs};
use sqlx::SqliteConnection;

/// The queue could not read or write its table.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database refused.
    #[error("the job table could not be used")]
    Database(#[from] sqlx::Error),
    /// A row is not what this version writes.
    #[error("a job row is damaged: {0}")]
    Damaged(&'static str),
}

/// A job held by this runner until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// What sort of work: `publish`.
    pub kind: String,
    /// What it is about; one job per kind and key.
    pub key: String,
    /// How often it was claimed, this time included.
    pub attempt: i64,
    /// Proof of this claim.
    pub fence: i64,
    /// When it is due.
    pub due: UtcMs,
}

/// Whether a worker's word about its job was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was.
    Taken,
    /// Another claim came in between; nothing was changed.
    Stale,
}

/// Puts a job on the queue, or moves the one of the same kind and key to the new time, whatever state a
/// former run left it in. A running job is moved too: its worker's fence no longer counts.
pub async fn enqueue(
    conn: &mut SqliteConnection,
    id: JobId,
    (kind, key, lane): (&str, &str, &str),
    run_at: UtcMs,
    now: UtcMs,
) -> Result<(), QueueError> {
    let (id, run_at, now) = (id.as_bytes(), run_at.as_millis(), now.as_millis());
    let state = if run_at > now { "scheduled" } else { "available" };
    sqlx::query!(
        "INSERT INTO job (id, kind, key, state, run_at, created_at, updated_at, lane)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
         ON CONFLICT (kind, key) DO UPDATE SET state = ?4, run_at = ?5, attempt = 0, fence = fence + 1,
             leased_until = 0, updated_at = ?6, lane = ?7",
        id,
        kind,
        key,
        state,
        run_at,
        now,
        lane
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a job on the queue, or makes the one of the same kind and key that waits run no later than this. One that runs is
/// left alone: before it ends it looks for what else there is to do.
pub async fn enqueue_by(
    conn: &mut SqliteConnection,
    id: JobId,
    (kind, key, lane): (&str, &str, &str),
    run_at: UtcMs,
    now: UtcMs,
) -> Result<(), QueueError> {
    let (id, run_at, now) = (id.as_bytes(), run_at.as_millis(), now.as_millis());
    sqlx::query!(
        "INSERT INTO job (id, kind, key, state, run_at, created_at, updated_at, lane)
         VALUES (?1, ?2, ?3, 'scheduled', ?4, ?5, ?5, ?6)
         ON CONFLICT (kind, key) DO UPDATE SET
             run_at = iif(state IN ('scheduled', 'available', 'retryable'), min(run_at, ?4), ?4),
             attempt = iif(state IN ('scheduled', 'available', 'retryable'), attempt, 0),
             state = iif(state IN ('scheduled', 'available', 'retryable'), state, 'scheduled'),
             fence = fence + 1, updated_at = ?5, lane = ?6
         WHERE state <> 'running'",
        id,
        kind,
        key,
        run_at,
        now,
        lane
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a job off the queue; nothing happens when there is none.
pub async fn cancel(conn: &mut SqliteConnection, kind: &str, key: &str, now: UtcMs) -> Result<(), QueueError> {
    let now = now.as_millis();
    sqlx::query!(
        "UPDATE job SET state = 'cancelled', fence = fence + 1, leased_until = 0, updated_at = ?3
         WHERE kind = ?1 AND key = ?2 AND state IN ('scheduled', 'available', 'running', 'retryable')",
        kind,
        key,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves a job that waits to another time; nothing happens to any other.
pub async fn put_off(
    conn: &mut SqliteConnection,
    kind: &str,
    key: &str,
    run_at: UtcMs,
    now: UtcMs,
) -> Result<Verdict, QueueError> {
    let (run_at, now) = (run_at.as_millis(), now.as_millis());
    let done = sqlx::query!(
        "UPDATE job SET run_at = ?3, updated_at = ?4
         WHERE kind = ?1 AND key = ?2 AND state IN ('scheduled', 'available', 'retryable')",
        kind,
        key,
        run_at,
        now
    )
    .execute(conn)
    .await?;
    Ok(verdict(done.rows_affected()))
}

/// The keys of the jobs of one kind in a lane that are due at `now`, the longest due first.
pub async fn due_in(
    conn: &mut SqliteConnection,
    (kind, lane): (&str, &str),
    now: UtcMs,
    limit: i64,
) -> Result<Vec<String>, QueueError> {
    let now = now.as_millis();
    // By the time, and not by the kind: nearly all there are, however late they are due, are of one kind.
    let rows = sqlx::query!(
        "SELECT key FROM job
         WHERE state IN ('scheduled', 'available', 'retryable') AND run_at <= ?1 AND +kind = ?2 AND lane = ?3
         ORDER BY run_at LIMIT ?4",
        now,
        kind,
        lane,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// Claims the longest due job of up to `limit` lanes that have none at work, the longest due first, each until
/// `now + lease_ms`.
/// A runner that claims a moment early passes that moment, and waits for [`Job::due`].
pub async fn claim(conn: &mut SqliteConnection, now: UtcMs, lease_ms: i64, limit: i64) -> Result<Vec<Job>, QueueError> {
    let (until, now) = (now.plus_ms(lease_ms).as_millis(), now.as_millis());
    let rows = sqlx::query!(
        "UPDATE job SET state = 'running', attempt = attempt + 1, fence = fence + 1, leased_until = ?2, updated_at = ?1
         WHERE id IN (SELECT id FROM (
             SELECT id, min(run_at) AS due FROM job AS waiting
             WHERE state IN ('scheduled', 'available', 'retryable') AND run_at <= ?1
               AND NOT EXISTS (SELECT 1 FROM job WHERE state = 'running' AND lane = waiting.lane)
             GROUP BY lane ORDER BY due LIMIT ?3))
         RETURNING id, kind, key, attempt, fence, run_at",
        now,
        until,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = JobId::from_bytes(&row.id).ok_or(QueueError::Damaged("id"))?;
            let due = UtcMs::from_millis(row.run_at);
            Ok(Job { id, kind: row.kind, key: row.key, attempt: row.attempt, fence: row.fence, due })
        })
        .collect()
}

/// Keeps a claimed job for another `lease_ms`, where the claim still counts.
pub async fn extend(conn: &mut SqliteConnection, job: &Job, now: UtcMs, lease_ms: i64) -> Result<Verdict, QueueError> {
    let (id, until) = (job.id.as_bytes(), now.plus_ms(lease_ms).as_millis());
    let done = sqlx::query!(
        "UPDATE job SET leased_until = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'running'",
        id,
        job.fence,
        until
    )
    .execute(conn)
    .await?;
    Ok(if cfg!(feature = "break_fence") { Verdict::Taken } else { verdict(done.rows_affected()) })
}

/// Whether a claim still counts.
pub async fn holds(conn: &mut SqliteConnection, job: &Job) -> Result<bool, QueueError> {
    let id = job.id.as_bytes();
    let row = sqlx::query!("SELECT fence, state FROM job WHERE id = ?1", id).fetch_optional(conn).await?;
    let unfenced = cfg!(feature = "break_fence");
    Ok(row.is_some_and(|row| unfenced || (row.fence == job.fence && row.state == "running")))
}

/// Ends a job that did its work.
pub async fn complete(conn: &mut SqliteConnection, job: &Job, now: UtcMs) -> Result<Verdict, QueueError> {
    finish(conn, job, "completed", now).await
}

/// Ends a job that cannot do its work; the caller keeps the reason.
pub async fn discard(conn: &mut SqliteConnection, job: &Job, now: UtcMs) -> Result<Verdict, QueueError> {
    finish(conn, job, "discarded", now).await
}

async fn finish(conn: &mut SqliteConnection, job: &Job, state: &str, now: UtcMs) -> Result<Verdict, QueueError> {
    let (id, now) = (job.id.as_bytes(), now.as_millis());
    let done = sqlx::query!(
        "UPDATE job SET state = ?3, leased_until = 0, updated_at = ?4 WHERE id = ?1 AND fence = ?2 AND state = 'running'",
        id,
        job.fence,
        state,
        now
    )
    .execute(conn)
    .await?;
    Ok(verdict(done.rows_affected()))
}

/// Gives a job back, to be claimed again at `run_at`.
pub async fn snooze(conn: &mut SqliteConnection, job: &Job, run_at: UtcMs, now: UtcMs) -> Result<Verdict, QueueError> {
    let (id, run_at, now) = (job.id.as_bytes(), run_at.as_millis(), now.as_millis());
    let done = sqlx::query!(
        "UPDATE job SET state = 'retryable', run_at = ?3, leased_until = 0, updated_at = ?4
         WHERE id = ?1 AND fence = ?2 AND state = 'running'",
        id,
        job.fence,
        run_at,
        now
    )
    .execute(conn)
    .await?;
    Ok(verdict(done.rows_affected()))
}

/// Moves every job that was given back `by_ms` earlier: its wait was counted on a wall clock that has since been set back.
pub async fn pull_forward(conn: &mut SqliteConnection, by_ms: i64, now: UtcMs) -> Result<u64, QueueError> {
    let now = now.as_millis();
    let done =
        sqlx::query!("UPDATE job SET run_at = run_at - ?1, updated_at = ?2 WHERE state = 'retryable'", by_ms, now)
            .execute(conn)
            .await?;
    Ok(done.rows_affected())
}

/// Makes running jobs whose lease ended at or before `now` available again. A runner that has just taken
/// the profile's lock passes the end of time: whoever ran them is gone.
pub async fn rescue(conn: &mut SqliteConnection, leased_before: UtcMs, now: UtcMs) -> Result<u64, QueueError> {
    let (before, now) = (leased_before.as_millis(), now.as_millis());
    let done = sqlx::query!(
        "UPDATE job SET state = 'available', run_at = min(run_at, ?2), fence = fence + 1, leased_until = 0, updated_at = ?2
         WHERE state = 'running' AND leased_until <= ?1",
        before,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// When the next job is due that a claim can take; `None` when none waits.
pub async fn next_due(conn: &mut SqliteConnection) -> Result<Option<UtcMs>, QueueError> {
    let row = sqlx::query!(
        "SELECT run_at FROM job AS waiting
         WHERE state IN ('scheduled', 'available', 'retryable')
           AND NOT EXISTS (SELECT 1 FROM job WHERE state = 'running' AND lane = waiting.lane)
         ORDER BY run_at LIMIT 1"
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| UtcMs::from_millis(row.run_at)))
}

/// When the next job is due after an instant; `None` when none waits.
pub async fn next_due_after(conn: &mut SqliteConnection, after: UtcMs) -> Result<Option<UtcMs>, QueueError> {
    let after = after.as_millis();
    let row = sqlx::query!(
        r#"SELECT min(run_at) AS "at: i64" FROM job
           WHERE state IN ('scheduled', 'available', 'retryable') AND run_at > ?1"#,
        after
    )
    .fetch_one(conn)
    .await?;
    Ok(row.at.map(UtcMs::from_millis))
}

/// Keys of up to `limit` jobs of a kind that are due after `after` and by `until`, the first due first.
pub async fn coming(
    conn: &mut SqliteConnection,
    kind: &str,
    (after, until): (UtcMs, UtcMs),
    limit: i64,
) -> Result<Vec<(String, UtcMs)>, QueueError> {
    let (after, until) = (after.as_millis(), until.as_millis());
    // By the time, and not by the kind: see `due_in`.
    let rows = sqlx::query!(
        "SELECT key, run_at FROM job
         WHERE state IN ('scheduled', 'available', 'retryable') AND run_at > ?1 AND run_at <= ?2 AND +kind = ?3
         ORDER BY run_at LIMIT ?4",
        after,
        until,
        kind,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, UtcMs::from_millis(row.run_at))).collect())
}

/// Forgets jobs that ended before `before`.
pub async fn prune(conn: &mut SqliteConnection, before: UtcMs) -> Result<u64, QueueError> {
    let before = before.as_millis();
    let done = sqlx::query!(
        "DELETE FROM job WHERE state IN ('completed', 'cancelled', 'discarded') AND updated_at < ?1",
        before
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

const fn verdict(rows: u64) -> Verdict {
    if rows == 0 { Verdict::Stale } else { Verdict::Taken }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
