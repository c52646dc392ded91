//! What is known of the posts that are due soon: what was done ahead for each, and who waits for the same moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{PublicationId, UtcMs};
use tokio::sync::OnceCell;

/// What was done ahead, and for which time.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Posts whose tokens, limits and pictures were seen to.
    pub ready: Seen,
    /// Posts for which a connection was opened.
    pub open: Seen,
    /// Moments that claimed jobs wait for: one timer for all that are due together.
    moments: Mutex<HashMap<UtcMs, Arc<OnceCell<()>>>>,
}

impl Ahead {
    /// What those wait for together whose time is `due`.
    pub fn moment(&self, due: UtcMs, now: UtcMs) -> Arc<OnceCell<()>> {
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        moments.retain(|due, _| *due > now);
        Arc::clone(moments.entry(due).or_default())
    }

    /// Whoever comes next waits for it anew.
    pub fn forget(&self, due: UtcMs) {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).remove(&due);
    }
}

/// For which time each post was seen to last.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<PublicationId, UtcMs>>);

impl Seen {
    /// Those of `coming` that were not seen for that time, which now they are.
    pub fn fresh(&self, coming: &[(PublicationId, UtcMs)], now: UtcMs) -> Vec<(PublicationId, UtcMs)> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, due| *due > now);
        coming.iter().copied().filter(|(id, due)| seen.insert(*id, *due) != Some(*due)).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{PublicationId, UtcMs, ports::Random};

    use super::Seen;

    struct Same;
    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn at(ms: i64) -> UtcMs {
        UtcMs::from_millis(ms)
    }

    #[test]
    fn each_is_seen_to_once_for_each_time_it_gets() {
        let (seen, id) = (Seen::default(), PublicationId::new(at(1), &Same));
        assert_eq!(seen.fresh(&[(id, at(100))], at(50)), [(id, at(100))]);
        assert!(seen.fresh(&[(id, at(100))], at(60)).is_empty());
        assert_eq!(seen.fresh(&[(id, at(120))], at(60)), [(id, at(120))], "moved");
        assert_eq!(seen.fresh(&[(id, at(120))], at(60)), []);
        seen.fresh(&[], at(120));
        assert!(seen.0.lock().unwrap().is_empty(), "nothing is kept of what is past");
    }
}
