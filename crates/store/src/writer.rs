//! The one writer. Write transactions that wait for one another become durable together: each is a savepoint in one
//! transaction of SQLite's, and one sync ends it for all of them. Where nobody waits, each is a transaction of its own.
//!
//! Nobody hears of success before that sync. One that fails or is dropped takes back what it wrote and nothing else. Where
//! the common end fails, all of them fail and nothing of any is there.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, SqliteConnection};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, oneshot},
    time::Instant,
};

use crate::StoreError;

/// Most transactions that share a sync.
const MEMBERS_MAX: usize = 256;
/// The time in which others may still join: four times what the last sync took, within these bounds. So a slow disk is
/// kept busy by syncs for a fifth of the time at most, and on a fast one nobody waits long.
#[cfg(not(test))]
const JOINING: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(50));
/// Who joins whom must not depend on how busy the machine is that tests it.
#[cfg(test)]
const JOINING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(30));
/// Transactions after which the log is folded back into the file: SQLite's own measure of a thousand pages, about.
const FOLD_AFTER: usize = 100;
/// Takes the right to write at once: no deadlock between two that read first.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// What a transaction is worth once its commit returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It outlives a power cut.
    Synced,
    /// It outlives this process; a power cut may take it, until the next that is synced comes after it.
    Written,
}

/// The connection that writes, and who waits for it.
pub(crate) struct Writer {
    /// `None` once it is closed.
    seat: Arc<Mutex<Option<Seat>>>,
    waiting: AtomicUsize,
    syncs: Arc<AtomicU64>,
}

type Held = OwnedMappedMutexGuard<Option<Seat>, Seat>;

/// Whoever holds it writes. Every step is noted before it is made: its holder may be dropped in the middle.
struct Seat {
    conn: SqliteConnection,
    /// What `conn` is set to; `None` while that is changed.
    worth: Option<Worth>,
    group: Option<Group>,
    /// One that has begun and was neither committed nor taken back.
    member: Option<Member>,
    syncs: Arc<AtomicU64>,
    joining: Duration,
    /// Transactions in the log since it was last folded back.
    unfolded: usize,
}

/// Transactions that end together.
struct Group {
    worth: Worth,
    since: Instant,
    /// How long others may still join.
    joining: Duration,
    /// Those that wait for the end.
    done: Vec<oneshot::Sender<Result<(), StoreError>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    /// The group is its own so far.
    First,
    /// It has a savepoint.
    Later,
    /// It asked to be committed, and gives its savepoint up.
    Leaving,
}

impl Writer {
    pub(crate) fn new(conn: SqliteConnection) -> Arc<Self> {
        let syncs = Arc::<AtomicU64>::default();
        let seat = Seat {
            conn,
            worth: None,
            group: None,
            member: None,
            syncs: Arc::clone(&syncs),
            joining: JOINING.0,
            unfolded: 0,
        };
        Arc::new(Self { seat: Arc::new(Mutex::new(Some(seat))), waiting: AtomicUsize::new(0), syncs })
    }

    pub(crate) async fn begin(self: &Arc<Self>, worth: Worth) -> Result<Tx, StoreError> {
        let place = Place::take(self);
        let seat = self.seat().await?;
        place.taken();
        let bell = Bell { writer: Arc::clone(self), silent: false };
        let mut seat = ready(seat, worth).await?;
        seat.join(worth).await?;
        Ok(Tx { seat, bell })
    }

    /// Groups that were synced so far.
    pub(crate) fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    pub(crate) async fn close(&self) {
        let Some(mut seat) = self.seat.lock().await.take() else { return };
        seat.undo().await;
        seat.end().await;
        if let Err(error) = seat.conn.close().await {
            tracing::warn!(%error, "the writer was not closed well");
        }
    }

    /// Folds the log back and empties it, between two groups; `false` where a reader was in the way.
    pub(crate) async fn fold(&self) -> Result<bool, StoreError> {
        let mut seat = self.seat().await?;
        let folded = tokio::spawn(async move {
            seat.undo().await;
            seat.end().await;
            let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut seat.conn).await?;
            Ok(busy == 0)
        });
        folded.await.map_err(|_| lost())?
    }

    async fn seat(&self) -> Result<Held, StoreError> {
        let seat = Arc::clone(&self.seat).lock_owned().await;
        OwnedMutexGuard::try_map(seat, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed.into())
    }

    /// Whether somebody is about to take the seat, who then sees to the group.
    fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    async fn tidy(&self) {
        let Ok(mut seat) = self.seat().await else { return };
        seat.undo().await;
        if !self.is_awaited() {
            seat.end().await;
        }
    }

    /// Has somebody see to what was left behind. Where no runtime is left, the next to begin does.
    fn ring(self: &Arc<Self>) {
        if let Ok(runtime) = Handle::try_current() {
            let writer = Arc::clone(self);
            runtime.spawn(async move { writer.tidy().await });
        }
    }
}

/// The seat for one more: what a dropped one left is taken back, and a group that takes no more is ended.
async fn ready(mut seat: Held, worth: Worth) -> Result<Held, StoreError> {
    let ended = seat.group.as_ref().is_some_and(|group| group.worth != worth || group.is_full());
    if seat.member.is_none() && !ended {
        return Ok(seat);
    }
    // In a task of its own: whoever wants the seat may be dropped in between.
    let made = tokio::spawn(async move {
        seat.undo().await;
        if ended {
            seat.end().await;
        }
        seat
    });
    made.await.map_err(|_| lost())
}

impl Group {
    fn is_full(&self) -> bool {
        self.done.len() >= MEMBERS_MAX || self.since.elapsed() >= self.joining
    }
}

impl Seat {
    async fn join(&mut self, worth: Worth) -> Result<(), StoreError> {
        if self.group.is_some() {
            self.member = Some(Member::Later);
            return self.execute("SAVEPOINT member").await;
        }
        self.set(worth).await?;
        self.member = Some(Member::First);
        self.group = Some(Group { worth, since: Instant::now(), joining: self.joining, done: Vec::new() });
        self.execute(BEGIN).await
    }

    /// Sets what a commit is worth, and asks back: a wrong answer here would be a promise broken.
    async fn set(&mut self, worth: Worth) -> Result<(), StoreError> {
        if self.worth == Some(worth) {
            return Ok(());
        }
        self.worth = None;
        let (set, meant) = match worth {
            Worth::Synced => ("PRAGMA synchronous = FULL", 2_i64),
            Worth::Written => ("PRAGMA synchronous = NORMAL", 1),
        };
        // This pragma acts while it is prepared, so it must not come from the statements kept.
        sqlx::raw_sql(set).execute(&mut self.conn).await?;
        let known: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut self.conn).await?;
        if known != meant {
            return Err(sqlx::Error::Protocol(format!("synchronous is {known}, not {meant}")).into());
        }
        self.worth = Some(worth);
        Ok(())
    }

    /// The member's part is done; it waits for the end of its group.
    async fn leave(&mut self) -> Result<oneshot::Receiver<Result<(), StoreError>>, StoreError> {
        if self.member == Some(Member::Later) {
            self.member = Some(Member::Leaving);
            self.execute("RELEASE member").await?;
        }
        self.member = None;
        let (sender, told) = oneshot::channel();
        // Without a group the sender is dropped here, and its receiver says so.
        if let Some(group) = &mut self.group {
            group.done.push(sender);
        }
        Ok(told)
    }

    /// Takes back what a member wrote that was not committed.
    async fn undo(&mut self) {
        match self.member {
            None => {}
            Some(Member::First) => {
                // Where it never began, or SQLite took it back by itself, there is nothing to take back.
                let _ = self.execute("ROLLBACK").await;
                self.group = None;
            }
            Some(member) => {
                let undone = match self.execute("ROLLBACK TO member").await {
                    Ok(()) => self.execute("RELEASE member").await,
                    Err(error) => Err(error),
                };
                if let Err(error) = undone {
                    tracing::debug!(%error, "a savepoint is gone");
                    // One that was leaving had written all it wanted, and may have left. Of another, what it wrote must not
                    // be committed with the others.
                    if member == Member::Leaving { self.end().await } else { self.fail().await }
                }
            }
        }
        self.member = None;
    }

    /// Ends the group, and tells each of its members how. Never to be dropped half-way.
    async fn end(&mut self) {
        let Some(group) = self.group.take() else { return };
        let began = Instant::now();
        let ended = self.execute("COMMIT").await;
        if ended.is_err() {
            // What SQLite has not taken back by itself.
            let _ = self.execute("ROLLBACK").await;
        } else if group.worth == Worth::Synced {
            self.syncs.fetch_add(1, Ordering::Relaxed);
            self.joining = (began.elapsed() * 4).clamp(JOINING.0, JOINING.1);
        }
        self.unfolded += group.done.len();
        for member in group.done {
            // One that was dropped meanwhile does not want to know.
            let _ = member.send(ended.as_ref().copied().map_err(StoreError::again));
        }
        if group.worth == Worth::Written {
            // Most of what comes next is synced, and in more of a hurry. Where it fails, the next to begin says so.
            let _ = self.set(Worth::Synced).await;
        }
        self.fold_now_and_then().await;
    }

    /// Folds the log back where enough is in it, once nobody waits for the end any more: SQLite would do it within a
    /// commit, which holds up whatever that commit is for. It still does where this finds no time or fails.
    async fn fold_now_and_then(&mut self) {
        if self.unfolded < FOLD_AFTER {
            return;
        }
        self.unfolded = 0;
        if let Err(error) = self.execute("PRAGMA wal_checkpoint(PASSIVE)").await {
            tracing::debug!(%error, "the log was not folded back");
        }
    }

    /// Takes the whole group back, and tells each of its members.
    async fn fail(&mut self) {
        let _ = self.execute("ROLLBACK").await;
        for member in self.group.take().into_iter().flat_map(|group| group.done) {
            let _ = member.send(Err(lost()));
        }
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(&mut self.conn).await?;
        Ok(())
    }
}

/// A write transaction; dropped without `commit` it changes nothing.
///
/// It sees what those before it in its group wrote, and that is on the disk only when its own commit returned. So whoever
/// acts on what was read here, outside the database, commits first, even with nothing written.
pub struct Tx {
    // Let go before the bell rings.
    seat: Held,
    bell: Bell,
}

impl Tx {
    /// Ends it; on return it is on the disk. An error says that nothing of it is there.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.finish(true).await
    }

    /// The same without waiting for others to join: for whoever holds something that those need before they can end.
    pub async fn commit_at_once(self) -> Result<(), StoreError> {
        self.finish(false).await
    }

    async fn finish(self, may_be_joined: bool) -> Result<(), StoreError> {
        let Self { mut seat, bell } = self;
        let told = seat.leave().await?;
        let writer = bell.silence();
        let joinable = may_be_joined && seat.group.as_ref().is_some_and(|group| !group.is_full());
        if joinable && writer.is_awaited() {
            drop(seat);
        } else {
            // In a task of its own: the others have to hear of it even if this one is dropped.
            tokio::spawn(async move { seat.end().await });
        }
        told.await.unwrap_or_else(|_| Err(lost()))
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.seat.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.seat.conn
    }
}

/// A place among those who wait for the seat. Given up, somebody else has to see to the group.
struct Place<'a>(Option<&'a Arc<Writer>>);

impl<'a> Place<'a> {
    fn take(writer: &'a Arc<Writer>) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self(Some(writer))
    }

    fn taken(mut self) {
        if let Some(writer) = self.0.take() {
            writer.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(writer) = self.0.take() {
            writer.waiting.fetch_sub(1, Ordering::SeqCst);
            writer.ring();
        }
    }
}

/// Rings when a transaction is dropped.
struct Bell {
    writer: Arc<Writer>,
    silent: bool,
}

impl Bell {
    fn silence(mut self) -> Arc<Writer> {
        self.silent = true;
        Arc::clone(&self.writer)
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if !self.silent {
            self.writer.ring();
        }
    }
}

fn lost() -> StoreError {
    sqlx::Error::WorkerCrashed.into()
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
