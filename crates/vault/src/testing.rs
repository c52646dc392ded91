//! What the tests of this crate share.

use std::{
    io::Read,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::ports::Random;

/// The system's randomness, as a test has no other.
pub(crate) struct Urandom(Mutex<std::fs::File>);

impl Urandom {
    pub(crate) fn open() -> Self {
        Self(Mutex::new(std::fs::File::open("/dev/urandom").unwrap()))
    }
}

impl Random for Urandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().read_exact(bytes).unwrap();
    }
}

/// A source with 40 bits in it: among four million draws some seven meet, among ten million some forty-five.
pub(crate) struct FortyBits(AtomicU64);

impl FortyBits {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Random for FortyBits {
    fn fill(&self, bytes: &mut [u8]) {
        // SplitMix64, so that the control shows the same every time.
        let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        bytes.fill(0);
        bytes[..5].copy_from_slice(&mixed.to_le_bytes()[..5]);
    }
}
