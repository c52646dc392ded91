//! A call as it is judged and recorded.

use libc::off_t;

use crate::place::Place;

/// What a call does. The numbers are those of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Write = 1,
    Sync = 2,
    Truncate = 3,
    Send = 4,
    Rename = 5,
    Unlink = 6,
}

/// A call that is watched.
pub struct Entry<'a> {
    /// What it does.
    pub kind: Kind,
    /// What it is about.
    pub place: &'a Place,
    /// Where in the file; the length for a truncation.
    pub offset: off_t,
    /// What is written; the new name for a renaming.
    pub data: &'a [&'a [u8]],
}
