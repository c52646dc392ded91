//! `cargo xtask test`: the list of layers, and the loop that runs them.
//!
//! Owns what is run in which order and under which name. Refuses to know how a layer does its work: that is `steps`.
//! A layer that is in the list runs; if what it needs is missing it fails. Nothing is skipped in silence.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Instant,
};

use anyhow::{Result, bail};

use crate::{
    context::{Context, Options},
    journeys::{JOURNEYS, Journey, Lane},
    report::{self, Found, Line, Verdict},
    steps,
    workspace::Workspace,
};

#[derive(Clone, Copy)]
struct Layer {
    name: &'static str,
    /// What its numbers count.
    unit: &'static str,
    /// Part of `--quick`.
    quick: bool,
    run: Run,
}

impl Layer {
    /// The row of journeys it belongs to; `None` for a step.
    fn lane(&self) -> Option<Lane> {
        match self.run {
            Run::Step(_) => None,
            Run::Journey(journey) => Some(journey.lane),
        }
    }
}

/// How a layer is run.
#[derive(Clone, Copy)]
enum Run {
    Step(fn(&Context) -> Result<Found>),
    Journey(&'static Journey),
}

/// In the order they run: the cheap ones that find most first, and the user interface before the app that embeds it.
const STEPS: &[Layer] = &[
    Layer { name: "setup", unit: "parts", quick: false, run: Run::Step(steps::setup) },
    Layer { name: "format", unit: "files", quick: true, run: Run::Step(steps::format) },
    Layer { name: "ui", unit: "tests", quick: true, run: Run::Step(steps::ui) },
    Layer { name: "lints", unit: "crates", quick: true, run: Run::Step(steps::lints) },
    Layer { name: "structure", unit: "checks", quick: true, run: Run::Step(steps::structure) },
    Layer { name: "deny", unit: "checks", quick: false, run: Run::Step(steps::deny) },
    Layer { name: "generated", unit: "files", quick: true, run: Run::Step(steps::generated) },
    Layer { name: "unit", unit: "tests", quick: true, run: Run::Step(steps::unit) },
    Layer { name: "conformance", unit: "tests", quick: true, run: Run::Step(steps::conformance) },
    Layer { name: "keychain", unit: "tests", quick: false, run: Run::Step(steps::keychain) },
];

/// The steps, then the journeys.
fn layers() -> Vec<Layer> {
    let journey = |journey: &'static Journey| Layer {
        name: journey.layer,
        unit: "tests",
        quick: false,
        run: Run::Journey(journey),
    };
    STEPS.iter().copied().chain(JOURNEYS.iter().map(journey)).collect()
}

/// Runs the chosen layers; true when all passed.
pub fn run(options: &Options) -> Result<bool> {
    let layers = layers();
    let chosen = choose(&layers, options)?;
    let workspace = Workspace::load()?;
    let context = Context { workspace: &workspace, options };
    let start = Instant::now();
    let lines = run_layers(&chosen, &context);
    println!("{}", report::table(&lines, start.elapsed().as_secs_f64()));
    Ok(report::all_good(&lines))
}

fn choose<'a>(layers: &'a [Layer], options: &Options) -> Result<Vec<&'a Layer>> {
    if let Some(unknown) = options.only.iter().find(|only| !layers.iter().any(|layer| layer.name == *only)) {
        let known: Vec<_> = layers.iter().map(|layer| layer.name).collect();
        bail!("no layer is called {unknown}; there are {}", known.join(", "));
    }
    let wanted = |layer: &&Layer| {
        if options.only.is_empty() {
            layer.quick || !options.quick
        } else {
            options.only.iter().any(|only| only == layer.name)
        }
    };
    Ok(layers.iter().filter(wanted).collect())
}

/// The steps one after another, then the journeys in two lanes; nothing is begun once something has failed.
fn run_layers(layers: &[&Layer], context: &Context) -> Vec<Line> {
    let stopped = AtomicBool::new(false);
    let run =
        |chosen: &[&Layer]| -> Vec<Line> { chosen.iter().map(|layer| run_unless(&stopped, layer, context)).collect() };
    let of = |wanted: Option<Lane>| layers.iter().copied().filter(|layer| layer.lane() == wanted).collect::<Vec<_>>();
    let mut lines = run(&of(None));
    let (runner, window) = (of(Some(Lane::Runner)), of(Some(Lane::Window)));
    thread::scope(|scope| {
        let beside = scope.spawn(|| run(&window));
        lines.extend(run(&runner));
        match beside.join() {
            Ok(windowed) => lines.extend(windowed),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    lines
}

/// One layer, or a line saying that it did not run.
fn run_unless(stopped: &AtomicBool, layer: &Layer, context: &Context) -> Line {
    if stopped.load(Ordering::SeqCst) {
        return line(layer, 0.0, Verdict::NotRun, Found::default());
    }
    println!("── {}", layer.name);
    let start = Instant::now();
    let found = run_one(layer, context).unwrap_or_else(|error| Found::failure(format!("{error:#}\n")));
    let verdict = verdict(&found);
    if verdict == Verdict::Failed {
        stopped.store(true, Ordering::SeqCst);
        println!("{}\n── {} failed", found.output, layer.name);
    }
    line(layer, start.elapsed().as_secs_f64(), verdict, found)
}

fn run_one(layer: &Layer, context: &Context) -> Result<Found> {
    match layer.run {
        Run::Step(step) => step(context),
        Run::Journey(journey) => steps::journey(context, journey),
    }
}

fn verdict(found: &Found) -> Verdict {
    if found.failed || found.counts.failed > 0 {
        Verdict::Failed
    } else if found.counts.passed == 0 && found.counts.skipped > 0 {
        Verdict::Skipped
    } else {
        Verdict::Ok
    }
}

fn line(layer: &Layer, seconds: f64, verdict: Verdict, found: Found) -> Line {
    let skips = found.skips.into_iter().map(|skip| format!("SKIPPED: {skip}"));
    let remarks = skips.chain(found.notes).collect();
    Line { name: layer.name, unit: layer.unit, seconds, verdict, counts: found.counts, remarks }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
