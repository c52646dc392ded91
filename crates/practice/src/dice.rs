//! The network's own randomness: ids, tokens, delays. From the system, or from a seed in tests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A source of ids and tokens.
pub struct Dice(StdRng);

impl Dice {
    /// Random without a seed. With one it is repeatable, and differs after a restart (`journal_seq`), so
    /// that no id is made twice.
    pub fn new(seed: Option<u64>, journal_seq: u64) -> Self {
        let Some(seed) = seed else { return Self(StdRng::from_os_rng()) };
        let mixed = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(journal_seq.to_le_bytes()).finalize();
        Self(StdRng::from_seed(mixed.into()))
    }

    /// 32 random bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// `prefix` and 16 hex digits.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}{:016x}", self.0.next_u64())
    }

    /// `prefix` and 43 characters of base64url, 256 bits.
    pub fn token(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.bytes()))
    }

    /// A delay between a fifth of `max` and `max`.
    pub fn delay(&mut self, max: u32) -> u32 {
        self.0.random_range(max / 5..=max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_a_restart_differs() {
        assert_eq!(Dice::new(Some(7), 0).id("post_"), Dice::new(Some(7), 0).id("post_"));
        assert_ne!(Dice::new(Some(7), 0).id("post_"), Dice::new(Some(7), 1).id("post_"));
        assert_ne!(Dice::new(None, 0).token("pat_"), Dice::new(None, 0).token("pat_"));
    }

    #[test]
    fn ids_and_tokens_have_their_shape() {
        let mut dice = Dice::new(Some(1), 0);
        assert_eq!(dice.id("post_").len(), 21);
        assert_eq!(dice.token("pat_").len(), 47);
        assert_eq!(dice.delay(0), 0);
        assert!((200..=1_000).contains(&dice.delay(1_000)));
    }
}
