//! The synced append-only journal: one JSON object a line, on the disk before anybody hears of it.
//!
//! It refuses to start on a journal that is damaged before its end; a torn last line (killed while
//! writing) is cut off, since its effect was never answered.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::clock::Stamp;
use crate::error::PracticeError;
use crate::event::{Event, Line};

/// Longest line that is read back.
const LINE_MAX_BYTES: u64 = 512 * 1024;

/// The open journal, at its end.
#[derive(Debug)]
pub struct Journal {
    file: File,
    len: u64,
    seq: u64,
    broken: bool,
}

impl Journal {
    /// Opens or makes the journal, hands each line to `replay` in order and cuts a torn end off.
    pub fn open(path: &Path, mut replay: impl FnMut(&Line)) -> Result<Self, PracticeError> {
        let failed = || PracticeError::data(path);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed())?;
        let total = file.metadata().map_err(failed())?.len();
        let mut reader = BufReader::new(file.try_clone().map_err(failed())?);
        let mut journal = Self { file, len: 0, seq: 0, broken: false };
        loop {
            let mut raw = Vec::new();
            let read = reader.by_ref().take(LINE_MAX_BYTES).read_until(b'\n', &mut raw).map_err(failed())?;
            if read == 0 {
                break;
            }
            let whole = raw.ends_with(b"\n");
            let last = journal.len + read as u64 == total;
            match serde_json::from_slice::<Line>(&raw) {
                Ok(line) if whole && line.seq == journal.seq + 1 => {
                    replay(&line);
                    journal.len += read as u64;
                    journal.seq = line.seq;
                }
                _ if last => break,
                _ => return Err(damaged(path, journal.seq + 1)),
            }
        }
        if journal.len < total {
            journal.repair(total, &mut replay).map_err(failed())?;
        }
        Ok(journal)
    }

    fn repair(&mut self, total: u64, replay: &mut impl FnMut(&Line)) -> std::io::Result<()> {
        self.file.set_len(self.len)?;
        let line = self.append(Event::JournalRepaired { dropped_bytes: total - self.len })?;
        replay(&line);
        Ok(())
    }

    /// The number of the last line.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Writes one line and syncs it. When this fails the line is taken back, and nothing happened.
    pub fn append(&mut self, event: Event) -> std::io::Result<Line> {
        if self.broken {
            return Err(std::io::Error::other("the journal could not be restored after a failed write"));
        }
        let line = Line { seq: self.seq + 1, at: Stamp::now(), event };
        let mut raw = serde_json::to_vec(&line)?;
        raw.push(b'\n');
        if let Err(error) = self.file.write_all(&raw).and_then(|()| self.file.sync_data()) {
            self.broken = self.file.set_len(self.len).and_then(|()| self.file.sync_data()).is_err();
            return Err(error);
        }
        self.len += raw.len() as u64;
        self.seq = line.seq;
        Ok(line)
    }
}

fn damaged(path: &Path, line: u64) -> PracticeError {
    PracticeError::JournalDamaged { path: PathBuf::from(path), line }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
