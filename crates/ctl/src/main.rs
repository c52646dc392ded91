//! `postroomctl`: see the library of this crate.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed: a token does not stay behind in memory that nobody uses any more.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    if let Some(code) = app::pictures::decode_picture_if_asked(std::env::args_os()) {
        return code;
    }
    ctl::main_with(std::env::args_os(), ctl::Environment::read())
}
