//! `postroomctl`: see the library of this crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = app::pictures::decode_picture_if_asked(std::env::args_os()) {
        return code;
    }
    ctl::main_with(std::env::args_os(), ctl::Environment::read())
}
