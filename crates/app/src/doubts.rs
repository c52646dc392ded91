//! How long each effect in doubt has been so, on the clock that never jumps. Known to this process only: after a restart
//! the count begins anew, which can only make the proof of absence later.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::EffectId;

/// When each doubt began, in milliseconds of the monotonic clock.
#[derive(Debug, Default)]
pub struct Doubts(Mutex<HashMap<EffectId, u64>>);

impl Doubts {
    /// A doubt begins now, also where one was known.
    pub fn begin(&self, effect: EffectId, now: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(effect, now);
    }

    /// Milliseconds the doubt has lasted; one not known yet begins now.
    pub fn passed_ms(&self, effect: EffectId, now: u64) -> i64 {
        let began = *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(effect).or_insert(now);
        i64::try_from(now.saturating_sub(began)).unwrap_or(i64::MAX)
    }

    /// It is settled.
    pub fn settled(&self, effect: EffectId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&effect);
    }
}

#[cfg(test)]
mod tests {
    use domain::{EffectId, UtcMs, ports::Random};

    use super::Doubts;

    struct Same;
    impl Random for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_doubt_lasts_from_its_beginning_or_from_the_first_question() {
        let effect = EffectId::new(UtcMs::from_millis(1), &Same);
        let doubts = Doubts::default();
        assert_eq!(doubts.passed_ms(effect, 500), 0, "not known before");
        assert_eq!(doubts.passed_ms(effect, 700), 200);
        doubts.begin(effect, 800);
        assert_eq!(doubts.passed_ms(effect, 1_000), 200);
        doubts.settled(effect);
        assert_eq!(doubts.passed_ms(effect, 2_000), 0);
    }
}
