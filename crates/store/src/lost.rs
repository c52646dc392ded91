//! Whether commits are gone from the write-ahead log: cut off, or behind a damaged place, where SQLite takes the log to
//! end. A log that ends early is what a power cut leaves, and SQLite says nothing of it; but the log's index (`-shm`)
//! outlives a process that was killed, and counts the frames of every commit once it is on the disk.
//!
//! Both formats are SQLite's own and fixed: <https://sqlite.org/walformat.html>.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

const HEAD_BYTES: usize = 32;
const FRAME_HEAD_BYTES: usize = 24;
const INDEX_HEAD_BYTES: usize = 48;
const PAGE_MAX_BYTES: u32 = 65_536;
/// The first word of a log; its last bit tells how the checksums read the bytes.
const MAGIC: u32 = 0x377f_0682;

/// Whether the log of the database at `path` holds fewer commits than its index counted. Asked before the database is
/// opened, which makes the index anew.
#[must_use]
pub fn commits_are_lost(path: &Path) -> bool {
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    // Without an index nothing is known, and what cannot be read is SQLite's to complain about.
    let Ok(Some(index)) = Index::read(&beside("-shm")) else { return false };
    let frames = match File::open(beside("-wal")) {
        Ok(log) => frames(&mut BufReader::new(log), &index),
        Err(_) => Ok(Some(0)),
    };
    frames.is_ok_and(|frames| frames.is_some_and(|frames| frames < index.frames))
}

/// What the index counted.
struct Index {
    frames: u32,
    salt: [u8; 8],
}

impl Index {
    /// `None` where it counts nothing that is needed, or is in the middle of being written.
    fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut both = [[0; INDEX_HEAD_BYTES]; 2];
        let mut file = File::open(path)?;
        for head in &mut both {
            file.read_exact(head)?;
        }
        let mut moved = [0; 4];
        file.read_exact(&mut moved)?;
        let [head, again] = both;
        let frames = native(&head, 16);
        // All of them are in the database: then the log may be gone.
        let needed = native(&moved, 0) < frames;
        let begun = head.get(12).is_some_and(|begun| *begun == 1);
        let mut salt = [0; 8];
        salt.copy_from_slice(head.get(32..40).unwrap_or(&[0; 8]));
        Ok((begun && needed && head == again).then_some(Self { frames, salt }))
    }
}

/// Whole frames of the log up to where it ends or is damaged; `None` where it is another log than the index's.
fn frames(log: &mut impl Read, index: &Index) -> io::Result<Option<u32>> {
    let mut head = [0; HEAD_BYTES];
    if !fill(log, &mut head)? {
        return Ok(Some(0));
    }
    let (big, page) = (big(&head, 0) & 1 == 1, big(&head, 8));
    let (sealed, sum) = head.split_at(24);
    let mut sums = checksum((0, 0), sealed, big);
    if self::big(&head, 0) & !1 != MAGIC || page > PAGE_MAX_BYTES || written(sum) != sums {
        return Ok(Some(0));
    }
    let salt = head.get(16..24).unwrap_or_default();
    if salt != index.salt {
        // The log was begun anew since: the index is an old one.
        return Ok(None);
    }
    let mut frame = vec![0; FRAME_HEAD_BYTES + usize::try_from(page).unwrap_or_default()];
    let mut whole = 0;
    while whole < index.frames && fill(log, &mut frame)? {
        let (head, page) = frame.split_at(FRAME_HEAD_BYTES);
        let (place, rest) = head.split_at(8);
        let (known, sum) = rest.split_at(8);
        sums = checksum(checksum(sums, place, big), page, big);
        if known != salt || written(sum) != sums {
            break;
        }
        whole += 1;
    }
    Ok(Some(whole))
}

/// Fills the buffer; `false` where the file ends before.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

/// SQLite's running checksum over pairs of words.
fn checksum((mut one, mut two): (u32, u32), bytes: &[u8], big_end: bool) -> (u32, u32) {
    let word = |bytes: &[u8], at| if big_end { big(bytes, at) } else { little(bytes, at) };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(word(pair, 0)).wrapping_add(two);
        two = two.wrapping_add(word(pair, 4)).wrapping_add(one);
    }
    (one, two)
}

/// A checksum as it stands in the log.
fn written(bytes: &[u8]) -> (u32, u32) {
    (big(bytes, 0), big(bytes, 4))
}

fn word(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).unwrap_or_default()
}

fn big(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(word(bytes, at))
}

fn little(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(word(bytes, at))
}

fn native(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(word(bytes, at))
}

#[cfg(test)]
#[path = "lost_tests.rs"]
mod tests;
