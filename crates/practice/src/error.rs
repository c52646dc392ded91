//! Why the network cannot start or stopped. Answers to clients are [`crate::refusal`]'s.

use std::io;
use std::path::PathBuf;

/// A failure of the network itself.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// A file or folder of the data folder could not be used.
    #[error("cannot use {}: {source}", path.display())]
    Data {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another practice network runs on the same data folder.
    #[error("another practice network is running on {}", .0.display())]
    Busy(PathBuf),
    /// The port is taken, or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The journal is damaged before its last line; nothing was changed.
    #[error("the journal {} is damaged at line {line}", path.display())]
    JournalDamaged {
        /// The journal.
        path: PathBuf,
        /// One-based number of the first bad line.
        line: u64,
    },
}

impl PracticeError {
    /// Wraps a system error with the path it concerns.
    pub(crate) fn data(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Data { path, source }
    }
}
