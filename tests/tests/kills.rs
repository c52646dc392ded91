//! The runner is killed with SIGKILL, again and again; whatever the servers had taken by then goes out exactly once.

use std::{path::Path, process::Command, thread};

use anyhow::{Context, Result, anyhow, ensure};
use journeys::{
    controls,
    kills::{self, Campaign},
    plan::BLUESKY,
    program,
    results::Results,
    root,
    torture::{Asked, Sum, say},
};
use serde_json::{Value, json};

const PROOF: &str = "kills";
/// The practice network's four kinds, and the real data server.
const KINDS: [&str; 5] = ["a", "b", "c", "d", BLUESKY];

#[test]
fn nothing_is_lost_and_nothing_doubled() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    let asked = Asked::from_environment(20, 80, 8)?;
    let campaign = Campaign::new(program("POSTROOMCTL_BIN", "postroomctl")?, &KINDS);
    let sum = kills::run(PROOF, &asked, &campaign, home.path())?;
    if !sum.wrong.is_empty() {
        say(&format!("the profiles are kept in {}", home.keep().display()));
    }
    sum.must_be_right(PROOF)?;
    let between = sum.figure("/kills_after_acceptance_before_our_record");
    ensure!(asked.is_replay() || between * 4 >= sum.figure("/kills"), "too few kills between acceptance and record");
    Ok(())
}

/// Builds that lack a guard, each with the kinds of accounts on which that must show.
const BROKEN: [(&str, &[&str]); 3] =
    [("break_record_key", &["a", BLUESKY]), ("break_confirm", &["c", "d"]), ("break_intent", &["a", "c", "d"])];

/// Each guard taken away must show as doubles, or the zero above would mean nothing.
#[test]
fn without_a_guard_the_judge_finds_doubles() -> Result<()> {
    let asked = Asked::from_environment(1, 1, 1)?;
    let mut results = asked.recorded.then(|| Results::open(PROOF)).transpose()?;
    let wanted = |feature: &str| !results.as_ref().is_some_and(|results| results.has_control(feature));
    let mut programs = Vec::new();
    for (feature, kinds) in BROKEN.into_iter().filter(|(feature, _)| wanted(feature) && !asked.is_replay()) {
        programs.push((feature, kinds, controls::build(feature)?));
    }
    // They wait most of the time: all at once.
    let found: Vec<_> = thread::scope(|scope| {
        let mut running = Vec::new();
        for (feature, kinds, program) in &programs {
            running.push((*feature, *kinds, scope.spawn(move || broken(feature, program, kinds))));
        }
        running.into_iter().map(|(feature, kinds, campaign)| (feature, kinds, campaign.join())).collect()
    });
    for (feature, kinds, sum) in found {
        let sum = sum.map_err(|_| anyhow!("{feature}: the campaign panicked"))??;
        let figures = doubles(feature, kinds, &sum)?;
        results.iter_mut().for_each(|results| results.control(feature, &figures));
    }
    results.map_or(Ok(()), |results| results.save())
}

/// What the judge found in a broken build; that it found nothing is a failure.
fn doubles(feature: &str, kinds: &[&str], sum: &Sum) -> Result<Value> {
    let doubled = sum.figure("/doubled");
    // A key that changes must show on every kind that has one.
    for kind in if feature == "break_record_key" { kinds } else { &[] } {
        ensure!(sum.figure(&format!("/by_kind/{kind}/doubled")) > 0, "{feature}: no doubles on {kind}");
    }
    ensure!(doubled > 0, "{feature}: the judge found no doubles");
    Ok(json!({"trials": sum.trials, "kills": sum.figure("/kills"), "doubled": doubled}))
}

/// A few trials of a broken build, every kill aimed between acceptance and record.
fn broken(feature: &str, program: &Path, kinds: &[&'static str]) -> Result<Sum> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    kills::run(feature, &kills::few(6), &Campaign::broken(program, kinds), home.path())
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
