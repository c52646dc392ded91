//! Half a minute after a refresh token was last used, nothing of it is left in the memory of the core; no token is ever
//! in the processes of the window; and other programs cannot look into a runner.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use journeys::{
    Session, Tray,
    clock::FakeClock,
    controls,
    ctl::{Ctl, text},
    memory::{self, Seen},
    network::Network,
    planted::{consented, endpoints},
    process, program,
    recorder::{self, Recorder},
    until,
};
use serde_json::Value;

/// How long after its last use a token may still be in memory, as its process counts time.
const LEFT_S: u64 = 30;
/// Somebody who is not the administrator.
const NOBODY: u32 = 65_534;

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "memory: {line}");
}

/// Links through consent; whoever holds the profile does it. Returns the account.
fn link(ctl: &Ctl, network: &Network, recorder: &Recorder) -> Result<String> {
    let file = ctl.home().join("endpoints.toml");
    endpoints(&file, recorder, network)?;
    let named = ["--endpoints", file.to_str().context("a name")?];
    let agree = |shown: &Value| network.consent(&text(shown, "/authorize_url")?, "a", "Robin").map(drop);
    let account = consented(ctl, "practice", &named, agree)?;
    text(&account.context("linking failed")?, "/id")
}

/// The secrets that passed, of these kinds.
fn passed(recorder: &Recorder, kinds: &[&str]) -> BTreeSet<(String, String)> {
    let all = recorder::secrets(recorder).into_iter().filter(|(name, _)| kinds.contains(&name.as_str()));
    // A name for each, so that each is counted.
    all.enumerate().map(|(nth, (name, value))| (format!("{name} {nth}"), value)).collect()
}

/// A runner links and renews; what of the refresh tokens, the code and the verifier is in its memory afterwards, at once
/// and `LEFT_S` later, and how many there were.
async fn renewed(program: &Path) -> Result<(Seen, Seen, usize)> {
    let home = tempfile::Builder::new().prefix("pm").tempdir()?;
    let network = Network::start(home.path())?;
    let recorder = Recorder::start(&network.url)?;
    let clock = FakeClock::new(home.path())?;
    let ctl = Ctl::with_program(program, &home.path().join("user"))?.with_environment(clock.environment());
    let runner = ctl.start_runner_for_good()?;
    until("the runner", async || Ok(reached(&ctl).then_some(()))).await?;
    let account = link(&ctl, &network, &recorder)?;
    let renewals = || passed(&recorder, &["refresh_token"]).len();
    let before = renewals();
    // Its access has ended by the runner's clock.
    clock.ahead(3_600)?;
    until("a renewal", async || {
        ctl.json(&["accounts", "check", &account])?;
        Ok((renewals() > before).then_some(()))
    })
    .await?;
    let secrets = passed(&recorder, &["refresh_token", "code", "code_verifier"]);
    ensure!(secrets.len() >= 4, "two refresh tokens, a code and a verifier: {}", secrets.len());
    let at_once = memory::look(runner.pid(), &secrets)?;
    clock.ahead(3_600 + i64::try_from(LEFT_S)?)?;
    // Connections that wait to be used again are closed by a clock that does not jump.
    let mut later = at_once.clone();
    for _ in 0..LEFT_S {
        if later.found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        later = memory::look(runner.pid(), &secrets)?;
    }
    Ok((at_once, later, secrets.len()))
}

/// Whether a runner answers for the profile.
fn reached(ctl: &Ctl) -> bool {
    ctl.json(&["queue", "status"]).is_ok_and(|status| status["running"] == true)
}

#[tokio::test]
async fn no_refresh_token_is_left_in_the_core() -> Result<()> {
    let (at_once, later, secrets) = renewed(&program("POSTROOMCTL_BIN", "postroomctl")?).await?;
    ensure!(later.found.is_empty(), "{:?} of {secrets}, at once {:?}", later.found, at_once.found);
    say(&format!("{secrets} secrets, {} MB read, at once {:?}, then none", later.bytes >> 20, at_once.found));
    Ok(())
}

/// The control: a build that does not wipe what it frees.
#[tokio::test]
async fn without_wiping_they_are_found() -> Result<()> {
    let (_, later, secrets) = renewed(&controls::build("break_memory")?).await?;
    ensure!(!later.found.is_empty(), "none of {secrets} was found in {} MB", later.bytes >> 20);
    say(&format!("without wiping {} of {secrets} are left: {:?}", later.found.len(), later.found));
    Ok(())
}

/// A runner of a person without rights, and whether another program of theirs can look into it.
async fn looked_into(program: &Path) -> Result<(bool, String)> {
    let home = tempfile::Builder::new().prefix("pn").tempdir()?;
    fs::set_permissions(home.path(), Permissions::from_mode(0o755))?;
    let copy = home.path().join("program");
    fs::copy(program, &copy)?;
    let user = home.path().join("user");
    let ctl = Ctl::with_program(&copy, &user)?;
    for folder in [user.clone(), user.join("profile")] {
        chown(folder, Some(NOBODY), Some(NOBODY))?;
    }
    let mut command = as_nobody(&ctl.command(&["queue", "run"]));
    let mut runner = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let socket = until("the runner", async || {
        let ready = as_nobody(&ctl.command(&["queue", "status"])).stderr(Stdio::null()).output()?;
        let status: Value = serde_json::from_slice(&ready.stdout).unwrap_or_default();
        Ok((status["running"] == true).then_some(()))
    })
    .await;
    let pid = runner.id();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits"))?;
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default().to_owned();
    let mut other = Command::new("cat");
    other.arg(format!("/proc/{pid}/maps")).stdout(Stdio::null()).stderr(Stdio::null());
    let theirs = fs::metadata(format!("/proc/{pid}/mem"))?.uid() == NOBODY;
    let looked = as_nobody(&other).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    runner.kill()?;
    runner.wait()?;
    socket?;
    ensure!(theirs == looked, "whose the memory is and who can look differ: {theirs} {looked}");
    Ok((looked, core))
}

/// The same command, run by somebody without rights.
fn as_nobody(command: &Command) -> Command {
    let mut nobody = Command::new("setpriv");
    nobody.args(["--reuid", &NOBODY.to_string(), "--regid", &NOBODY.to_string(), "--clear-groups", "--"]);
    nobody.arg(command.get_program()).args(command.get_args()).env_clear();
    nobody.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    nobody
}

#[tokio::test]
async fn nobody_else_looks_into_a_runner_and_no_core_is_written() -> Result<()> {
    ensure!(rights(), "only an administrator can start programs of other people");
    let (looked, core) = looked_into(&program("POSTROOMCTL_BIN", "postroomctl")?).await?;
    let figures: Vec<_> =
        core.split_whitespace().filter(|word| word.parse::<u64>().is_ok() || *word == "unlimited").collect();
    ensure!(!looked && figures == ["0", "0"], "looked into: {looked}; {core}");
    let (looked, _) = looked_into(&controls::build("break_memory")?).await?;
    ensure!(looked, "the control could not be looked into either");
    say("a runner: core size 0, not to be looked into by its own user; the control can be");
    Ok(())
}

fn rights() -> bool {
    fs::metadata("/proc/self/mem").is_ok_and(|mem| mem.uid() == 0)
}

#[tokio::test]
async fn no_token_is_ever_in_the_processes_of_the_window() -> Result<()> {
    let session = Session::start_with("memory", Tray::None).await?;
    let network = Network::start(&session.path("network-home"))?;
    let recorder = Recorder::start(&network.url)?;
    let app = session.start_app(&[])?;
    let pages = || process::named(app.pid(), "WebKitWebProcess");
    until("the web view", async || Ok((pages()?.len() == 1).then_some(()))).await?;
    let ctl = Ctl::in_session(&session, "env")?;
    until("the program to be reached", async || Ok(reached(&ctl).then_some(()))).await?;
    let account = link(&ctl, &network, &recorder)?;
    let words = format!("Seen in the window {:016x}", rand::random::<u64>());
    ctl.json(&["posts", "create", "--to", &account, "--text", &words, "--at", "2030-01-01T10:00:00Z"])?;
    ctl.json(&["accounts", "check", &account])?;
    // What the window shows is found, so what is not found is not there.
    let shown = BTreeSet::from([("handle".to_owned(), text(&ctl.json(&["accounts", "show", &account])?, "/handle")?)]);
    let page = until("the account in the window", async || {
        let page = pages()?.first().context("no page")?.pid;
        Ok((!memory::look(page, &shown)?.found.is_empty()).then_some(page))
    })
    .await?;
    let kinds = ["access_token", "refresh_token", "code", "code_verifier", "bearer", "token"];
    let secrets = passed(&recorder, &kinds);
    ensure!(secrets.len() >= 4, "{}", secrets.len());
    let others = process::tree(app.pid())?.into_iter().filter(|one| one.pid != app.pid());
    let mut processes = 0;
    for other in others.filter(|one| one.name.starts_with("WebKit")) {
        let seen = memory::look(other.pid, &secrets)?;
        ensure!(seen.found.is_empty(), "{}: {:?}", other.name, seen.found);
        processes += 1;
    }
    ensure!(processes >= 2 && page > 0, "{processes} processes of the web view");
    say(&format!("{} secrets, 0 in {processes} processes of the window", secrets.len()));
    Ok(())
}
