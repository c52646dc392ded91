//! What checking a connection showed, hop by hop, and the checks of this process: while they last, and the last of them
//! for a while after.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use domain::{
    AccountId, UtcMs,
    doctor::{Diagnosis, Hop, HopState},
};
use tokio_util::sync::CancellationToken;

use crate::Error;

/// Something that was seen. Redacted: it may be shown to anybody who helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is: `server`, `status`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// What came of one hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub hop: Hop,
    /// What came of it.
    pub state: HopState,
    /// What is wrong; `None` where nothing is.
    pub diagnosis: Option<Diagnosis>,
    /// What that means, in a sentence or two.
    pub means: String,
    /// What mends it; empty where nothing has to be.
    pub fix: String,
    /// What was seen.
    pub seen: Vec<Seen>,
}

/// What was examined, and what that showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The platform's short name; empty for this computer alone.
    pub platform: String,
    /// The account, where it is one.
    pub account: Option<AccountId>,
    /// Its handle; empty without one.
    pub handle: String,
    /// The server's origin; empty where there is none.
    pub server: String,
    /// The hops that were tried so far, in order; all of them at the end.
    pub checks: Vec<Check>,
    /// The hop that is being tried.
    pub trying: Option<Hop>,
}

impl Examined {
    /// The first hop that is broken: the one to mend.
    #[must_use]
    pub fn broken(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.state == HopState::Broken)
    }
}

/// How a check of connections stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Under way.
    Running,
    /// All was tried.
    Done,
    /// Ended before that.
    Cancelled,
}

/// A check of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// Its identifier.
    pub id: String,
    /// How it stands.
    pub standing: Standing,
    /// When it began.
    pub at: UtcMs,
    /// What it looks at, in order.
    pub examined: Vec<Examined>,
}

/// Checks remembered.
const REMEMBERED_MAX: usize = 16;
/// Checks under way at once.
const RUNNING_MAX: usize = 4;

/// The checks of this process, the newest last.
#[derive(Default)]
pub struct Examinations(Mutex<VecDeque<(Examination, CancellationToken)>>);

impl Examinations {
    pub(crate) fn add(&self, new: Examination, cancel: CancellationToken) -> Result<(), Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let running = all.iter().filter(|(known, _)| known.standing == Standing::Running).count();
        if running >= RUNNING_MAX {
            return Err(Error::invalid("Connections are being checked already; wait for that to end."));
        }
        while all.len() >= REMEMBERED_MAX {
            let Some(oldest) = all.iter().position(|(known, _)| known.standing != Standing::Running) else { break };
            all.remove(oldest);
        }
        all.push_back((new, cancel));
        Ok(())
    }

    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Examination)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, _)) = all.iter_mut().find(|(known, _)| known.id == id) {
            change(known);
        }
    }

    pub(crate) fn get(&self, id: &str) -> Result<(Examination, CancellationToken), Error> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(known, _)| known.id == id).cloned().ok_or_else(|| Error::not_found("check", id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, standing: Standing) -> Examination {
        Examination { id: id.to_owned(), standing, at: UtcMs::from_millis(0), examined: Vec::new() }
    }

    #[test]
    fn few_run_at_once_and_the_last_ones_are_remembered() {
        let all = Examinations::default();
        for number in 0..RUNNING_MAX {
            all.add(one(&format!("run{number}"), Standing::Running), CancellationToken::new()).unwrap();
        }
        assert!(all.add(one("more", Standing::Running), CancellationToken::new()).is_err());
        for number in 0..RUNNING_MAX {
            all.change(&format!("run{number}"), |known| known.standing = Standing::Done);
        }
        for number in 0..REMEMBERED_MAX {
            all.add(one(&format!("later{number}"), Standing::Done), CancellationToken::new()).unwrap();
        }
        assert!(all.get("run0").is_err() && all.get("later0").is_ok());
    }
}
