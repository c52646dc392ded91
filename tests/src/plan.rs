//! What a trial does, drawn from a seed so that it can be drawn again. When the kills hit is up to the machine.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// The kind of account on the real data server.
pub const BLUESKY: &str = "bluesky";

/// When to kill the runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// This long after its start.
    After(Duration),
    /// When the acceptance of a part stands in the witness: kind and part.
    Seen(String, usize),
}

/// What a trial does, drawn from a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Name of the trial, part of every text.
    pub name: String,
    /// Kinds of accounts posted to.
    pub kinds: Vec<String>,
    /// Parts of the post.
    pub parts: Vec<String>,
    /// Whether the first part has a picture.
    pub picture: bool,
    /// The kills, one a run.
    pub aims: Vec<Aim>,
    /// Kinds of accounts where the reply to a post is lost, if the server can lose one.
    pub lost: Vec<String>,
}

impl Plan {
    /// Draws the trial of this seed; `aimed` of a hundred kills wait for an acceptance.
    pub fn draw(seed: u64, kinds: &[&str], aimed: u32) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let name = seed.to_string();
        let parts = if dice.random_ratio(2, 5) { 2 } else { 1 };
        let parts: Vec<_> = (0..parts).map(|part| format!("Trial {name}, part {part}")).collect();
        let aim = |dice: &mut StdRng| match dice.random_ratio(aimed, 100).then(|| kinds.choose(dice)).flatten() {
            Some(kind) => Aim::Seen((*kind).to_owned(), dice.random_range(0..parts.len())),
            None => Aim::After(Duration::from_millis(dice.random_range(0..500))),
        };
        let aims = (0..dice.random_range(2..=4)).map(|_| aim(&mut dice)).collect();
        let kinds: Vec<_> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let picture = dice.random_ratio(1, 3);
        let lost = kinds.iter().filter(|_| dice.random_ratio(1, 3)).cloned().collect();
        Self { name, kinds, parts, picture, aims, lost }
    }
}

#[cfg(test)]
mod tests {
    use super::{Aim, Plan};

    #[test]
    fn a_seed_draws_the_same_trial_again_and_another_seed_another() {
        let draw = |seed| Plan::draw(seed, &["a", "b", "c", "d"], 60);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(draw(8).parts, draw(7).parts);
    }

    #[test]
    fn aims_are_within_what_is_there() {
        for seed in 0..200 {
            let plan = Plan::draw(seed, &["a", "d"], 60);
            assert!((2..=4).contains(&plan.aims.len()));
            for aim in plan.aims {
                match aim {
                    Aim::After(time) => assert!(time.as_millis() < 500),
                    Aim::Seen(kind, part) => assert!(plan.kinds.contains(&kind) && part < plan.parts.len()),
                }
            }
        }
    }
}
