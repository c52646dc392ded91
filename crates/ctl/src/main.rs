//! `postroomctl`: see the library of this crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    ctl::main_with(std::env::args_os(), ctl::Environment::read())
}
