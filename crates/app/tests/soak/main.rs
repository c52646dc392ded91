//! Days of work in one process: posts that come due hour after hour of simulated time, to up to three accounts each, on a
//! practice network in a process of its own. Every one of them is accepted there exactly once, and the process that sent
//! them grows neither in memory nor in open files.
//!
//! Has a harness of its own: the network and each soak are this program again, so that memory is measured of nothing
//! else. The short form is a layer of `cargo xtask test`; `cargo xtask torture soak` runs the long one.

#[expect(unused, reason = "other proofs use more of it")]
#[path = "../../../../tests/src/results.rs"]
mod results;

mod clock;
mod judge;
mod measure;
mod network;
mod work;

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use results::Results;
use serde_json::Value;

use work::Plan;

/// Simulated hours of a trial, and posts of each hour: 100,008 posts in three days. Over fewer hours the caches of the
/// database, two megabytes a connection, still fill when growth begins to count.
const LONG: Plan = Plan { hours: 72, posts_an_hour: 1_389, leak_bytes: 0 };
const LONG_TRIALS: u64 = 1;
const SHORT: Plan = Plan { hours: 8, posts_an_hour: 45, leak_bytes: 0 };
/// What the control loses of each post: far less than anybody would notice in an hour.
const LEAK_BYTES: usize = 65_536;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--network", folder] => ended(network::serve(folder.as_ref())),
        ["--soak", seed, plan] => ended(work::soak(seed, plan)),
        _ => {
            let tests = vec![
                Trial::test("days_of_posts_are_neither_lost_nor_doubled_and_nothing_grows", || told(days())),
                Trial::test("the_judge_sees_a_leak", || told(a_leak())),
            ];
            libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
        }
    }
}

fn ended(result: Result<()>) -> ExitCode {
    if let Err(error) = result {
        eprintln!("{error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn told(result: Result<()>) -> Result<(), Failed> {
    result.map_err(|error| format!("{error:#}").into())
}

fn days() -> Result<()> {
    if environment("POSTROOM_TORTURE").is_none() && environment("POSTROOM_SEED").is_none() {
        let (figures, wrong) = trial(1, SHORT)?;
        ensure!(wrong.is_empty(), "{wrong:?}: {figures}");
        return Ok(());
    }
    let number = |name| environment(name).map(|text| text.parse::<u64>().context(name)).transpose();
    if let Some(seed) = number("POSTROOM_SEED")? {
        let (figures, wrong) = trial(seed, LONG)?;
        eprintln!("{figures:#}");
        ensure!(wrong.is_empty(), "{wrong:?}");
        return Ok(());
    }
    let mut results = Results::open("soak")?;
    let limit = number("POSTROOM_MINUTES")?.map(|minutes| Duration::from_secs(minutes * 60));
    let (began, trials) = (std::time::Instant::now(), number("POSTROOM_TRIALS")?.unwrap_or(LONG_TRIALS));
    let mut all = Vec::new();
    for _ in 0..trials {
        if limit.is_some_and(|limit| began.elapsed() > limit) {
            break;
        }
        let (seed, since) = (results.next_seed(), std::time::Instant::now());
        let (figures, wrong) = trial(seed, LONG)?;
        eprintln!("soak: seed {seed}: {figures}");
        results.add(seed, &figures, &wrong);
        results.add_seconds(since.elapsed().as_secs());
        results.save()?;
        all.extend(wrong.into_iter().map(|what| format!("seed {seed}: {what}")));
    }
    ensure!(all.is_empty(), "{}", all.join("\n"));
    Ok(())
}

/// One soak in a process of its own: its figures, and what was wrong.
fn trial(seed: u64, plan: Plan) -> Result<(Value, Vec<String>)> {
    let output = std::process::Command::new(std::env::current_exe()?)
        .args(["--soak", &seed.to_string(), &serde_json::to_string(&plan)?])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the soak ended with {}", output.status);
    let said: work::Said = serde_json::from_slice(&output.stdout).context("what the soak said")?;
    Ok((said.figures(), judge::wrong(&said)))
}

fn a_leak() -> Result<()> {
    let (figures, wrong) = trial(1, Plan { leak_bytes: LEAK_BYTES, ..SHORT })?;
    ensure!(wrong.iter().any(|what| what.contains("memory")), "a leak was not seen: {figures}");
    if environment("POSTROOM_TORTURE").is_some() {
        let mut results = Results::open("soak")?;
        results.control("leak", &figures);
        results.save()?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "how much to run is said by the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
