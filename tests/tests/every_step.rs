//! Every step of publishing, one at a time, ends or fails; whatever the servers had taken by then goes out exactly once.

use std::path::Path;

use anyhow::{Result, ensure};
use journeys::{
    controls, damage,
    power::{self, States},
    results::Results,
    shim::Kind,
    stand::KINDS,
    steps,
    syscalls::{Counts, Ground},
    torture::{self, Asked},
};
use serde_json::json;

#[test]
fn steps_end_before_and_after() -> Result<()> {
    let home = tempfile::Builder::new().prefix("ps").tempdir()?;
    let (with_places, cells) = (controls::build("failpoints")?, steps::cells()?);
    let asked = Asked::from_environment(24, cells.len() as u64, 8)?;
    let sum = torture::run(
        "steps",
        &asked,
        |worker| steps::Ground::start(home.path(), worker),
        |ground, seed| ground.cell(&with_places, &cells, seed),
    )?;
    if asked.recorded {
        let steps = steps::steps()?.len();
        let figures = json!({"steps": steps, "places": steps * 2, "kinds": KINDS.len(), "cells": cells.len()});
        let mut results = Results::open("steps")?;
        results.control("gone_through", &figures);
        results.save()?;
    }
    sum.must_be_right("steps")?;
    ensure!(
        asked.is_replay() || sum.figure("/ended_there") * 3 > sum.trials,
        "few came to their place: {}",
        sum.figures
    );
    Ok(())
}

#[test]
fn calls_that_fail() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pc").tempdir()?;
    let counts = Counts::take(&home.path().join("count"))?;
    let cells = counts.cells();
    torture::say(&format!("syscalls: {counts:?}, {} cells", cells.len()));
    let asked = Asked::from_environment(24, cells.len() as u64, 8)?;
    let start = |worker| Ground::start(home.path(), worker);
    let sum = torture::run("syscalls", &asked, start, |ground, seed| ground.cell(&cells, seed))?;
    sum.must_be_right("syscalls")
}

#[test]
fn disk_full() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pf").tempdir()?;
    let writes = Counts::take(&home.path().join("count"))?.of(Kind::Write);
    let asked = Asked::from_environment(12, writes as u64, 8)?;
    let start = |worker| Ground::start(home.path(), worker);
    let sum = torture::run("disk", &asked, start, |ground, seed| ground.full_disk(writes, seed))?;
    sum.must_be_right("disk")
}

#[test]
fn power_lost() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pp").tempdir()?;
    let asked = Asked::from_environment(2, 50, 6)?;
    let states = States { of_each: if asked.recorded { 4 } else { 2 }, syncs_unheeded: false };
    let sum = torture::run("power", &asked, |_| Ok(()), |(), seed| power::trial(home.path(), None, states, seed))?;
    sum.must_be_right("power")
}

/// A disk that does not sync, and in the long form a build that does not, must be found out.
#[test]
fn power_lost_without_syncs() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pp").tempdir()?;
    let asked = Asked::from_environment(3, 3, 3)?;
    if asked.is_replay() {
        return Ok(());
    }
    let deaf = States { of_each: 1, syncs_unheeded: true };
    power_control(home.path(), asked.recorded, "syncs_unheeded", deaf, None)?;
    if asked.recorded {
        let broken = controls::build("break_sync")?;
        power_control(home.path(), true, "break_sync", States { of_each: 4, syncs_unheeded: false }, Some(&broken))?;
    }
    Ok(())
}

/// Without syncs something must be wrong, or the zero above would mean nothing. It need not be doubles: the generation kept
/// outside tells that commits are gone, and a profile that holds everything is a complaint here as well.
fn power_control(home: &Path, recorded: bool, name: &str, states: States, program: Option<&Path>) -> Result<()> {
    let asked = Asked { recorded: false, from: Some(1), trials: 3, limit: None, workers: 3 };
    let found = torture::run(name, &asked, |_| Ok(()), |(), seed| power::trial(home, program, states, seed))?;
    let doubled = found.wrong.iter().filter(|(_, what)| what.contains("doubled")).count();
    ensure!(!found.wrong.is_empty(), "{name}: nothing was found");
    if recorded {
        let mut results = Results::open("power")?;
        results.control(
            name,
            &json!({"states": found.figure("/states"), "complaints": found.wrong.len(), "doubled": doubled}),
        );
        results.save()?;
    }
    Ok(())
}

#[test]
fn damaged_files() -> Result<()> {
    let home = tempfile::Builder::new().prefix("pd").tempdir()?;
    let asked = Asked::from_environment(16, 1_000, 8)?;
    let start = |worker| damage::Ground::start(home.path(), worker);
    let sum = torture::run("damage", &asked, start, damage::Ground::damage)?;
    sum.must_be_right("damage")
}

#[test]
fn an_older_copy_put_back() -> Result<()> {
    let home = tempfile::Builder::new().prefix("po").tempdir()?;
    let asked = Asked::from_environment(2, 50, 4)?;
    let start = |worker| damage::Ground::start(home.path(), worker);
    let sum = torture::run("copies", &asked, start, damage::Ground::put_back)?;
    sum.must_be_right("copies")
}
