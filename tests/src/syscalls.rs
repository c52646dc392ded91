//! Fails or ends the n-th write, sync or send of a runner, for every n until a run passes untouched, and judges what the
//! next runner makes of it. A disk that is full from the n-th write on is here too.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    ctl::{Ctl, list},
    shim::{Kind, Orders, calls},
    stand::{KINDS, Posted, Shape, Stand},
    steps::wait,
    torture::Trial,
};

const SHAPE: Shape = Shape { parts: 1, picture: false };
/// The order of the cells, the same in every run.
const ORDER: u64 = 0x5359_5343;
/// Calls beyond those counted in an undisturbed run: the workers of a run meet in other orders, and a failure takes more.
const MARGIN: usize = 8;
/// How long a runner is left alone with calls that go on failing.
const FAILING: Duration = Duration::from_secs(4);
/// Longest a runner may take to come to rest after one failed call.
const REST: Duration = Duration::from_secs(90);

/// What happens to which call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// `write`, `sync`, `truncate` or `send`.
    pub kind: &'static str,
    /// What is done to it.
    pub act: &'static str,
    /// Whether all after it fail as well, until the runner is ended.
    pub on: bool,
    /// Which one.
    pub nth: u64,
}

/// What is done to every n-th call of which kind.
const ACTS: [(&str, Kind, &str, bool); 12] = [
    ("write", Kind::Write, "eio", false),
    ("write", Kind::Write, "eio", true),
    ("write", Kind::Write, "end-before", false),
    ("sync", Kind::Sync, "eio", false),
    ("sync", Kind::Sync, "eio", true),
    ("sync", Kind::Sync, "end-before", false),
    ("sync", Kind::Sync, "end-after", false),
    ("truncate", Kind::Truncate, "eio", false),
    ("send", Kind::Send, "reset", false),
    ("send", Kind::Send, "reset", true),
    ("send", Kind::Send, "end-before", false),
    ("send", Kind::Send, "end-after", false),
];

/// How many calls of each kind an undisturbed run makes.
#[derive(Debug, Clone)]
pub struct Counts(Vec<(Kind, usize)>);

impl Counts {
    /// Runs undisturbed and counts.
    pub fn take(home: &Path) -> Result<Self> {
        let mut stand = Stand::start(home, &KINDS)?;
        let folder = home.join("counted");
        let posted = stand.post(&folder, "counted", &KINDS, &SHAPE)?;
        let log = home.join("counted.log");
        let watched = posted.ctl.clone().with_environment(orders(&posted.ctl, &log)?.environment()?);
        watched.run_until_idle()?;
        let made = calls(&log)?;
        let of = |kind| (kind, made.iter().filter(|call| call.kind == kind).count());
        Ok(Self(vec![of(Kind::Write), of(Kind::Sync), of(Kind::Truncate), of(Kind::Send)]))
    }

    /// Calls of a kind.
    pub fn of(&self, kind: Kind) -> usize {
        self.0.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count)
    }

    /// Every cell, in an order that mixes them: a few of them are a sample of all.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (kind, counted, act, on) in ACTS {
            let last = self.of(counted) + self.of(counted) / 20 + MARGIN;
            cells.extend((1..=last).map(|nth| Cell { kind, act, on, nth: nth as u64 }));
        }
        cells.shuffle(&mut StdRng::seed_from_u64(ORDER));
        cells
    }
}

/// The files of a profile are watched, and what is kept of it outside.
fn orders(ctl: &Ctl, log: &Path) -> Result<Orders> {
    let state = ctl.home().join("state");
    fs::create_dir_all(&state)?;
    Orders::watching(&[ctl.profile(), &state], log)
}

/// What a campaign stands on.
pub struct Ground {
    stand: Stand,
    home: PathBuf,
}

impl Ground {
    /// Starts the network of a worker.
    pub fn start(home: &Path, worker: usize) -> Result<Self> {
        let home = home.join(format!("c{worker}-{}", rand::random::<u16>()));
        Ok(Self { stand: Stand::start(&home, &KINDS)?, home })
    }

    fn posted(&mut self, seed: u64) -> Result<(Posted, PathBuf, PathBuf)> {
        let name = format!("c{seed}-{}", rand::random::<u16>());
        let (folder, log) = (self.home.join(&name), self.home.join(format!("{name}.log")));
        let posted = self.stand.post(&folder, &name, &KINDS, &SHAPE)?;
        Ok((posted, folder, log))
    }

    /// Tries the cell of a seed.
    pub fn cell(&mut self, cells: &[Cell], seed: u64) -> Result<Trial> {
        let cell = cells.get(usize::try_from(seed.saturating_sub(1) % u64::try_from(cells.len())?)?);
        let cell = cell.context("no cells")?;
        let (posted, folder, log) = self.posted(seed)?;
        let orders = orders(&posted.ctl, &log)?.strike(cell.kind, cell.nth, cell.act);
        let orders = if cell.on { orders.and_on() } else { orders };
        let mut runner = posted.ctl.clone().with_environment(orders.environment()?).start_runner()?;
        let left_alone = if cell.on { FAILING } else { REST };
        let ended = wait(&mut runner, left_alone)?;
        let struck = calls(&log)?.iter().any(|call| call.struck);
        posted.ctl.run_until_idle()?;
        let outcome = posted.judge(&mut self.stand.tail)?;
        let mut wrong = outcome.wrong;
        if ended.is_none() && !cell.on {
            wrong.push("it came to no rest after one failed call".to_owned());
        }
        let wrong: Vec<_> = wrong.into_iter().map(|wrong| format!("{cell:?}: {wrong}")).collect();
        clear(&folder, &log, &wrong)?;
        let mut figures = json!({"runs": 1, "published": outcome.published, "owner_asked": outcome.asked});
        let name =
            format!("{}_{}{}", cell.kind, cell.act.replace('-', "_"), if cell.on { "_from_then_on" } else { "" });
        figures["by_call"][name] =
            json!({"struck": u8::from(struck), "untouched": u8::from(!struck), "nth_max": cell.nth});
        Ok(Trial { figures, wrong })
    }

    /// A disk that is full from the n-th write on, n by the seed, until there is room again.
    pub fn full_disk(&mut self, writes: usize, seed: u64) -> Result<Trial> {
        let nth = 1 + seed.saturating_sub(1) % u64::try_from(writes + MARGIN)?;
        let (posted, folder, log) = self.posted(seed)?;
        let room = folder.join("room");
        let orders = orders(&posted.ctl, &log)?.strike("write", nth, "enospc").and_on().until(&room);
        let mut runner = posted.ctl.clone().with_environment(orders.environment()?).start_steady_runner()?;
        let mut wrong = Vec::new();
        let end = Instant::now() + Duration::from_secs(20);
        let mut struck = false;
        while !struck && Instant::now() < end && runner.try_wait()?.is_none() && !at_rest(&posted)? {
            struck = calls(&log)?.iter().any(|call| call.struck);
        }
        // It may go on failing for a moment; then somebody looks.
        let ran_on = runner.try_wait()?.is_none();
        let end = Instant::now() + REST;
        let stood = loop {
            match posted.ctl.json(&["publications", "list"]) {
                Ok(stood) => break Some(stood),
                // A runner that is only just starting answers nobody yet.
                Err(_) if Instant::now() <= end => {}
                Err(error) => {
                    wrong.push(format!("not readable on a full disk: {error:#}"));
                    break None;
                }
            }
        };
        fs::write(&room, "")?;
        let freed = Instant::now();
        let mut went_on = None;
        while runner.try_wait()?.is_none() && !at_rest(&posted)? {
            if went_on.is_none() && posted.ctl.json(&["publications", "list"]).ok() != stood {
                went_on = Some(freed.elapsed());
            }
            ensure!(freed.elapsed() < REST, "it does not go on once there is room (write {nth})");
            std::thread::sleep(Duration::from_millis(50));
        }
        let rested_ms = u64::try_from(freed.elapsed().as_millis())?;
        let went_on_ms = went_on.map_or(Ok(rested_ms), |after| u64::try_from(after.as_millis()))?;
        if let Some(pid) = i32::try_from(runner.id()).ok().and_then(Pid::from_raw).filter(|_| ran_on) {
            // It may have ended by itself meanwhile.
            let _ = kill_process(pid, Signal::TERM);
        }
        wait(&mut runner, REST)?.context("it does not end")?;
        posted.ctl.run_until_idle()?;
        let outcome = posted.judge(&mut self.stand.tail)?;
        wrong.extend(outcome.wrong);
        let wrong: Vec<_> = wrong.into_iter().map(|wrong| format!("full from write {nth} on: {wrong}")).collect();
        clear(&folder, &log, &wrong)?;
        let figures = json!({
            "runs": 1, "full": u8::from(struck), "untouched": u8::from(!struck), "refused_to_start": u8::from(!ran_on),
            "write_max": nth, "published": outcome.published, "owner_asked": outcome.asked, "went_on_after_ms_max": went_on_ms,
            "rested_after_ms_max": rested_ms,
        });
        Ok(Trial { figures, wrong })
    }
}

fn clear(folder: &Path, log: &Path, wrong: &[String]) -> Result<()> {
    if wrong.is_empty() {
        fs::remove_dir_all(folder)?;
        fs::remove_file(log)?;
    }
    Ok(())
}

/// Whether nothing moves any more; a runner that is only just starting does.
fn at_rest(posted: &Posted) -> Result<bool> {
    let Ok(all) = posted.ctl.json(&["publications", "list"]) else { return Ok(false) };
    let rests = |view: &Value| ["published", "needs_decision", "failed"].iter().any(|state| view["state"] == **state);
    Ok(list(&all, "")?.iter().all(rests))
}
