//! What the environment asks for, and where figures are kept: `cargo xtask torture` runs the long form.

use std::time::Duration;

use serde_json::Value;

use crate::results::Results;

/// What the environment says; empty where it says nothing.
#[expect(clippy::disallowed_methods, reason = "a test is the edge of its own program")]
fn said(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// What was asked for.
pub struct Asked {
    proof: &'static str,
    /// Whether the long form runs.
    pub long: bool,
    /// Trials of the long form.
    pub trials: u64,
    seed: Option<u64>,
}

impl Asked {
    pub fn of(proof: &'static str) -> Self {
        let number = |name| said(name).parse().ok();
        let long = !said("POSTROOM_TORTURE").is_empty();
        Self { proof, long, trials: number("POSTROOM_TRIALS").unwrap_or(1), seed: number("POSTROOM_SEED") }
    }

    /// The seed of the next trial.
    pub fn next_seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| Results::open(self.proof).unwrap().next_seed())
    }

    /// Prints what a trial showed, and keeps it where it was not one seed again. A control is kept beside the trials.
    pub fn keep(&self, seed: u64, control: Option<&str>, figures: &Value, took: Duration, wrong: &[String]) {
        println!("{} seed {seed}: {figures}", self.proof);
        if !self.long || self.seed.is_some() {
            return;
        }
        let mut results = Results::open(self.proof).unwrap();
        if let Some(name) = control {
            results.control(name, figures);
        } else {
            results.add(seed, figures, wrong);
            results.add_seconds(took.as_secs());
        }
        results.save().unwrap();
    }
}
