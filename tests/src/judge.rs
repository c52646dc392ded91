//! The judge: compares what the servers accepted with what the app says of it. Pure; knows nothing of processes.

use std::fmt;

/// What the app shows of one publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `a`, `b`, `c`, `d` or `bluesky`.
    pub kind: String,
    /// Texts of its parts, in order.
    pub parts: Vec<String>,
    /// How many parts it knows to be live.
    pub parts_done: usize,
    /// Its state.
    pub state: String,
    /// Why, in words.
    pub reason: String,
    /// Whether a kill left an effect of it in doubt.
    pub doubted: bool,
}

/// What is wrong with a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Not live and nobody is told why, or said to be live and not there.
    Lost(String),
    /// Accepted more than once.
    Doubled(String),
    /// In doubt at a place that cannot be read, and its owner was not asked.
    NotAsked(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, what) = match self {
            Self::Lost(what) => ("lost", what),
            Self::Doubled(what) => ("doubled", what),
            Self::NotAsked(what) => ("owner not asked", what),
        };
        write!(f, "{word}: {what}")
    }
}

/// Judges one publication at rest. `accepted` tells how often a server took a text.
pub fn judge(shown: &Shown, accepted: impl Fn(&str) -> usize) -> Vec<Wrong> {
    let Shown { kind, state, reason, .. } = shown;
    let mut wrong = Vec::new();
    for text in &shown.parts {
        let times = accepted(text);
        if times > 1 {
            wrong.push(Wrong::Doubled(format!("{kind}: {text:?} was accepted {times} times")));
        }
    }
    for text in shown.parts.iter().take(shown.parts_done) {
        if accepted(text) == 0 {
            wrong.push(Wrong::Lost(format!("{kind}: {text:?} is said to be live and was never accepted")));
        }
    }
    match state.as_str() {
        "published" if shown.parts_done == shown.parts.len() => {}
        // Only where nothing can be read may a person be asked, and then with a reason.
        "needs_decision" if kind == "d" && shown.doubted && !reason.is_empty() => {}
        _ => wrong
            .push(Wrong::Lost(format!("{kind}: at rest it is {state} ({reason:?}), {} parts live", shown.parts_done))),
    }
    if kind == "d" && shown.doubted && state != "needs_decision" {
        wrong.push(Wrong::NotAsked(format!("it was in doubt and is {state}")));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{Shown, Wrong, judge};

    fn shown(kind: &str, state: &str, parts_done: usize) -> Shown {
        let parts = vec!["one".to_owned(), "two".to_owned()];
        Shown {
            kind: kind.into(),
            parts,
            parts_done,
            state: state.into(),
            reason: "because".into(),
            doubted: kind == "d",
        }
    }

    #[test]
    fn live_once_everywhere_is_right() {
        assert_eq!(judge(&shown("a", "published", 2), |_| 1), []);
        assert_eq!(judge(&shown("d", "needs_decision", 1), |_| 1), []);
        assert_eq!(judge(&shown("d", "needs_decision", 0), |_| 0), []);
    }

    #[test]
    fn doubles_are_found_in_every_state() {
        let twice = |text: &str| if text == "one" { 2 } else { 1 };
        assert!(matches!(judge(&shown("a", "published", 2), twice).as_slice(), [Wrong::Doubled(_)]));
        assert!(matches!(judge(&shown("d", "needs_decision", 1), twice).as_slice(), [Wrong::Doubled(_)]));
    }

    #[test]
    fn what_rests_anywhere_else_is_lost() {
        for (state, done) in [("failed", 0), ("publishing", 1), ("held", 0), ("published", 1)] {
            assert!(matches!(judge(&shown("b", state, done), |_| 1).as_slice(), [Wrong::Lost(_)]), "{state}");
        }
        assert!(matches!(judge(&shown("c", "needs_decision", 1), |_| 1).as_slice(), [Wrong::Lost(_)]));
        assert_eq!(judge(&shown("a", "published", 2), |_| 0).len(), 2, "said to be live and nowhere");
    }

    #[test]
    fn doubt_at_a_blind_place_is_put_before_its_owner_and_only_doubt() {
        assert!(matches!(judge(&shown("d", "published", 2), |_| 1).as_slice(), [Wrong::NotAsked(_)]));
        let calm = Shown { doubted: false, ..shown("d", "needs_decision", 1) };
        assert!(matches!(judge(&calm, |_| 1).as_slice(), [Wrong::Lost(_)]));
    }
}
