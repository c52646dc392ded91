//! Opening the file: one writer, four readers, WAL with commits synced, and a refusal to touch what
//! is damaged, newer or served by an unsafe SQLite. Such a file can be opened for reading: see `look`.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    StoreError,
    error::Unwritable,
    look,
    upgrade::{MIGRATIONS, upgrade},
    writer::{Tx, Worth, Writer},
};

/// Oldest SQLite without the bug that can corrupt a file in WAL mode.
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// An open profile database.
#[derive(Clone)]
pub struct Store {
    /// Nobody writes a file that is damaged or newer.
    write: Result<Arc<Writer>, Unwritable>,
    read: SqlitePool,
    sqlite_version: String,
}

impl Store {
    /// Opens or makes the file, checks it and brings it up to date. A file that exists is looked at without a byte of it
    /// changing, and copied beside itself (`<name>.before-<version>`) before a migration changes it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        look::look(path).await?;
        let options = options(path);
        let mut conn = options.clone().create_if_missing(true).connect().await?;
        let sqlite_version = check_version(&mut conn).await?;
        upgrade(&mut conn, path, &MIGRATIONS).await?;
        let read =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.pragma("query_only", "1")).await?;
        Ok(Self { write: Ok(Writer::new(conn)), read, sqlite_version })
    }

    /// Opens a file that must not be written: what can be read of it is, and every wish to write is refused with `why`.
    #[must_use]
    pub fn for_reading(path: &Path, why: Unwritable) -> Self {
        // Nothing may be readable at all; then each read says so.
        let read = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(look::options(path));
        Self { write: Err(why), read, sqlite_version: String::new() }
    }

    /// The version of SQLite linked in: `3.51.3`.
    #[must_use]
    pub fn sqlite_version(&self) -> &str {
        &self.sqlite_version
    }

    /// A connection that cannot write.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.read.acquire().await?)
    }

    /// A write transaction. One has its turn at a time; those that wait for one another are synced to disk together, and
    /// none's commit returns before. Refused on a file that is only read.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.writer()?.begin(if cfg!(feature = "break_sync") { Worth::Written } else { Worth::Synced }).await
    }

    /// A write transaction that a power cut may take until the next synced one: for what means nothing outside this
    /// process, or nothing by itself.
    pub async fn begin_unsynced(&self) -> Result<Tx, StoreError> {
        self.writer()?.begin(Worth::Written).await
    }

    /// Syncs of write transactions so far.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.write.as_ref().map_or(0, |writer| writer.syncs())
    }

    pub(crate) fn writer(&self) -> Result<&Arc<Writer>, StoreError> {
        self.write.as_ref().map_err(|why| why.clone().into())
    }

    /// Folds the log back into the file and empties it, so that nothing deleted is left in it; `false` where a reader was
    /// in the way.
    pub async fn fold(&self) -> Result<bool, StoreError> {
        self.writer()?.fold().await
    }

    /// Closes all connections; the WAL is folded back into the file.
    pub async fn close(&self) {
        self.read.close().await;
        if let Ok(writer) = &self.write {
            writer.close().await;
        }
    }
}

/// How every connection to the file is opened.
#[must_use]
pub fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("mmap_size", "0")
        // What is deleted is overwritten where its page is written anyway.
        .pragma("secure_delete", "FAST")
        .pragma("fullfsync", "1")
        .pragma("checkpoint_fullfsync", "1")
        // In pages. The writer folds the log back sooner, between commits; this bounds it where it finds no time.
        .pragma("wal_autocheckpoint", "4000")
}

async fn check_version(conn: &mut SqliteConnection) -> Result<String, StoreError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(conn).await?;
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let found = (next(), next(), next());
    if found < SQLITE_MIN { Err(StoreError::SqliteTooOld(version)) } else { Ok(version) }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
