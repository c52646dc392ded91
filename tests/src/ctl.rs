//! `postroomctl` on a profile of its own: a fresh folder, a random key, and nothing of this computer's surroundings.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    command::{Running, program},
    session::Session,
};

/// Longest a queue may take to come to rest: several proofs of absence, one after another.
const REST_LIMIT: Duration = Duration::from_secs(150);

/// A profile and the program that works on it.
#[derive(Debug, Clone)]
pub struct Ctl {
    program: PathBuf,
    home: PathBuf,
    profile: PathBuf,
    key: String,
    verbosity: Option<&'static str>,
    vault: &'static str,
    /// The environment of a desktop session, where it runs on one.
    session: Vec<(String, String)>,
    /// What else it is started with.
    surroundings: Vec<(String, String)>,
}

impl Ctl {
    /// The built `postroomctl` on a new profile below `home`.
    pub fn new(home: &Path) -> Result<Self> {
        Self::with_program(&program("POSTROOMCTL_BIN", "postroomctl")?, home)
    }

    /// Another build of it.
    pub fn with_program(program: &Path, home: &Path) -> Result<Self> {
        let profile = home.join("profile");
        fs::create_dir_all(&profile)?;
        let key = STANDARD.encode(rand::random::<[u8; 32]>());
        let (program, home) = (program.to_owned(), home.to_owned());
        Ok(Self {
            program,
            home,
            profile,
            key,
            verbosity: None,
            vault: "env",
            session: Vec::new(),
            surroundings: Vec::new(),
        })
    }

    /// The built `postroomctl` on the profile of a desktop session, in the session's own surroundings, with its key kept
    /// as `--vault` says.
    pub fn in_session(session: &Session, vault: &'static str) -> Result<Self> {
        let key = session.variable("POSTROOM_VAULT_KEY").context("the session has no key")?.to_owned();
        let (program, home) = (program("POSTROOMCTL_BIN", "postroomctl")?, session.path("home"));
        let session_environment = session.environment().to_vec();
        Ok(Self {
            program,
            home,
            profile: session.profile(),
            key,
            verbosity: None,
            vault,
            session: session_environment,
            surroundings: Vec::new(),
        })
    }

    /// The same profile with a log on standard error, `-v` to `-vvv`.
    #[must_use]
    pub fn verbose(mut self, flag: &'static str) -> Self {
        self.verbosity = Some(flag);
        self
    }

    /// The same profile under another key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self { key: key.trim().to_owned(), ..self }
    }

    /// The same profile with its key kept elsewhere, as `--vault` says.
    #[must_use]
    pub fn vaulted(self, vault: &'static str) -> Self {
        Self { vault, ..self }
    }

    /// The same with more in its environment.
    #[must_use]
    pub fn with_environment(mut self, more: Vec<(String, String)>) -> Self {
        self.surroundings.extend(more);
        self
    }

    /// The same surroundings and key on another folder.
    #[must_use]
    pub fn on(&self, profile: &Path) -> Self {
        Self { profile: profile.to_owned(), ..self.clone() }
    }

    /// The same profile worked on by another build.
    #[must_use]
    pub fn by(&self, program: &Path) -> Self {
        Self { program: program.to_owned(), ..self.clone() }
    }

    /// The same key on another folder, with a home of its own: for looking at a copy.
    #[must_use]
    pub fn at(&self, home: &Path) -> Self {
        Self { home: home.to_owned(), ..self.on(&home.join("profile")) }
    }

    /// The same profile with another key.
    #[must_use]
    pub fn with_another_key(&self) -> Self {
        Self { key: STANDARD.encode(rand::random::<[u8; 32]>()), ..self.clone() }
    }

    /// The key of the profile's vault, in base64.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The profile folder.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// Everything it can write to: the profile folder and the user's folders.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A command line with nothing of this computer's environment in it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "UTC").env("HOME", &self.home);
        for (name, folder) in [("XDG_STATE_HOME", "state"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")] {
            command.env(name, self.home.join(folder));
        }
        if !self.session.is_empty() {
            command.env_clear().envs(self.session.iter().map(|(name, value)| (name, value)));
        }
        command.envs(self.surroundings.iter().map(|(name, value)| (name, value)));
        command.env("POSTROOM_VAULT_KEY", &self.key).args(args).arg("--data").arg(&self.profile);
        command.args(["--vault", self.vault, "--json"]).args(self.verbosity);
        command
    }

    /// Runs a command line with `input` on its standard input.
    pub fn output(&self, args: &[&str], input: &str) -> Result<Output> {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("start {}", self.program.display()))?;
        child.stdin.take().context("no input")?.write_all(input.as_bytes())?;
        Ok(child.wait_with_output()?)
    }

    /// Runs a command line that has to succeed, and returns the last JSON value it printed.
    pub fn json(&self, args: &[&str]) -> Result<Value> {
        self.json_with(args, "")
    }

    /// The same with `input` on its standard input.
    pub fn json_with(&self, args: &[&str], input: &str) -> Result<Value> {
        let output = self.output(args, input)?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "postroomctl {}: {}\n{errors}", args.join(" "), output.status);
        last_value(&output.stdout).with_context(|| format!("postroomctl {}", args.join(" ")))
    }

    /// Runs a command line that has to fail, and returns its exit code and the error it printed.
    pub fn refused(&self, args: &[&str], input: &str) -> Result<(i32, Value)> {
        let output = self.output(args, input)?;
        let code = output.status.code().unwrap_or(-1);
        ensure!(code != 0, "postroomctl {} succeeded", args.join(" "));
        let line = output.stderr.split(|byte| *byte == b'\n').rfind(|line| line.starts_with(b"{"));
        Ok((code, last_value(line.unwrap_or(&output.stderr))?))
    }

    /// Starts the headless runner, its messages going to files in the home folder; it ends with the value.
    pub fn start_runner_for_good(&self) -> Result<Running> {
        Running::quiet(self.command(&["queue", "run"]), "", &self.home.join("runner.err"))
    }

    /// Starts the headless runner until idle, its output going to files in the home folder.
    pub fn start_runner(&self) -> Result<Child> {
        self.start_queue(&["queue", "run", "--until-idle"])
    }

    /// Starts the headless runner, which goes on until it is ended.
    pub fn start_steady_runner(&self) -> Result<Child> {
        self.start_queue(&["queue", "run"])
    }

    fn start_queue(&self, args: &[&str]) -> Result<Child> {
        let to = |name: &str| File::options().create(true).append(true).open(self.home.join(name));
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(to("runner.out")?).stderr(to("runner.err")?);
        command.spawn().context("start the runner")
    }

    /// Runs the queue until idle; a runner that finds no rest is ended and is a failure.
    pub fn run_until_idle(&self) -> Result<()> {
        let errors = || fs::read_to_string(self.home.join("runner.err")).unwrap_or_default();
        let mut runner = self.start_runner()?;
        let end = Instant::now() + REST_LIMIT;
        let status = loop {
            if let Some(status) = runner.try_wait()? {
                break status;
            }
            if Instant::now() > end {
                runner.kill()?;
                runner.wait()?;
                bail!("the runner found no rest within {} s: {}", REST_LIMIT.as_secs(), errors());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        ensure!(status.success(), "the runner ended with {status}: {}", errors());
        Ok(())
    }

    /// Links an account on the practice network without a browser; its id here.
    pub fn link_practice(&self, kind: &str, name: &str) -> Result<String> {
        text(&self.json(&["practice", "link", "--kind", kind, "--name", name])?, "/id")
    }

    /// Shows one publication with its effects and journal.
    pub fn publication(&self, id: &str) -> Result<Value> {
        self.json(&["publications", "show", id])
    }
}

/// The last of the JSON values in what was printed.
fn last_value(printed: &[u8]) -> Result<Value> {
    let mut last = None;
    for value in serde_json::Deserializer::from_slice(printed).into_iter::<Value>() {
        last = Some(value.with_context(|| format!("not JSON: {}", String::from_utf8_lossy(printed)))?);
    }
    last.context("nothing was printed")
}

/// A text in a JSON value, by pointer.
pub fn text(value: &Value, pointer: &str) -> Result<String> {
    match value.pointer(pointer).and_then(Value::as_str) {
        Some(text) => Ok(text.to_owned()),
        None => bail!("no text at {pointer} in {value}"),
    }
}

/// A list in a JSON value, by pointer.
pub fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a [Value]> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .with_context(|| format!("no list at {pointer} in {value}"))
}

#[cfg(test)]
mod tests {
    use super::{last_value, list, text};
    use serde_json::json;

    #[test]
    fn the_last_value_counts() {
        assert_eq!(last_value(b"{\"a\":1}\n{\"a\":2}\n").unwrap(), json!({"a": 2}));
        assert_eq!(last_value(b"[1,\n2]\n").unwrap(), json!([1, 2]));
        assert!(last_value(b"").is_err() && last_value(b"oops").is_err());
    }

    #[test]
    fn what_is_missing_is_said() {
        let value = json!({"a": {"b": "c"}, "l": [1]});
        assert_eq!(text(&value, "/a/b").unwrap(), "c");
        assert_eq!(list(&value, "/l").unwrap().len(), 1);
        assert!(text(&value, "/l").unwrap_err().to_string().contains("/l"));
    }
}
