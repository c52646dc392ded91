//! The runner is killed with SIGKILL at random moments while thirty publications are due, again and again; whatever
//! the network had taken by then goes out exactly once.

use std::{path::Path, process::Command, thread};

use anyhow::{Context, Result, anyhow, ensure};
use journeys::{
    controls, herd, program,
    results::Results,
    root,
    rounds::{Plan, Rounds},
    torture::{self, Asked, Sum, say},
};
use serde_json::{Value, json};

const PROOF: &str = "kills";
const HERD: &str = "runners";

/// Builds that lack a guard, and the proof that has to notice.
const BROKEN: [(&str, &str, u64); 5] = [
    ("break_intent", PROOF, 8),
    ("break_confirm", PROOF, 8),
    ("break_absence", PROOF, 8),
    ("break_lock", HERD, 30),
    ("break_lock+break_fence", HERD, 6),
];

/// Most trials that a control gets in the short form.
const BRIEF: u64 = 8;

/// Runs the trials of a proof on a program.
fn run(proof: &str, asked: &Asked, program: &Path) -> Result<Sum> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    let start = |worker| Rounds::new(&home.path().join(format!("w{worker}x{:x}", rand::random::<u16>())), program);
    let sum = torture::run(proof, asked, start, |rounds, seed| match proof {
        HERD => herd::run(rounds, &herd::Plan::draw(seed), seed),
        _ => rounds.run(&Plan::draw(seed), seed),
    })?;
    if !sum.wrong.is_empty() {
        say(&format!("the profiles are kept in {}", home.keep().display()));
    }
    Ok(sum)
}

/// The same on a build that lacks a guard: the first shape alone, so that little has to be made.
fn run_broken(proof: &str, trials: u64, program: &Path) -> Result<Sum> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    let start =
        |worker: usize| Rounds::new(&home.path().join(format!("w{worker}x{:x}", rand::random::<u16>())), program);
    torture::run("control", &Asked::few(trials, 2), start, |rounds, seed| match proof {
        HERD => herd::run(rounds, &herd::Plan { shape: 0, ..herd::Plan::draw(seed) }, seed),
        _ => rounds.run(&Plan { shape: 0, settle: false, aimed: true, ..Plan::draw(seed) }, seed),
    })
}

#[test]
fn killed_at_random_nothing_is_lost_and_nothing_doubled() -> Result<()> {
    let asked = Asked::from_environment(20, 10_000, 2)?;
    let sum = run(PROOF, &asked, &program("POSTROOMCTL_BIN", "postroomctl")?)?;
    sum.must_be_right(PROOF)?;
    let (inside, kills) = (sum.figure("/kills_inside_an_open_effect"), sum.figure("/kills"));
    // Of a few kills the share is chance.
    ensure!(kills < 50 || inside * 100 >= kills * 30, "too few kills inside an open effect: {}", sum.figures);
    Ok(())
}

#[test]
fn several_runners_on_one_profile_double_nothing() -> Result<()> {
    let asked = Asked::from_environment(6, 1_000, 2)?;
    let sum = run(HERD, &asked, &program("POSTROOMCTL_BIN", "postroomctl")?)?;
    sum.must_be_right(HERD)
}

/// Shows builds that lack a guard to a proof: each must show as doubles, or its zero would mean nothing.
fn controls_of(proof: &str) -> Result<()> {
    let asked = Asked::from_environment(1, 1, 1)?;
    let mut results = asked.recorded.then(|| Results::open(proof)).transpose()?;
    let wanted =
        |feature: &str| !asked.is_replay() && !results.as_ref().is_some_and(|results| results.has_control(feature));
    let mut programs = Vec::new();
    // One that shows rarely takes many trials: for the record only.
    let brief = |trials: u64| asked.recorded || trials <= BRIEF;
    let mine = |(feature, of, trials): &(&str, &str, u64)| *of == proof && brief(*trials) && wanted(feature);
    for (feature, _, trials) in BROKEN.into_iter().filter(mine) {
        programs.push((feature, trials, controls::build(feature)?));
    }
    // They wait most of the time: all at once.
    let found: Vec<_> = thread::scope(|scope| {
        let mut running = Vec::new();
        for (feature, trials, program) in &programs {
            running.push((*feature, scope.spawn(|| run_broken(proof, *trials, program))));
        }
        running.into_iter().map(|(feature, sum)| (feature, sum.join())).collect()
    });
    for (feature, sum) in found {
        let sum = sum.map_err(|_| anyhow!("{feature}: the campaign panicked"))??;
        let doubled = sum.figure("/doubled");
        ensure!(doubled > 0, "{feature}: the judge found no doubles: {}", sum.figures);
        let figures = json!({"trials": sum.trials, "kills": sum.figure("/kills"), "doubled": doubled});
        if let Some(results) = &mut results {
            results.control(feature, &figures);
        }
    }
    results.map_or(Ok(()), |results| results.save())
}

#[test]
fn without_a_guard_kills_show_as_doubles() -> Result<()> {
    controls_of(PROOF)
}

#[test]
fn without_a_guard_several_runners_show_as_doubles() -> Result<()> {
    controls_of(HERD)
}

#[test]
fn no_guard_is_missing_from_what_is_built_by_default() -> Result<()> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["metadata", "--no-deps", "--format-version=1", "--locked"])
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut seen = 0;
    for package in packages {
        let features = package["features"].as_object().context("no features")?;
        let breaks = |text: &str| text.contains("break_") || text.contains("failpoints");
        seen += features.keys().filter(|name| breaks(name)).count();
        for (name, enables) in features.iter().filter(|(name, _)| !breaks(name)) {
            ensure!(!breaks(&enables.to_string()), "{}: {name} takes a guard away", package["name"]);
        }
        for dependency in package["dependencies"].as_array().context("no dependencies")? {
            ensure!(!breaks(&dependency["features"].to_string()), "{}: {dependency}", package["name"]);
        }
    }
    ensure!(seen >= controls::BREAKS.len(), "the features that take guards away were not found");
    let version = controls::version(&program("POSTROOMCTL_BIN", "postroomctl")?)?;
    ensure!(!version.contains("break") && !version.contains("failpoints"), "{version}");
    for (feature, holder) in controls::BREAKS {
        ensure!(controls::release_with(holder, None)?.is_ok(), "{holder} does not compile without {feature}");
        let refused = controls::release_with(holder, Some(feature))?.err().unwrap_or_default();
        ensure!(refused.contains(&format!("{feature} takes a guard away")), "{feature} in a release: {refused:?}");
    }
    say(&format!("kills: {seen} features that take guards away, none by default and none in a release; {version}"));
    Ok(())
}
