//! Flips a bit of a profile's database, or cuts it off, and looks whether anything is published that should not be. And
//! puts an older copy of a profile back: nothing of it may go out again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;

use crate::{
    ctl::list,
    shim::{Orders, calls},
    stand::{KINDS, Posted, Shape, Stand, copy_tree},
    steps::wait,
    torture::{Trial, say},
};

const SHAPE: Shape = Shape { parts: 2, picture: false };
/// Longest a runner may take on a damaged profile.
const LIMIT: Duration = Duration::from_mins(2);
/// Syncs of an undisturbed run, about: a runner is ended before one of them.
const SYNCS: u64 = 16;

/// What a campaign stands on.
pub struct Ground {
    stand: Stand,
    home: PathBuf,
}

/// What a runner made of a damaged profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It did not start, and nothing went out.
    Refused,
    /// It started paused, holds everything and says why.
    Asked,
    /// It found no rest, and nothing went out that should not.
    Stuck,
    /// It did everything right: the damage meant nothing.
    Harmless,
    /// It did not.
    Wrong,
}

impl Ground {
    /// Starts the network of a worker.
    pub fn start(home: &Path, worker: usize) -> Result<Self> {
        let home = home.join(format!("d{worker}-{}", rand::random::<u16>()));
        Ok(Self { stand: Stand::start(&home, &KINDS)?, home })
    }

    fn posted(&mut self, seed: u64) -> Result<(Posted, PathBuf)> {
        let name = format!("d{seed}-{}", rand::random::<u16>());
        let folder = self.home.join(&name);
        Ok((self.stand.post(&folder, &name, &KINDS, &SHAPE)?, folder))
    }

    /// Damages a profile as the seed says, half of them right after a crash in the middle of publishing.
    pub fn damage(&mut self, seed: u64) -> Result<Trial> {
        let mut dice = StdRng::seed_from_u64(seed);
        let (posted, folder) = self.posted(seed)?;
        let crashed = dice.random::<bool>();
        if crashed {
            crash(&posted, &folder, dice.random_range(1..=SYNCS))?;
            // A call that was under way is accepted before anything is damaged, or never.
            self.stand.network.restart()?;
        }
        let before = self.stand.tail.seen()?.len();
        let what = hurt(posted.ctl.profile(), &mut dice)?;
        let mut runner = posted.ctl.start_runner()?;
        let ended = wait(&mut runner, LIMIT)?;
        let fresh = self.stand.tail.seen()?.get(before..).unwrap_or_default().to_vec();
        let strange = fresh.iter().any(|post| !posted.parts.contains(&post.text));
        let doubled = posted.parts.iter().any(|part| {
            KINDS.iter().any(|kind| {
                let all = self.stand.tail.known().iter();
                all.filter(|post| post.kind == *kind && post.text == *part).count() > 1
            })
        });
        let (found, mut wrong) = match ended {
            _ if strange || doubled => (Found::Wrong, vec![format!("strange: {strange}, doubled: {doubled}")]),
            Some(status) if !status.success() && fresh.is_empty() => (Found::Refused, Vec::new()),
            Some(status) if !status.success() => (Found::Wrong, vec!["it ended after it had published".to_owned()]),
            None => {
                say(&format!("damage: seed {seed}: {what}, crashed before: {crashed}: no rest"));
                (Found::Stuck, Vec::new())
            }
            Some(_) if fresh.is_empty() && is_held(&posted)? => (Found::Asked, Vec::new()),
            Some(_) => match posted.judge(&mut self.stand.tail) {
                Ok(outcome) if outcome.wrong.is_empty() => (Found::Harmless, Vec::new()),
                Ok(outcome) => (Found::Wrong, outcome.wrong),
                Err(error) => (Found::Wrong, vec![format!("{error:#}")]),
            },
        };
        for line in &mut wrong {
            *line = format!("{what}, crashed before: {crashed}: {line}");
        }
        if wrong.is_empty() {
            fs::remove_dir_all(&folder)?;
        }
        let of = |known| u8::from(found == known);
        let figures = json!({
            "damages": 1, "after_a_crash": u8::from(crashed), "refused": of(Found::Refused), "paused_and_asked": of(Found::Asked), "stuck": of(Found::Stuck),
            "harmless": of(Found::Harmless), "not_found_out": of(Found::Wrong),
        });
        Ok(Trial { figures, wrong })
    }

    /// Publishes, puts the profile of before back, and starts it; its owner then resumes.
    pub fn put_back(&mut self, seed: u64) -> Result<Trial> {
        let (posted, folder) = self.posted(seed)?;
        let (profile, older) = (posted.ctl.profile().to_owned(), folder.join("older"));
        copy_tree(&profile, &older)?;
        posted.ctl.run_until_idle()?;
        let outcome = posted.judge(&mut self.stand.tail)?;
        ensure!(outcome.wrong.is_empty(), "before it was put back: {:?}", outcome.wrong);
        fs::remove_dir_all(&profile)?;
        fs::rename(&older, &profile)?;
        let before = self.stand.tail.seen()?.len();
        posted.ctl.run_until_idle()?;
        let at_once = self.stand.tail.seen()?.len() - before;
        let paused = posted.ctl.json(&["queue", "status"])?["paused"] == true;
        posted.ctl.json(&["queue", "resume"])?;
        posted.ctl.run_until_idle()?;
        let resumed = self.stand.tail.seen()?.len() - before;
        let mut wrong = Vec::new();
        if at_once + resumed > 0 {
            wrong.push(format!("doubled: {at_once} at once and {resumed} once resumed"));
        }
        if !paused {
            wrong.push("it did not start paused".to_owned());
        }
        let all = posted.ctl.json(&["publications", "list"])?;
        let unsaid = list(&all, "")?.iter().filter(|view| view["state"] != "published" && view["reason"] == "");
        wrong.extend(unsaid.map(|view| format!("lost: {} is {} and nobody says why", view["id"], view["state"])));
        if wrong.is_empty() {
            fs::remove_dir_all(&folder)?;
        }
        Ok(Trial { figures: json!({"put_back": 1, "publications": posted.targets.len()}), wrong })
    }
}

/// Whether everything is paused, and whatever is not live says why.
fn is_held(posted: &Posted) -> Result<bool> {
    let Ok(status) = posted.ctl.json(&["queue", "status"]) else { return Ok(false) };
    let all = posted.ctl.json(&["publications", "list"])?;
    let says = |view: &serde_json::Value| view["state"] == "published" || view["reason"] != "";
    Ok(status["paused"] == true && list(&all, "")?.iter().all(says))
}

/// Ends a runner in the middle of publishing.
fn crash(posted: &Posted, folder: &Path, nth: u64) -> Result<()> {
    let log = folder.join("crash.log");
    let orders = Orders::watching(&[posted.ctl.profile()], &log)?.strike("sync", nth, "end-before");
    let mut runner = posted.ctl.clone().with_environment(orders.environment()?).start_runner()?;
    wait(&mut runner, LIMIT)?.context("it did not end")?;
    calls(&log).map(drop)
}

/// Flips a bit of one of the database's files or cuts it off; what was done.
fn hurt(profile: &Path, dice: &mut StdRng) -> Result<String> {
    let names = ["postroom.db", "postroom.db-wal"];
    let there: Vec<_> =
        names.iter().filter(|name| fs::metadata(profile.join(name)).is_ok_and(|f| f.len() > 0)).collect();
    let name = there.choose(dice).context("no database")?;
    let path = profile.join(name);
    let mut bytes = fs::read(&path)?;
    let place = dice.random_range(0..bytes.len());
    let said = if dice.random_ratio(1, 4) {
        bytes.truncate(place);
        format!("{name} cut off at {place}")
    } else {
        let bit = dice.random_range(0..8);
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << bit;
        }
        format!("bit {bit} of byte {place} of {name} flipped")
    };
    fs::write(&path, bytes)?;
    Ok(said)
}
