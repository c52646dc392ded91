//! Several runners on one profile at the same time: three are started again and again, killed, and stopped for longer
//! than it takes to prove an absence, so that one that goes on late meets what another did meanwhile.

use std::{
    fs,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    judge::{Shown, Wrong, judge},
    process,
    rounds::Rounds,
    site::{SHAPES, Scene, Taken},
    torture::Trial,
};

/// Runners at the same time.
const RUNNERS: usize = 3;
/// Longer than the practice network's time for doubt, 3 s.
const STALL: Duration = Duration::from_millis(4_500);
/// Longest the runners are left alone.
const CALM: Duration = Duration::from_millis(700);

/// What happens to the runners, drawn from a seed. When it hits is up to the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Which of [`SHAPES`].
    pub shape: usize,
    /// What happens, one after another, each after some calm.
    pub acts: Vec<(Duration, Act)>,
}

/// What happens to a runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// This one is killed; it is started again at once.
    Kill(usize),
    /// This one is stopped, another killed and started again, and the first goes on when it is too late.
    Stall(usize, usize),
}

impl Plan {
    /// Draws the trial of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let shape = dice.random_range(0..SHAPES.len());
        let stalled = dice.random_range(0..4);
        let mut act = |number: usize| {
            let (one, step) = (dice.random_range(0..RUNNERS), dice.random_range(1..RUNNERS));
            let act = if number == stalled { Act::Stall(one, (one + step) % RUNNERS) } else { Act::Kill(one) };
            (CALM.mul_f64(dice.random_range(0.0..1.0)), act)
        };
        let acts = (0..4).map(&mut act).collect();
        Self { shape, acts }
    }
}

/// The runners; they end with this value.
struct Herd<'a> {
    scene: &'a Scene,
    runners: Vec<Child>,
    starts: usize,
}

impl<'a> Herd<'a> {
    fn start(scene: &'a Scene) -> Result<Self> {
        let mut herd = Self { scene, runners: Vec::new(), starts: 0 };
        for _ in 0..RUNNERS {
            herd.runners.push(scene.ctl.start_runner()?);
            herd.starts += 1;
        }
        Ok(herd)
    }

    /// Starts those again that ended, as the one that waits for its turn is by whoever started it.
    fn replace(&mut self) -> Result<()> {
        for runner in &mut self.runners {
            if runner.try_wait()?.is_some() {
                *runner = self.scene.ctl.start_runner()?;
                self.starts += 1;
            }
        }
        Ok(())
    }

    /// Lets them work for a time.
    fn work(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.replace()?;
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Kills one; true when it was alive.
    fn kill(&mut self, which: usize) -> Result<bool> {
        let Some(runner) = self.runners.get_mut(which) else { return Ok(false) };
        let alive = runner.try_wait()?.is_none();
        runner.kill()?;
        runner.wait()?;
        Ok(alive)
    }
}

impl Drop for Herd<'_> {
    fn drop(&mut self) {
        for runner in &mut self.runners {
            let _ = runner.kill();
            let _ = runner.wait();
        }
    }
}

/// Runs the trial of a plan. Where something is wrong its folder stays.
pub fn run(rounds: &mut Rounds, plan: &Plan, seed: u64) -> Result<Trial> {
    let home = rounds.folder(seed);
    let scene = rounds.site(plan.shape)?.copy(&home)?;
    let mut herd = Herd::start(&scene)?;
    let (mut kills, mut stalls) = (0_usize, 0_usize);
    for (calm, act) in &plan.acts {
        herd.work(*calm)?;
        match act {
            Act::Kill(which) => kills += usize::from(herd.kill(*which)?),
            Act::Stall(which, other) => {
                herd.replace()?;
                let pid = herd.runners.get(*which).map(Child::id).unwrap_or_default();
                process::stop(pid)?;
                kills += usize::from(herd.kill(*other)?);
                herd.work(STALL)?;
                // One that had just ended by itself was started anew meanwhile: nothing was stopped.
                if herd.runners.get(*which).is_some_and(|runner| runner.id() == pid) {
                    process::go_on(pid)?;
                    stalls += 1;
                }
            }
        }
    }
    herd.work(CALM)?;
    let starts = herd.starts;
    drop(herd);
    scene.ctl.run_until_idle()?;
    let wrong = judged(rounds, &scene)?;
    let figures = json!({
        "starts": starts,
        "kills": kills,
        "stalls": stalls,
        "parts_accepted": scene.accepted()?.len(),
        "lost": wrong.iter().filter(|wrong| matches!(wrong, Wrong::Lost(_))).count(),
        "doubled": wrong.iter().filter(|wrong| matches!(wrong, Wrong::Doubled(_))).count(),
    });
    drop(scene);
    if wrong.is_empty() {
        fs::remove_dir_all(&home)?;
    }
    Ok(Trial { figures, wrong: wrong.iter().map(ToString::to_string).collect() })
}

/// Judges every publication at rest. Which of them the kills left in doubt is not looked at while others write, so a
/// blind account's owner may have been asked or not.
fn judged(rounds: &Rounds, scene: &Scene) -> Result<Vec<Wrong>> {
    let accepted = scene.accepted()?;
    let mut wrong = Vec::new();
    for entry in rounds.reader().read(scene.ctl.profile())? {
        let shown = Shown {
            kind: entry.kind.clone(),
            parts: entry.parts.clone(),
            parts_done: entry.parts_done,
            state: entry.state.clone(),
            reason: entry.reason.clone(),
            doubted: entry.kind == "d" && entry.state == "needs_decision",
        };
        wrong.extend(judge(&shown, |text| Taken::times(&accepted, &entry, text)));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::{Act, Plan, RUNNERS};

    #[test]
    fn a_seed_draws_the_same_trial_again_and_one_stall_a_trial() {
        assert_eq!(Plan::draw(7), Plan::draw(7));
        for seed in 0..100 {
            let plan = Plan::draw(seed);
            let stalls: Vec<_> = plan.acts.iter().filter(|(_, act)| matches!(act, Act::Stall(..))).collect();
            assert_eq!(stalls.len(), 1);
            assert!(matches!(stalls[0].1, Act::Stall(one, other) if one != other && one < RUNNERS && other < RUNNERS));
        }
    }
}
