//! The exchange of a damaged database for a copy, on the disk.
//!
//! It can be killed at any point. Until the copy bears the name that says it is ready, the damaged database is as it was;
//! from then on the next start finishes what is left. At no point is there no database, and none ever meets the log of
//! another.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use domain::ErrorCode;

use crate::{
    Error,
    paths::{self, DATABASE},
};

/// What SQLite keeps of one database.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];
/// A copy that is being brought up to date.
pub(crate) const NEXT: &str = "postroom.next.db";
/// A copy that is whole and synced, and takes the place at the next start at the latest.
const READY: &str = "postroom.ready.db";

/// One step of an exchange. Each is whole or not at all, and those after the copy is ready may be done again.
#[derive(Debug)]
enum Step {
    /// The second name for a file, where there is such a file.
    Keep(PathBuf, PathBuf),
    /// What a file holds is on the disk.
    Sync(PathBuf),
    /// The names in a folder are on the disk.
    SyncNames(PathBuf),
    /// Another name for a file, in place of what had it.
    Rename(PathBuf, PathBuf),
    /// A file is gone, if it was there.
    Remove(PathBuf),
}

/// Exchanges the damaged database for the copy at [`NEXT`]; it is kept as `aside`.
pub(crate) fn exchange(folder: &Path, aside: &str) -> io::Result<()> {
    run(&steps(folder, aside))
}

/// Removes a copy that was killed while it was brought up to date, and its log, which is of other content than the next.
pub(crate) fn clear_next(folder: &Path) -> io::Result<()> {
    clear_before_next(folder)?;
    ENDINGS.iter().try_for_each(|ending| remove(&beside(&folder.join(NEXT), ending)))
}

/// Removes what an upgrade of a copy left of it as it was: the copy itself is still there under its own name.
pub(crate) fn clear_before_next(folder: &Path) -> io::Result<()> {
    let stem = NEXT.trim_end_matches(".db");
    for file in fs::read_dir(folder)?.flatten() {
        let name = file.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(&format!("{stem}.before-"))) {
            remove(&file.path())?;
        }
    }
    Ok(())
}

/// All steps: the damaged database is kept aside too, the copy is ready, the copy takes the place.
fn steps(folder: &Path, aside: &str) -> Vec<Step> {
    let (database, aside) = (folder.join(DATABASE), folder.join(aside));
    let mut steps = vec![Step::Sync(folder.join(NEXT))];
    steps.extend(ENDINGS.iter().map(|ending| Step::Keep(beside(&database, ending), beside(&aside, ending))));
    steps.push(Step::SyncNames(folder.to_owned()));
    steps.push(Step::Rename(folder.join(NEXT), folder.join(READY)));
    steps.push(Step::SyncNames(folder.to_owned()));
    steps.extend(last_steps(folder));
    steps
}

/// The copy is ready. The damaged database's log goes before it comes, or SQLite would fold that into it.
fn last_steps(folder: &Path) -> Vec<Step> {
    let database = folder.join(DATABASE);
    vec![
        Step::Remove(beside(&database, "-wal")),
        Step::Remove(beside(&database, "-shm")),
        Step::SyncNames(folder.to_owned()),
        Step::Rename(folder.join(READY), database),
        Step::SyncNames(folder.to_owned()),
    ]
}

/// Finishes an exchange that was killed once its copy was ready; to be called before the database is looked at.
pub(crate) fn finish(folder: &Path) -> Result<(), Error> {
    exchange_failed(clear_before_next(folder))?;
    if !folder.join(READY).exists() {
        return Ok(());
    }
    exchange_failed(run(&last_steps(folder)))?;
    tracing::warn!("an exchange of the damaged database for a copy was finished");
    Ok(())
}

fn run(steps: &[Step]) -> io::Result<()> {
    steps.iter().try_for_each(|step| match step {
        Step::Keep(from, to) => keep(from, to),
        Step::Sync(file) => sync(file),
        Step::SyncNames(folder) => paths::sync_folder(folder),
        Step::Rename(from, to) => fs::rename(from, to),
        Step::Remove(file) => remove(file),
    })
}

/// Nothing writes a damaged file, so the second name may be the same file; not every file system has those.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    fs::hard_link(from, to).or_else(|_| {
        fs::copy(from, to)?;
        sync(to)
    })
}

fn sync(file: &Path) -> io::Result<()> {
    File::options().write(true).open(file)?.sync_all()
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// SQLite's other files of a database.
fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What is said where the disk refuses.
pub(crate) fn exchange_failed(outcome: io::Result<()>) -> Result<(), Error> {
    outcome.map_err(|error| {
        let message = "The copy could not be put in place. The damaged database is kept.";
        Error::new(ErrorCode::StorageFailed, message, "Check that the disk is not full, then try again.")
            .with_details(error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASIDE: &str = "postroom.damaged-1.db";

    /// A damaged database with a log, and a copy of it that is up to date.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in
            [(DATABASE, "damaged"), ("postroom.db-wal", "log"), ("postroom.db-shm", "index"), (NEXT, "copy")]
        {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    fn content(folder: &Path, name: &str) -> Option<String> {
        fs::read_to_string(folder.join(name)).ok()
    }

    /// The database and its log.
    fn place(folder: &Path) -> (Option<String>, Option<String>) {
        (content(folder, DATABASE), content(folder, "postroom.db-wal"))
    }

    #[test]
    fn a_kill_at_every_step_leaves_a_whole_database_or_a_start_that_finishes() {
        let (mut damaged, mut copied) = (0, 0);
        let (was, is) = ((Some("damaged".to_owned()), Some("log".to_owned())), (Some("copy".to_owned()), None));
        let all = steps(Path::new(""), ASIDE).len();
        for done in 0..=all {
            let home = folder();
            let folder = home.path();
            run(&steps(folder, ASIDE)[..done]).unwrap();
            assert!(folder.join(DATABASE).exists(), "no database after {done} steps");
            let killed = place(folder);
            assert!(killed == was || killed == is || folder.join(READY).exists(), "after {done} steps: {killed:?}");
            // Killed again while it is finished: what is done may be done again.
            if folder.join(READY).exists() {
                run(&last_steps(folder)[..2]).unwrap();
            }
            finish(folder).unwrap();
            finish(folder).unwrap();
            let found = place(folder);
            assert!(found == was || found == is, "after {done} steps and a start: {found:?}");
            assert!(!folder.join(READY).exists());
            if found == is {
                copied += 1;
                let kept = ["", "-wal", "-shm"].map(|ending| content(folder, &format!("{ASIDE}{ending}")));
                assert_eq!(kept, ["damaged", "log", "index"].map(|text| Some(text.to_owned())), "after {done} steps");
            } else {
                damaged += 1;
            }
        }
        assert!(damaged > 1 && copied > 1, "{damaged} damaged, {copied} copied");
    }

    #[test]
    fn what_an_upgrade_left_of_a_copy_goes_and_the_copies_stay() {
        let home = folder();
        for name in ["postroom.next.before-3.db", "postroom.next.before-3.db-wal", "postroom.before-3.db"] {
            fs::write(home.path().join(name), name).unwrap();
        }
        finish(home.path()).unwrap();
        assert_eq!(content(home.path(), "postroom.next.before-3.db"), None);
        assert_eq!(content(home.path(), "postroom.next.before-3.db-wal"), None);
        assert!(content(home.path(), "postroom.before-3.db").is_some() && content(home.path(), NEXT).is_some());
    }

    #[test]
    fn the_log_of_the_damaged_database_never_lies_beside_the_copy() {
        for done in 0..=steps(Path::new(""), ASIDE).len() {
            let home = folder();
            run(&steps(home.path(), ASIDE)[..done]).unwrap();
            let (database, log) = place(home.path());
            assert!(database.as_deref() == Some("damaged") || log.is_none(), "after {done} steps");
        }
    }
}
