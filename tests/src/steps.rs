//! Ends the runner before and after every named step of publishing and deleting, for every kind of account, and judges
//! what the next runner makes of it.
//!
//! The names are those in the source of `crates/app`: a step that is named there is gone through here. A cell is a place
//! (a step, before or after it), a kind of account, and which time the runner comes there.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::json;

use crate::{
    command::root,
    ctl::Ctl,
    stand::{KINDS, Posted, Shape, Stand},
    torture::Trial,
};

/// The order of the cells, the same in every run.
const ORDER: u64 = 0x5745_5053;
/// Longest a runner that is to end takes to come to its place.
const LIMIT: Duration = Duration::from_mins(1);
const SIGABRT: i32 = 6;

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The step's name with `.before` or `.after`.
    pub place: String,
    /// The kind of account.
    pub kind: &'static str,
    /// Which time the runner comes there.
    pub nth: u32,
}

/// What the names of the steps of changing keys begin with; they are no part of publishing.
const VAULT: &str = "vault.";

/// What those of renewing access begin with; the runs here renew nothing.
const TOKEN: &str = "token.";

/// The names of all steps in the source of the core but those of changing keys and renewing access, in order.
pub fn steps() -> Result<BTreeSet<String>> {
    Ok(all_steps()?.into_iter().filter(|name| !name.starts_with(VAULT) && !name.starts_with(TOKEN)).collect())
}

/// The names of the steps of changing keys, in order.
pub fn vault_steps() -> Result<BTreeSet<String>> {
    Ok(all_steps()?.into_iter().filter(|name| name.starts_with(VAULT)).collect())
}

fn all_steps() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("crates/app/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.extend(named(&fs::read_to_string(path)?));
            }
        }
    }
    Ok(found)
}

/// The names of the steps in a source file. Those in comments have no place in the program and are left out.
fn named(source: &str) -> Vec<String> {
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let after = code.split("step!(").skip(1);
    let name = |rest: &str| Some(rest.trim_start().strip_prefix('"')?.split('"').next()?.to_owned());
    after.filter_map(name).collect()
}

/// Every cell, in an order that mixes them: a few of them are a sample of all.
pub fn cells() -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for step in steps()? {
        for side in ["before", "after"] {
            for kind in KINDS {
                // Twice, because the second part of a thread stands on the first.
                let cell = |nth| Cell { place: format!("{step}.{side}"), kind, nth };
                cells.extend([cell(1), cell(2)]);
            }
        }
    }
    cells.shuffle(&mut StdRng::seed_from_u64(ORDER));
    Ok(cells)
}

/// What happens while a runner is on its way to a place.
fn fault(place: &str) -> Option<&'static str> {
    let begins = |names: &[&str]| names.iter().any(|name| place.starts_with(name));
    match place {
        _ if begins(&["confirm.absent", "confirm.again", "change.look", "change.silence"]) => Some("refuse_before"),
        _ if begins(&["confirm.", "publish.silence", "publish.record.notice"]) => Some("lost_reply"),
        _ if begins(&["publish.refused"]) => Some("server_error"),
        _ => None,
    }
}

/// Whether a place is on the way of deleting, and not of publishing.
fn is_change(place: &str) -> bool {
    place.starts_with("change.")
}

/// Tries a cell: ends a runner of the build with places there, lets the real one go on, and judges.
pub fn try_cell(stand: &mut Stand, with_places: &Path, cell: &Cell, name: &str, folder: &Path) -> Result<Trial> {
    let Cell { place, kind, nth } = cell;
    let posted = stand.post(folder, name, &[kind], &Shape { parts: 2, picture: true })?;
    let change = is_change(place);
    // What a blind account shows cannot be deleted: there is nothing to go through.
    let possible = !(change && *kind == "d");
    if change && possible {
        posted.ctl.run_until_idle()?;
        posted.ctl.json(&["posts", "delete", &posted.post, "--yes"])?;
    }
    if let Some(fault) = fault(place).filter(|_| possible) {
        let operation = if change { "delete" } else { "any" };
        let fault = if change {
            json!({"kind": fault, "times": 1, "operation": operation})
        } else {
            json!({"kind": fault, "times": 1})
        };
        stand.network.fault(&fault)?;
    }
    let armed = vec![("POSTROOM_END_AT".to_owned(), format!("{place}@{nth}"))];
    let ended = possible && ends(&posted.ctl.by(with_places).with_environment(armed))?;
    posted.ctl.run_until_idle()?;
    let mut outcome = posted.judge(&mut stand.tail)?;
    if change && possible {
        outcome.wrong.extend(left(&posted, stand)?);
    }
    let wrong = outcome.wrong.iter().map(|wrong| format!("{place} {kind} @{nth}: {wrong}")).collect::<Vec<_>>();
    if wrong.is_empty() {
        fs::remove_dir_all(folder)?;
    }
    let mut figures = json!({"cells": 1, "ended_there": u8::from(ended), "never_came_there": u8::from(!ended)});
    figures["by_kind"][kind] = json!({
        "cells": 1, "ended_there": u8::from(ended), "published": outcome.published, "owner_asked": outcome.asked,
    });
    Ok(Trial { figures, wrong })
}

/// Whether a runner ended as a crash would; one that found nothing to do any more did not come there.
fn ends(ctl: &Ctl) -> Result<bool> {
    let mut runner = ctl.start_runner()?;
    let status = wait(&mut runner, LIMIT)?.context("the runner neither ended nor came to rest")?;
    ensure!(status.success() || status.signal() == Some(SIGABRT), "the runner ended with {status}");
    Ok(!status.success())
}

/// How a process ended; `None`, and it is killed, where it does not within a time.
pub fn wait(child: &mut Child, limit: Duration) -> Result<Option<std::process::ExitStatus>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// What of a deleted post is still there, or was not deleted though the app says so.
fn left(posted: &Posted, stand: &Stand) -> Result<Vec<String>> {
    let timeline = stand.network.timeline()?;
    let there = posted.parts.iter().filter(|part| timeline.iter().any(|post| post["text"] == **part));
    Ok(there.map(|part| format!("lost: the deletion of {part:?}, which is still live")).collect())
}

/// What a campaign stands on.
pub struct Ground {
    stand: Stand,
    home: PathBuf,
}

impl Ground {
    /// Starts the network of a worker.
    pub fn start(home: &Path, worker: usize) -> Result<Self> {
        let home = home.join(format!("s{worker}-{}", rand::random::<u16>()));
        Ok(Self { stand: Stand::start(&home, &KINDS)?, home })
    }

    /// Tries the cell of a seed.
    pub fn cell(&mut self, with_places: &Path, cells: &[Cell], seed: u64) -> Result<Trial> {
        let place = usize::try_from(seed.saturating_sub(1) % u64::try_from(cells.len())?)?;
        let cell = cells.get(place).context("no cells")?;
        let name = format!("s{seed}-{}", rand::random::<u16>());
        try_cell(&mut self.stand, with_places, cell, &name, &self.home.join(&name))
            .with_context(|| format!("{} {} @{}", cell.place, cell.kind, cell.nth))
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, cells, named, steps};

    #[test]
    fn names_are_found_wherever_the_formatter_puts_them() {
        let source = "step!(\"a.b\", x)?;\n    step!(\n        \"c.d\",\n        y)\n    /// step!(\"e\", z)";
        assert_eq!(named(source), ["a.b", "c.d"]);
    }

    #[test]
    fn there_are_enough_of_them_and_every_cell_is_there_once() {
        let (steps, cells) = (steps().unwrap(), cells().unwrap());
        assert!(steps.len() >= 40, "{}", steps.len());
        assert_eq!(cells.len(), steps.len() * 2 * KINDS.len() * 2);
        assert!(cells.iter().enumerate().all(|(at, cell)| !cells[..at].contains(cell)));
    }
}
