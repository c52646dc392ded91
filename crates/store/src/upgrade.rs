//! Bringing a database up to date: a copy beside it first, then the migrations it lacks.
//!
//! The copy bears its name only once it is whole and on the disk, and takes the place of an older one in that moment:
//! whoever went back to an old version has worked on since. Whenever the program is killed, the next start finds the
//! database as it was or as it will be, and a copy that was there before or a new one. A database that a later version
//! has written is refused.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use sqlx::{SqliteConnection, migrate::Migrator};

use crate::StoreError;

/// The migrations of this version.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Applies the migrations that the database at `path` lacks, in order, each in a transaction of its own. Where some had
/// been applied before, the file as it is now is first copied to `<name>.before-<version>.db`, in place of any older copy.
pub async fn upgrade(conn: &mut SqliteConnection, path: &Path, migrations: &Migrator) -> Result<(), StoreError> {
    let applied = applied_versions(conn).await?;
    let newest = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    if applied.iter().any(|version| *version > newest) {
        return Err(StoreError::Newer);
    }
    let behind = applied.iter().max().copied().filter(|version| *version < newest);
    if let Some(version) = behind {
        clear(path).map_err(sqlx::Error::Io)?;
        copy(conn, &path.with_extension(format!("before-{version}.db"))).await?;
    }
    migrations.run_direct(None, conn, false).await?;
    Ok(())
}

/// The versions of the migrations that the database has had; none where it is new.
pub(crate) async fn applied_versions(conn: &mut SqliteConnection) -> Result<Vec<i64>, StoreError> {
    let known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_one(&mut *conn)
            .await?;
    if known == 0 {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(conn).await?)
}

async fn copy(conn: &mut SqliteConnection, target: &Path) -> Result<(), StoreError> {
    let partial = target.with_extension("partial");
    let made = copy_to(conn, &partial, target).await;
    if made.is_err() {
        // It may have been the disk that was full.
        let _ = fs::remove_file(&partial);
    }
    made?;
    tracing::info!(copy = %target.display(), "copied the database before bringing it up to date");
    Ok(())
}

/// Removes what copies that were killed left beside the database, of whichever version.
fn clear(path: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_stem()) else { return Ok(()) };
    let copies = format!("{}.before-", name.to_string_lossy());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let ending =
            name.to_string_lossy().strip_prefix(&copies).and_then(|rest| Some(rest.split_once('.')?.1.to_owned()));
        // SQLite's own files beside it end in `-journal`, `-wal` and the like.
        if ending.is_some_and(|ending| ending == "partial" || ending.starts_with("partial-")) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

async fn copy_to(conn: &mut SqliteConnection, partial: &Path, target: &Path) -> Result<(), StoreError> {
    empty_private(partial).map_err(sqlx::Error::Io)?;
    // SQLite writes to a file that is there if it is empty, and does not sync it.
    sqlx::query("VACUUM INTO ?1").bind(partial.to_string_lossy().into_owned()).execute(conn).await?;
    keep(partial, target).map_err(sqlx::Error::Io)?;
    Ok(())
}

/// Gives the finished copy its name.
fn keep(partial: &Path, target: &Path) -> io::Result<()> {
    File::options().write(true).open(partial)?.sync_all()?;
    fs::rename(partial, target)?;
    sync_folder(target)
}

/// An empty file that only this user can read, whatever a killed start left there.
fn empty_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the name last; elsewhere than on Unix a folder cannot be synced.
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
