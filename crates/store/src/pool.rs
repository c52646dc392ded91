//! Opening the file: one writer, four readers, WAL with every commit synced, and a refusal to touch what
//! is damaged, newer or served by an unsafe SQLite. Such a file can be opened for reading: see `look`.

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    StoreError,
    error::Unwritable,
    look,
    upgrade::{MIGRATIONS, upgrade},
};

/// A write transaction; dropped without `commit` it changes nothing.
pub type Tx = Transaction<'static, Sqlite>;

/// Oldest SQLite without the bug that can corrupt a file in WAL mode.
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Takes the right to write at once: no deadlock between two that read first.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// An open profile database.
#[derive(Clone)]
pub struct Store {
    /// Nobody writes a file that is damaged or newer.
    write: Result<SqlitePool, Unwritable>,
    read: SqlitePool,
    sqlite_version: String,
}

impl Store {
    /// Opens or makes the file, checks it and brings it up to date. A file that exists is looked at without a byte of it
    /// changing, and copied beside itself (`<name>.before-<version>`) before a migration changes it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        look::look(path).await?;
        let options = options(path);
        let write =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone().create_if_missing(true)).await?;
        let mut conn = write.acquire().await?;
        let sqlite_version = check_version(&mut conn).await?;
        upgrade(&mut conn, path, &MIGRATIONS).await?;
        drop(conn);
        let read =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.pragma("query_only", "1")).await?;
        Ok(Self { write: Ok(write), read, sqlite_version })
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

    /// The one write transaction; others wait for it. Synced to disk by its commit. Refused on a file that is only read.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let pool = self.write.as_ref().map_err(|why| StoreError::from(why.clone()))?;
        match pool.begin_with(BEGIN).await {
            // On a full disk SQLite takes the transaction back by itself, and sqlx still counts it: for good.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                pool.acquire().await?.close().await?;
                Ok(pool.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
    }

    /// Closes all connections; the WAL is folded back into the file.
    pub async fn close(&self) {
        self.read.close().await;
        if let Ok(pool) = &self.write {
            pool.close().await;
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
        .pragma("fullfsync", "1")
        .pragma("checkpoint_fullfsync", "1")
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
