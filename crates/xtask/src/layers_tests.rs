use anyhow::bail;

use super::{Context, Layer, Options, Run, choose, layers, run_layers};
use crate::{
    journeys::{Journey, Lane},
    report::{Counts, Found, Verdict, all_good},
    workspace::Workspace,
};

fn options(quick: bool, only: &[&str]) -> Options {
    Options { quick, only: only.iter().map(|name| (*name).to_owned()).collect(), yes: false, verbose: false }
}

fn results(layers: &[Layer]) -> Vec<Verdict> {
    let workspace = Workspace { root: "/".into(), target: "/".into(), packages: vec![] };
    let context = Context { workspace: &workspace, options: &options(false, &[]) };
    let lines = run_layers(&layers.iter().collect::<Vec<_>>(), &context);
    assert_eq!(lines.len(), layers.len());
    assert_eq!(
        all_good(&lines),
        lines.iter().all(|line| line.verdict == Verdict::Ok || line.verdict == Verdict::Skipped)
    );
    lines.iter().map(|line| line.verdict).collect()
}

const GOOD: Layer = Layer { name: "good", unit: "tests", quick: true, run: Run::Step(|_| Ok(Found::passed(3))) };

#[test]
fn stops_at_the_first_failure_and_says_what_did_not_run() {
    let bad = Layer { name: "bad", unit: "tests", quick: true, run: Run::Step(|_| Ok(Found::failure("it broke"))) };
    assert_eq!(results(&[GOOD, bad, GOOD]), [Verdict::Ok, Verdict::Failed, Verdict::NotRun]);
}

#[test]
fn an_error_and_a_failed_count_are_failures() {
    let error = Layer { name: "error", unit: "tests", quick: true, run: Run::Step(|_| bail!("no such program")) };
    assert_eq!(results(&[error]), [Verdict::Failed]);
    let count = Layer {
        name: "count",
        unit: "tests",
        quick: true,
        run: Run::Step(|_| Ok(Found { counts: Counts { passed: 9, failed: 1, skipped: 0 }, ..Found::default() })),
    };
    assert_eq!(results(&[count]), [Verdict::Failed]);
}

#[test]
fn a_skip_is_named_and_never_reads_as_passed() {
    let skip = Layer { name: "skip", unit: "tests", quick: true, run: Run::Step(|_| Ok(Found::skipped("no display"))) };
    assert_eq!(results(&[skip]), [Verdict::Skipped]);
}

#[test]
fn quick_and_only_choose_layers() {
    let slow = Layer { name: "window", quick: false, ..GOOD };
    let layers = [GOOD, slow];
    let names = |quick, only: &[&str]| {
        choose(&layers, &options(quick, only)).map(|found| found.iter().map(|layer| layer.name).collect::<Vec<_>>())
    };
    assert_eq!(names(false, &[]).unwrap(), ["good", "window"]);
    assert_eq!(names(true, &[]).unwrap(), ["good"]);
    assert_eq!(names(true, &["window"]).unwrap(), ["window"]);
    assert!(names(false, &["windwo"]).unwrap_err().to_string().contains("good, window"));
}

#[test]
fn layer_names_are_unique() {
    let mut names: Vec<_> = layers().iter().map(|layer| layer.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), layers().len());
}

#[test]
fn a_journey_whose_test_is_not_there_fails() {
    static MISSING: Journey = Journey { layer: "gone", target: "gone", lane: Lane::Runner };
    assert_eq!(results(&[Layer { run: Run::Journey(&MISSING), ..GOOD }]), [Verdict::Failed]);
}

#[test]
fn a_failure_in_one_lane_is_told_beside_the_other() {
    static ONE: Journey = Journey { layer: "one", target: "one", lane: Lane::Runner };
    static OTHER: Journey = Journey { layer: "other", target: "other", lane: Lane::Window };
    let verdicts =
        results(&[GOOD, Layer { run: Run::Journey(&ONE), ..GOOD }, Layer { run: Run::Journey(&OTHER), ..GOOD }]);
    assert_eq!(verdicts[0], Verdict::Ok);
    // The one that had not begun when the other failed did not run.
    assert!(verdicts.contains(&Verdict::Failed) && !verdicts[1..].contains(&Verdict::Ok), "{verdicts:?}");
}
