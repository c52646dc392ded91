//! The one cipher, AES-256-GCM, and the nonces it is used with. Everything sealed here goes through these functions.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use domain::{Secret, ports::Random};

use crate::{VaultError, key::KEY_BYTES};

pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;

/// A nonce for one seal. Random: with 96 bits, a key may seal 2^32 values before a repeat is worth a thought
/// (NIST SP 800-38D, section 8.3), and an account's key seals a few thousand in its life.
pub(crate) fn nonce(random: &dyn Random) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce);
    nonce
}

/// Ciphertext and tag.
pub(crate) fn encrypt(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let payload = Payload { msg: plain, aad };
    Aes256Gcm::new(key.into()).encrypt(&Nonce::from(*nonce), payload).map_err(|_| VaultError::TooLarge)
}

/// What [`encrypt`] was given; [`VaultError::Damaged`] where a bit of anything differs.
pub(crate) fn decrypt(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    ciphertext: &[u8],
) -> Result<Secret<Vec<u8>>, VaultError> {
    let payload = Payload { msg: ciphertext, aad };
    let plain = Aes256Gcm::new(key.into()).decrypt(&Nonce::from(*nonce), payload);
    plain.map(Secret::new).map_err(|_| VaultError::Damaged)
}

#[cfg(test)]
#[path = "cipher_tests.rs"]
mod tests;
