//! What the tests of this crate share.

use std::{io::Read, sync::Mutex};

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
