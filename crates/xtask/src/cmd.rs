//! Runs another program and keeps what it printed.
//!
//! Owns the joining of both output streams, the time limit and the echo. Refuses to interpret what was printed.

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    io::{Read, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// Output beyond this many bytes is dropped from memory, oldest first.
const KEEP_BYTES: usize = 16 << 20;

/// What a program did.
#[derive(Debug)]
pub struct Outcome {
    /// Exit code 0 within the limit.
    pub ok: bool,
    /// Standard output and standard error in the order they were written.
    pub text: String,
}

/// A program to run, with its arguments, folder and environment.
#[derive(Debug, Clone)]
pub struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    dir: PathBuf,
    env: Vec<(OsString, OsString)>,
    limit: Duration,
    echo: bool,
}

impl Cmd {
    /// A command that will run in `dir`, within 30 minutes.
    pub fn new(program: impl AsRef<OsStr>, dir: &Path) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            dir: dir.to_owned(),
            env: Vec::new(),
            limit: Duration::from_mins(30),
            echo: false,
        }
    }

    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Ends the program when it has run for longer than this.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Also prints the output as it arrives.
    pub fn echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// The command as it would be typed.
    pub fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// Starts the program without waiting, with the given standard streams already applied by `setup`.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir);
        for (name, value) in &self.env {
            command.env(name, value);
        }
        command
    }

    /// Runs to the end and returns what was printed, whatever the exit code.
    pub fn run(&self) -> Result<Outcome> {
        let (reader, writer) = std::io::pipe().context("open a pipe")?;
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn().with_context(|| format!("start `{}`", self.line()))?;
        drop(command); // holds the writing ends; the reader would never see the end of the stream
        let lines = collect(reader, self.echo);
        let deadline = Instant::now() + self.limit;
        let mut bytes = Vec::new();
        let in_time = drain(&lines, &mut bytes, deadline);
        if !in_time {
            child.kill().ok();
        }
        let status = child.wait()?;
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if !in_time {
            let secs = self.limit.as_secs();
            writeln!(text, "\n`{}` was ended: it ran longer than {secs} s", self.line()).ok();
        }
        Ok(Outcome { ok: in_time && status.success(), text })
    }

    /// Standard output of a program that succeeded, else an error with what it printed.
    pub fn read(&self) -> Result<String> {
        let output =
            self.command().stdin(Stdio::null()).output().with_context(|| format!("start `{}`", self.line()))?;
        anyhow::ensure!(
            output.status.success(),
            "`{}` failed: {}",
            self.line(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn collect(mut reader: impl Read + Send + 'static, echo: bool) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(count) = reader.read(&mut buffer) {
            let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
            if echo {
                std::io::stdout().write_all(chunk).ok();
            }
            if send.send(chunk.to_vec()).is_err() {
                break;
            }
        }
    });
    receive
}

/// Takes everything until the stream ends; false when the deadline came first.
fn drain(chunks: &mpsc::Receiver<Vec<u8>>, into: &mut Vec<u8>, deadline: Instant) -> bool {
    loop {
        match chunks.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(chunk) => into.extend_from_slice(&chunk),
            Err(mpsc::RecvTimeoutError::Disconnected) => return true,
            Err(mpsc::RecvTimeoutError::Timeout) => return false,
        }
        if into.len() > KEEP_BYTES {
            into.drain(..into.len() - KEEP_BYTES);
        }
    }
}

#[cfg(test)]
#[path = "cmd_tests.rs"]
mod tests;
