//! From moments to figures, and where they are kept.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Result, ensure};
use domain::UtcMs;
use serde_json::{Value, json};

/// How late some things were, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub p50: u64,
    pub p99: u64,
    pub most: u64,
}

impl Spread {
    pub fn of(mut late: Vec<u64>) -> Self {
        late.sort_unstable();
        let at = |hundredths: usize| {
            let place = (late.len() * hundredths).div_ceil(100).saturating_sub(1);
            late.get(place).copied().unwrap_or_default()
        };
        Self { p50: at(50), p99: at(99), most: at(100) }
    }

    pub fn json(self) -> Value {
        json!({"p50_us": self.p50, "p99_us": self.p99, "most_us": self.most})
    }
}

/// How late each was. Fails where one did not come, came twice, or came before its time.
pub fn late_us(due: &BTreeMap<String, UtcMs>, seen: &BTreeMap<String, Vec<u64>>) -> Result<Vec<u64>> {
    let mut late = Vec::with_capacity(due.len());
    for (name, due) in due {
        let times = seen.get(name).map(Vec::as_slice).unwrap_or_default();
        ensure!(times.len() == 1, "{name} came {} times", times.len());
        let due_us = u64::try_from(due.as_millis())? * 1_000;
        ensure!(times[0] >= due_us, "{name} came before its time");
        late.push(times[0] - due_us);
    }
    Ok(late)
}

/// To two places.
#[expect(clippy::cast_precision_loss, reason = "figures far below 2^52")]
pub fn ratio(of: u64, to: u64) -> f64 {
    (of as f64 / to.max(1) as f64 * 100.0).round() / 100.0
}

/// Adds a run to those in the file.
pub fn keep(file: &Path, run: Value) -> Result<()> {
    let mut all: Value =
        fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(json!({"runs": []}));
    if let Some(runs) = all["runs"].as_array_mut() {
        runs.push(run);
    }
    fs::write(file, format!("{all:#}\n"))?;
    Ok(())
}
