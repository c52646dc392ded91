//! A profile that is only read: its database is damaged, or a newer version wrote it. Nothing is published from it, and
//! nothing is written to it. Out of it leads an update, or, by the owner's choice, one of the copies that were made
//! before an upgrade; the damaged file is kept beside it.

use std::{fs, path::Path, time::SystemTime};

use domain::{ErrorCode, UtcMs};
use store::{Store, StoreError, Unwritable};

use crate::{
    App, Error,
    exchange::{NEXT, clear_before_next, clear_next, exchange, exchange_failed},
    paths::DATABASE,
};

/// A copy of the database from before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The version of the database it was made of.
    pub version: i64,
    /// When it was made.
    pub at: UtcMs,
    /// Its size.
    pub bytes: u64,
}

impl App {
    /// Why nothing is written or published; `None` in a profile as it should be.
    #[must_use]
    pub fn unwritable(&self) -> Option<Error> {
        self.unwritable.clone().map(|why| StoreError::from(why).into())
    }

    /// Whether the database is damaged, in a way that a copy from before an upgrade would mend.
    #[must_use]
    pub const fn is_damaged(&self) -> bool {
        matches!(self.unwritable, Some(Unwritable::Damaged(_)))
    }

    /// The copies there are, newest first.
    #[must_use]
    pub fn copies(&self) -> Vec<Copy> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut copies: Vec<_> = files.filter_map(|file| copy(&file)).collect();
        copies.sort_by_key(|copy| std::cmp::Reverse(copy.version));
        copies
    }

    /// Puts the damaged database aside, under a name that says when, and a copy in its place. The profile has to be
    /// opened anew afterwards; it then starts paused like any restored one.
    pub async fn start_with_copy(&self, version: i64) -> Result<(), Error> {
        if !self.is_damaged() {
            let message = "The database is not damaged, so it is not exchanged for an older copy.";
            return Err(Error::new(ErrorCode::WrongState, message, "Nothing needs to be done."));
        }
        let name = copy_name(version);
        let source = self.folder.join(&name);
        if !source.is_file() {
            return Err(Error::not_found("copy", &name));
        }
        let next = self.folder.join(NEXT);
        exchange_failed(clear_next(&self.folder))?;
        exchange_failed(fs::copy(&source, &next).map(drop))?;
        // The copy itself is looked at, and brought up to date, before it takes the place.
        Store::open(&next).await?.close().await;
        exchange_failed(clear_before_next(&self.folder))?;
        self.store.close().await;
        // Posts may have gone out since the copy was made, also where no runner has started in between.
        exchange_failed(self.outside.distrust())?;
        let aside = format!("postroom.damaged-{}.db", self.clock.now().as_millis());
        exchange_failed(exchange(&self.folder, &aside))?;
        tracing::warn!(copy = name, kept = aside, "the damaged database was exchanged for a copy");
        exchange_failed(self.lock.unlock())
    }
}

fn copy_name(version: i64) -> String {
    Path::new(DATABASE).with_extension(format!("before-{version}.db")).display().to_string()
}

fn copy(file: &fs::DirEntry) -> Option<Copy> {
    let name = file.file_name();
    let version = name.to_str()?.strip_prefix("postroom.before-")?.strip_suffix(".db")?.parse().ok()?;
    let known = file.metadata().ok()?;
    let since = known.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let at = UtcMs::from_millis(i64::try_from(since.as_millis()).ok()?);
    Some(Copy { version, at, bytes: known.len() })
}
