//! The process that opens pictures, for tests that have no program of their own.

use std::process::ExitCode;

fn main() -> ExitCode {
    app::pictures::decode_picture_if_asked(std::env::args_os()).unwrap_or(ExitCode::from(2))
}
