//! Texts nobody guesses by accident.

use std::hash::{BuildHasher, RandomState};

/// 48 characters nobody guesses by accident; nothing secret hangs on them.
pub fn random() -> String {
    let words = [0_u64, 1, 2].map(|word| format!("{:016x}", RandomState::new().hash_one(word)));
    words.concat()
}
