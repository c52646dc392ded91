//! The log of a profile: a few files of bounded size in `logs/`, readable by their owner only, without secrets.
//!
//! Owns rotation and redaction. What is written has gone through [`net::redact::text`] whoever logged it, and one event
//! is one line whatever a platform put into it. A full disk or a missing folder loses lines and nothing else.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::paths;

/// Size at which a file is put aside.
const FILE_MAX_BYTES: u64 = 1024 * 1024;
/// Files kept beside the one being written.
const OLDER_MAX: u32 = 4;
/// Longest line; what a platform said may be longer.
const LINE_MAX_CHARS: usize = 2_000;
/// Most that is read to show the last lines.
const TAIL_MAX_BYTES: u64 = 256 * 1024;
/// Most lines that are shown.
pub const TAIL_MAX_LINES: usize = 1_000;

/// Where the log of a profile lies.
#[must_use]
pub fn folder(profile: &Path) -> PathBuf {
    profile.join("logs")
}

/// The log being written. Each write is one event.
#[derive(Debug)]
pub struct LogFile {
    folder: PathBuf,
    open: Option<(File, u64)>,
    file_max_bytes: u64,
}

impl LogFile {
    /// The log of a profile; nothing is made on disk before the first line.
    #[must_use]
    pub fn of(profile: &Path) -> Self {
        Self { folder: folder(profile), open: None, file_max_bytes: FILE_MAX_BYTES }
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let bytes = line.len() as u64;
        if self.open.as_ref().is_some_and(|(_, written)| written + bytes > self.file_max_bytes) {
            self.open = None;
            self.put_aside()?;
        }
        let (file, written) = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(open(&self.folder)?),
        };
        file.write_all(line.as_bytes())?;
        *written += bytes;
        Ok(())
    }

    /// `postroom.log` becomes `postroom.1.log`, and so on; the oldest goes.
    fn put_aside(&self) -> io::Result<()> {
        for number in (0..OLDER_MAX).rev() {
            match fs::rename(file(&self.folder, number), file(&self.folder, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Write for LogFile {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        // Whoever logs must not fail because the log cannot be written.
        if let Err(error) = self.append(&one_line(&String::from_utf8_lossy(event))) {
            self.open = None;
            eprintln!("postroom: the log cannot be written: {error}");
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn file(folder: &Path, number: u32) -> PathBuf {
    folder.join(if number == 0 { "postroom.log".to_owned() } else { format!("postroom.{number}.log") })
}

fn open(folder: &Path) -> io::Result<(File, u64)> {
    paths::create_private(folder)?;
    let path = file(folder, 0);
    drop(paths::open_private(&path)?);
    let file = OpenOptions::new().append(true).open(path)?;
    let written = file.metadata()?.len();
    Ok((file, written))
}

/// An event without secrets, on one line: what strangers sent cannot begin a line of its own.
fn one_line(event: &str) -> String {
    let plain: String =
        event.trim_end().chars().take(LINE_MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut line = net::redact::text(&plain);
    line.push('\n');
    line
}

/// The last lines of a profile's log, oldest first, at most [`TAIL_MAX_LINES`]; none where nothing was logged.
pub fn tail(profile: &Path, lines: usize) -> io::Result<Vec<String>> {
    let lines = lines.min(TAIL_MAX_LINES);
    let folder = folder(profile);
    let mut text = end_of(&file(&folder, 0))?;
    if text.lines().count() < lines {
        text.insert_str(0, &end_of(&file(&folder, 1))?);
    }
    let mut last: Vec<_> = text.lines().rev().take(lines).map(str::to_owned).collect();
    last.reverse();
    Ok(last)
}

/// Whole lines from the end of a file; empty where there is none.
fn end_of(path: &Path) -> io::Result<String> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL_MAX_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_MAX_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = if size > TAIL_MAX_BYTES { text.split_once('\n').map_or("", |(_, rest)| rest) } else { &text };
    Ok(whole.to_owned())
}

#[cfg(test)]
#[path = "logs_tests.rs"]
mod tests;
