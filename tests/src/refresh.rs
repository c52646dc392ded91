//! Renewing access at its end: many at once, several processes on one profile, and the program killed between the
//! platform's answer and its own record of it. The recorder gives a successor with every renewal and ends the one before,
//! so that a second call would lose the account.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Barrier,
    thread,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use simulator::Command;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::{
    command::Running,
    ctl::{Ctl, list, text},
    http::{call, get, value},
    simulated::Simulated,
    socket,
    torture::Trial,
    until,
};

/// Tasks that use an account at the same moment.
const TASKS: usize = 16;
/// Processes that do.
const PROCESSES: usize = 4;
/// Every so many rounds it is processes instead of tasks.
const RACE_EVERY: u64 = 50;
const OWNER: &str = "alice";
const CLIENT: &str = "app-1";
const SIGABRT: i32 = 6;

/// What a platform does with a refresh token that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It dies with the answer: an answer that is lost loses the account.
    Dies,
    /// It works on.
    Lives,
}

impl Spent {
    /// A platform that does so, by its sheet.
    fn platform(self) -> &'static str {
        match self {
            Self::Dies => "x",
            Self::Lives => "microsoft",
        }
    }
}

/// A profile with one account on a platform that counts how often it is asked to renew.
pub struct Ground {
    ctl: Ctl,
    account: String,
    simulated: Simulated,
    journal: BufReader<File>,
    runner: Option<(Running, PathBuf)>,
    runtime: Runtime,
    home: TempDir,
}

impl Ground {
    /// Links the account. `program` is the build that works on the profile; the built one where it is `None`.
    pub fn start(spent: Spent, program: Option<&Path>) -> Result<Self> {
        let home = tempfile::Builder::new().prefix("pr").tempdir()?;
        let simulated = Simulated::start(spent.platform(), home.path())?;
        simulated.control(&Command::add_account(OWNER, "alice-bot"))?;
        let mut ctl = match program {
            Some(program) => Ctl::with_program(program, home.path())?,
            None => Ctl::new(home.path())?,
        };
        let sockets = home.path().join("run");
        fs::create_dir_all(&sockets)?;
        ctl = ctl.with_environment(vec![("XDG_RUNTIME_DIR".to_owned(), sockets.to_string_lossy().into_owned())]);
        let account = link(&ctl, &simulated, spent.platform(), home.path(), None)?;
        let journal = BufReader::new(File::open(simulated.journal())?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { ctl, account, simulated, journal, runner: None, runtime, home })
    }

    /// A round: the access ends, and everybody wants to use it at once.
    pub fn round(&mut self, seed: u64) -> Result<Trial> {
        self.renewals()?;
        self.simulated.control(&Command::ExpireAccess)?;
        let raced = seed.is_multiple_of(RACE_EVERY);
        let (asked, failed) = if raced {
            self.end_runner()?;
            (PROCESSES, self.race())
        } else {
            (TASKS, self.crowd()?)
        };
        let renewals = self.renewals()?;
        let mut wrong: Vec<_> = failed.into_iter().map(|what| format!("one of {asked} failed: {what}")).collect();
        if renewals != 1 {
            wrong.push(format!("{renewals} renewals for {asked} that asked at once"));
        }
        if !wrong.is_empty() {
            // A spent token may have ended the account; the next round begins anew.
            self.relink().with_context(|| format!("linking again after: {}", wrong.join("; ")))?;
        }
        let figures = json!({
            "rounds": u8::from(!raced), "races_of_processes": u8::from(raced), "asked": asked, "renewals": renewals,
            "doubled": renewals.saturating_sub(1), "failed": wrong.len(),
        });
        Ok(Trial { figures, wrong })
    }

    /// Tasks of one runner.
    fn crowd(&mut self) -> Result<Vec<String>> {
        let socket = self.serve()?;
        let (account, begin) = (&self.account, &Barrier::new(TASKS));
        let ask = || {
            begin.wait();
            loop {
                match socket::call(&socket, "accounts_check", &json!({"id": account})) {
                    // Connections of the round before are still being closed; it was not asked.
                    Err(error) if error.to_string().contains("Too many clients") => thread::yield_now(),
                    other => return other,
                }
            }
        };
        Ok(thread::scope(|scope| {
            let asking: Vec<_> = (0..TASKS).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().filter_map(|one| said(one.join())).collect()
        }))
    }

    /// Processes that each open the profile.
    fn race(&self) -> Vec<String> {
        let begin = &Barrier::new(PROCESSES);
        let ask = || {
            begin.wait();
            self.ctl.json(&["accounts", "check", &self.account])
        };
        thread::scope(|scope| {
            let asking: Vec<_> = (0..PROCESSES).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().filter_map(|one| said(one.join())).collect()
        })
    }

    /// The program ends between the platform's answer and the commit of the new pair. What the next one makes of it.
    pub fn cut(&mut self, with_places: &Path, spent: Spent, place: &str) -> Result<Trial> {
        self.renewals()?;
        self.simulated.control(&Command::ExpireAccess)?;
        let armed = vec![("POSTROOM_END_AT".to_owned(), format!("{place}@1"))];
        let broken = self.ctl.by(with_places).with_environment(armed);
        let ended = broken.output(&["accounts", "check", &self.account], "")?;
        let came_there = ended.status.signal() == Some(SIGABRT);
        let renewals = self.renewals()?;
        let kept = place == "token.commit.after";
        let mut wrong = Vec::new();
        if !came_there || renewals != 1 {
            wrong.push(format!("it ended with {} after {renewals} renewals", ended.status));
        }
        let output = self.ctl.output(&["accounts", "check", &self.account], "")?;
        let shown = self.ctl.json(&["accounts", "show", &self.account])?;
        let (state, access) = (text(&shown, "/state")?, text(&shown, "/access/state")?);
        let again = self.renewals()?;
        match (spent, kept) {
            (_, true) | (Spent::Lives, false) => {
                if !output.status.success() || state != "healthy" {
                    wrong.push(format!("it was not recovered: {state}, {access}"));
                }
                if again != u64::from(!kept) {
                    wrong.push(format!("{again} renewals by the next one"));
                }
            }
            (Spent::Dies, false) => {
                let told = !text(&shown, "/access/fix")?.is_empty() && access == "revoked";
                if state != "needs_relink" || !told {
                    wrong.push(format!("its owner is not told: {shown}"));
                }
                self.relink()?;
                let healed = text(&self.ctl.json(&["accounts", "check", &self.account])?, "/state")?;
                if healed != "healthy" {
                    wrong.push(format!("linking again left it {healed}"));
                }
            }
        }
        let lost = spent == Spent::Dies && !kept;
        let figures = json!({
            "kills_between_reply_and_commit": u8::from(!kept), "kills_after_commit": u8::from(kept),
            "recovered": u8::from(!lost && wrong.is_empty()), "owner_told": u8::from(lost && wrong.is_empty()),
        });
        Ok(Trial { figures, wrong: wrong.iter().map(|what| format!("{spent:?} {place}: {what}")).collect() })
    }

    /// Calls to the token endpoint since this was last asked.
    fn renewals(&mut self) -> Result<u64> {
        let (mut count, mut line) = (0, String::new());
        while self.journal.read_line(&mut line)? > 0 {
            let entry: Value = serde_json::from_str(&line)?;
            count += u64::from(entry["seen"] == "oauth.token");
            line.clear();
        }
        Ok(count)
    }

    fn relink(&mut self) -> Result<()> {
        self.end_runner()?;
        let platform = text(&self.ctl.json(&["accounts", "show", &self.account])?, "/platform")?;
        link(&self.ctl, &self.simulated, &platform, self.home.path(), Some(&self.account))?;
        self.renewals().map(drop)
    }

    fn serve(&mut self) -> Result<PathBuf> {
        if let Some((_, socket)) = &self.runner {
            return Ok(socket.clone());
        }
        let runner = self.ctl.start_runner_for_good()?;
        let sockets = self.home.path().join("run");
        let socket = self.runtime.block_on(until("the runner's socket", async || Ok(socket::find(&sockets))))?;
        self.runner = Some((runner, socket.clone()));
        Ok(socket)
    }

    fn end_runner(&mut self) -> Result<()> {
        let Some((mut runner, _)) = self.runner.take() else { return Ok(()) };
        runner.terminate()?;
        self.runtime.block_on(runner.ended()).map(drop)
    }
}

fn said<T>(joined: thread::Result<Result<T>>) -> Option<String> {
    match joined {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(format!("{error:#}")),
        Err(_) => Some("it panicked".to_owned()),
    }
}

/// Links the owner's account as a person with a browser would; its id here.
fn link(ctl: &Ctl, simulated: &Simulated, platform: &str, home: &Path, again: Option<&str>) -> Result<String> {
    let endpoints = home.join("endpoints.toml");
    if again.is_none() {
        let apps = ctl.json(&["apps", "set", platform, "--client-id", CLIENT])?;
        let redirects: Vec<_> = list(&apps, "/redirects")?.iter().filter_map(Value::as_str).collect();
        simulated.control(&Command::register_app(CLIENT, None, &redirects))?;
        fs::write(&endpoints, here(ctl, simulated, platform)?)?;
    }
    let file = endpoints.to_string_lossy().into_owned();
    let line = match again {
        None => vec!["accounts", "link", platform, "--no-browser", "--timeout", "120", "--endpoints", &file],
        Some(id) => vec!["accounts", "relink", id, "--no-browser", "--timeout", "120", "--endpoints", &file],
    };
    let mut child = ctl.command(&line).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first: Value = serde_json::from_str(&lines.next().context("nothing was printed")??)?;
    let typed = "Content-Type: application/x-www-form-urlencoded";
    let decided = call("POST", &text(&first, "/authorize_url")?, &[typed], b"decision=allow")?;
    let Some(back) = value(&decided.headers, "location") else {
        bail!("{platform} answered {}: {}", decided.status, String::from_utf8_lossy(&decided.body));
    };
    let heard = get(back)?;
    ensure!(heard.status < 400, "the program answered {} to the owner's return", heard.status);
    if let Some(done) = value(&heard.headers, "location") {
        // The last page: once it is shown, the port is free again.
        get(Url::parse(back)?.join(done)?.as_str())?;
    }
    let account: Value = serde_json::from_str(&lines.last().context("no account was printed")??)?;
    ensure!(child.wait()?.success(), "linking failed: {account}");
    text(&account, "/id")
}

/// The platform's addresses, at its simulator.
fn here(ctl: &Ctl, simulated: &Simulated, platform: &str) -> Result<String> {
    let shown = ctl.json(&["platforms", "show", platform])?;
    let endpoints = shown["endpoints"].as_object().context("no endpoints")?;
    let mut file = format!("[{platform}]\n");
    for (name, url) in endpoints {
        let path = url.as_str().unwrap_or_default().trim_start_matches("https://");
        let path = path.split_once('/').map(|(_, path)| format!("/{path}")).unwrap_or_default();
        writeln!(file, "{name} = \"{}{path}\"", simulated.url())?;
    }
    Ok(file)
}
