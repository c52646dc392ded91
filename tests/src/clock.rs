//! A wall clock of a test's own, which jumps while the monotonic one does not: what a program sees of a sleep.
//!
//! It is libfaketime's, so it reaches what asks the C library for the time and not the kernel: a timer of the kernel's
//! wall clock does not jump with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// The clock of everything that is started with its [`FakeClock::environment`].
#[derive(Debug)]
pub struct FakeClock {
    file: PathBuf,
}

impl FakeClock {
    /// A clock that shows the real time, kept in a file below `home`.
    pub fn new(home: &Path) -> Result<Self> {
        ensure!(Path::new(LIBRARY).is_file(), "{LIBRARY} is missing: install the package faketime");
        let clock = Self { file: home.join("clock") };
        clock.ahead(0)?;
        Ok(clock)
    }

    /// From now on it is this many seconds ahead of the real time.
    pub fn ahead(&self, seconds: i64) -> Result<()> {
        // Read anew at every look: it must never be half written.
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{seconds:+}\n"))?;
        Ok(fs::rename(next, &self.file)?)
    }

    /// What a program has to be started with to live by this clock.
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("LD_PRELOAD", LIBRARY),
            ("FAKETIME_TIMESTAMP_FILE", &self.file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}
