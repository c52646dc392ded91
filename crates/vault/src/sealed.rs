//! The sealed byte format: version (1) | backend (1) | key id (16) | nonce (12) | AES-256-GCM ciphertext
//! and tag. The header and the [`Context`] are authenticated with it.
//!
//! The feature `break_sealing` swaps the cipher for plain bytes behind version 255: the negative control
//! for the scan that looks for secrets on disk. Without the feature such values are an unknown format.

use domain::{Secret, ports::Random};

use crate::{
    Context, DataKey, ProfileKey, VaultError,
    cipher::{self, NONCE_BYTES, TAG_BYTES},
    key::{BackendKind, KEY_BYTES, KEY_ID_BYTES},
};

/// Whether this build writes secrets in the clear on purpose. A release with it does not compile.
pub const SEALING_BROKEN: bool = cfg!(feature = "break_sealing");

const VERSION: u8 = 1;
const VERSION_BROKEN: u8 = 255;
const HEADER_BYTES: usize = 2 + KEY_ID_BYTES;
/// The largest secret taken, in bytes.
const PLAIN_MAX_BYTES: usize = 64 * 1_024;

/// Seals `plain` for one place with a fresh random nonce.
pub fn seal(key: &DataKey, place: &Context<'_>, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, VaultError> {
    Raw { key: key.key.expose(), id: key.id(), backend: key.backend }.seal(place, plain, random)
}

/// Opens what [`seal`] made for the same place with the same key.
pub fn open(key: &DataKey, place: &Context<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, VaultError> {
    Raw { key: key.key.expose(), id: key.id(), backend: key.backend }.open(place, sealed)
}

/// Seals an account's data key under the profile key, for the caller to store.
pub fn wrap(
    profile_key: &ProfileKey,
    key: &DataKey,
    place: &Context<'_>,
    random: &dyn Random,
) -> Result<Vec<u8>, VaultError> {
    let raw = Raw { key: profile_key.key.expose(), id: profile_key.id(), backend: profile_key.backend };
    raw.seal(place, key.key.expose(), random)
}

/// Opens a stored data key.
pub fn unwrap(profile_key: &ProfileKey, place: &Context<'_>, sealed: &[u8]) -> Result<DataKey, VaultError> {
    let raw = Raw { key: profile_key.key.expose(), id: profile_key.id(), backend: profile_key.backend };
    let plain = raw.open(place, sealed)?;
    let bytes: [u8; KEY_BYTES] = plain.expose().as_slice().try_into().map_err(|_| VaultError::Damaged)?;
    Ok(DataKey { key: Secret::new(bytes), backend: profile_key.backend })
}

/// The backend whose key a value was sealed under, as its header says: for the message when that key is
/// not to be had. `None` when the header cannot be read.
#[must_use]
pub fn backend_of(sealed: &[u8]) -> Option<BackendKind> {
    match sealed {
        [VERSION, backend, ..] => BackendKind::from_byte(*backend),
        _ => None,
    }
}

/// A key about to be used.
pub(crate) struct Raw<'a> {
    pub(crate) key: &'a [u8; KEY_BYTES],
    pub(crate) id: [u8; KEY_ID_BYTES],
    pub(crate) backend: BackendKind,
}

impl Raw<'_> {
    pub(crate) fn seal(&self, place: &Context<'_>, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>, VaultError> {
        if plain.len() > PLAIN_MAX_BYTES {
            return Err(VaultError::TooLarge);
        }
        let nonce = cipher::nonce(random);
        let version = if SEALING_BROKEN { VERSION_BROKEN } else { VERSION };
        let mut out = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + plain.len() + TAG_BYTES);
        out.push(version);
        out.push(self.backend.byte());
        out.extend_from_slice(&self.id);
        if SEALING_BROKEN {
            out.extend_from_slice(&nonce);
            out.extend_from_slice(plain);
            return Ok(out);
        }
        let ciphertext = cipher::encrypt(self.key, &nonce, &place.encode(&out), plain)?;
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&ciphertext);
        Ok(out)
    }

    pub(crate) fn open(&self, place: &Context<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, VaultError> {
        let (version, _) = sealed.split_first().ok_or(VaultError::Damaged)?;
        if *version != VERSION && !(SEALING_BROKEN && *version == VERSION_BROKEN) {
            return Err(VaultError::UnknownFormat(*version));
        }
        let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or(VaultError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Damaged)?;
        if header.get(2..) != Some(self.id.as_slice()) {
            return Err(VaultError::OtherKey);
        }
        if *version == VERSION_BROKEN {
            return Ok(Secret::new(ciphertext.to_vec()));
        }
        if ciphertext.len() > PLAIN_MAX_BYTES + TAG_BYTES {
            return Err(VaultError::TooLarge);
        }
        cipher::decrypt(self.key, nonce, &place.encode(header), ciphertext)
    }
}

#[cfg(test)]
#[path = "sealed_tests.rs"]
mod tests;
