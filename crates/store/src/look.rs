//! Looking at a file without changing it: before it is opened for writing, and instead of that where it must not be.
//!
//! SQLite changes a file in WAL mode by merely opening and closing it: the log is folded in. So the first look goes
//! through a connection that cannot do that. A file whose log is empty is read as if nothing could change it; one with
//! a log needs the log's index beside it (`-shm`, no data), which SQLite makes.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    StoreError,
    upgrade::{MIGRATIONS, applied_versions},
};

/// The migration since which what a publication says is kept twice. SQLite's own check looks at the pages and the indexes;
/// a letter that became another is nothing to it.
const CONTENT_TWICE: i64 = 4;

/// Parts that are not as they were written. What is kept once shows that only where it is no JSON any more.
const CHANGED: &str = "SELECT count(*) FROM part WHERE content <> content_again OR NOT json_valid(wording) \
                       OR NOT json_valid(checkpoint) OR (remote <> '' AND NOT json_valid(remote))";

/// What SQLite keeps by itself.
const CACHE_LEAST_KIB: u64 = 2_000;
/// Freed again once the look is over.
const CACHE_MOST_KIB: u64 = 256 * 1_024;

/// Fails where the file is damaged or newer than this build; one that is missing or empty is fine.
pub(crate) async fn look(path: &Path) -> Result<(), StoreError> {
    if !has_content(path) {
        return Ok(());
    }
    let cache = format!("-{}", cache_kib(path));
    let mut conn = SqliteConnection::connect_with(&options(path).pragma("cache_size", cache)).await?;
    let verdict = judge(&mut conn).await;
    // Whatever became of it: nothing was written that closing could lose.
    let _ = conn.close().await;
    verdict
}

/// How a file is read without being changed.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let options = SqliteConnectOptions::new().filename(path).read_only(true).pragma("query_only", "1");
    options.immutable(!has_content(&log)).pragma("mmap_size", "0")
}

/// KiB of pages to keep while a file is looked at: each row is looked up in each index, so with the few pages that SQLite
/// keeps by itself a file of a gigabyte is read hundreds of times over.
fn cache_kib(path: &Path) -> u64 {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    size.div_ceil(1_024).clamp(CACHE_LEAST_KIB, CACHE_MOST_KIB)
}

fn has_content(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

async fn judge(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    // Every page and every index entry: a lost entry of a unique index would let a post go out twice.
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *conn).await?;
    if verdict != "ok" {
        return Err(StoreError::Damaged(verdict));
    }
    let applied = applied_versions(conn).await?;
    if applied.contains(&CONTENT_TWICE) {
        let changed: i64 = sqlx::query_scalar(CHANGED).fetch_one(&mut *conn).await?;
        if changed > 0 {
            return Err(StoreError::Damaged(format!("{changed} rows of part are not what was written")));
        }
    }
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let newer = applied.iter().any(|version| *version > newest);
    if newer { Err(StoreError::Newer) } else { Ok(()) }
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
