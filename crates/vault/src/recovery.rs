//! The recovery key: 32 random bytes on paper that open the profile key when its keychain or passphrase is lost. It is
//! shown once and kept nowhere; what is kept is the profile key sealed with it.
//!
//! Written it is Bech32m: `postroom1` and 58 characters, of which the last six tell a slip of the pen.

use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use domain::{Secret, ports::Random};

use crate::{
    Context, ProfileKey, VaultError,
    key::{KEY_BYTES, key_id, random_key},
    sealed::{Raw, backend_of},
};

/// What every written key begins with, before its `1`.
const PREFIX: Hrp = Hrp::parse_unchecked("postroom");
/// Longest text that is looked at, in bytes: with a space after each character it still fits.
const TEXT_MAX_BYTES: usize = 256;
/// Characters in a group, as it is written down.
const GROUP: usize = 4;

/// A recovery key.
#[derive(Debug, Clone)]
pub struct RecoveryKey(Secret<[u8; KEY_BYTES]>);

impl RecoveryKey {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random_key(random))
    }

    /// As it is shown, in groups of four.
    pub fn text(&self) -> Result<Secret<String>, VaultError> {
        let plain = bech32::encode::<Bech32m>(PREFIX, self.0.expose()).map(Secret::new);
        let plain = plain.map_err(|_| VaultError::BadRecoveryKey)?;
        let mut grouped = String::with_capacity(plain.expose().len() * 2);
        for (at, sign) in plain.expose().chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                grouped.push(' ');
            }
            grouped.push(sign);
        }
        Ok(Secret::new(grouped))
    }

    /// The key in what a person typed: spaces, line feeds and hyphens anywhere, capitals or not.
    pub fn parse(typed: &Secret<String>) -> Result<Self, VaultError> {
        if typed.expose().len() > TEXT_MAX_BYTES {
            return Err(VaultError::BadRecoveryKey);
        }
        let kept = typed.expose().chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
        let plain = Secret::new(kept.map(|sign| sign.to_ascii_lowercase()).collect::<String>());
        let read = CheckedHrpstring::new::<Bech32m>(plain.expose()).map_err(|_| VaultError::BadRecoveryKey)?;
        if read.hrp() != PREFIX {
            return Err(VaultError::BadRecoveryKey);
        }
        let bytes = Secret::new(read.byte_iter().collect::<Vec<u8>>());
        let key = bytes.expose().as_slice().try_into().map_err(|_| VaultError::BadRecoveryKey)?;
        Ok(Self(Secret::new(key)))
    }

    /// Seals the profile key, for the caller to store.
    pub fn lock(&self, key: &ProfileKey, place: &Context<'_>, random: &dyn Random) -> Result<Vec<u8>, VaultError> {
        let id = self.id();
        Raw { key: self.0.expose(), id, backend: key.backend }.seal(place, key.key.expose(), random)
    }

    /// Opens what [`RecoveryKey::lock`] made; [`VaultError::OtherKey`] where that was another recovery key.
    pub fn unlock(&self, place: &Context<'_>, sealed: &[u8]) -> Result<ProfileKey, VaultError> {
        let backend = backend_of(sealed).ok_or(VaultError::Damaged)?;
        let plain = Raw { key: self.0.expose(), id: self.id(), backend }.open(place, sealed)?;
        let bytes = plain.expose().as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(ProfileKey::from_bytes(bytes, backend))
    }

    fn id(&self) -> [u8; 16] {
        key_id(b"postroom recovery key", self.0.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BackendKind, testing::Urandom};

    const PLACE: Context<'static> =
        Context { table: "recovery", row: "prof_1", column: "sealed", key_version: 1, platform: "", account: "" };

    #[test]
    fn what_is_shown_can_be_typed_in_any_way() {
        let key = RecoveryKey(Secret::new([7; 32]));
        let shown = key.text().unwrap();
        let words: Vec<_> = shown.expose().split(' ').collect();
        assert!(shown.expose().starts_with("post room 1") && words.iter().all(|word| word.len() <= 4), "{shown:?}");
        let plain = words.concat();
        assert_eq!(plain.len(), 67);
        for typed in [
            shown.expose().clone(),
            plain.clone(),
            plain.to_uppercase(),
            words.join("-"),
            format!("  {}\r\n", words.join("\n")),
        ] {
            assert_eq!(RecoveryKey::parse(&Secret::new(typed)).unwrap().id(), key.id());
        }
    }

    #[cfg(not(feature = "break_sealing"))]
    #[test]
    fn it_opens_the_profile_key_and_no_other_does() {
        let random = Urandom::open();
        let profile = ProfileKey::generate(BackendKind::Keychain, &random);
        let key = RecoveryKey::generate(&random);
        let sealed = key.lock(&profile, &PLACE, &random).unwrap();
        let opened = key.unlock(&PLACE, &sealed).unwrap();
        assert_eq!((opened.id(), opened.backend()), (profile.id(), BackendKind::Keychain));
        let other = RecoveryKey::generate(&random);
        assert_eq!(other.unlock(&PLACE, &sealed).unwrap_err(), VaultError::OtherKey);
        let elsewhere = Context { row: "prof_2", ..PLACE };
        assert_eq!(key.unlock(&elsewhere, &sealed).unwrap_err(), VaultError::Damaged);
        assert!(!sealed.windows(8).any(|part| profile.key.expose().windows(8).any(|key| key == part)));
    }

    /// Every single wrong character and every two that changed places are noticed, so that nobody doubts a good key.
    #[test]
    fn slips_of_the_pen_are_noticed() {
        let plain = RecoveryKey::generate(&Urandom::open()).text().unwrap().expose().replace(' ', "");
        let refused = |typed: String| {
            assert_eq!(RecoveryKey::parse(&Secret::new(typed)).unwrap_err(), VaultError::BadRecoveryKey);
        };
        for at in 0..plain.len() {
            for sign in "qpzry9x8gf2tvdw0s3jn54khce6mua7l1b".chars() {
                let typed: String =
                    plain.chars().enumerate().map(|(i, old)| if i == at { sign } else { old }).collect();
                if typed != plain {
                    refused(typed);
                }
            }
            refused(plain.chars().enumerate().filter(|(i, _)| *i != at).map(|(_, sign)| sign).collect());
            let mut swapped: Vec<_> = plain.chars().collect();
            swapped.swap(at, (at + 1) % plain.len());
            let swapped: String = swapped.into_iter().collect();
            if swapped != plain {
                refused(swapped);
            }
        }
        for typed in ["", "postroom1", "hunter2", &"q".repeat(10_000)] {
            refused(typed.to_owned());
        }
    }
}
