//! Starting with the session. The system's own record is the truth: it is read each time and kept nowhere else.
//!
//! Linux: an entry in the user's `autostart` folder, written here. macOS: a launch agent, Windows: a value under `Run`,
//! both by the library `auto-launch`. A program that lies where Cargo built it is never entered.

use std::path::{Path, PathBuf};

use app::desktop::Autostart;

/// Said of a program that was built here and not installed.
const NOT_INSTALLED: &str = "This Postroom lies in a build folder. Install it to have it started with the system.";
/// Said where the path of the program cannot be written down.
const UNSPEAKABLE: &str = "The path of this program holds characters the system cannot start it by.";

/// The program and how it should be started.
#[derive(Debug, Clone)]
pub struct Start {
    program: PathBuf,
    args: Vec<String>,
}

impl Start {
    /// This program on this profile, hidden. `data` and `vault` are those of the command line, where given.
    pub fn new(program: PathBuf, data: Option<&Path>, vault: Option<&str>) -> Self {
        let mut args = vec!["--hidden".to_owned()];
        if let Some(data) = data {
            let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
            args.extend(["--data".to_owned(), data.to_string_lossy().into_owned()]);
        }
        if let Some(vault) = vault {
            args.extend(["--vault".to_owned(), vault.to_owned()]);
        }
        Self { program, args }
    }

    /// Whether the session starts it.
    pub fn state(&self) -> Autostart {
        if let Some(reason) = self.obstacle() {
            return Autostart::Unavailable(reason.to_owned());
        }
        if system::is_on(self) { Autostart::On } else { Autostart::Off }
    }

    /// Enters it or takes it out; a sentence when the system did not have it so.
    pub fn set(&self, on: bool) -> Result<(), String> {
        if on && let Some(reason) = self.obstacle() {
            return Err(reason.to_owned());
        }
        system::set(self, on).map_err(|error| {
            tracing::warn!(%error, on, "starting with the session could not be changed");
            "The system did not take the change.".to_owned()
        })
    }

    fn obstacle(&self) -> Option<&'static str> {
        if built_here(&self.program) {
            return Some(NOT_INSTALLED);
        }
        self.program.to_str().is_none().then_some(UNSPEAKABLE)
    }
}

/// Whether Cargo keeps its own records beside the program.
fn built_here(program: &Path) -> bool {
    let beside = |name: &str| program.parent().is_some_and(|folder| folder.join(name).exists());
    beside(".fingerprint") || beside(".cargo-lock")
}

#[cfg(target_os = "linux")]
mod system {
    use std::{
        fs,
        io::{self, ErrorKind},
        path::PathBuf,
    };

    use super::Start;
    use crate::autostart_entry::Command;

    /// Name of the entry; the same as the packaged program's.
    const FILE: &str = "postroom.desktop";
    /// Largest entry that is read.
    const ENTRY_MAX_BYTES: u64 = 64 * 1024;

    pub(super) fn is_on(start: &Start) -> bool {
        let found = file().filter(|file| fs::metadata(file).is_ok_and(|about| about.len() <= ENTRY_MAX_BYTES));
        let entry = found.and_then(|file| fs::read_to_string(file).ok());
        entry.is_some_and(|entry| command(start).is_started_by(&entry))
    }

    pub(super) fn set(start: &Start, on: bool) -> io::Result<()> {
        let file = file().ok_or(ErrorKind::NotFound)?;
        if !on {
            return match fs::remove_file(file) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let entry = command(start).entry().ok_or(ErrorKind::InvalidFilename)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        app::paths::write_private(&file, entry.as_bytes())
    }

    fn command(start: &Start) -> Command {
        Command { program: start.program.to_string_lossy().into_owned(), args: start.args.clone() }
    }

    fn file() -> Option<PathBuf> {
        app::paths::config_folder().map(|folder| folder.join("autostart").join(FILE))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use auto_launch::{AutoLaunch, AutoLaunchBuilder, MacOSLaunchMode, WindowsEnableMode};

    use super::Start;

    pub(super) fn is_on(start: &Start) -> bool {
        entry(start).and_then(|entry| entry.is_enabled()).unwrap_or(false)
    }

    pub(super) fn set(start: &Start, on: bool) -> auto_launch::Result<()> {
        let entry = entry(start)?;
        if on { entry.enable() } else { entry.disable() }
    }

    fn entry(start: &Start) -> auto_launch::Result<AutoLaunch> {
        let program = start.program.to_string_lossy();
        // The registry holds a command line, which the library joins with spaces; a launch agent holds a list of words.
        let word = |word: &str| if cfg!(windows) { format!("\"{word}\"") } else { word.to_owned() };
        let args: Vec<_> = start.args.iter().map(|arg| word(arg)).collect();
        AutoLaunchBuilder::new()
            .set_app_name("Postroom")
            .set_app_path(&word(&program))
            .set_args(&args)
            .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
            .set_windows_enable_mode(WindowsEnableMode::CurrentUser)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_a_build_folder_is_never_entered() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = Start::new(folder.path().join("postroom"), None, None);
        assert!(start.obstacle().is_none());
        std::fs::write(folder.path().join(".cargo-lock"), "").expect("written");
        assert_eq!(start.obstacle(), Some(NOT_INSTALLED));
        assert_eq!(start.state(), Autostart::Unavailable(NOT_INSTALLED.to_owned()));
        assert_eq!(start.set(true), Err(NOT_INSTALLED.to_owned()));
    }

    #[test]
    fn another_profile_is_named_and_the_own_one_is_not() {
        assert_eq!(Start::new("/usr/bin/postroom".into(), None, None).args, ["--hidden"]);
        let other = Start::new("/usr/bin/postroom".into(), Some(Path::new("/tmp/a b")), Some("env"));
        assert_eq!(other.args, ["--hidden", "--data", "/tmp/a b", "--vault", "env"]);
    }
}
