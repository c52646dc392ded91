//! `postroomctl` without one of its guards, for the tests that show that this would be noticed.

use std::process::ExitCode;

fn main() -> ExitCode {
    ctl::main_with(std::env::args_os(), ctl::Environment::read())
}
