//! What wall times mean and when rules come again, told by a second source on the same zone data: Python's zoneinfo and
//! dateutil. Times are random, in every zone there is, 1970 to 2037, and lie around every change of the clocks.
//!
//! Agreement means: the same one instant; the same two, in order, where a time comes twice; and where the clocks skip it,
//! that it is skipped, and the same first moment after the gap. Where nobody can be asked (a series) the first of two and
//! the moment after the gap count.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail, ensure};
use domain::{
    UtcMs,
    recurrence::{Rule, Series},
    schedule::{self, Schedule, ScheduleError, ZONE_DATA},
};
use journeys::{
    environment,
    results::Results,
    root,
    torture::{self, Asked, Trial},
};
use serde_json::{Value, json};

const PROOF: &str = "zones";
/// Wall times of a trial.
const TIMES: u64 = 50_000;
/// Trials whose shares are all the changes of all zones; together a million times.
const LONG: u64 = 20;

type Resolve = fn(&str, &str) -> Result<Schedule, ScheduleError>;

#[test]
fn times_and_rules_mean_the_same_to_a_second_source() -> Result<()> {
    let asked = Asked::from_environment(1, LONG, 1)?;
    let sum = torture::run(PROOF, &asked, |_| Ok(()), |(), seed| judge(&second(seed, TIMES)?, schedule::resolve))?;
    sum.must_be_right(PROOF)?;
    let seen = |kind| sum.figure(&format!("/times/{kind}"));
    ensure!(seen("skipped") * 100 > seen("all") && seen("twice") * 100 > seen("all"), "hardly a change of the clocks");
    ensure!(sum.figure("/rules") > 0 && sum.figure("/zones_max") > 400, "{}", sum.figures);
    Ok(())
}

/// The usual mistake: the offset of the wall time read as if it were UTC. Right but near the changes of the clocks, where
/// it is an hour off.
fn an_hour_off(wall: &str, zone: &str) -> Result<Schedule, ScheduleError> {
    let as_utc = schedule::resolve(wall, "UTC")?;
    let there = schedule::resolve(&schedule::at_instant(as_utc.at, zone)?.wall, "UTC")?;
    Ok(Schedule { at: as_utc.at.plus_ms(-there.at.since(as_utc.at)), zone: zone.to_owned(), ..as_utc })
}

#[test]
fn a_resolver_that_is_an_hour_off_around_the_changes_is_caught() -> Result<()> {
    let asked = Asked::from_environment(1, 1, 1)?;
    let found = judge(&second(asked.from.unwrap_or(1), TIMES)?, an_hour_off)?;
    let figure = |name: &str| found.figures.pointer(name).and_then(Value::as_u64).unwrap_or_default();
    let (wrong, all) = (figure("/times/disagreeing"), figure("/times/all"));
    ensure!(wrong * 100 > all, "only {wrong} of {all} times were found wrong");
    ensure!(wrong * 2 < all, "{wrong} of {all} wrong: that is not a mistake around the changes only");
    if asked.recorded {
        let mut results = Results::open(PROOF)?;
        results.control("an_hour_off_around_changes", &json!({"times": all, "found_wrong": wrong}));
        results.save()?;
    }
    Ok(())
}

/// What the second source says for a seed.
fn second(seed: u64, times: u64) -> Result<String> {
    let servers =
        environment("POSTROOM_SERVERS").context("POSTROOM_SERVERS is not set: run this through cargo xtask")?;
    let python = PathBuf::from(servers).join("zones/bin/python");
    let output = Command::new(&python)
        .env("PYTHONTZPATH", "")
        .arg(root().join("tests/zones/second.py"))
        .args([ZONE_DATA, &seed.to_string(), &times.to_string()])
        .output()
        .with_context(|| format!("start {}", python.display()))?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Compares what the second source says with what is resolved here.
fn judge(said: &str, resolve: Resolve) -> Result<Trial> {
    let (mut zones, mut rules, mut occurrences) = (0, 0, 0);
    let (mut all, mut skipped, mut twice, mut disagreeing) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for line in said.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let differs = match fields.as_slice() {
            ["Z", zone] => {
                zones += 1;
                let known = schedule::at_instant(UtcMs::from_millis(0), zone).is_ok();
                (!known).then(|| "is no zone here".to_owned())
            }
            ["T", zone, wall, kind, instants @ ..] => {
                all += 1;
                skipped += u64::from(*kind == "none");
                twice += u64::from(*kind == "twice");
                let differs = time(resolve, zone, wall, kind, &numbers(instants)?);
                disagreeing += u64::from(differs.is_some());
                differs
            }
            ["R", zone, anchor, rule, days, instants @ ..] => {
                rules += 1;
                occurrences += instants.len();
                series(zone, anchor, rule, days.parse()?, &numbers(instants)?)?
            }
            _ => bail!("the second source said {line:?}"),
        };
        wrong.extend(differs.map(|differs| format!("{line:.160}: {differs}")));
    }
    let times = json!({"all": all, "skipped": skipped, "twice": twice, "disagreeing": disagreeing});
    let figures = json!({"times": times, "zones_max": zones, "rules": rules, "occurrences": occurrences});
    Ok(Trial { figures, wrong })
}

fn numbers(fields: &[&str]) -> Result<Vec<i64>> {
    fields.iter().map(|field| field.parse().with_context(|| format!("{field:?} is no instant"))).collect()
}

/// How a wall time differs; `None` where both agree.
fn time(resolve: Resolve, zone: &str, wall: &str, kind: &str, expected: &[i64]) -> Option<String> {
    let (found, instants) = match resolve(wall, zone) {
        Ok(schedule) => ("one", vec![schedule.at]),
        Err(ScheduleError::Twice { first, second }) => ("twice", vec![first, second]),
        Err(ScheduleError::DoesNotExist { next }) => ("none", vec![next]),
        Err(error) => return Some(error.to_string()),
    };
    let instants: Vec<_> = instants.into_iter().map(UtcMs::as_millis).collect();
    (found != kind || instants != expected).then(|| format!("here it is {found} {instants:?}"))
}

/// How a series differs.
fn series(zone: &str, anchor: &str, rule: &str, days: i64, expected: &[i64]) -> Result<Option<String>> {
    let end = schedule::settle(anchor, zone)?.at.plus_ms(days * 86_400_000);
    let series = Series { rule: Rule::parse(rule)?, anchor: anchor.to_owned(), zone: zone.to_owned() };
    let found = series.between(UtcMs::from_millis(0), end, 1_000)?;
    let found: Vec<_> = found.iter().map(|one| one.at.as_millis()).collect();
    Ok((found != expected).then(|| {
        let missing: Vec<_> = expected.iter().filter(|at| !found.contains(at)).take(3).collect();
        let surplus: Vec<_> = found.iter().filter(|at| !expected.contains(at)).take(3).collect();
        format!("{} of {}; missing {missing:?}, surplus {surplus:?}", found.len(), expected.len())
    }))
}
