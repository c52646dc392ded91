//! What it is told to do, by the variable `FAULTSHIM`: words like `below=/folder`, with `;` between them.
//!
//! - `below=FOLDER` (may be repeated): files in it are watched.
//! - `log=FILE`: every watched call is recorded there; `data` adds what was written.
//! - `kind=write|sync|truncate|send`, `nth=N`, `act=eio|enospc|reset|end-before|end-after`: what happens to the N-th call
//!   of that kind, and with `on` to all after it; with `until=FILE` only until there is such a file.

use std::{
    ffi::{CStr, CString, c_int},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    entry::{Entry, Kind},
    log,
    place::{self, Place},
};

/// Added to the kind of a call that was failed or ended in its record.
const STRUCK: u8 = 128;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    Fail(c_int),
    EndBefore,
    EndAfter,
}

/// What it is told to do.
pub struct Orders {
    below: Vec<Vec<u8>>,
    log: Option<c_int>,
    data: bool,
    kind: Option<Kind>,
    nth: u64,
    act: Verdict,
    on: bool,
    until: Option<CString>,
    seen: AtomicU64,
}

static ORDERS: OnceLock<Option<Orders>> = OnceLock::new();

/// The orders; `None` without any, and before they were read.
pub fn orders() -> Option<&'static Orders> {
    ORDERS.get().and_then(Option::as_ref)
}

/// Runs when the library is loaded, before the program does anything.
extern "C" fn read_orders() {
    // SAFETY: nothing else runs yet that could change the environment.
    let text = unsafe {
        let text = libc::getenv(c"FAULTSHIM".as_ptr());
        (!text.is_null()).then(|| CStr::from_ptr(text))
    };
    ORDERS.get_or_init(|| text.and_then(|text| text.to_str().ok()).map(Orders::parse));
}

#[used]
#[unsafe(link_section = ".init_array")]
static READ_ORDERS: extern "C" fn() = read_orders;

impl Orders {
    fn parse(text: &str) -> Self {
        let mut orders = Self {
            below: Vec::new(),
            log: None,
            data: false,
            kind: None,
            nth: 0,
            act: Verdict::Pass,
            on: false,
            until: None,
            seen: AtomicU64::new(0),
        };
        for word in text.split(';') {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match name {
                "below" => orders.below.push(value.as_bytes().to_vec()),
                "log" => orders.log = CString::new(value).ok().and_then(|path| open(&path)),
                "data" => orders.data = true,
                "kind" => orders.kind = kind(value),
                "nth" => orders.nth = value.parse().unwrap_or(0),
                "act" => orders.act = verdict(value),
                "on" => orders.on = true,
                "until" => orders.until = CString::new(value).ok(),
                _ => {}
            }
        }
        orders
    }

    /// Whether a file is watched.
    pub fn covers(&self, place: &Place) -> bool {
        self.below.iter().any(|folder| {
            place.bytes().strip_prefix(folder.as_slice()).is_some_and(|rest| rest.first().is_none_or(|c| *c == b'/'))
        })
    }

    /// What becomes of a watched call, which is counted by this.
    pub fn decide(&self, entry: &Entry<'_>) -> Verdict {
        if self.kind != Some(entry.kind) {
            return Verdict::Pass;
        }
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        let struck = if self.on { number >= self.nth } else { number == self.nth };
        if !struck || self.until.as_ref().is_some_and(|file| place::exists(file)) {
            return Verdict::Pass;
        }
        if let Some(log) = self.log {
            log::append(log, entry.kind as u8 | STRUCK, entry, 0);
        }
        self.act
    }

    /// Records a call that was made, with the bytes it took.
    pub fn record(&self, entry: &Entry<'_>, taken: usize) {
        let Some(log) = self.log else { return };
        let given = entry.data.iter().map(|data| data.len()).sum();
        let length = match entry.kind {
            Kind::Rename => given,
            _ => taken.min(given),
        };
        log::append(log, entry.kind as u8, entry, if self.data { length } else { 0 });
    }
}

fn open(path: &CStr) -> Option<c_int> {
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
    // SAFETY: a name that ends with a zero byte.
    let fd = unsafe { libc::open(path.as_ptr(), flags, 0o600) };
    (fd >= 0).then_some(fd)
}

fn kind(word: &str) -> Option<Kind> {
    match word {
        "write" => Some(Kind::Write),
        "sync" => Some(Kind::Sync),
        "truncate" => Some(Kind::Truncate),
        "send" => Some(Kind::Send),
        _ => None,
    }
}

fn verdict(word: &str) -> Verdict {
    match word {
        "eio" => Verdict::Fail(libc::EIO),
        "enospc" => Verdict::Fail(libc::ENOSPC),
        "reset" => Verdict::Fail(libc::ECONNRESET),
        "end-before" => Verdict::EndBefore,
        "end-after" => Verdict::EndAfter,
        _ => Verdict::Pass,
    }
}
