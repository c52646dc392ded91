//! Runs the trials of a proof: hands out seeds to workers, adds up what came of them, keeps it as it goes.
//!
//! `cargo xtask torture NAME` says by the environment how many and for how long; without it a proof runs its short form
//! on seeds nobody has seen, and nothing is kept. A trial that breaks off is a complaint like any other.

use std::{
    io::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::{
    command::environment,
    results::{Results, add_up},
};

/// Trials after which the results are written.
const KEEP_EVERY: u64 = 100;
/// The same in time: trials may be long.
const KEEP_AFTER: Duration = Duration::from_mins(1);
/// Trials that may break off one after another before the whole run does.
const BROKEN_MAX: usize = 5;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whether results are kept.
    pub recorded: bool,
    /// The first seed; the next that was not run where it is `None`.
    pub from: Option<u64>,
    /// Trials at most.
    pub trials: u64,
    /// No trial begins later than this after the start.
    pub limit: Option<Duration>,
    /// Trials at the same time.
    pub workers: usize,
}

impl Asked {
    /// From the environment: `POSTROOM_TORTURE` for the long form, with `POSTROOM_TRIALS`, `POSTROOM_FROM`, `POSTROOM_TO`,
    /// `POSTROOM_MINUTES`, `POSTROOM_WORKERS`; `POSTROOM_SEED` for one seed again. `short` and `long` are the trials of
    /// either form where no number is given.
    pub fn from_environment(short: u64, long: u64, workers: usize) -> Result<Self> {
        let number = |name| environment(name).map(|text| text.parse::<u64>().context(name)).transpose();
        let workers = number("POSTROOM_WORKERS")?.map(usize::try_from).transpose()?.unwrap_or(workers).max(1);
        let asked = Self { recorded: false, from: None, trials: 1, limit: None, workers };
        if let Some(seed) = number("POSTROOM_SEED")? {
            return Ok(Self { from: Some(seed), workers: 1, ..asked });
        }
        let trials = number("POSTROOM_TRIALS")?;
        if environment("POSTROOM_TORTURE").is_none() {
            let fresh = u64::from(rand::random::<u32>());
            return Ok(Self { from: Some(fresh), trials: trials.unwrap_or(short), ..asked });
        }
        let from = number("POSTROOM_FROM")?;
        let counted = match (from, number("POSTROOM_TO")?) {
            (Some(from), Some(to)) => Some((to + 1).saturating_sub(from)),
            (None, Some(_)) => return Err(anyhow!("a last seed needs a first one")),
            _ => None,
        };
        let limit = number("POSTROOM_MINUTES")?.map(|minutes| Duration::from_secs(minutes * 60));
        // A time alone means as many as fit into it.
        let otherwise = if limit.is_some() { u64::MAX } else { long };
        Ok(Self { recorded: true, from, trials: counted.or(trials).unwrap_or(otherwise), limit, ..asked })
    }

    /// A few trials on seeds of their own, not kept: for a build that lacks a guard.
    pub fn few(trials: u64, workers: usize) -> Self {
        Self { recorded: false, from: Some(u64::from(rand::random::<u32>())), trials, limit: None, workers }
    }

    /// Whether one seed is looked at again.
    pub fn is_replay(&self) -> bool {
        !self.recorded && self.trials == 1
    }
}

/// What came of one trial.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Its figures: an object of numbers, as deep as wanted.
    pub figures: Value,
    /// What is wrong, a line each.
    pub wrong: Vec<String>,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Trials run.
    pub trials: u64,
    /// Their figures, added up.
    pub figures: Value,
    /// What is wrong, with the seed.
    pub wrong: Vec<(u64, String)>,
}

impl Sum {
    /// Fails where anything was wrong, naming every seed.
    pub fn must_be_right(&self, proof: &str) -> Result<()> {
        let lines: Vec<_> = self.wrong.iter().take(50).map(|(seed, what)| format!("seed {seed}: {what}")).collect();
        let again = self.wrong.first().map(|(seed, _)| format!("cargo xtask torture {proof} --seed {seed}"));
        ensure!(
            lines.is_empty(),
            "{} complaints; again with {}\n{}",
            self.wrong.len(),
            again.unwrap_or_default(),
            lines.join("\n")
        );
        Ok(())
    }

    /// A figure by pointer; 0 where it is none.
    pub fn figure(&self, pointer: &str) -> u64 {
        self.figures.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
    }
}

/// Runs a proof's trials. Each worker starts what it stands on with `start` (again after a trial that broke off), and
/// runs `trial` on it, seed by seed.
pub fn run<W>(
    proof: &str,
    asked: &Asked,
    start: impl Fn(usize) -> Result<W> + Sync,
    trial: impl Fn(&mut W, u64) -> Result<Trial> + Sync,
) -> Result<Sum> {
    let book = Mutex::new(Book::open(proof, asked)?);
    let ends: Vec<_> = thread::scope(|scope| {
        let (book, start, trial) = (&book, &start, &trial);
        let begin = |worker| scope.spawn(move || work(proof, book, || start(worker), trial));
        let workers: Vec<_> = (0..asked.workers).map(begin).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(anyhow!("a worker panicked")))).collect()
    });
    let mut book = book.into_inner().unwrap_or_else(PoisonError::into_inner);
    book.keep(true)?;
    ends.into_iter().collect::<Result<()>>()?;
    say(&format!("{proof}: {} trials in {} s: {}", book.sum.trials, book.began.elapsed().as_secs(), book.sum.figures));
    Ok(book.sum)
}

/// What the workers share.
struct Book {
    asked: Asked,
    results: Option<Results>,
    first: u64,
    next: u64,
    sum: Sum,
    /// Trials that broke off, one after another.
    broken: usize,
    began: Instant,
    kept: Instant,
    unkept: u64,
}

impl Book {
    fn open(proof: &str, asked: &Asked) -> Result<Self> {
        let results = asked.recorded.then(|| Results::open(proof)).transpose()?;
        let first = asked.from.or_else(|| results.as_ref().map(Results::next_seed)).unwrap_or(1);
        say(&format!("{proof}: seeds from {first}, {} at a time", asked.workers));
        let (asked, now) = (asked.clone(), Instant::now());
        let (sum, next) = (Sum::default(), first);
        Ok(Self { asked, results, first, next, sum, broken: 0, began: now, kept: now, unkept: 0 })
    }

    /// The next seed to run, past those that were run at this commit; `None` at the end.
    fn hand_out(&mut self) -> Option<u64> {
        let late = self.asked.limit.is_some_and(|limit| self.began.elapsed() > limit);
        while !late && self.broken <= BROKEN_MAX && self.next - self.first < self.asked.trials {
            let seed = self.next;
            self.next += 1;
            if !self.results.as_ref().is_some_and(|results| results.has(seed)) {
                return Some(seed);
            }
        }
        None
    }

    fn take(&mut self, seed: u64, trial: &Trial) -> Result<()> {
        self.sum.trials += 1;
        add_up(&mut self.sum.figures, &trial.figures);
        self.sum.wrong.extend(trial.wrong.iter().map(|what| (seed, what.clone())));
        if let Some(results) = &mut self.results {
            results.add(seed, &trial.figures, &trial.wrong);
        }
        self.unkept += 1;
        self.keep(false)
    }

    /// Writes the results where it is time to.
    fn keep(&mut self, now: bool) -> Result<()> {
        let since = self.kept.elapsed();
        let Some(results) = &mut self.results else { return Ok(()) };
        if self.unkept > 0 && (now || self.unkept >= KEEP_EVERY || since > KEEP_AFTER) {
            results.add_seconds(since.as_secs());
            results.save()?;
            (self.kept, self.unkept) = (Instant::now(), 0);
        }
        Ok(())
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work<W>(
    proof: &str,
    book: &Mutex<Book>,
    start: impl Fn() -> Result<W>,
    trial: impl Fn(&mut W, u64) -> Result<Trial>,
) -> Result<()> {
    let mut ground = None;
    loop {
        let Some(seed) = lock(book).hand_out() else { return Ok(()) };
        let on = ground.take().map_or_else(&start, Ok);
        let ended = on.and_then(|mut on| trial(&mut on, seed).map(|trial| (on, trial)));
        let mut book = lock(book);
        let trial = match ended {
            Ok((on, trial)) => {
                (ground, book.broken) = (Some(on), 0);
                trial
            }
            Err(error) => {
                book.broken += 1;
                Trial { figures: json!({"broke_off": 1}), wrong: vec![format!("the trial broke off: {error:#}")] }
            }
        };
        trial.wrong.iter().for_each(|what| say(&format!("{proof}: seed {seed}: {what}")));
        book.take(seed, &trial)?;
    }
}

/// Past the test harness, which keeps what passing tests print.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use anyhow::bail;
    use serde_json::json;

    use super::{Asked, Trial, run};

    fn asked(trials: u64, workers: usize) -> Asked {
        Asked { recorded: false, from: Some(10), trials, limit: None, workers }
    }

    #[test]
    fn every_seed_is_run_once_and_summed() {
        let seen = AtomicU64::new(0);
        let trial = |(): &mut (), seed: u64| {
            seen.fetch_add(seed, Ordering::Relaxed);
            let wrong = if seed == 12 { vec!["lost: x".to_owned()] } else { vec![] };
            Ok(Trial { figures: json!({"kills": 2}), wrong })
        };
        let sum = run("none", &asked(5, 3), |_| Ok(()), trial).unwrap();
        assert_eq!((sum.trials, sum.figure("/kills"), seen.into_inner()), (5, 10, 10 + 11 + 12 + 13 + 14));
        let said = sum.must_be_right("none").unwrap_err().to_string();
        assert!(said.contains("--seed 12") && said.contains("lost: x"), "{said}");
    }

    #[test]
    fn a_trial_that_breaks_off_is_a_complaint_and_many_in_a_row_end_the_run() {
        let sum = run(
            "none",
            &asked(3, 1),
            |_| Ok(()),
            |(), seed| if seed == 11 { bail!("no") } else { Ok(Trial::default()) },
        );
        let sum = sum.unwrap();
        assert_eq!((sum.trials, sum.wrong.len(), sum.figure("/broke_off")), (3, 1, 1));
        let sum = run(
            "none",
            &asked(1_000, 1),
            |_| -> anyhow::Result<()> { bail!("no ground") },
            |(), _| Ok(Trial::default()),
        );
        assert!(sum.unwrap().trials < 10);
    }
}
