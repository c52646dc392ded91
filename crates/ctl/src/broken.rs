//! `postroomctl` without one of its guards, for the tests that show that this would be noticed.

use std::process::ExitCode;

/// As in the real one.
#[cfg(not(feature = "break_memory"))]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    if let Some(code) = app::pictures::decode_picture_if_asked(std::env::args_os()) {
        return code;
    }
    #[cfg(feature = "failpoints")]
    if let Err(error) = arm() {
        eprintln!("the steps could not be armed: {error}");
        return ExitCode::from(2);
    }
    ctl::main_with(std::env::args_os(), ctl::Environment::read())
}

/// `POSTROOM_END_AT` names the place where this process ends, and which time it comes there: `publish.send.after@1`.
#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "a program is the edge where the environment is read")]
fn arm() -> Result<(), String> {
    let Ok(said) = std::env::var("POSTROOM_END_AT") else { return Ok(()) };
    let (place, nth) = said.split_once('@').ok_or("no number after a place")?;
    app::points::end_at(place, nth.parse().map_err(|_| "no number")?)
}
