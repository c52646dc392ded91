//! Records every write and sync of a runner, builds the files that a power loss may leave at a chosen moment, and judges
//! what the next runner makes of them. The network keeps what it had accepted by that moment, and nothing else.
//!
//! Runner and network append to one record, so that its order tells what each could know: an acceptance stands before
//! anything that came of it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;

use crate::{
    network::Network,
    replay::{Files, UNSYNCED, Unsynced, after},
    shim::{Call, Kind, Orders, calls},
    stand::{KINDS, Posted, Shape, Stand, copy_tree},
    steps::wait,
    torture::Trial,
    witness::Tail,
};

/// Longest an undisturbed run takes.
const REST: Duration = Duration::from_secs(90);
/// Tries to start a network where the profile looks for it.
const STARTS: usize = 20;

/// How many states are built of every recorded run.
#[derive(Debug, Clone, Copy)]
pub struct States {
    /// Of each way in which writes may be lost.
    pub of_each: usize,
    /// For a control: a disk that says it synced the database's log, and did not.
    pub syncs_unheeded: bool,
}

/// A run that was recorded.
struct Recorded {
    posted: Posted,
    /// The files of the profile before it, and what is kept outside.
    start: Files,
    /// What the runner did to them, and what the network wrote to its journal.
    calls: Vec<Call>,
    journal: PathBuf,
    /// The journal before the run.
    known: Vec<u8>,
    /// The network's folder as it was at the end.
    network: PathBuf,
    url: String,
}

/// Records a run of `program` and tries states of it; the real program makes what it can of them.
pub fn trial(home: &Path, program: Option<&Path>, states: States, seed: u64) -> Result<Trial> {
    let folder = home.join(format!("p{seed}-{}", rand::random::<u16>()));
    let mut dice = StdRng::seed_from_u64(seed);
    let mut recorded = record(&folder, program, &mut dice)?;
    if states.syncs_unheeded {
        let is_log = |call: &Call| call.kind == Kind::Sync && call.path.extension().is_some_and(|end| end == "db-wal");
        recorded.calls.retain(|call| !is_log(call));
    }
    let mut trial = Trial { figures: json!({"recorded_runs": recorded.posted.targets.len()}), wrong: Vec::new() };
    trial.figures["recorded_calls"] = json!(recorded.calls.len());
    for unsynced in UNSYNCED {
        for number in 0..states.of_each {
            let cut = moment(&recorded, &mut dice);
            let place = folder.join(format!("state-{unsynced:?}-{number}"));
            let found = recorded.try_state(&place, cut, unsynced, &mut dice);
            let found = found.with_context(|| format!("{unsynced:?} at call {cut} of {}", recorded.calls.len()))?;
            let name = format!("{unsynced:?}").to_lowercase();
            crate::results::add_up(&mut trial.figures, &json!({"states": 1, "by_unsynced": {name: 1}}));
            let said = found.iter().map(|wrong| format!("{unsynced:?} at call {cut}: {wrong}"));
            trial.wrong.extend(said);
            if found.is_empty() {
                fs::remove_dir_all(&place)?;
            }
        }
    }
    if trial.wrong.is_empty() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(trial)
}

/// A moment for the power to go: around a sync, right after an acceptance, or anywhere.
fn moment(recorded: &Recorded, dice: &mut StdRng) -> usize {
    let calls = &recorded.calls;
    let of = |fits: &dyn Fn(&Call) -> bool| -> Vec<usize> {
        calls.iter().enumerate().filter(|(_, call)| fits(call)).map(|(at, _)| at).collect()
    };
    let is_journal = |call: &Call| call.path == recorded.journal;
    let syncs = of(&|call| call.kind == Kind::Sync && !is_journal(call));
    let accepted = of(&|call| call.kind == Kind::Sync && is_journal(call));
    match dice.random_range(0..5) {
        0 | 1 => syncs.choose(dice).map_or(0, |at| at + usize::from(dice.random::<bool>())),
        2 | 3 => accepted.choose(dice).map_or(0, |at| at + 1),
        _ => dice.random_range(0..=calls.len()),
    }
}

fn record(home: &Path, program: Option<&Path>, dice: &mut StdRng) -> Result<Recorded> {
    fs::create_dir_all(home.join("network"))?;
    let log = home.join("calls");
    let watched = Orders::watching(&[&home.join("network")], &log)?.with_data();
    let mut stand = Stand::start_with(home, &KINDS, watched.environment()?)?;
    let shape = Shape { parts: dice.random_range(1..=2), picture: dice.random_ratio(1, 3) };
    let name = format!("{:x}", dice.random::<u32>());
    let posted = stand.post(&home.join("run"), &name, &KINDS, &shape)?;
    let ctl = &posted.ctl;
    fs::create_dir_all(ctl.home().join("state"))?;
    let start = read(ctl.home())?;
    let (before, journal) = (calls(&log)?.len(), fs::canonicalize(stand.network.journal())?);
    let known = fs::read(&journal)?;
    let watched = Orders::watching(&[ctl.profile(), &ctl.home().join("state")], &log)?.with_data();
    let runner = program.map_or_else(|| ctl.clone(), |program| ctl.by(program));
    let mut runner = runner.with_environment(watched.environment()?).start_runner()?;
    let status = wait(&mut runner, REST)?.context("the recorded run came to no rest")?;
    ensure!(status.success(), "the recorded run ended with {status}");
    let home = fs::canonicalize(ctl.home())?;
    let ours = |call: &Call| call.path == journal || (call.path.starts_with(&home) && !is_passing(&call.path));
    let calls = calls(&log)?.into_iter().skip(before).filter(ours).collect();
    let (network, url) = (stand.network.folder.clone(), stand.network.url.clone());
    Ok(Recorded { posted, start, calls, journal, known, network, url })
}

/// Files that mean nothing to the next start: the index of the write-ahead log, and the log for people.
fn is_passing(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with("-shm") || name.ends_with(".log") || name.ends_with(".sock")
}

/// The files below a folder, by their real paths.
fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![fs::canonicalize(folder)?];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
            let kind = entry?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && !is_passing(&path) {
                let content = fs::read(&path)?;
                files.insert(path, content);
            }
        }
    }
    Ok(files)
}

impl Recorded {
    /// Builds the state of a moment, starts the real runner on it, and judges. What is wrong.
    fn try_state(&self, place: &Path, cut: usize, unsynced: Unsynced, dice: &mut StdRng) -> Result<Vec<String>> {
        let home = fs::canonicalize(self.posted.ctl.home())?;
        let (journal, files): (Vec<_>, Vec<_>) =
            self.calls.iter().take(cut).cloned().partition(|call| call.path == self.journal);
        let files = after(&self.start, &files, files.len(), unsynced, dice);
        for (path, content) in files {
            let to = place.join(path.strip_prefix(&home)?);
            fs::create_dir_all(to.parent().context("no folder")?)?;
            fs::write(to, content)?;
        }
        let accepted: Vec<u8> =
            journal.into_iter().filter(|call| call.kind == Kind::Write).flat_map(|c| c.data).collect();
        copy_tree(&self.network, &place.join("network"))?;
        fs::write(place.join("network/journal.jsonl"), [self.known.as_slice(), &accepted].concat())?;
        let ctl = self.posted.ctl.at(place);
        symlink(place.join("network"), ctl.profile().join("practice"))?;
        let network = self.network_again(place)?;
        let mut tail = Tail::open(&network.journal())?;
        if let Err(error) = ctl.run_until_idle() {
            return Ok(vec![format!("lost: the next runner: {error:#}")]);
        }
        let (post, parts, targets) = (self.posted.post.clone(), self.posted.parts.clone(), self.posted.targets.clone());
        Ok(Posted { ctl, post, parts, targets }.judge(&mut tail)?.wrong)
    }

    /// The network, where the profile knows it.
    fn network_again(&self, place: &Path) -> Result<Network> {
        for _ in 0..STARTS {
            let network = Network::start(place)?;
            if network.url == self.url {
                return Ok(network);
            }
            drop(network);
            fs::write(place.join("network/port"), self.url.rsplit(':').next().unwrap_or_default())?;
            std::thread::sleep(Duration::from_millis(200));
        }
        anyhow::bail!("somebody else has taken {}", self.url)
    }
}
