//! Noticing a restored or copied profile. Its generation is kept twice: in the database, and in the user's
//! state folder, which a copy of the profile does not carry along.

use std::path::{Path, PathBuf};

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

/// Compares the generation in the database with the one outside. A start that was killed between writing
/// the one and the other leaves the database one ahead, which no copy can be.
#[must_use]
pub const fn origin(inside: i64, outside: Option<i64>) -> Origin {
    match outside {
        None if inside == 0 => Origin::Known,
        Some(outside) if inside == outside || inside == outside + 1 => Origin::Known,
        _ => Origin::Copy,
    }
}

/// The record outside the profile.
pub struct Outside(PathBuf);

impl Outside {
    /// The record of a profile in the user's state folder.
    pub fn new(state_folder: &Path, profile: ProfileId) -> Self {
        Self(state_folder.join("generations").join(profile.to_string()))
    }

    /// The generation recorded; `None` when there is none to read.
    pub fn read(&self) -> Option<i64> {
        std::fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }

    /// Records a generation.
    pub fn write(&self, generation: i64) -> std::io::Result<()> {
        if let Some(folder) = self.0.parent() {
            paths::create_private(folder)?;
        }
        paths::write_private(&self.0, generation.to_string().as_bytes())
    }

    /// Records that whatever the database says next is older than what went out.
    pub fn distrust(&self) -> std::io::Result<()> {
        self.write(NO_GENERATION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_restored_backups_are_told_from_the_profile_itself() {
        assert_eq!(origin(0, None), Origin::Known, "a new profile");
        assert_eq!(origin(7, Some(7)), Origin::Known);
        assert_eq!(origin(8, Some(7)), Origin::Known, "killed while starting");
        assert_eq!(origin(5, Some(7)), Origin::Copy, "an older copy put back");
        assert_eq!(origin(7, None), Origin::Copy, "brought from another computer");
        assert_eq!(origin(0, Some(NO_GENERATION)), Origin::Copy, "exchanged for a copy by choice");
    }
}
