//! What a power loss may leave of the files whose writes and syncs were recorded. Pure; knows nothing of processes.
//!
//! What was written before the last sync of a file is there. Of what was written after it any part may be there, in
//! sectors of 512 bytes; a name that was given or taken away is sure once its folder was synced.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use rand::{Rng, rngs::StdRng};

use crate::shim::{Call, Kind};

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Files by path.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What becomes of writes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// All are there: the system was killed, the disk was not.
    Kept,
    /// None is there.
    Dropped,
    /// Some are there.
    Some,
    /// All but the last are there, and of the last some sectors.
    Torn,
}

/// Every way.
pub const UNSYNCED: [Unsynced; 4] = [Unsynced::Kept, Unsynced::Dropped, Unsynced::Some, Unsynced::Torn];

/// The files after the first `cut` calls and a power loss.
pub fn after(start: &Files, calls: &[Call], cut: usize, unsynced: Unsynced, dice: &mut StdRng) -> Files {
    let calls = calls.get(..cut).unwrap_or(calls);
    let sure: Vec<_> = (0..calls.len()).map(|at| is_sure(calls, at)).collect();
    let last = sure.iter().rposition(|sure| !sure);
    let mut files = start.clone();
    for (at, call) in calls.iter().enumerate() {
        let kept = sure.get(at).copied().unwrap_or_default()
            || match unsynced {
                Unsynced::Kept | Unsynced::Torn => true,
                Unsynced::Dropped => false,
                Unsynced::Some => dice.random(),
            };
        if kept {
            let torn = unsynced == Unsynced::Torn && Some(at) == last;
            apply(&mut files, call, torn.then_some(&mut *dice));
        }
    }
    files
}

/// Whether a call's effect was on the disk at the end of the calls.
fn is_sure(calls: &[Call], at: usize) -> bool {
    let Some(call) = calls.get(at) else { return false };
    let place = match call.kind {
        Kind::Write | Kind::Truncate => call.path.as_path(),
        Kind::Rename | Kind::Unlink => call.path.parent().unwrap_or(Path::new("/")),
        Kind::Sync | Kind::Send => return true,
    };
    calls.iter().skip(at + 1).any(|later| later.kind == Kind::Sync && later.path == place)
}

/// Does what a call did; with dice only some of its sectors.
fn apply(files: &mut Files, call: &Call, dice: Option<&mut StdRng>) {
    let offset = usize::try_from(call.offset).unwrap_or_default();
    match call.kind {
        Kind::Write => write(files.entry(call.path.clone()).or_default(), offset, &call.data, dice),
        Kind::Truncate => files.entry(call.path.clone()).or_default().resize(offset, 0),
        Kind::Rename => {
            if let Some(content) = files.remove(&call.path) {
                files.insert(PathBuf::from(String::from_utf8_lossy(&call.data).into_owned()), content);
            }
        }
        Kind::Unlink => drop(files.remove(&call.path)),
        Kind::Sync | Kind::Send => {}
    }
}

fn write(content: &mut Vec<u8>, offset: usize, data: &[u8], mut dice: Option<&mut StdRng>) {
    let mut at = 0;
    while at < data.len() {
        // Up to the end of the sector in the file.
        let length = (SECTOR - (offset + at) % SECTOR).min(data.len() - at);
        let (from, to) = (offset + at, offset + at + length);
        if dice.as_mut().is_none_or(Rng::random) {
            if content.len() < to {
                content.resize(to, 0);
            }
            if let (Some(place), Some(sector)) = (content.get_mut(from..to), data.get(at..at + length)) {
                place.copy_from_slice(sector);
            }
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf};

    use rand::{SeedableRng, rngs::StdRng};

    use super::{Files, Unsynced, after};
    use crate::shim::{Call, Kind};

    fn call(kind: Kind, path: &str, offset: u64, data: &[u8]) -> Call {
        Call { kind, struck: false, path: PathBuf::from(path), offset, data: data.to_vec() }
    }

    fn content(files: &Files, path: &str) -> Option<Vec<u8>> {
        files.get(&PathBuf::from(path)).cloned()
    }

    fn calls() -> Vec<Call> {
        vec![
            call(Kind::Write, "/p/a", 0, b"one"),
            call(Kind::Sync, "/p/a", 0, b""),
            call(Kind::Write, "/p/a", 3, b"two"),
            call(Kind::Write, "/p/b", 1, b"x"),
            call(Kind::Sync, "/p/b", 0, b""),
            call(Kind::Unlink, "/p/b", 0, b""),
        ]
    }

    #[test]
    fn what_was_synced_is_there_and_the_rest_as_it_may_be() {
        let (calls, mut dice) = (calls(), StdRng::seed_from_u64(1));
        let kept = after(&Files::new(), &calls, 5, Unsynced::Kept, &mut dice);
        assert_eq!((content(&kept, "/p/a"), content(&kept, "/p/b")), (Some(b"onetwo".into()), Some(b"\0x".into())));
        let dropped = after(&Files::new(), &calls, 5, Unsynced::Dropped, &mut dice);
        assert_eq!((content(&dropped, "/p/a"), content(&dropped, "/p/b")), (Some(b"one".into()), Some(b"\0x".into())));
        assert_eq!(content(&after(&Files::new(), &calls, 6, Unsynced::Kept, &mut dice), "/p/b"), None);
        assert!(content(&after(&Files::new(), &calls, 6, Unsynced::Dropped, &mut dice), "/p/b").is_some());
        let some: BTreeSet<_> = (0..64)
            .filter_map(|_| content(&after(&Files::new(), &calls, 3, Unsynced::Some, &mut dice), "/p/a"))
            .collect();
        assert_eq!(some.len(), 2, "with and without it");
    }

    #[test]
    fn the_last_write_is_torn_at_sectors() {
        let calls = [call(Kind::Write, "/p/a", 500, &[1; 600])];
        let mut dice = StdRng::seed_from_u64(2);
        let torn: BTreeSet<_> =
            (0..200).map(|_| content(&after(&Files::new(), &calls, 1, Unsynced::Torn, &mut dice), "/p/a")).collect();
        // Three sectors are touched: none, one, two or all of them.
        assert_eq!(torn.len(), 8);
    }

    #[test]
    fn a_name_that_was_given_is_sure_once_its_folder_was_synced() {
        let given = [
            call(Kind::Write, "/p/new", 0, b"n"),
            call(Kind::Sync, "/p/new", 0, b""),
            call(Kind::Rename, "/p/new", 0, b"/p/name"),
            call(Kind::Sync, "/p", 0, b""),
        ];
        let mut dice = StdRng::seed_from_u64(3);
        let early = after(&Files::new(), &given, 3, Unsynced::Dropped, &mut dice);
        assert!(content(&early, "/p/name").is_none() && content(&early, "/p/new").is_some());
        assert!(content(&after(&Files::new(), &given, 4, Unsynced::Dropped, &mut dice), "/p/name").is_some());
    }
}
