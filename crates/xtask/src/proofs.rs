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
        shows: "Thirty publications are due on practice accounts of every kind. The headless runner is killed with \
                SIGKILL one to three times, a quarter of the kills at a moment drawn from the whole length of a run and the \
                others from its work, and started anew until nothing is left to do; in an eighth of the trials the disk is kept busy. Then every publication is compared \
                with the journal that the network, a process of its own, synced before it answered: each text live once, \
                none lost, and where nothing can be read back the owner asked.",
        target: "kills",
        only: &["killed", "without_a_guard_kills"],
    },
    Proof {
        name: "runners",
        title: "Several runners on one profile",
        shows: "Three headless runners are started on one profile at once, again and again, while one after another is \
                killed; and one is stopped, in whatever it does, for longer than it takes to prove an absence, while \
                another is started. The same judge.",
        target: "kills",
        only: &["several_runners"],
    },
    Proof {
        name: "fediverse",
        title: "Random kills and lost replies on real and simulated servers",
        shows: "A post to an account on each of Bluesky's own data server and three simulated servers of the Mastodon \
                family, which honour the Idempotency-Key, ignore it, or have forgotten it by the next call; two thirds of \
                the kills wait for an acceptance, and a third of the replies to a post on the Mastodon family are lost.",
        target: "fediverse",
        only: &["nothing_is_lost", "without_looking", "with_another_key"],
    },
    Proof {
        name: "steps",
        title: "Every step",
        shows: "The runner ends before and after every named step of opening, claiming, publishing, confirming, recording \
                and deleting, for every kind of account, the first and the second time it comes there. Nothing lost, \
                nothing doubled, and where nothing can be read back the owner asked.",
        target: "every_step",
        only: &["steps_end_before_and_after"],
    },
    Proof {
        name: "syscalls",
        title: "Every write, sync and send",
        shows: "The n-th write, sync, truncation or send of the runner fails, once or from then on, or the runner ends \
                before or after it, for every n until a run passes untouched.",
        target: "every_step",
        only: &["calls_that_fail"],
    },
    Proof {
        name: "power",
        title: "Power loss",
        shows: "Every write and sync of a runner is recorded, beside what the network accepted. From that the files are \
                built that a power loss at a moment may leave: what was not synced kept, dropped, kept in part, or torn at \
                sectors of 512 bytes. The next runner makes of them what is right. A build that does not sync its commits \
                must be found out.",
        target: "every_step",
        only: &["power_lost"],
    },
    Proof {
        name: "disk",
        title: "Full disk",
        shows: "The disk is full from the n-th write on, until there is room again. What is there can be read meanwhile, and \
                the runner goes on.",
        target: "every_step",
        only: &["disk_full"],
    },
    Proof {
        name: "network",
        title: "Faults of the network",
        shows: "Thirteen faults (429 with and without a time to wait for counted as two) at every step of publishing, for \
                every class, made by a server that stands between the app and the practice network. The network's own \
                journal says what went out: nothing lost, nothing doubled, no call before the time a 429 named, no answer \
                listened to for longer than 30 s. One trial is every cell.",
        target: "network",
        only: &["matrix::"],
    },
    Proof {
        name: "unknowns",
        title: "Calls of unknown outcome",
        shows: "Most publishing calls are left without an answer: carried out at once, carried out late, or never, and what \
                went out can be read back only after a while. Doubt is settled without a person within the longest time \
                until a post can be read back and 10 s; absence is believed only after that time and the longest lateness, \
                by our journal and the network's; a blind account's owner is asked within 5 s. One trial is a thousand calls.",
        target: "network",
        only: &["unknowns::"],
    },
    Proof {
        name: "damage",
        title: "Damaged files",
        shows: "A bit of the database or of its log is flipped, or one of them cut off, half of the time right after a \
                crash in the middle of publishing. Nothing goes out that should not: it is refused, or starts paused and \
                asks, or the damage meant nothing.",
        target: "every_step",
        only: &["damaged_files"],
    },
    Proof {
        name: "copies",
        title: "An older copy put back",
        shows: "The profile folder of before is put back after its posts went out. It starts paused, and once its owner \
                resumes nothing goes out again.",
        target: "every_step",
        only: &["an_older_copy_put_back"],
    },
    Proof {
        name: "rotation",
        title: "Changes of keys cut short",
        shows: "The program ends before and after every named step of replacing keys, in a real keyring, behind a \
                passphrase and handed in, and of moving from each to each. One key opens the profile afterwards, the one \
                before or the next; every account can be used with it, keys can be changed again, and none is left behind.",
        target: "vault",
        only: &["cut_short"],
    },
    Proof {
        name: "refresh",
        title: "Renewing access once",
        shows: "The access of an account ends, and sixteen tasks of one runner use it at the same moment; every fiftieth \
                time four processes that race for the profile instead. The platform gives a successor with every renewal \
                and ends the one before: it must be asked exactly once, and everybody go on. A kill between its answer and \
                our commit is recovered where the spent token lives on, and said to the owner where it does not. In the \
                control everybody renews for themselves.",
        target: "refresh",
        only: &[],
    },
    Proof {
        name: "soak",
        title: "Days of work in one process",
        shows: "Posts to up to three accounts each come due hour after hour of simulated time, in one process on a practice \
                network of its own. Each is accepted exactly once, and after the first hours neither memory (5 % at \
                most) nor open files grow. The control loses 64 KiB with each post.",
        target: "soak",
        only: &[],
    },
    Proof {
        name: "zones",
        title: "Wall times and rules",
        shows: "Wall times of every zone, 1970 to 2037 and around every change of the clocks, and rules expanded over both \
                changes in twelve zones (Lord Howe too) and at random, are compared with Python's zoneinfo and dateutil on \
                the same release of the zone data: the same instant; both of a time that comes twice; of one that is \
                skipped, the first moment after the gap.",
        target: "zones",
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
