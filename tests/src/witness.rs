//! What the servers accepted, read from the journals they sync before anyone hears of it.
//!
//! A [`Tail`] follows one journal and wakes when the file changes, so that a kill can fall between a server's
//! acceptance and the app's own record of it.

use std::{
    fs::File,
    io::Read,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::OwnedFd,
    fs::inotify,
};
use serde_json::Value;

/// A post that became visible somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// `a`, `b`, `c`, `d` for practice accounts, else `bluesky`, `mastodon`, or what the journal was opened as.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// A post in a line of a journal, of the practice network, the data server or a simulator.
fn accepted(line: &str) -> Option<Accepted> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let word = |name: &str| entry.get(name).and_then(Value::as_str);
    let kind = match (word("event"), word("accepted")) {
        (Some("post_accepted"), _) => word("kind")?,
        (_, Some("com.atproto.repo.createRecord" | "com.atproto.repo.putRecord" | "com.atproto.repo.applyWrites"))
            if entry.get("commit").is_some_and(|commit| !commit.is_null()) =>
        {
            "bluesky"
        }
        (_, Some("statuses.create")) if entry.get("commit").is_some_and(|commit| !commit.is_null()) => "mastodon",
        _ => return None,
    };
    Some(Accepted { kind: kind.to_owned(), text: word("text")?.to_owned() })
}

/// A journal being followed.
#[derive(Debug)]
pub struct Tail {
    file: File,
    changes: OwnedFd,
    /// The end of the file so far where it is no whole line yet.
    rest: Vec<u8>,
    seen: Vec<Accepted>,
    /// The kind of everything in it, where one server stands for one kind.
    kind: Option<&'static str>,
}

impl Tail {
    /// Follows a journal from its beginning.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
        let changes = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        inotify::add_watch(&changes, path, inotify::WatchFlags::MODIFY)?;
        Ok(Self { file, changes, rest: Vec::new(), seen: Vec::new(), kind: None })
    }

    /// The same for a server of its own kind: that is the kind of everything it accepts.
    pub fn open_as(path: &Path, kind: &'static str) -> Result<Self> {
        Ok(Self { kind: Some(kind), ..Self::open(path)? })
    }

    /// Everything accepted by now.
    pub fn seen(&mut self) -> Result<&[Accepted]> {
        self.file.read_to_end(&mut self.rest)?;
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Ok(&self.seen) };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        let named = |post: Accepted| Accepted { kind: self.kind.map_or(post.kind, str::to_owned), ..post };
        self.seen.extend(String::from_utf8_lossy(&whole).lines().filter_map(accepted).map(named));
        Ok(&self.seen)
    }

    /// Everything accepted when it was last read.
    pub fn known(&self) -> &[Accepted] {
        &self.seen
    }

    /// How often a text was accepted by now.
    pub fn count(&mut self, kind: &str, text: &str) -> Result<usize> {
        Ok(self.seen()?.iter().filter(|post| post.kind == kind && post.text == text).count())
    }

    /// Waits until a text has been accepted; false when `limit` passes first or `hopeless` says so.
    pub fn wait(
        &mut self,
        kind: &str,
        text: &str,
        limit: Duration,
        mut hopeless: impl FnMut() -> bool,
    ) -> Result<bool> {
        let began = Instant::now();
        while self.count(kind, text)? == 0 {
            if began.elapsed() > limit || hopeless() {
                return Ok(false);
            }
            let slice = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
            let mut fds = [PollFd::new(&self.changes, PollFlags::IN)];
            poll(&mut fds, Some(&slice))?;
            // What changed does not matter: the file is read anyway.
            while rustix::io::read(&self.changes, &mut [0_u8; 1_024]).is_ok_and(|read| read > 0) {}
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, time::Duration};

    use super::{Tail, accepted};

    const POST: &str = r#"{"seq":1,"event":"post_accepted","kind":"a","text":"one"}"#;

    #[test]
    fn posts_are_found_in_both_journals_and_nothing_else() {
        assert_eq!(accepted(POST).map(|post| (post.kind, post.text)), Some(("a".into(), "one".into())));
        let record = r#"{"at":1,"accepted":"com.atproto.repo.createRecord","text":"two","commit":"3l"}"#;
        assert_eq!(accepted(record).map(|post| (post.kind, post.text)), Some(("bluesky".into(), "two".into())));
        let unchanged = r#"{"at":1,"accepted":"com.atproto.repo.putRecord","text":"two","commit":null}"#;
        for other in
            [unchanged, r#"{"event":"post_repeated","kind":"a","text":"x"}"#, r#"{"refused":"x","text":"y"}"#, "{"]
        {
            assert_eq!(accepted(other), None, "{other}");
        }
    }

    #[test]
    fn a_line_counts_once_it_is_whole_and_wakes_who_waits_for_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (mut writer, mut tail) = (file.reopen().unwrap(), Tail::open(file.path()).unwrap());
        writer.write_all(POST.as_bytes()).unwrap();
        assert_eq!(tail.count("a", "one").unwrap(), 0, "half a line");
        let waiting = std::thread::spawn(move || tail.wait("a", "one", Duration::from_secs(20), || false).unwrap());
        writer.write_all(b"\n").unwrap();
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn waiting_ends_when_there_is_no_hope() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut tail = Tail::open(file.path()).unwrap();
        assert!(!tail.wait("a", "one", Duration::from_secs(20), || true).unwrap());
    }
}
