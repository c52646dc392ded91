//! Stands between a program and the system, in tests only: `LD_PRELOAD=libfaultshim.so` with the variable `FAULTSHIM`
//! counts, records, fails or ends the calls by which a program writes files and sends to the network. See [`orders`].
//!
//! Nothing is allocated and nothing locked in a call; the program's own call is made by the next library in line.
//!
//! ```text
//! FAULTSHIM='below=/tmp/p;kind=sync;nth=7;act=eio' LD_PRELOAD=target/debug/libfaultshim.so postroomctl queue run
//! ```
#![cfg(target_os = "linux")]

mod entry;
mod log;
mod next;
mod orders;
mod place;

use std::ffi::{CStr, c_char, c_int, c_void};

use libc::{iovec, msghdr, off_t, size_t, sockaddr, socklen_t, ssize_t};

use crate::{
    entry::{Entry, Kind},
    next::next,
    orders::{Orders, Verdict, orders},
    place::Place,
};

/// A call on something that is watched: the verdict first, then the call, then its record.
fn watched(orders: &Orders, entry: &Entry<'_>, call: impl FnOnce() -> ssize_t) -> ssize_t {
    let verdict = orders.decide(entry);
    match verdict {
        Verdict::Fail(error) => {
            place::set_errno(error);
            return -1;
        }
        Verdict::EndBefore => place::end(),
        Verdict::Pass | Verdict::EndAfter => {}
    }
    let done = call();
    if let Ok(done) = usize::try_from(done) {
        orders.record(entry, done);
    }
    if matches!(verdict, Verdict::EndAfter) {
        place::end();
    }
    done
}

/// A write of `data` to a file at `offset`, or where the file stands, or a send where `fd` is a socket.
fn written(fd: c_int, offset: Option<off_t>, data: &[&[u8]], call: impl FnOnce() -> ssize_t) -> ssize_t {
    let Some(orders) = orders() else { return call() };
    if let Some(place) = Place::file(fd).filter(|place| orders.covers(place)) {
        let offset = offset.unwrap_or_else(|| place::standing(fd));
        return watched(orders, &Entry { kind: Kind::Write, place: &place, offset, data }, call);
    }
    if place::is_network(fd) { sent(orders, call) } else { call() }
}

fn sent(orders: &Orders, call: impl FnOnce() -> ssize_t) -> ssize_t {
    watched(orders, &Entry { kind: Kind::Send, place: &Place::nowhere(), offset: 0, data: &[] }, call)
}

/// A call about a file that moves no data.
fn about(kind: Kind, place: Option<Place>, offset: off_t, call: impl FnOnce() -> c_int) -> c_int {
    let place = place.filter(|place| orders().is_some_and(|orders| orders.covers(place)));
    let (Some(orders), Some(place)) = (orders(), place) else { return call() };
    let done = watched(orders, &Entry { kind, place: &place, offset, data: &[] }, || call() as ssize_t);
    // All of these answer 0 or -1.
    c_int::from(done >= 0) - 1
}

/// # Safety
/// `buffer` has `count` bytes, as the system's own call wants it.
unsafe fn bytes<'a>(buffer: *const c_void, count: size_t) -> &'a [u8] {
    if buffer.is_null() {
        return &[];
    }
    // SAFETY: by this function's own contract.
    unsafe { std::slice::from_raw_parts(buffer.cast(), count) }
}

/// # Safety
/// `parts` has `count` entries that are as the system's own call wants them.
unsafe fn with_parts<T>(parts: *const iovec, count: c_int, then: impl FnOnce(&[&[u8]]) -> T) -> T {
    let mut all: [&[u8]; 16] = [&[]; 16];
    let count = usize::try_from(count).unwrap_or(0).min(all.len());
    for (at, slot) in all.iter_mut().enumerate().take(count) {
        // SAFETY: the caller passes on what its own caller promised.
        *slot = unsafe {
            let part = &*parts.add(at);
            bytes(part.iov_base, part.iov_len)
        };
    }
    then(all.get(..count).unwrap_or_default())
}

/// Calls of the C library, with its own contracts; each makes the real one.
mod interposed {
    use super::{
        CStr, Entry, Kind, Place, about, bytes, c_char, c_int, c_void, iovec, msghdr, next, off_t, orders, place, sent,
        size_t, sockaddr, socklen_t, ssize_t, watched, with_parts, written,
    };

    type Write = unsafe extern "C" fn(c_int, *const c_void, size_t) -> ssize_t;
    type WriteAt = unsafe extern "C" fn(c_int, *const c_void, size_t, off_t) -> ssize_t;
    type WriteParts = unsafe extern "C" fn(c_int, *const iovec, c_int) -> ssize_t;
    type Sync = unsafe extern "C" fn(c_int) -> c_int;
    type Cut = unsafe extern "C" fn(c_int, off_t) -> c_int;
    type Send = unsafe extern "C" fn(c_int, *const c_void, size_t, c_int) -> ssize_t;
    type SendTo = unsafe extern "C" fn(c_int, *const c_void, size_t, c_int, *const sockaddr, socklen_t) -> ssize_t;
    type SendMessage = unsafe extern "C" fn(c_int, *const msghdr, c_int) -> ssize_t;
    type Unlink = unsafe extern "C" fn(*const c_char) -> c_int;
    type Rename = unsafe extern "C" fn(*const c_char, *const c_char) -> c_int;

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn write(fd: c_int, buffer: *const c_void, count: size_t) -> ssize_t {
        // SAFETY: passed on as it came.
        unsafe { written(fd, None, &[bytes(buffer, count)], || next!(c"write", Write)(fd, buffer, count)) }
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn pwrite64(fd: c_int, buffer: *const c_void, count: size_t, at: off_t) -> ssize_t {
        // SAFETY: passed on as it came.
        unsafe { written(fd, Some(at), &[bytes(buffer, count)], || next!(c"pwrite64", WriteAt)(fd, buffer, count, at)) }
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn pwrite(fd: c_int, buffer: *const c_void, count: size_t, at: off_t) -> ssize_t {
        // SAFETY: passed on as it came.
        unsafe { pwrite64(fd, buffer, count, at) }
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
        // SAFETY: passed on as it came.
        unsafe {
            let real = || next!(c"writev", WriteParts)(fd, parts, count);
            with_parts(parts, count, |data| written(fd, None, data, real))
        }
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
        // SAFETY: passed on as it came.
        about(Kind::Sync, Place::of(fd), 0, || unsafe { next!(c"fsync", Sync)(fd) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
        // SAFETY: passed on as it came.
        about(Kind::Sync, Place::of(fd), 0, || unsafe { next!(c"fdatasync", Sync)(fd) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn ftruncate64(fd: c_int, length: off_t) -> c_int {
        // SAFETY: passed on as it came.
        about(Kind::Truncate, Place::file(fd), length, || unsafe { next!(c"ftruncate64", Cut)(fd, length) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn ftruncate(fd: c_int, length: off_t) -> c_int {
        // SAFETY: passed on as it came.
        unsafe { ftruncate64(fd, length) }
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
        // SAFETY: the path ends with a zero byte, by the call's own contract.
        let place = (!path.is_null()).then(|| Place::named(unsafe { CStr::from_ptr(path) }));
        // SAFETY: passed on as it came.
        about(Kind::Unlink, place, 0, || unsafe { next!(c"unlink", Unlink)(path) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
        let real = || {
            // SAFETY: passed on as it came.
            unsafe { next!(c"rename", Rename)(from, to) }
        };
        let Some(orders) = orders().filter(|_| !from.is_null() && !to.is_null()) else { return real() };
        // SAFETY: both paths end with a zero byte, by the call's own contract.
        let (old, new) = unsafe { (CStr::from_ptr(from), CStr::from_ptr(to)) };
        let place = Place::named(old);
        if !orders.covers(&place) {
            return real();
        }
        let entry = Entry { kind: Kind::Rename, place: &place, offset: 0, data: &[new.to_bytes()] };
        let done = watched(orders, &entry, || real() as ssize_t);
        c_int::from(done >= 0) - 1
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn send(fd: c_int, buffer: *const c_void, count: size_t, flags: c_int) -> ssize_t {
        // SAFETY: passed on as it came.
        to_network(fd, || unsafe { next!(c"send", Send)(fd, buffer, count, flags) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn sendto(
        fd: c_int,
        buffer: *const c_void,
        count: size_t,
        flags: c_int,
        to: *const sockaddr,
        length: socklen_t,
    ) -> ssize_t {
        // SAFETY: passed on as it came.
        to_network(fd, || unsafe { next!(c"sendto", SendTo)(fd, buffer, count, flags, to, length) })
    }

    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn sendmsg(fd: c_int, message: *const msghdr, flags: c_int) -> ssize_t {
        // SAFETY: passed on as it came.
        to_network(fd, || unsafe { next!(c"sendmsg", SendMessage)(fd, message, flags) })
    }

    fn to_network(fd: c_int, call: impl FnOnce() -> ssize_t) -> ssize_t {
        match orders() {
            Some(orders) if place::is_network(fd) => sent(orders, call),
            _ => call(),
        }
    }
}
