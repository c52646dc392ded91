//! What this process takes of the machine.

use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Proportional set size in bytes, and open files.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Sample {
    pub pss_bytes: u64,
    pub files: u64,
}

pub fn sample() -> Result<Sample> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss line")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    let files = u64::try_from(fs::read_dir("/proc/self/fd")?.count())?;
    Ok(Sample { pss_bytes: kilobytes * 1_024, files })
}
