//! The record: one entry a call, appended in one go, so that several processes can share a file and its order is the
//! order in which things came to be.
//!
//! An entry is `kind u8, path length u16, offset i64, data length u32`, little end first, then path, then data.

use std::ffi::c_int;

use libc::{iovec, ssize_t};

use crate::{
    entry::Entry,
    next::next,
    place::{errno, set_errno},
};

type WriteParts = unsafe extern "C" fn(c_int, *const iovec, c_int) -> ssize_t;

/// Appends an entry with the first `length` bytes of its data.
pub fn append(log: c_int, kind: u8, entry: &Entry<'_>, length: usize) {
    let before = errno();
    let path = entry.place.bytes();
    let mut head = [0_u8; 15];
    let numbers = [kind].into_iter();
    let numbers = numbers.chain(u16::try_from(path.len()).unwrap_or(0).to_le_bytes());
    let numbers = numbers.chain(entry.offset.to_le_bytes());
    let numbers = numbers.chain(u32::try_from(length).unwrap_or(0).to_le_bytes());
    for (slot, byte) in head.iter_mut().zip(numbers) {
        *slot = byte;
    }
    let mut parts = [part(&[]); 18];
    let mut rest = length;
    let data = entry.data.iter().map(|data| {
        let taken = data.get(..rest.min(data.len())).unwrap_or_default();
        rest -= taken.len();
        part(taken)
    });
    for (slot, piece) in parts.iter_mut().zip([part(&head), part(path)].into_iter().chain(data)) {
        *slot = piece;
    }
    // SAFETY: every part is a slice that lives until the call returns.
    unsafe {
        next!(c"writev", WriteParts)(log, parts.as_ptr(), 18);
    }
    set_errno(before);
}

const fn part(bytes: &[u8]) -> iovec {
    iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
}
