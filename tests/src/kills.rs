//! Kills of the headless runner on servers of every sort, one post to each kind of account a trial.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    ground::Ground,
    pds::Pds,
    plan::{BLUESKY, Plan},
    torture::{self, Asked, Sum, Trial},
    trial,
};

/// A campaign of kills.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The `postroomctl` that is killed.
    pub program: PathBuf,
    /// Kinds of accounts every post goes to.
    pub kinds: Vec<&'static str>,
    /// Of a hundred kills, how many wait for an acceptance.
    pub aimed: u32,
    /// Whether to answer what owners are asked, and go on to the end.
    pub settle: bool,
}

impl Campaign {
    /// A campaign on the built program.
    pub fn new(program: PathBuf, kinds: &[&'static str]) -> Self {
        Self { program, kinds: kinds.to_vec(), aimed: 65, settle: true }
    }

    /// On a build that lacks a guard, every kill aimed between acceptance and record.
    pub fn broken(program: &Path, kinds: &[&'static str]) -> Self {
        Self { aimed: 100, settle: false, ..Self::new(program.to_owned(), kinds) }
    }
}

/// Runs a campaign; its folders are below `home`, those of trials where something is wrong stay.
pub fn run(proof: &str, asked: &Asked, campaign: &Campaign, home: &Path) -> Result<Sum> {
    let pds = campaign.kinds.contains(&BLUESKY).then(|| Pds::start(home)).transpose()?;
    let start = |worker| {
        let home = home.join(format!("w{worker}-{:x}", rand::random::<u32>()));
        let handle = format!("worker{worker}x{:x}.test", rand::random::<u16>());
        Ok((Ground::start(&home, &campaign.kinds, pds.as_ref(), &handle)?, home))
    };
    torture::run(proof, asked, start, |(ground, home), seed| {
        let plan = Plan::draw(seed, &campaign.kinds, campaign.aimed);
        let folder = home.join(format!("t{seed}"));
        let outcome = trial::run(ground, &plan, &campaign.program, &folder, campaign.settle)?;
        if outcome.wrong.is_empty() {
            fs::remove_dir_all(folder)?;
        }
        let wrong = outcome.wrong.iter().map(ToString::to_string).collect();
        Ok(Trial { figures: outcome.figures(), wrong })
    })
}
