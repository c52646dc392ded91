//! What the tasks read from the machine they run on; the only place here that looks at the environment.

use std::{ffi::OsString, path::PathBuf};

/// The value of an environment variable, `None` when unset, empty or not UTF-8.
#[expect(clippy::disallowed_methods, reason = "xtask is one of the edges that read the environment")]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True where nobody can answer a question.
pub fn is_ci() -> bool {
    var("CI").is_some()
}

/// True where a window can be opened. Only Linux can be without a display here.
pub fn has_display() -> bool {
    !cfg!(target_os = "linux") || var("DISPLAY").is_some() || var("WAYLAND_DISPLAY").is_some()
}

/// `PATH` with `first` in front of it.
pub fn path_with(first: &[PathBuf]) -> OsString {
    let rest = var("PATH").unwrap_or_default();
    std::env::join_paths(first.iter().cloned().chain(std::env::split_paths(&rest))).unwrap_or_else(|_| rest.into())
}

/// Where a program of this name is on `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = var("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|dir| [dir.join(name), dir.join(format!("{name}.exe")), dir.join(format!("{name}.cmd"))])
        .find(|candidate| candidate.is_file())
}
