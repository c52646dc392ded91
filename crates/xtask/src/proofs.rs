//! The proofs there are. Adding one is one entry here; what it shows is read on the page made of it.

pub mod page;

/// A proof: a test target that draws trials by seed and keeps what came of them.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// What `cargo xtask torture` and its results file are called by: `docs/results/NAME.json`.
    pub name: &'static str,
    /// Its heading on the page.
    pub title: &'static str,
    /// What is done and what must never be seen, for the page.
    pub shows: &'static str,
    /// Its test target, in any package; as a layer of `cargo xtask test` the same target runs the short form.
    pub target: &'static str,
    /// Tests of the target that belong to it, as libtest chooses them; all where none is named.
    pub only: &'static [&'static str],
}

/// In the order of the page.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "kills",
        title: "Random kills",
        shows: "The headless runner is killed with SIGKILL again and again while it publishes, and started anew until \
                nothing is left to do. Then every publication is compared with the journals that the servers synced: each \
                text live once, none lost, and where nothing can be read back the owner asked.",
        target: "kills",
        only: &[],
    },
    Proof {
        name: "fediverse",
        title: "Random kills and lost replies on the Mastodon family",
        shows: "The same on simulated servers that honour the Idempotency-Key, ignore it, or have forgotten it by the next \
                call; a third of the replies to a post are lost.",
        target: "fediverse",
        only: &[],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::PROOFS;
    use crate::journeys::JOURNEYS;

    #[test]
    fn every_proof_has_a_short_form_among_the_layers_and_a_name_of_its_own() {
        for proof in PROOFS {
            assert!(JOURNEYS.iter().any(|journey| journey.target == proof.target), "{} is no layer", proof.target);
            assert!(!proof.shows.is_empty() && !proof.title.is_empty());
        }
        let names: BTreeSet<_> = PROOFS.iter().map(|proof| proof.name).collect();
        assert_eq!(names.len(), PROOFS.len());
    }
}
