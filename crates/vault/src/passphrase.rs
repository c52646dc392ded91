//! A profile key locked with a passphrase (Argon2id). The result is a small blob the caller keeps in a
//! file: `PRP1` | memory KiB (4) | passes (4) | lanes (4) | salt (16) | verifier (32) | nonce (12) |
//! locked key (48) | checksum (16).
//!
//! The checksum tells damage from a wrong passphrase; the verifier tells a wrong passphrase from a damaged
//! locked key. The key is random and only locked by the passphrase, so changing it rewrites this blob alone.

use argon2::{Algorithm, Argon2, Params, Version};
use domain::{Secret, ports::Random};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    ProfileKey, VaultError,
    cipher::{self, NONCE_BYTES, TAG_BYTES},
    key::{BackendKind, KEY_BYTES},
};

/// Shortest passphrase accepted for a new lock, in characters.
pub const MIN_CHARS: usize = 8;

const MAGIC: &[u8; 4] = b"PRP1";
const SALT_BYTES: usize = 16;
const VERIFIER_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 16;
/// Everything authenticated with the locked key: magic, costs, salt, verifier.
const HEAD_BYTES: usize = 4 + 12 + SALT_BYTES + VERIFIER_BYTES;
const BLOB_BYTES: usize = HEAD_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES + CHECKSUM_BYTES;

/// How hard guessing is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Parallel lanes.
    pub lanes: u32,
}

impl Cost {
    /// What a new lock uses: 64 MiB, three passes (RFC 9106, section 4, with one lane).
    pub const STANDARD: Self = Self { memory_kib: 64 * 1_024, passes: 3, lanes: 1 };

    /// The most a blob may ask for, so that a changed file cannot exhaust the machine.
    const MAX: Self = Self { memory_kib: 1 << 20, passes: 16, lanes: 16 };

    fn params(self) -> Result<Params, VaultError> {
        let fits =
            self.memory_kib <= Self::MAX.memory_kib && self.passes <= Self::MAX.passes && self.lanes <= Self::MAX.lanes;
        let output = Some(KEY_BYTES + VERIFIER_BYTES);
        let params = Params::new(self.memory_kib, self.passes, self.lanes, output).map_err(|_| VaultError::Damaged)?;
        if fits { Ok(params) } else { Err(VaultError::Damaged) }
    }
}

/// Locks the key with a new passphrase. Takes about a fifth of a second with [`Cost::STANDARD`]: call it
/// where blocking is allowed.
pub fn lock(
    key: &ProfileKey,
    passphrase: &Secret<String>,
    cost: Cost,
    random: &dyn Random,
) -> Result<Vec<u8>, VaultError> {
    if passphrase.expose().chars().count() < MIN_CHARS {
        return Err(VaultError::PassphraseTooShort);
    }
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt);
    let nonce = cipher::nonce(random);
    let derived = derive(passphrase, &salt, cost)?;
    let (lock_key, check) = halves(&derived)?;
    let mut blob = Vec::with_capacity(BLOB_BYTES);
    blob.extend_from_slice(MAGIC);
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        blob.extend_from_slice(&number.to_be_bytes());
    }
    blob.extend_from_slice(&salt);
    blob.extend_from_slice(&verifier(check));
    let locked = cipher::encrypt(lock_key, &nonce, &blob, key.key.expose())?;
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&locked);
    blob.extend_from_slice(&checksum(&blob));
    Ok(blob)
}

/// Unlocks what [`lock`] made. Blocks as long as it did.
pub fn unlock(blob: &[u8], passphrase: &Secret<String>) -> Result<ProfileKey, VaultError> {
    let parts = Parts::read(blob)?;
    let derived = derive(passphrase, &parts.salt, parts.cost)?;
    let (lock_key, check) = halves(&derived)?;
    if !bool::from(verifier(check).ct_eq(&parts.verifier)) {
        return Err(VaultError::WrongPassphrase);
    }
    let plain = cipher::decrypt(lock_key, &parts.nonce, parts.head, parts.locked)?;
    let bytes: [u8; KEY_BYTES] = plain.expose().as_slice().try_into().map_err(|_| VaultError::Damaged)?;
    Ok(ProfileKey::from_bytes(bytes, BackendKind::Passphrase))
}

struct Parts<'a> {
    head: &'a [u8],
    cost: Cost,
    salt: [u8; SALT_BYTES],
    verifier: [u8; VERIFIER_BYTES],
    nonce: [u8; NONCE_BYTES],
    locked: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(blob: &'a [u8]) -> Result<Self, VaultError> {
        let all: &[u8; BLOB_BYTES] = blob.try_into().map_err(|_| VaultError::Damaged)?;
        let (body, sum) = all.split_last_chunk::<CHECKSUM_BYTES>().ok_or(VaultError::Damaged)?;
        if checksum(body) != *sum {
            return Err(VaultError::Damaged);
        }
        let (head, rest) = body.split_at_checked(HEAD_BYTES).ok_or(VaultError::Damaged)?;
        let mut cursor = head.strip_prefix(MAGIC).ok_or(VaultError::Damaged)?;
        let memory_kib = u32::from_be_bytes(take(&mut cursor)?);
        let passes = u32::from_be_bytes(take(&mut cursor)?);
        let lanes = u32::from_be_bytes(take(&mut cursor)?);
        let (salt, verifier) = (take(&mut cursor)?, take(&mut cursor)?);
        let (nonce, locked) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Damaged)?;
        Ok(Self { head, cost: Cost { memory_kib, passes, lanes }, salt, verifier, nonce: *nonce, locked })
    }
}

fn take<const N: usize>(from: &mut &[u8]) -> Result<[u8; N], VaultError> {
    let (first, rest) = from.split_first_chunk::<N>().ok_or(VaultError::Damaged)?;
    *from = rest;
    Ok(*first)
}

fn derive(passphrase: &Secret<String>, salt: &[u8], cost: Cost) -> Result<Secret<Vec<u8>>, VaultError> {
    let mut out = vec![0; KEY_BYTES + VERIFIER_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?)
        .hash_password_into(passphrase.expose().as_bytes(), salt, &mut out)
        .map_err(|_| VaultError::Damaged)?;
    Ok(Secret::new(out))
}

fn halves(derived: &Secret<Vec<u8>>) -> Result<(&[u8; KEY_BYTES], &[u8]), VaultError> {
    derived.expose().split_first_chunk::<KEY_BYTES>().ok_or(VaultError::Damaged)
}

fn verifier(check: &[u8]) -> [u8; VERIFIER_BYTES] {
    Sha256::new().chain_update(b"postroom passphrase verifier").chain_update(check).finalize().into()
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Sha256::new().chain_update(b"postroom passphrase blob").chain_update(bytes).finalize();
    let mut sum = [0; CHECKSUM_BYTES];
    sum.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    sum
}

#[cfg(test)]
#[path = "passphrase_tests.rs"]
mod tests;
