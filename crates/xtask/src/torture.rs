//! `cargo xtask torture`: the proofs in their long form, and the page that tells what they have shown.
//!
//! Owns what each proof is told. Refuses to run trials itself: a proof is a test target, which runs its
//! short form as a layer of `cargo xtask test` and its long form here, told apart by the environment. What it showed is
//! in `docs/results/NAME.json`; see `tests/src/results.rs`.
//!
//! ```text
//! cargo xtask torture kills --trials 1000     # goes on where the last run ended
//! cargo xtask torture kills --seed 17         # that trial again; nothing is kept
//! cargo xtask torture report                  # renews the section of docs/reliability.md
//! ```

use std::time::Duration;

use anyhow::{Result, bail};

use crate::{
    cmd::Cmd,
    context::Context,
    proofs::{PROOFS, Proof, page},
    steps,
    workspace::Workspace,
};

/// Longest a proof may run where no time is given.
const LIMIT: Duration = Duration::from_hours(48);
/// What the building and the last trial may take beyond the time given.
const MARGIN: Duration = Duration::from_mins(30);

/// Options of `cargo xtask torture`.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// The proofs to run, one after another; all where none is named. `report` renews the page instead.
    names: Vec<String>,
    /// Trials to run.
    #[arg(long)]
    trials: Option<u64>,
    /// This trial again, by its seed; its results are not kept.
    #[arg(long, conflicts_with_all = ["trials", "from", "to", "minutes"])]
    seed: Option<u64>,
    /// First seed; else the next that was never run.
    #[arg(long)]
    from: Option<u64>,
    /// Last seed. Seeds that were run at this state of the core are passed over.
    #[arg(long, requires = "from", conflicts_with = "trials")]
    to: Option<u64>,
    /// No trial begins later than this.
    #[arg(long)]
    minutes: Option<u64>,
    /// Trials at the same time.
    #[arg(long)]
    workers: Option<u64>,
}

/// Runs the proofs asked for; true when nothing was wrong.
pub fn run(options: &Options) -> Result<bool> {
    let workspace = Workspace::load()?;
    if options.names == ["report"] {
        return page::renew(&workspace).map(|()| true);
    }
    let chosen = choose(&options.names)?;
    let test = crate::context::Options { quick: false, only: Vec::new(), yes: false, verbose: true };
    let context = Context { workspace: &workspace, options: &test };
    if let Err(found) = steps::programs(&context)? {
        println!("{}", found.output);
        return Ok(false);
    }
    let mut right = true;
    for proof in chosen {
        println!("── {}: {}", proof.name, proof.title);
        let command = told(steps::journey_command(&workspace, proof.target), options);
        right &= command.args(proof.only).limit(limit(options)).echo(true).run()?.ok;
    }
    page::renew(&workspace)?;
    Ok(right)
}

fn choose(names: &[String]) -> Result<Vec<&'static Proof>> {
    if let Some(unknown) = names.iter().find(|name| !PROOFS.iter().any(|proof| proof.name == **name)) {
        let known: Vec<_> = PROOFS.iter().map(|proof| proof.name).collect();
        bail!("no proof is called {unknown}; there are {}, and report", known.join(", "));
    }
    Ok(PROOFS.iter().filter(|proof| names.is_empty() || names.iter().any(|name| name == proof.name)).collect())
}

fn limit(options: &Options) -> Duration {
    options.minutes.map_or(LIMIT, |minutes| Duration::from_secs(minutes * 60) + MARGIN)
}

/// The long form, and how much of it.
fn told(command: Cmd, options: &Options) -> Cmd {
    let numbers = [
        ("POSTROOM_TRIALS", options.trials),
        ("POSTROOM_SEED", options.seed),
        ("POSTROOM_FROM", options.from),
        ("POSTROOM_TO", options.to),
        ("POSTROOM_MINUTES", options.minutes),
        ("POSTROOM_WORKERS", options.workers),
    ];
    let given = numbers.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
    given.fold(command.env("POSTROOM_TORTURE", "1"), |command, (name, number)| command.env(name, number))
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn proofs_are_chosen_by_name_and_all_where_none_is_named() {
        let names = |names: &[&str]| choose(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["kills"]).unwrap().len(), 1);
        assert_eq!(names(&[]).unwrap().len(), super::PROOFS.len());
        assert!(names(&["kill"]).unwrap_err().to_string().contains("there are kills"));
    }
}
