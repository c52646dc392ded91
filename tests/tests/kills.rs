//! The runner is killed with SIGKILL, again and again; whatever the servers had taken by then goes out exactly once.
//!
//! `POSTROOM_KILLS=200` makes that many and writes `docs/results/kills.json`; `POSTROOM_SEED` repeats a campaign's
//! draws, with `POSTROOM_TRIAL` a single one of its trials.

use std::{io::Write, path::Path, process::Command, thread};

use anyhow::{Context, Result, anyhow, ensure};
use journeys::{
    controls,
    kills::{self, Campaign, Tally, record},
    plan::BLUESKY,
    program, root,
};
use serde_json::{Value, json};

/// The practice network's four kinds, and the real data server.
const KINDS: [&str; 5] = ["a", "b", "c", "d", BLUESKY];

/// Past the test harness, which keeps what passing tests print.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn nothing_is_lost_and_nothing_doubled() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    let campaign = Campaign::from_environment(program("POSTROOMCTL_BIN", "postroomctl")?, &KINDS, 50)?;
    say(&format!("kills: POSTROOM_SEED={}", campaign.seed));
    let tally = kills::run(&campaign, home.path())?;
    let figures = tally.figures(campaign.seed);
    say(&format!("kills: {figures}"));
    if !tally.sum.wrong.is_empty() {
        let kept = home.keep();
        say(&format!("the profiles are kept in {}", kept.display()));
    }
    ensure!(tally.sum.wrong.is_empty(), "POSTROOM_SEED={}\n{}", campaign.seed, tally.complaints());
    if campaign.only.is_none() {
        ensure!(tally.sum.kills >= campaign.kills, "too few kills: {figures}");
        ensure!(tally.sum.in_window * 4 >= tally.sum.kills, "too few kills between acceptance and record: {figures}");
        if Campaign::for_the_record() {
            record("kills.json", "kills", &figures)?;
        }
    }
    Ok(())
}

/// Builds that lack a guard, each with the kinds of accounts on which that must show.
const BROKEN: [(&str, &[&str]); 3] =
    [("break_record_key", &["a", BLUESKY]), ("break_confirm", &["c", "d"]), ("break_intent", &["a", "c", "d"])];

/// Each guard taken away must show as doubles, or the zero above would mean nothing.
#[test]
fn without_a_guard_the_judge_finds_doubles() -> Result<()> {
    let mut programs = Vec::new();
    for (feature, kinds) in BROKEN {
        programs.push((feature, kinds, controls::build(feature)?));
    }
    // They wait most of the time: all at once.
    let found: Vec<_> = thread::scope(|scope| {
        let mut running = Vec::new();
        for (feature, kinds, program) in &programs {
            running.push((*feature, *kinds, scope.spawn(move || broken(program, kinds))));
        }
        running.into_iter().map(|(feature, kinds, campaign)| (feature, kinds, campaign.join())).collect()
    });
    let mut figures = serde_json::Map::new();
    for (feature, kinds, tally) in found {
        let (tally, seed) = tally.map_err(|_| anyhow!("{feature}: the campaign panicked"))??;
        figures.insert(feature.to_owned(), doubles(feature, kinds, &tally, seed)?);
    }
    if Campaign::for_the_record() {
        record("kills.json", "controls", &Value::Object(figures))?;
    }
    Ok(())
}

/// What the judge found in a broken build; that it found nothing is a failure.
fn doubles(feature: &str, kinds: &[&str], tally: &Tally, seed: u64) -> Result<Value> {
    let found = json!({"seed": seed, "kills": tally.sum.kills, "doubled": tally.doubled()});
    say(&format!("kills: {feature}: {found}"));
    // A key that changes must show on every kind that has one.
    for kind in if feature == "break_record_key" { kinds } else { &[] } {
        ensure!(tally.doubled_on(kind) > 0, "{feature}: no doubles on {kind}, POSTROOM_SEED={seed}");
    }
    ensure!(tally.doubled() > 0, "{feature}: the judge found no doubles, POSTROOM_SEED={seed}");
    Ok(found)
}

/// A few trials of a broken build, every kill aimed between acceptance and record.
fn broken(program: &Path, kinds: &[&'static str]) -> Result<(Tally, u64)> {
    let home = tempfile::Builder::new().prefix("pk").tempdir()?;
    let campaign = Campaign::broken(program, kinds, 12)?;
    Ok((kills::run(&campaign, home.path())?, campaign.seed))
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
        seen += features.keys().filter(|name| name.starts_with("break_")).count();
        for (name, enables) in features.iter().filter(|(name, _)| !name.starts_with("break_")) {
            ensure!(!enables.to_string().contains("break_"), "{}: {name} takes a guard away", package["name"]);
        }
        for dependency in package["dependencies"].as_array().context("no dependencies")? {
            ensure!(!dependency["features"].to_string().contains("break_"), "{}: {dependency}", package["name"]);
        }
    }
    ensure!(seen >= controls::BREAKS.len(), "the features that take guards away were not found");
    let version = controls::version(&program("POSTROOMCTL_BIN", "postroomctl")?)?;
    ensure!(!version.contains("break"), "{version}");
    for (feature, holder) in controls::BREAKS {
        ensure!(controls::release_with(holder, None)?.is_ok(), "{holder} does not compile without {feature}");
        let refused = controls::release_with(holder, Some(feature))?.err().unwrap_or_default();
        ensure!(refused.contains(&format!("{feature} takes a guard away")), "{feature} in a release: {refused:?}");
    }
    say(&format!("kills: {seen} features that take guards away, none by default and none in a release; {version}"));
    Ok(())
}
