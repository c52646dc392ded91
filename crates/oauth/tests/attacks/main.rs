//! Attacks on linking. Each is tried in a process of its own, against the engine as it is, and must fail. Then this
//! program is built once more so that it can lack guards, and each attack is tried without the guard (or guards) that
//! stop it: there it must succeed, or its failure here would mean nothing.
//!
//! `cargo xtask test --only attacks`; one attack alone: `cargo test -p oauth --test attacks -- by_post`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "an attack that cannot be tried ends its process"
)]

mod answers;
mod attack;
mod door;
mod handed;
mod names;
mod page;
mod pictures;
mod servers;
mod tls;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{Arc, Mutex, OnceLock},
    thread,
};

use attack::Attack;
use libtest_mimic::{Arguments, Failed, Trial};

/// Processes at a time: most of what they do is waiting.
const WORKERS: usize = 6;
/// Fewest attacks there have to be.
const ATTACKS_MIN: usize = 60;
const SUCCEEDED: u8 = 10;
const CONTROL: &str = "without_its_guard_each_succeeds";

fn all() -> Vec<Attack> {
    [answers::all(), door::all(), page::all(), handed::all(), servers::all(), names::all(), pictures::all()]
        .into_iter()
        .flatten()
        .collect()
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, name] = words.as_slice()
        && word == "--attack"
    {
        return tried(name);
    }
    let arguments = Arguments::from_args();
    // Asked for by its name, the control takes all.
    let filter = arguments.filter.clone().filter(|filter| filter != CONTROL);
    let asked = Asked { filter, exact: arguments.exact };
    let here: Arc<OnceLock<Tried>> = Arc::default();
    let mut trials: Vec<_> = all()
        .iter()
        .map(|attack| {
            let (name, asked, here) = (attack.name, asked.clone(), Arc::clone(&here));
            Trial::test(name, move || {
                let program = std::env::current_exe()?;
                let tried = here.get_or_init(|| asked.try_all(&program, false));
                tried
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| Err("it was not tried".to_owned()))
                    .and_then(refused)
                    .map_err(Failed::from)
            })
        })
        .collect();
    trials.push(Trial::test(CONTROL, move || without_guards(&asked).map_err(Failed::from)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What came of attacks: whether they succeeded, or why they could not be tried.
type Tried = BTreeMap<&'static str, Result<bool, String>>;

fn refused(succeeded: bool) -> Result<(), String> {
    if succeeded { Err("it succeeded".to_owned()) } else { Ok(()) }
}

/// The attacks somebody wants tried.
#[derive(Clone)]
struct Asked {
    filter: Option<String>,
    exact: bool,
}

impl Asked {
    fn wants(&self, attack: &Attack) -> bool {
        let names =
            |filter: &String| if self.exact { attack.name == filter } else { attack.name.contains(filter.as_str()) };
        self.filter.as_ref().is_none_or(names)
    }

    /// Tries each in a process of its own, several at a time; without its guards where that is wanted.
    fn try_all(&self, program: &Path, without_guards: bool) -> Tried {
        let folder = tempfile::tempdir().unwrap();
        tls::prepare(folder.path());
        let wanted = all().into_iter().filter(|attack| self.wants(attack)).map(|attack| (attack.name, attack.guards));
        let waiting: Mutex<VecDeque<_>> = Mutex::new(wanted.collect());
        let done = Mutex::new(Tried::new());
        let next = || waiting.lock().unwrap().pop_front();
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    while let Some((name, guards)) = next() {
                        let came = process(program, folder.path(), name, if without_guards { guards } else { &[] });
                        done.lock().unwrap().insert(name, came);
                    }
                });
            }
        });
        done.into_inner().unwrap()
    }
}

/// One attack in a process of its own.
fn process(program: &Path, folder: &Path, name: &str, without: &[&str]) -> Result<bool, String> {
    let mut command = Command::new(program);
    command.args(["--attack", name]).env("POSTROOM_WITHOUT", without.join(",")).env(tls::FOLDER, folder);
    command.env("SSL_CERT_FILE", folder.join(tls::CERTIFICATE)).stdin(Stdio::null());
    let output = command.output().map_err(|error| error.to_string())?;
    String::from_utf8_lossy(&output.stdout).lines().for_each(|line| println!("attacks: {name}: {line}"));
    match output.status.code() {
        Some(0) => Ok(false),
        Some(code) if code == i32::from(SUCCEEDED) => Ok(true),
        _ => Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))),
    }
}

/// The process of one attack.
fn tried(name: &str) -> ExitCode {
    let Some(attack) = all().into_iter().find(|attack| attack.name == name) else { return ExitCode::FAILURE };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let succeeded = runtime.block_on((attack.run)());
    // What still waits for somebody is not waited for.
    runtime.shutdown_background();
    if succeeded { ExitCode::from(SUCCEEDED) } else { ExitCode::SUCCESS }
}

/// The control.
fn without_guards(asked: &Asked) -> Result<(), String> {
    let tried = asked.try_all(&built_to_lack_guards()?, true);
    let mut wrong = Vec::new();
    for (name, came) in &tried {
        match came {
            Ok(true) => {}
            Ok(false) => wrong.push(format!("{name}: refused all the same")),
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    if !wrong.is_empty() {
        return Err(format!("{} of {} did not succeed:\n{}", wrong.len(), tried.len(), wrong.join("\n")));
    }
    let (guards, several) = (guards(), all().iter().filter(|attack| attack.guards.len() > 1).count());
    println!(
        "attacks: {} succeed without their guards, {} guards in all, {several} take two",
        tried.len(),
        guards.len()
    );
    let whole = asked.filter.is_none();
    if whole && tried.len() < ATTACKS_MIN { Err(format!("only {} attacks", tried.len())) } else { Ok(()) }
}

fn guards() -> BTreeSet<&'static str> {
    all().iter().flat_map(|attack| attack.guards).copied().collect()
}

/// Builds this program with guards that can be taken away, over the whole workspace like all other tests.
fn built_to_lack_guards() -> Result<PathBuf, String> {
    let said = |error: std::io::Error| error.to_string();
    if cfg!(feature = "break_linking") {
        return std::env::current_exe().map_err(said);
    }
    let target = std::env::current_exe().map_err(said)?.ancestors().nth(3).ok_or("no target folder")?.to_owned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("no workspace")?;
    let mut cargo = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    cargo.current_dir(root).args(["test", "--no-run", "--quiet", "--locked", "--workspace", "--test", "attacks"]);
    cargo.args(["--features", "app/break_linking", "--message-format=json", "--target-dir"]).arg(target);
    let output = cargo.output().map_err(said)?;
    if !output.status.success() {
        return Err(format!("building it failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut messages = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    // Another package has a test of this name, on what it makes of the engine.
    let ours = |said: &serde_json::Value| {
        let manifest = said["manifest_path"].as_str().unwrap_or_default();
        said["target"]["name"] == "attacks" && manifest.ends_with("oauth/Cargo.toml")
    };
    let program =
        messages.find_map(|said| ours(&said).then(|| said["executable"].as_str().map(PathBuf::from)).flatten());
    program.ok_or_else(|| "no program was built".to_owned())
}
