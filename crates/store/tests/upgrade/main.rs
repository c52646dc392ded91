//! Upgrades of the databases that earlier releases left, populated by their own programs: `tests/databases/NNNN` in the
//! repository, where NNNN is the newest migration of that release. No row is lost, whenever the program is killed.

mod ground;
mod kills;

use std::{fs, future::Future, process::ExitCode};

use ground::{
    LATER, Outcome, Rows, as_left, before, connect, copy_of, differences, migrations, newest, older_copy, releases,
    sound_rows, unkept, upgrade_with, with_later,
};
use libtest_mimic::{Arguments, Trial};
use sqlx::{Connection, migrate::Migrator};
use store::Store;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some((word, rest)) = args.split_first()
        && word == kills::CHILD
    {
        return kills::child(rest);
    }
    let trials = vec![
        trial("a_database_of_every_migration_is_kept", every_migration),
        trial("every_release_opens_with_every_row", every_release),
        trial("the_copy_is_made_once_and_is_the_database_from_before", copied_once),
        trial("an_older_copy_gives_way_to_the_database_as_it_is", older_gives_way),
        trial("a_kill_at_every_statement_loses_nothing", kills::campaign),
        trial("a_kill_leaves_the_older_copy_or_the_new_one", kills::over_an_older_copy),
        trial("what_a_killed_copy_left_is_not_taken_for_one", half_a_copy),
        trial("a_migration_that_fails_changes_nothing", failing),
        trial("a_migration_that_loses_rows_is_caught", losing),
        trial("a_new_database_needs_no_copy", new),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial<F: Future<Output = Outcome>>(name: &str, test: impl FnOnce() -> F + Send + 'static) -> Trial {
    Trial::test(name, move || Ok(block_on(test())?))
}

fn block_on<T>(future: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

fn check(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what().into()) }
}

async fn every_migration() -> Outcome {
    let lacking = unkept(&migrations()).await?;
    check(lacking.is_empty(), || format!("no database is kept of {lacking:?}"))?;
    for release in releases()? {
        let (_home, file) = copy_of(&release)?;
        let mut conn = connect(&file).await?;
        let had: Vec<i64> =
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(&mut conn).await?;
        conn.close().await?;
        check(had == (1..=release.version).collect::<Vec<_>>(), || format!("{:04} has had {had:?}", release.version))?;
    }
    // The control: one migration more, and it is missed.
    let home = tempfile::tempdir()?;
    let lacking = unkept(&with_later(home.path(), LATER).await?).await?;
    check(lacking == [9001], || format!("{lacking:?}"))
}

async fn every_release() -> Outcome {
    for release in releases()? {
        let (home, file) = copy_of(&release)?;
        let (columns, left) = as_left(&release).await?;
        let full = |table: &str| left.get(table).is_some_and(|rows| !rows.is_empty());
        let since = [
            (1, "publication"),
            (1, "journal"),
            (1, "effect"),
            (1, "setting"),
            (2, "oauth_client"),
            (3, "live_change"),
            (4, "first_comment"),
            (4, "lookahead"),
            (5, "turn"),
            (5, "budget"),
            (5, "fallback"),
            (6, "reply"),
            (6, "bulk_item"),
            (7, "recovery"),
        ];
        let populated = since.iter().all(|(version, table)| release.version < *version || full(table));
        check(populated, || "it is not populated".into())?;
        Store::open(&file).await?.close().await;
        let lost = differences(&left, &sound_rows(&file, &columns).await?);
        check(lost.is_empty(), || format!("{:04}: {lost:?}", release.version))?;
        let copied = before(&file, &release).exists();
        check(copied == (release.version < newest()), || format!("{:04}: copied {copied}", release.version))?;
        let rows: usize = left.values().map(Vec::len).sum();
        eprintln!("upgrade: {:04} to {:04}: {rows} rows in {} tables kept", release.version, newest(), left.len());
        home.close()?;
    }
    Ok(())
}

async fn copied_once() -> Outcome {
    for release in releases()? {
        let (home, file) = copy_of(&release)?;
        let (columns, left) = as_left(&release).await?;
        let migrator = Migrator::new(with_later(home.path(), LATER).await?.as_path()).await?;
        upgrade_with(&file, &migrator).await?;
        let copy = before(&file, &release);
        let same = differences(&left, &sound_rows(&copy, &columns).await?);
        check(same.is_empty(), || format!("the copy differs: {same:?}"))?;
        let mut conn = connect(&copy).await?;
        check(ground::columns(&mut conn).await? == columns, || "the copy has another schema".into())?;
        conn.close().await?;
        let first = fs::read(&copy)?;
        upgrade_with(&file, &migrator).await?;
        check(fs::read(&copy)? == first, || "the second start made another copy".into())?;
        let copies =
            fs::read_dir(home.path())?.flatten().filter(|entry| entry.path().to_string_lossy().contains("before"));
        check(copies.count() == 1, || "there is more than one copy".into())?;
    }
    Ok(())
}

/// Gone back to an old version with the copy, worked on for weeks, and upgraded again.
async fn older_gives_way() -> Outcome {
    for release in releases()? {
        let (home, file) = copy_of(&release)?;
        let migrator = Migrator::new(with_later(home.path(), LATER).await?.as_path()).await?;
        older_copy(&file, &release).await?;
        let mut conn = connect(&file).await?;
        sqlx::query("INSERT INTO setting (name, value) VALUES ('of_today', 'true')").execute(&mut conn).await?;
        let columns = ground::columns(&mut conn).await?;
        let left = ground::rows(&mut conn, &columns).await?;
        conn.close().await?;
        let copy = before(&file, &release);
        let stale = differences(&left, &sound_rows(&copy, &columns).await?);
        check(stale.len() == 1, || format!("the older copy: {stale:?}"))?;
        upgrade_with(&file, &migrator).await?;
        let lost = differences(&left, &sound_rows(&copy, &columns).await?);
        check(lost.is_empty(), || format!("{:04}: the copy is not of today: {lost:?}", release.version))?;
    }
    Ok(())
}

async fn half_a_copy() -> Outcome {
    for release in releases()? {
        let (home, file) = copy_of(&release)?;
        let (columns, left) = as_left(&release).await?;
        let migrator = Migrator::new(with_later(home.path(), LATER).await?.as_path()).await?;
        let (copy, whole) = (before(&file, &release), fs::read(&file)?);
        let partial = copy.with_extension("partial");
        fs::write(&partial, whole.get(..whole.len() / 2).unwrap_or_default())?;
        // Another upgrade, killed before an older database was brought back.
        let others =
            ["postroom.before-77.partial", "postroom.before-77.partial-journal"].map(|it| home.path().join(it));
        for other in &others {
            fs::write(other, "half")?;
        }
        let foreign = home.path().join("postroom.before-77.db");
        fs::write(&foreign, "whole")?;
        upgrade_with(&file, &migrator).await?;
        check(!partial.exists() && !others.iter().any(|it| it.exists()), || "half a copy is still there".into())?;
        check(foreign.exists(), || "a whole copy is gone".into())?;
        let lost = differences(&left, &sound_rows(&copy, &columns).await?);
        check(lost.is_empty(), || format!("the copy: {lost:?}"))?;
    }
    Ok(())
}

async fn failing() -> Outcome {
    for release in releases()? {
        let (home, file) = copy_of(&release)?;
        let (columns, left) = as_left(&release).await?;
        let broken = format!("{LATER}; DELETE FROM journal; INSERT INTO no_such_table VALUES (1);");
        let migrator = Migrator::new(with_later(home.path(), &broken).await?.as_path()).await?;
        check(upgrade_with(&file, &migrator).await.is_err(), || "a broken migration succeeded".into())?;
        let lost = differences(&left, &sound_rows(&file, &columns).await?);
        check(lost.is_empty(), || format!("{lost:?}"))?;
        Store::open(&file).await?.close().await;
    }
    Ok(())
}

/// The control: the same comparison finds one row that is gone, and one value that is another.
async fn losing() -> Outcome {
    for release in releases()? {
        let (columns, left) = as_left(&release).await?;
        for (sql, table) in [
            ("DELETE FROM journal WHERE id = (SELECT min(id) FROM journal);", "journal"),
            (
                "UPDATE effect SET state = 'ready' WHERE id = (SELECT min(id) FROM effect WHERE state = 'done');",
                "effect",
            ),
        ] {
            let (home, file) = copy_of(&release)?;
            let migrator = Migrator::new(with_later(home.path(), sql).await?.as_path()).await?;
            upgrade_with(&file, &migrator).await?;
            let lost = differences(&left, &sound_rows(&file, &columns).await?);
            check(lost.len() == 1 && lost.iter().all(|line| line.starts_with(table)), || format!("{table}: {lost:?}"))?;
            let copy: Rows = sound_rows(&before(&file, &release), &columns).await?;
            check(copy == left, || "what was lost is in the copy".into())?;
        }
    }
    Ok(())
}

async fn new() -> Outcome {
    let home = tempfile::tempdir()?;
    Store::open(&home.path().join("postroom.db")).await?.close().await;
    let files: Vec<_> = fs::read_dir(home.path())?.flatten().map(|entry| entry.file_name()).collect();
    check(files == ["postroom.db"], || format!("{files:?}"))
}
