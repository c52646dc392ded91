//! Runs the real `postroomctl` on a profile of its own, away from this user's folders and keychain.

use std::{
    io::{BufRead, BufReader, Lines, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;

/// A home folder with a profile in it.
pub struct Bench {
    dir: tempfile::TempDir,
}

/// What one command line came to.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Done {
    /// The one value on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error on standard error.
    #[track_caller]
    pub fn error(&self) -> Value {
        let last = self.err.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(error["code"].is_string() && error["message"].is_string() && error["action"].is_string(), "{error}");
        error
    }
}

impl Bench {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn home(&self) -> &Path {
        self.dir.path()
    }

    pub fn profile(&self) -> PathBuf {
        self.home().join("profile")
    }

    /// The program with this bench's surroundings, and nothing of the test's own.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postroomctl"));
        command.env_clear().env("HOME", self.home()).env("XDG_RUNTIME_DIR", self.home().join("run"));
        // 32 bytes of the letter k.
        command.env("POSTROOM_VAULT_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=").env("TZ", "Europe/Berlin");
        command.arg("--data").arg(self.profile()).args(line.split_whitespace()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, line: &str) -> Done {
        done(self.command(line).output().unwrap())
    }

    /// The same with further words that may hold blanks.
    pub fn run_with(&self, line: &str, words: &[&str]) -> Done {
        done(self.command(line).args(words).output().unwrap())
    }

    /// Starts a command that stays.
    pub fn start(&self, line: &str) -> Running {
        let mut child = self.command(line).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }
}

fn done(output: Output) -> Done {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A command that stays; ended when dropped.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// The next line of standard output, as JSON. Waits for it.
    #[track_caller]
    pub fn line(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().expect("a further line").unwrap()).unwrap()
    }

    /// Reads lines until one is `event`; gives all of them.
    #[track_caller]
    pub fn lines_until(&mut self, event: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &Value| line["event"] != event) {
            seen.push(self.line());
        }
        seen
    }

    /// Asks it to end, politely, and gives its exit code.
    pub fn end(mut self, signal: &str) -> i32 {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One HTTP request on this machine; status and body.
pub fn http(method: &str, url: &str, headers: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Writes a small red PNG.
pub fn write_picture(path: &Path) {
    const PNG: &[u8] = include_bytes!("red.png");
    std::fs::write(path, PNG).unwrap();
}
