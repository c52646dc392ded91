//! Access is renewed once, however many want it, and what a kill leaves of a renewal is recovered or said.

use anyhow::{Result, ensure};
use journeys::{
    controls,
    refresh::{Ground, Spent},
    torture::{self, Asked, say},
};

const PROOF: &str = "refresh";

#[test]
fn sixteen_that_ask_at_once_renew_once() -> Result<()> {
    let asked = Asked::from_environment(51, 10_000, 1)?;
    let sum = torture::run(PROOF, &asked, |_| Ground::start(Spent::Dies, None), Ground::round)?;
    sum.must_be_right(PROOF)?;
    ensure!(sum.figure("/renewals") == sum.trials, "{}", sum.figures);
    Ok(())
}

/// Four places: before and after the commit of the new pair, on a platform whose spent tokens die and one whose live.
#[test]
fn a_kill_between_reply_and_commit_is_recovered_or_said() -> Result<()> {
    if Asked::from_environment(2, 2, 1)?.is_replay() {
        return Ok(());
    }
    let with_places = controls::build("failpoints")?;
    for spent in [Spent::Dies, Spent::Lives] {
        let mut ground = Ground::start(spent, None)?;
        for place in ["token.commit.before", "token.commit.after"] {
            let trial = ground.cut(&with_places, spent, place)?;
            ensure!(trial.wrong.is_empty(), "{:#?}", trial.wrong);
            say(&format!("{spent:?}, {place}: {}", trial.figures));
        }
    }
    Ok(())
}

/// The control: a build in which everybody renews for themselves. The same judge must see it.
#[test]
fn a_build_without_the_turn_to_renew_is_found_out() -> Result<()> {
    if Asked::from_environment(2, 2, 1)?.is_replay() {
        return Ok(());
    }
    let broken = controls::build("break_refresh_lock")?;
    let mut ground = Ground::start(Spent::Dies, Some(&broken))?;
    for seed in 1..=2 {
        let trial = ground.round(seed)?;
        ensure!(!trial.wrong.is_empty(), "nothing was found: {}", trial.figures);
        say(&format!("found out: {}", trial.wrong.join("; ").chars().take(160).collect::<String>()));
    }
    Ok(())
}
