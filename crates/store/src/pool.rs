//! Opening the file: one writer, four readers, WAL with every commit synced, and a refusal to touch what
//! is damaged, newer or served by an unsafe SQLite.

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    StoreError,
    upgrade::{MIGRATIONS, upgrade},
};

/// A write transaction; dropped without `commit` it changes nothing.
pub type Tx = Transaction<'static, Sqlite>;

/// Oldest SQLite without the bug that can corrupt a file in WAL mode.
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// An open profile database.
#[derive(Clone)]
pub struct Store {
    write: SqlitePool,
    read: SqlitePool,
    sqlite_version: String,
}

impl Store {
    /// Opens or makes the file, checks it and brings it up to date. A file that exists is copied beside
    /// itself (`<name>.before-<version>`) before a migration changes it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = options(path);
        let write =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone().create_if_missing(true)).await?;
        let mut conn = write.acquire().await?;
        let sqlite_version = check_version(&mut conn).await?;
        check_integrity(&mut conn).await?;
        upgrade(&mut conn, path, &MIGRATIONS).await?;
        drop(conn);
        let read =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.pragma("query_only", "1")).await?;
        Ok(Self { write, read, sqlite_version })
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

    /// The one write transaction; others wait for it. Synced to disk by its commit.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Closes all connections; the WAL is folded back into the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
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

async fn check_integrity(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(conn).await?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged(verdict)) }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
