//! A machine sleeps, or loses its power, while twenty posts come due. The wall clock jumps and the monotonic one does
//! not; a small logind tells of the waking. A plain sleeper in the same place shows what is avoided.
//!
//! `POSTROOM_RECORD=1` writes `docs/results/sleep.json`.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use anyhow::{Context, Result, anyhow, ensure};
use journeys::{
    clock::FakeClock,
    environment, root,
    sleep::{self, Outcome, POSTS, Trial, Way},
};
use serde_json::{Value, json};

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

const MIN: i64 = 60;
const HOUR: i64 = 60 * MIN;
/// How far ahead the sleepers are set: longer than a look at the clock is away, shorter than any sleep.
const AHEAD_S: i64 = 40;

const TRIALS: [Trial; 6] = [
    Trial { name: "asleep 1 min", seconds: MIN, way: Way::Lid, spacing_s: 3 },
    Trial { name: "asleep 1 h", seconds: HOUR, way: Way::Lid, spacing_s: 3 },
    Trial { name: "asleep 8 h", seconds: 8 * HOUR, way: Way::Lid, spacing_s: 3 },
    Trial { name: "asleep 3 days", seconds: 72 * HOUR, way: Way::Lid, spacing_s: 3 },
    Trial { name: "without power 1 h", seconds: HOUR, way: Way::PowerLoss, spacing_s: 3 },
    // The control of the spacing: without it the harness sees a burst.
    Trial { name: "asleep 1 h, no spacing", seconds: HOUR, way: Way::Lid, spacing_s: 0 },
];

#[test]
fn sleeping_over_due_posts_loses_none_doubles_none_and_never_bursts() -> Result<()> {
    let sleeper = build_sleeper()?;
    let results: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = TRIALS.iter().map(|trial| (trial, scope.spawn(|| one(*trial, &sleeper)))).collect();
        running.into_iter().map(|(trial, thread)| (trial, thread.join())).collect()
    });
    let mut figures = serde_json::Map::new();
    for (trial, result) in results {
        let (outcome, sleepers) = result.map_err(|_| anyhow!("{} panicked", trial.name))??;
        let mut shown = outcome.figures();
        shown["sleepers"] = sleepers;
        say(&format!("sleep: {}: {shown}", trial.name));
        judge(trial, &outcome)?;
        figures.insert(trial.name.to_owned(), shown);
    }
    if environment("POSTROOM_RECORD").is_some() {
        std::fs::write(root().join("docs/results/sleep.json"), format!("{:#}\n", Value::Object(figures)))?;
    }
    Ok(())
}

fn judge(trial: &Trial, outcome: &Outcome) -> Result<()> {
    let bad = outcome.doubled + outcome.lost + outcome.not_asked;
    ensure!(bad == 0 && outcome.published + outcome.held == POSTS, "{}: {outcome:?}", trial.name);
    ensure!(outcome.notices == usize::from(outcome.held > 0), "one notice for all: {outcome:?}");
    let spacing_ms = i64::from(trial.spacing_s) * 1_000;
    let burst = outcome.closest_ms < 1_000;
    ensure!(burst == (spacing_ms == 0), "{}: {} ms apart", trial.name, outcome.closest_ms);
    Ok(())
}

/// A trial in a home of its own, with sleepers beside it that live by the same clock.
fn one(trial: Trial, program: &Path) -> Result<(Outcome, Value)> {
    let home = tempfile::Builder::new().prefix("ps").tempdir()?;
    let clock = FakeClock::new(home.path())?;
    let ways: &[&str] = match trial.way {
        Way::Lid if trial.spacing_s > 0 => &["naive", "look"],
        _ => &[],
    };
    let sleepers = ways.iter().map(|way| Sleeper::start(program, way, &clock)).collect::<Result<Vec<_>>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let outcome = runtime.block_on(sleep::run(trial, home.path(), &clock))?;
    let mut late = serde_json::Map::new();
    for sleeper in sleepers {
        let (way, late_ms) = sleeper.late_ms()?;
        // Late because of the sleep is one thing, late after waking another.
        let overslept_ms = late_ms - (trial.seconds - AHEAD_S) * 1_000;
        ensure!(way != "naive" || late_ms >= trial.seconds * 1_000, "the plain sleeper was not late: {late_ms} ms");
        late.insert(way, json!({"late_ms": late_ms, "after_waking_at_most_ms": overslept_ms}));
    }
    Ok((outcome, Value::Object(late)))
}

/// A sleeper that is not told of the sleep.
struct Sleeper {
    child: Child,
    output: BufReader<ChildStdout>,
    way: String,
}

impl Sleeper {
    fn start(program: &Path, way: &str, clock: &FakeClock) -> Result<Self> {
        let mut command = Command::new(program);
        command.args([way, &(AHEAD_S * 1_000).to_string()]).envs(clock.environment()).stdout(Stdio::piped());
        let mut child = command.spawn().context("start the sleeper")?;
        let mut output = BufReader::new(child.stdout.take().context("no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        ensure!(line == "armed\n", "the sleeper said {line:?}");
        Ok(Self { child, output, way: way.to_owned() })
    }

    fn late_ms(mut self) -> Result<(String, i64)> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        self.child.wait()?;
        Ok((self.way, line.trim().parse().with_context(|| format!("the sleeper said {line:?}"))?))
    }
}

fn build_sleeper() -> Result<PathBuf> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["build", "--quiet", "--locked", "--workspace", "--example", "sleeper"]);
    let output = command.output().context("start cargo")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let target = std::env::current_exe()?.ancestors().nth(2).context("no target folder")?.to_owned();
    Ok(target.join("examples/sleeper"))
}
