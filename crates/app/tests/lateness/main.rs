//! How late posts go out: from the moment they are due to the first byte at whoever takes them, a process of its own,
//! beside the least that could be: a sleep, a sync and a write on an open connection, in between in the same run.
//! Counts what needs no quiet machine: syncs of each publication, and how often an idle runner wakes.
//!
//! The short form is a layer of `cargo xtask test` and asserts counts only. `cargo xtask bench lateness` builds the optimised
//! form, runs the long one and keeps the figures in `docs/results/lateness.json`. Has a harness of its own: the recorder
//! is this program again.

mod figures;
mod measure;
mod profile;
mod recorder;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Publications that wait for a later day.
    pub waiting: usize,
    /// Posts that are due one after another, 250 ms apart.
    pub alone: usize,
    /// Posts that are due in the same moment, each on an account of its own.
    pub together: usize,
    /// Seconds of rest in which wake-ups are counted.
    pub rest_s: u64,
}

const SHORT: Plan = Plan { waiting: 2_000, alone: 8, together: 60, rest_s: 3 };
const LONG: Plan = Plan { waiting: 1_000_000, alone: 400, together: 2_000, rest_s: 120 };

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--recorder") {
        return ended(recorder::serve());
    }
    if let Some(file) = environment("POSTROOM_BENCH") {
        return ended(long(&PathBuf::from(file)));
    }
    let tests = vec![Trial::test("each_goes_out_once_with_two_syncs_at_most_and_few_together", || {
        short().map_err(|error| Failed::from(format!("{error:#}")))
    })];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn ended(result: Result<()>) -> ExitCode {
    if let Err(error) = result {
        eprintln!("{error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn short() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let found = run(SHORT, folder.path())?;
    eprintln!("{found}");
    let number = |pointer: &str| found.pointer(pointer).and_then(Value::as_f64).context(pointer.to_owned());
    ensure!(number("/alone/syncs_per_publication")? <= 2.0, "an intent and an outcome, no more");
    ensure!(number("/together/syncs_per_publication")? < 1.0, "those that are due together share syncs");
    ensure!(number("/idle/wake_ups_per_hour")? < 36_000.0, "an idle runner does not poll");
    Ok(())
}

/// Builds the profile where there is none, measures, and adds the figures to the file.
fn long(file: &Path) -> Result<()> {
    let folder = PathBuf::from(environment("POSTROOM_BENCH_FOLDER").context("where is the profile kept?")?);
    let number = |name, otherwise| environment(name).map_or(Ok(otherwise), |text| text.parse::<usize>());
    let plan = Plan {
        waiting: number("POSTROOM_WAITING", LONG.waiting)?,
        alone: number("POSTROOM_ALONE", LONG.alone)?,
        together: number("POSTROOM_TOGETHER", LONG.together)?,
        rest_s: u64::try_from(number("POSTROOM_REST_S", usize::try_from(LONG.rest_s)?)?)?,
    };
    let found = run(plan, &folder)?;
    println!("{found:#}");
    figures::keep(file, found)
}

fn run(plan: Plan, folder: &Path) -> Result<Value> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        profile::ready(folder, plan).await?;
        measure::run(folder, plan).await
    })
}

#[expect(clippy::disallowed_methods, reason = "how much to run is said by the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
