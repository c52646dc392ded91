//! Many trials at once: hands out trials to workers until enough kills were made, and adds up what came of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::{
    command::{environment, root},
    ground::Ground,
    judge::Wrong,
    pds::Pds,
    plan::{BLUESKY, Plan},
    trial::{self, Outcome},
};

/// Kills planned beyond what is asked for: some find the runner at its end already.
const SPARE: usize = 5;

/// A campaign of kills.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The `postroomctl` that is killed.
    pub program: PathBuf,
    /// Kinds of accounts every post goes to.
    pub kinds: Vec<&'static str>,
    /// Kills to make, at least.
    pub kills: usize,
    /// Of a hundred kills, how many wait for an acceptance.
    pub aimed: u32,
    /// Trials at the same time: they mostly wait.
    pub workers: usize,
    /// What the trials are drawn from.
    pub seed: u64,
    /// Only this trial, to see it again.
    pub only: Option<u64>,
    /// Whether to answer what owners are asked, and go on to the end.
    pub settle: bool,
}

impl Campaign {
    /// The campaign the environment asks for: `POSTROOM_KILLS`, `POSTROOM_SEED`, `POSTROOM_TRIAL`.
    pub fn from_environment(program: PathBuf, kinds: &[&'static str], kills: u64) -> Result<Self> {
        let number = |name| environment(name).map(|text| text.parse::<u64>().context(name)).transpose();
        let kills = usize::try_from(number("POSTROOM_KILLS")?.unwrap_or(kills))?;
        let (seed, only) = (number("POSTROOM_SEED")?.unwrap_or_else(rand::random), number("POSTROOM_TRIAL")?);
        Ok(Self { program, kinds: kinds.to_vec(), kills, aimed: 65, workers: 8, seed, only, settle: true })
    }

    /// A few trials of a build that lacks a guard, every kill aimed between acceptance and record.
    pub fn broken(program: &Path, kinds: &[&'static str], kills: usize) -> Result<Self> {
        let campaign = Self::from_environment(program.to_owned(), kinds, 0)?;
        Ok(Self { kills, aimed: 100, workers: 4, only: None, settle: false, ..campaign })
    }

    /// Whether the committed figures are asked for.
    pub fn for_the_record() -> bool {
        environment("POSTROOM_KILLS").is_some()
    }
}

/// What came of a campaign.
#[derive(Debug, Default)]
pub struct Tally {
    /// Trials run.
    pub trials: usize,
    /// The trials' outcomes, added up.
    pub sum: Outcome,
    /// Seconds it took.
    pub seconds: u64,
}

impl Tally {
    fn add(&mut self, other: Outcome) {
        self.trials += 1;
        self.sum.kills += other.kills;
        self.sum.in_window += other.in_window;
        self.sum.accepted += other.accepted;
        self.sum.replies_lost += other.replies_lost;
        self.sum.wrong.extend(other.wrong);
        let pairs = [
            (&mut self.sum.window_by_kind, other.window_by_kind),
            (&mut self.sum.doubted_by_kind, other.doubted_by_kind),
            (&mut self.sum.published, other.published),
            (&mut self.sum.asked, other.asked),
        ];
        for (into, from) in pairs {
            for (kind, count) in from {
                *into.entry(kind).or_default() += count;
            }
        }
    }

    /// How often something was wrong, by what it is.
    pub fn wrong(&self, fits: impl Fn(&Wrong) -> bool) -> usize {
        self.sum.wrong.iter().filter(|(_, wrong)| fits(wrong)).count()
    }

    /// Texts accepted more than once.
    pub fn doubled(&self) -> usize {
        self.wrong(|wrong| matches!(wrong, Wrong::Doubled(_)))
    }

    /// The same on one kind of account.
    pub fn doubled_on(&self, kind: &str) -> usize {
        self.wrong(|wrong| matches!(wrong, Wrong::Doubled(what) if what.starts_with(&format!("{kind}: "))))
    }

    /// Publications lost.
    pub fn lost(&self) -> usize {
        self.wrong(|wrong| matches!(wrong, Wrong::Lost(_)))
    }

    /// The figures.
    pub fn figures(&self, seed: u64) -> Value {
        let Outcome {
            kills, in_window, window_by_kind, doubted_by_kind, published, asked, accepted, replies_lost, ..
        } = &self.sum;
        let not_asked = self.wrong(|wrong| matches!(wrong, Wrong::NotAsked(_)));
        let kinds: BTreeMap<_, _> = (published.keys().chain(asked.keys()))
            .map(|kind| {
                let of = |counts: &BTreeMap<String, usize>| counts.get(kind).copied().unwrap_or_default();
                let figures = json!({
                    "publications": of(published) + of(asked),
                    "published": of(published),
                    "needs_decision": of(asked),
                    "kills_leaving_doubt": of(doubted_by_kind),
                    "kills_after_acceptance_before_our_record": of(window_by_kind),
                });
                (kind, figures)
            })
            .collect();
        json!({
            "seed": seed,
            "trials": self.trials,
            "kills": kills,
            "kills_after_acceptance_before_our_record": in_window,
            "parts_accepted": accepted,
            "replies_lost": replies_lost,
            "lost": self.lost(),
            "doubled": self.doubled(),
            "doubtful_not_asked": not_asked,
            "seconds": self.seconds,
            "by_kind": kinds,
        })
    }

    /// What went wrong, a line each.
    pub fn complaints(&self) -> String {
        let lines: Vec<_> = self.sum.wrong.iter().map(|(trial, wrong)| format!("trial {trial}: {wrong}")).collect();
        lines.join("\n")
    }
}

/// Keeps figures under a name in a file of `docs/results`, beside the others there.
pub fn record(file: &str, name: &str, figures: &Value) -> Result<()> {
    let mut all = all(file)?;
    all[name] = figures.clone();
    Ok(fs::write(path(file), format!("{all:#}\n"))?)
}

/// The figures kept under a name; null where there are none.
pub fn kept(file: &str, name: &str) -> Result<Value> {
    Ok(all(file)?[name].take())
}

/// Adds a campaign's figures to those kept under a name.
pub fn add(file: &str, name: &str, figures: &Value) -> Result<()> {
    let mut sum = kept(file, name)?;
    add_up(&mut sum, figures);
    record(file, name, &sum)
}

/// Numbers are added, but seeds are kept in a list.
fn add_up(sum: &mut Value, more: &Value) {
    match more {
        Value::Object(members) => {
            for (name, more) in members {
                if name == "seed" {
                    let mut seeds = sum["seeds"].as_array().cloned().unwrap_or_default();
                    seeds.push(more.clone());
                    sum["seeds"] = json!(seeds);
                } else {
                    add_up(&mut sum[name], more);
                }
            }
        }
        Value::Number(more) => {
            *sum = json!(sum.as_u64().unwrap_or_default() + more.as_u64().unwrap_or_default());
        }
        other => *sum = other.clone(),
    }
}

fn path(file: &str) -> PathBuf {
    root().join("docs/results").join(file)
}

fn all(file: &str) -> Result<Value> {
    Ok(fs::read(path(file)).map_or_else(|_| Ok(json!({})), |old| serde_json::from_slice(&old))?)
}

/// Runs a campaign; its folders are below `home`, those of trials where something is wrong stay.
pub fn run(campaign: &Campaign, home: &Path) -> Result<Tally> {
    let began = Instant::now();
    let pds = campaign.kinds.contains(&BLUESKY).then(|| Pds::start(home)).transpose()?;
    let shared =
        Shared { campaign, home, tally: Mutex::default(), next: AtomicU64::new(0), kills: AtomicUsize::new(0) };
    let failures = thread::scope(|scope| {
        let pds = pds.as_ref();
        let start = |worker| {
            let shared = &shared;
            scope.spawn(move || shared.work(worker, pds))
        };
        let workers: Vec<_> = (0..campaign.workers).map(start).collect();
        let ends =
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(anyhow!("a worker panicked"))));
        ends.filter_map(Result::err).collect::<Vec<_>>()
    });
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let mut tally = shared.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    tally.seconds = began.elapsed().as_secs();
    Ok(tally)
}

struct Shared<'a> {
    campaign: &'a Campaign,
    home: &'a Path,
    tally: Mutex<Tally>,
    next: AtomicU64,
    kills: AtomicUsize,
}

impl Shared<'_> {
    /// Runs trials until there were enough kills.
    fn work(&self, worker: usize, pds: Option<&Pds>) -> Result<()> {
        let home = self.home.join(format!("w{worker}"));
        let mut ground = Ground::start(&home, &self.campaign.kinds, pds, &format!("worker{worker}.test"))?;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let enough = self.kills.load(Ordering::Relaxed) >= self.campaign.kills + SPARE;
            let number = match self.campaign.only {
                Some(only) if number == 0 => only,
                None if !enough => number,
                _ => return Ok(()),
            };
            let Campaign { seed, kinds, aimed, .. } = self.campaign;
            let plan = Plan::draw(*seed, number, kinds, *aimed);
            // Planned kills count at once, or every worker would begin a trial too many.
            self.kills.fetch_add(plan.aims.len(), Ordering::Relaxed);
            let outcome = self.trial(&mut ground, &plan, &home.join(format!("t{number}")));
            let outcome = outcome.with_context(|| format!("POSTROOM_SEED={seed} POSTROOM_TRIAL={number}"))?;
            self.kills.fetch_sub(plan.aims.len() - outcome.kills, Ordering::Relaxed);
            self.tally.lock().unwrap_or_else(PoisonError::into_inner).add(outcome);
        }
    }

    fn trial(&self, ground: &mut Ground<'_>, plan: &Plan, folder: &Path) -> Result<Outcome> {
        let outcome = trial::run(ground, plan, &self.campaign.program, folder, self.campaign.settle)?;
        if outcome.wrong.is_empty() {
            fs::remove_dir_all(folder)?;
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::add_up;

    #[test]
    fn runs_are_added_up() {
        let mut sum = Value::Null;
        add_up(&mut sum, &json!({"seed": 7, "kills": 3, "by_kind": {"a": {"published": 2}}}));
        add_up(&mut sum, &json!({"seed": 8, "kills": 4, "by_kind": {"a": {"published": 1}, "b": {"published": 5}}}));
        let both = json!({"seeds": [7, 8], "kills": 7, "by_kind": {"a": {"published": 3}, "b": {"published": 5}}});
        assert_eq!(sum, both);
    }
}
