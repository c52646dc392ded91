//! A profile key handed in by whoever starts the program, for machines without a keyring or a person. The
//! caller reads the environment; this only checks and decodes.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use domain::Secret;

use crate::{
    ProfileKey, VaultError,
    key::{BackendKind, KEY_BYTES},
};

/// Longest text that is looked at, in bytes.
const TEXT_MAX_BYTES: usize = 256;

/// The profile key in `text`: 32 bytes in base64 (either alphabet, with or without padding).
pub fn profile_key(text: &Secret<String>) -> Result<ProfileKey, VaultError> {
    let trimmed = text.expose().trim();
    if trimmed.len() > TEXT_MAX_BYTES {
        return Err(VaultError::BadKey);
    }
    let bytes = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD]
        .into_iter()
        .find_map(|engine| engine.decode(trimmed).ok())
        .map(Secret::new)
        .ok_or(VaultError::BadKey)?;
    let key: [u8; KEY_BYTES] = bytes.expose().as_slice().try_into().map_err(|_| VaultError::BadKey)?;
    if key.iter().all(|byte| *byte == 0) {
        return Err(VaultError::BadKey);
    }
    Ok(ProfileKey::from_bytes(key, BackendKind::Environment))
}

/// The text [`profile_key`] reads back, for setting such a machine up.
#[must_use]
pub fn text(key: &ProfileKey) -> Secret<String> {
    Secret::new(STANDARD.encode(key.key.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_bytes_in_any_base64_are_a_key() {
        let key = [251_u8; 32];
        let all = [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), format!(" {}\n", STANDARD.encode(key))];
        let ids: Vec<_> = all.iter().map(|text| profile_key(&Secret::from(text.as_str())).unwrap().id()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        let round = profile_key(&text(&ProfileKey::from_bytes(key, BackendKind::Keychain))).unwrap();
        assert_eq!((round.id(), round.backend()), (ids[0], BackendKind::Environment));
    }

    #[test]
    fn anything_else_is_refused_without_being_repeated() {
        let long = "A".repeat(10_000);
        let zeros = STANDARD.encode([0_u8; 32]);
        for bad in ["", "hunter2", "aGVsbG8=", long.as_str(), zeros.as_str()] {
            let error = profile_key(&Secret::from(bad)).unwrap_err();
            assert_eq!(error, VaultError::BadKey);
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
