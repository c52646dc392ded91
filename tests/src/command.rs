//! Programs: where they are, how they are started in a session, and that they end with the test.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::until;

/// A started program. It leads a process group of its own, which is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts a program with its messages going to `log`.
    pub fn start(mut command: Command, log: &Path) -> Result<Self> {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let name = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let log = File::options().create(true).append(true).open(log)?;
        command.stderr(log).process_group(0);
        let child = command.spawn().with_context(|| format!("{name} did not start"))?;
        Ok(Self { child, name })
    }

    /// Starts a program that prints a line once it is ready, and returns that line.
    pub fn announcing(mut command: Command, log: &Path) -> Result<(Self, String)> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut running = Self::start(command, log)?;
        let output = running.child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(!line.trim().is_empty(), "it ended before it was ready: {}", running.name);
        Ok((running, line.trim().to_owned()))
    }

    /// Starts a program with its output thrown away and `input` on its standard input.
    pub fn quiet(mut command: Command, input: &str, log: &Path) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut running = Self::start(command, log)?;
        let mut pipe = running.child.stdin.take().context("no input")?;
        pipe.write_all(input.as_bytes())?;
        Ok(running)
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, as the end of a session does.
    pub fn terminate(&self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("no process")?;
        Ok(kill_process(pid, Signal::TERM)?)
    }

    /// Waits until it has ended by itself; its exit code, or -1 where a signal ended it.
    pub async fn ended(&mut self) -> Result<i32> {
        let name = self.name.clone();
        until(&format!("the end of {name}"), async || {
            Ok(self.child.try_wait()?.map(|status| status.code().unwrap_or(-1)))
        })
        .await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// A program that sees these variables only, and ends should the test be killed.
pub(crate) fn within(surroundings: &[(String, String)], program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command.env_clear().envs(surroundings.iter().map(|(name, value)| (name, value)));
    command
}

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("/")).to_owned()
}

/// A program of this workspace: where `variable` says, else beside the test.
pub fn program(variable: &str, name: &str) -> Result<PathBuf> {
    let path = match environment(variable) {
        Some(path) => path.into(),
        None => std::env::current_exe()?.ancestors().nth(2).context("no target folder")?.join(name),
    };
    ensure!(path.is_file(), "{} is not built: cargo build -p {name}", path.display());
    Ok(path)
}

/// A variable of the test's own environment.
#[expect(clippy::disallowed_methods, reason = "the tests are told by the task runner where the programs are")]
pub fn environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
