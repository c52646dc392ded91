//! Noticing a restored or copied profile. Its generation and its mark are kept twice: in the database, and in the user's
//! state folder, which a copy of the profile does not carry along. The generation rises with every runner; the mark with
//! every call that others can see, so that a copy made while a runner ran is noticed too, also when that runner crashed.

use std::{
    fs::File,
    io::{Seek, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use domain::ProfileId;

use crate::paths;

/// A generation that no database has.
const NO_GENERATION: i64 = i64::MIN;

/// What the two records say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This is the profile as it was last left.
    Known,
    /// This is an older state of it, or a copy made elsewhere.
    Copy,
}

/// Compares what the database says with what is kept outside: generation and mark. A start that was killed between
/// writing the one and the other leaves the database one ahead, which no copy can be; so does a call.
#[must_use]
pub const fn origin(inside: (i64, i64), outside: (Option<i64>, Option<i64>)) -> Origin {
    let known = match outside.0 {
        None => inside.0 == 0,
        Some(outside) => inside.0 == outside || inside.0 == outside + 1,
    };
    match outside.1 {
        Some(outside) if outside > inside.1 => Origin::Copy,
        _ if known => Origin::Known,
        _ => Origin::Copy,
    }
}

/// The record outside the profile.
pub struct Outside {
    generation: PathBuf,
    mark: PathBuf,
    /// The open file of the mark, and the highest that was written.
    marking: Mutex<Option<(File, i64)>>,
}

impl Outside {
    /// The record of a profile in the user's state folder.
    pub fn new(state_folder: &Path, profile: ProfileId) -> Self {
        let folder = state_folder.join("generations");
        Self {
            generation: folder.join(profile.to_string()),
            mark: folder.join(format!("{profile}.mark")),
            marking: Mutex::default(),
        }
    }

    /// The generation and the mark recorded; `None` for what there is none of to read.
    pub fn read(&self) -> (Option<i64>, Option<i64>) {
        let number = |path: &Path| std::fs::read_to_string(path).ok()?.trim().parse().ok();
        (number(&self.generation), number(&self.mark))
    }

    /// Records a generation and the mark it begins with.
    pub fn write(&self, generation: i64, mark: i64) -> std::io::Result<()> {
        if let Some(folder) = self.generation.parent() {
            paths::create_private(folder)?;
        }
        let mut marking = self.marking.lock().unwrap_or_else(PoisonError::into_inner);
        paths::write_private(&self.mark, digits(mark).as_bytes())?;
        *marking = None;
        paths::write_private(&self.generation, generation.to_string().as_bytes())
    }

    /// Records that a call is about to be made. Not synced: what the system has survives a crash of ours, and after a
    /// crash of the system an older mark is no reason for doubt.
    pub fn mark(&self, mark: i64) {
        let mut marking = self.marking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = put(&mut marking, &self.mark, mark) {
            tracing::warn!(%error, "the profile's mark could not be kept outside the profile");
        }
    }

    /// Records that whatever the database says next is older than what went out.
    pub fn distrust(&self) -> std::io::Result<()> {
        self.write(NO_GENERATION, 0)
    }
}

/// Always as long, so that it is written over the one before in one go.
fn digits(mark: i64) -> String {
    format!("{:020}", mark.max(0))
}

fn put(marking: &mut Option<(File, i64)>, path: &Path, mark: i64) -> std::io::Result<()> {
    let (file, highest) = match marking {
        Some(known) => known,
        None => marking.insert((File::options().write(true).open(path)?, 0)),
    };
    if mark > *highest {
        file.rewind()?;
        file.write_all(digits(mark).as_bytes())?;
        *highest = mark;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_restored_backups_are_told_from_the_profile_itself() {
        let origin = |inside, outside| origin((inside, 0), (outside, Some(0)));
        assert_eq!(origin(0, None), Origin::Known, "a new profile");
        assert_eq!(origin(7, Some(7)), Origin::Known);
        assert_eq!(origin(8, Some(7)), Origin::Known, "killed while starting");
        assert_eq!(origin(5, Some(7)), Origin::Copy, "an older copy put back");
        assert_eq!(origin(7, None), Origin::Copy, "brought from another computer");
        assert_eq!(origin(0, Some(NO_GENERATION)), Origin::Copy, "exchanged for a copy by choice");
    }

    #[test]
    fn a_copy_of_the_same_run_is_behind_by_its_mark() {
        let origin = |inside, outside| origin((7, inside), (Some(7), outside));
        assert_eq!(origin(12, Some(12)), Origin::Known);
        assert_eq!(origin(13, Some(12)), Origin::Known, "killed before it was marked");
        assert_eq!(origin(11, Some(12)), Origin::Copy, "something went out since");
        assert_eq!(origin(12, None), Origin::Known, "a mark that nobody can read is no reason for doubt");
    }

    #[test]
    fn a_mark_only_rises_until_a_runner_starts() {
        let home = tempfile::tempdir().unwrap();
        let outside = Outside::new(home.path(), ProfileId::from_bytes(&[7; 16]).unwrap());
        assert_eq!(outside.read(), (None, None));
        outside.write(3, 40).unwrap();
        for mark in [41, 43, 42] {
            outside.mark(mark);
        }
        assert_eq!(outside.read(), (Some(3), Some(43)));
        outside.write(4, 20).unwrap();
        assert_eq!(outside.read(), (Some(4), Some(20)));
        outside.mark(21);
        assert_eq!(outside.read(), (Some(4), Some(21)));
    }
}
