//! One trial of random kills: a copy of a site with everything due, its runner killed at random moments, started again
//! until nothing is left to do, and judged.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Child,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    judge::{Shown, Wrong, judge},
    ledger::{Entry, Reader},
    site::{SHAPES, Scene, Site, Taken},
    torture::Trial,
};

/// Trials after which a site is made anew: tokens, ids and calibration grow old.
const SITE_LIFE: usize = 60;
/// One trial of so many answers what owners are asked, and goes on to the end.
const SETTLED: u64 = 8;

/// Longest a kill waits for an acceptance.
const MOMENT_LIMIT: Duration = Duration::from_secs(30);

/// A moment within a run, in parts of what an undisturbed run takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kill {
    /// From the first sign of work on, instead of from the start of the process.
    pub at_work: bool,
    /// From 0 to 1.
    pub part: f64,
}

/// What a trial does, drawn from its seed. When the kills hit is up to the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Which of [`SHAPES`].
    pub shape: usize,
    /// A kill a run.
    pub kills: Vec<Kill>,
    /// Whether the disk is kept busy beside.
    pub busy: bool,
    /// Whether to answer what owners are asked, and go on to the end.
    pub settle: bool,
    /// Whether each kill waits for one of the next acceptances on an account that is read back, instead of a time: for
    /// builds that lack a guard.
    pub aimed: bool,
}

impl Plan {
    /// Draws the trial of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let shape = dice.random_range(0..SHAPES.len());
        let kills = match dice.random_range(0..10) {
            0..5 => 1,
            5..8 => 2,
            _ => 3,
        };
        let kill = |_| Kill { at_work: dice.random_ratio(3, 4), part: dice.random_range(0.0..1.0) };
        let kills = (0..kills).map(kill).collect();
        Self { shape, kills, busy: dice.random_ratio(1, 8), settle: seed.is_multiple_of(SETTLED), aimed: false }
    }
}

/// What the trials of one worker stand on.
pub struct Rounds {
    home: PathBuf,
    program: PathBuf,
    reader: Reader,
    sites: BTreeMap<usize, (Site, usize)>,
    made: usize,
}

impl Rounds {
    /// With a program, in a folder of its own.
    pub fn new(home: &Path, program: &Path) -> Result<Self> {
        let (home, program) = (home.to_owned(), program.to_owned());
        let reader = Reader::new(&home.join("look"))?;
        Ok(Self { home, program, reader, sites: BTreeMap::new(), made: 0 })
    }

    /// The reader of this worker.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The site of a shape, made when first wanted and again when it has grown old.
    pub fn site(&mut self, shape: usize) -> Result<&Site> {
        let fresh = self.sites.get(&shape).is_some_and(|(_, used)| *used < SITE_LIFE);
        if !fresh {
            let folder = self.home.join(format!("s{}", self.made));
            self.made += 1;
            let drawn = SHAPES.get(shape).context("no such shape")?;
            let site = Site::make(&folder, &self.program, &self.reader, drawn)?;
            self.sites.insert(shape, (site, 0));
        }
        let (site, used) = self.sites.get_mut(&shape).context("no site")?;
        *used += 1;
        Ok(site)
    }

    /// Where a trial happens.
    pub fn folder(&self, seed: u64) -> PathBuf {
        self.home.join(format!("t{seed}"))
    }

    /// Runs the trial of a plan. Where something is wrong its folder stays.
    pub fn run(&mut self, plan: &Plan, seed: u64) -> Result<Trial> {
        let home = self.folder(seed);
        let site = self.site(plan.shape)?;
        let (scene, start, work) = (site.copy(&home)?, site.start, site.work);
        let mut round = Round { scene: &scene, reader: &self.reader, doubted: Vec::new(), counts: Counts::default() };
        let busy = plan.busy.then(|| Busy::start(home.join("busy")));
        for Kill { at_work, part } in &plan.kills {
            let moment = match at_work {
                _ if plan.aimed => Moment::next_accepted(*part),
                true => Moment::AtWork(work.mul_f64(*part)),
                false => Moment::After((start + work).mul_f64(*part)),
            };
            if !round.kill(moment)? {
                break;
            }
        }
        drop(busy);
        scene.ctl.run_until_idle()?;
        let mut wrong = round.judge(true)?;
        if plan.settle && wrong.is_empty() {
            wrong = round.settle()?;
        }
        let trial = round.trial(&wrong);
        drop(scene);
        if wrong.is_empty() {
            fs::remove_dir_all(&home)?;
        }
        Ok(trial)
    }
}

/// When a runner is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// This long after its start.
    After(Duration),
    /// This long after it told of something that it does.
    AtWork(Duration),
    /// When so many more posts were accepted on accounts that are read back.
    Accepted(usize),
}

impl Moment {
    /// The first to the third acceptance, by a number from 0 to 1.
    fn next_accepted(part: f64) -> Self {
        Self::Accepted(if part < 0.4 {
            1
        } else if part < 0.7 {
            2
        } else {
            3
        })
    }
}

/// What is counted in one trial.
#[derive(Debug, Default)]
struct Counts {
    kills: usize,
    /// Kills of a second or later run: it was recovering from the one before.
    recovering: usize,
    /// Kills that found at least one intent recorded and its outcome not.
    inside: usize,
    /// Kills between a server's acceptance and our record of it.
    between: usize,
    /// Effects left open, by kind.
    open: BTreeMap<String, usize>,
    /// Publications at rest, by kind and state.
    rest: BTreeMap<String, BTreeMap<String, usize>>,
    accepted: usize,
}

/// A trial under way.
struct Round<'a> {
    scene: &'a Scene,
    reader: &'a Reader,
    /// Publications that a kill left in doubt.
    doubted: Vec<String>,
    counts: Counts,
}

impl Round<'_> {
    /// Starts a runner and kills it at a moment; false when it came to its end before.
    fn kill(&mut self, moment: Moment) -> Result<bool> {
        let (before, told) = (self.read_back()?, self.scene.told());
        let mut runner = self.scene.ctl.start_runner()?;
        match moment {
            Moment::After(time) => wait_out(&mut runner, time)?,
            Moment::AtWork(time) => {
                self.scene.await_work(&mut runner, told)?;
                wait_out(&mut runner, time)?;
            }
            Moment::Accepted(more) => {
                let end = Instant::now() + MOMENT_LIMIT;
                while Instant::now() < end && runner.try_wait()?.is_none() && self.read_back()? < before + more {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
        let accepted = self.scene.accepted()?;
        let alive = runner.try_wait()?.is_none();
        runner.kill()?;
        runner.wait()?;
        if alive {
            self.counts.recovering += usize::from(self.counts.kills > 0);
            self.counts.kills += 1;
            self.look(&accepted)?;
        }
        Ok(alive)
    }

    /// Posts accepted by now on accounts that are read back.
    fn read_back(&self) -> Result<usize> {
        Ok(self.scene.accepted()?.iter().filter(|post| post.kind == "c").count())
    }

    /// Counts what the kill hit. Only what had been accepted when it was sent may count as in between.
    fn look(&mut self, accepted: &[Taken]) -> Result<()> {
        let entries = self.reader.read(self.scene.ctl.profile())?;
        let between = |entry: &Entry| {
            let unknown = entry.parts.iter().skip(entry.parts_done);
            unknown.filter(|text| Taken::times(accepted, entry, text) > 0).count() > 0
        };
        self.counts.inside += usize::from(entries.iter().any(|entry| entry.open));
        self.counts.between += usize::from(entries.iter().any(|entry| entry.open && between(entry)));
        for entry in entries.into_iter().filter(|entry| entry.open) {
            *self.counts.open.entry(entry.kind).or_default() += 1;
            self.doubted.push(entry.id);
        }
        Ok(())
    }

    /// Judges every publication at rest.
    fn judge(&mut self, first: bool) -> Result<Vec<Wrong>> {
        let (entries, accepted) = (self.reader.read(self.scene.ctl.profile())?, self.scene.accepted()?);
        let mut wrong = Vec::new();
        for entry in &entries {
            let shown = Shown {
                kind: entry.kind.clone(),
                parts: entry.parts.clone(),
                parts_done: entry.parts_done,
                state: entry.state.clone(),
                reason: entry.reason.clone(),
                doubted: self.doubted.contains(&entry.id),
            };
            wrong.extend(judge(&shown, |text| Taken::times(&accepted, entry, text)));
            if first {
                let states = self.counts.rest.entry(entry.kind.clone()).or_default();
                *states.entry(entry.state.clone()).or_default() += 1;
            }
        }
        if first {
            self.counts.accepted = accepted.len();
        }
        Ok(wrong)
    }

    /// Answers what is asked as a person who looked would, until everything is live; then judges again.
    fn settle(&mut self) -> Result<Vec<Wrong>> {
        loop {
            let (entries, accepted) = (self.reader.read(self.scene.ctl.profile())?, self.scene.accepted()?);
            let asked: Vec<_> = entries.iter().filter(|entry| entry.state == "needs_decision").collect();
            if asked.is_empty() {
                return self.judge(false);
            }
            for entry in asked {
                let part = entry.parts.get(entry.parts_done).context("nothing to ask about")?;
                let live = Taken::times(&accepted, entry, part) > 0;
                let verdict = if live { "--live" } else { "--not-live" };
                self.scene.ctl.json(&["publications", "decide", &entry.id, verdict])?;
                self.doubted.retain(|id| *id != entry.id);
            }
            self.scene.ctl.run_until_idle()?;
        }
    }

    fn trial(&self, wrong: &[Wrong]) -> Trial {
        let Counts { kills, recovering, inside, between, open, rest, accepted } = &self.counts;
        let count = |fits: fn(&Wrong) -> bool| wrong.iter().filter(|wrong| fits(wrong)).count();
        let publications: usize = rest.values().flat_map(BTreeMap::values).sum();
        let figures = json!({
            "publications_due": publications,
            "parts_accepted": accepted,
            "kills": kills,
            "kills_while_recovering": recovering,
            "kills_inside_an_open_effect": inside,
            "kills_between_acceptance_and_record": between,
            "lost": count(|wrong| matches!(wrong, Wrong::Lost(_))),
            "doubled": count(|wrong| matches!(wrong, Wrong::Doubled(_))),
            "doubtful_not_asked": count(|wrong| matches!(wrong, Wrong::NotAsked(_))),
            "effects_left_open": open,
            "at_rest": rest,
        });
        Trial { figures, wrong: wrong.iter().map(ToString::to_string).collect() }
    }
}

/// Lets a time pass, less where the runner ends before.
fn wait_out(runner: &mut Child, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    while Instant::now() < end && runner.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(2).min(end.saturating_duration_since(Instant::now())));
    }
    Ok(())
}

/// Keeps the disk and a processor busy until it is dropped.
struct Busy {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Busy {
    fn start(file: PathBuf) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                let written = fs::write(&file, vec![7; 1 << 20]).and_then(|()| fs::File::open(&file)?.sync_all());
                if written.is_err() {
                    return;
                }
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its only failure is a full disk, which the trial meets itself.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::site::{KINDS, SHAPES};

    #[test]
    fn a_seed_draws_the_same_trial_again() {
        assert_eq!(Plan::draw(7), Plan::draw(7));
        assert!((0..50).any(|seed| Plan::draw(seed) != Plan::draw(seed + 1)));
        for seed in 0..500 {
            let plan = Plan::draw(seed);
            assert!(plan.shape < SHAPES.len() && (1..=3).contains(&plan.kills.len()));
        }
    }

    #[test]
    fn every_shape_has_enough_due() {
        for shape in SHAPES {
            assert!(shape.accounts * KINDS.len() * shape.posts.len() >= 20, "{shape:?}");
        }
    }
}
