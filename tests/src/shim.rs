//! The library that stands between a program and the system, and the record it makes: see `crates/faultshim`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, ensure};

use crate::{
    command::{environment, root},
    controls::target,
};

/// What a recorded call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Wrote bytes to a file.
    Write,
    /// Synced a file or a folder.
    Sync,
    /// Cut a file to a length.
    Truncate,
    /// Sent to the network.
    Send,
    /// Gave a file another name.
    Rename,
    /// Removed a file.
    Unlink,
}

/// One recorded call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it did.
    pub kind: Kind,
    /// Whether it was failed, or ended the program.
    pub struck: bool,
    /// The file; empty for the network.
    pub path: PathBuf,
    /// Where in the file, in bytes; the new length of a file that was cut.
    pub offset: u64,
    /// What was written, where that was asked for; the new name.
    pub data: Vec<u8>,
}

/// What the library is told.
#[derive(Debug, Clone, Default)]
pub struct Orders(Vec<String>);

impl Orders {
    /// Watches the files below these folders, and records every call in `log`.
    pub fn watching(folders: &[&Path], log: &Path) -> Result<Self> {
        let mut words = vec![format!("log={}", log.display())];
        for folder in folders {
            words.push(format!("below={}", fs::canonicalize(folder)?.display()));
        }
        Ok(Self(words))
    }

    /// Also records what was written.
    #[must_use]
    pub fn with_data(self) -> Self {
        self.and("data".to_owned())
    }

    /// Strikes the n-th call of a kind: `eio`, `enospc`, `reset`, `end-before` or `end-after`.
    #[must_use]
    pub fn strike(self, kind: &str, nth: u64, act: &str) -> Self {
        self.and(format!("kind={kind};nth={nth};act={act}"))
    }

    /// And every call of that kind after it.
    #[must_use]
    pub fn and_on(self) -> Self {
        self.and("on".to_owned())
    }

    /// But only until there is such a file.
    #[must_use]
    pub fn until(self, file: &Path) -> Self {
        self.and(format!("until={}", file.display()))
    }

    fn and(mut self, word: String) -> Self {
        self.0.push(word);
        self
    }

    /// The environment of a program that is to be watched.
    pub fn environment(&self) -> Result<Vec<(String, String)>> {
        let library = library()?.to_str().context("the library's name")?.to_owned();
        Ok(vec![("LD_PRELOAD".to_owned(), library), ("FAULTSHIM".to_owned(), self.0.join(";"))])
    }
}

/// The library, built when it is first asked for.
fn library() -> Result<&'static Path> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(built) = BUILT.get() {
        return Ok(built);
    }
    let target = target()?;
    let mut cargo = Command::new(environment("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.current_dir(root()).args(["build", "--quiet", "--locked", "--package", "faultshim", "--target-dir"]);
    let output = cargo.arg(&target).output().context("start cargo")?;
    ensure!(output.status.success(), "faultshim: {}", String::from_utf8_lossy(&output.stderr));
    Ok(BUILT.get_or_init(|| target.join("debug/libfaultshim.so")))
}

/// Every call in a record, in the order in which they came to be. An end that is not whole was being written when its
/// program ended.
pub fn calls(log: &Path) -> Result<Vec<Call>> {
    let bytes = match fs::read(log) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        read => read?,
    };
    let mut rest = bytes.as_slice();
    let mut found = Vec::new();
    while let Some((call, after)) = first(rest) {
        found.push(call);
        rest = after;
    }
    Ok(found)
}

/// The first call of what is left of a record.
fn first(bytes: &[u8]) -> Option<(Call, &[u8])> {
    let (head, rest) = bytes.split_at_checked(15)?;
    let path_length = u16::from_le_bytes(head.get(1..3)?.try_into().ok()?);
    let offset = i64::from_le_bytes(head.get(3..11)?.try_into().ok()?);
    let length = u32::from_le_bytes(head.get(11..15)?.try_into().ok()?);
    let (path, rest) = rest.split_at_checked(path_length.into())?;
    let (data, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let number = *head.first()?;
    let kind = match number & 0x7f {
        1 => Kind::Write,
        2 => Kind::Sync,
        3 => Kind::Truncate,
        4 => Kind::Send,
        5 => Kind::Rename,
        6 => Kind::Unlink,
        _ => return None,
    };
    let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
    let offset = u64::try_from(offset).unwrap_or_default();
    Some((Call { kind, struck: number & 0x80 != 0, path, offset, data: data.to_vec() }, rest))
}

#[cfg(test)]
mod tests {
    use super::{Kind, calls, first};

    #[test]
    fn a_record_is_read_up_to_where_it_is_whole() {
        let mut record = vec![1, 2, 0];
        record.extend(7_i64.to_le_bytes());
        record.extend(3_u32.to_le_bytes());
        record.extend(b"/aabc");
        let whole = record.len();
        record.extend([0x84, 0, 0, 0]);
        let (call, rest) = first(&record).unwrap();
        assert_eq!((call.kind, call.struck, call.offset, call.data), (Kind::Write, false, 7, b"abc".to_vec()));
        assert_eq!((call.path.to_str(), rest.len()), (Some("/a"), record.len() - whole));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &record).unwrap();
        assert_eq!(calls(file.path()).unwrap().len(), 1);
    }
}
