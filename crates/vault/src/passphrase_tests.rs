use super::*;
use crate::testing::Urandom;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn locked() -> (ProfileKey, Vec<u8>) {
    let random = Urandom::open();
    let key = ProfileKey::generate(BackendKind::Passphrase, &random);
    let blob = lock(&key, &Secret::from("correct horse"), CHEAP, &random).unwrap();
    (key, blob)
}

#[test]
fn the_right_passphrase_opens_and_a_wrong_one_is_named() {
    let (key, blob) = locked();
    assert_eq!(unlock(&blob, &Secret::from("correct horse")).unwrap().id(), key.id());
    for wrong in ["", "correct hors", "Correct horse", "correct horse "] {
        assert_eq!(unlock(&blob, &Secret::from(wrong)).unwrap_err(), VaultError::WrongPassphrase);
    }
}

#[test]
fn damage_is_never_taken_for_a_wrong_passphrase() {
    let (_, blob) = locked();
    for bit in 0..blob.len() * 8 {
        let mut changed = blob.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(unlock(&changed, &Secret::from("correct horse")).unwrap_err(), VaultError::Damaged, "bit {bit}");
    }
    for length in 0..blob.len() {
        assert_eq!(unlock(&blob[..length], &Secret::from("correct horse")).unwrap_err(), VaultError::Damaged);
    }
}

#[test]
fn a_forged_blob_cannot_ask_for_the_whole_machine() {
    let (_, blob) = locked();
    for (at, number) in [(4, u32::MAX), (8, 17), (12, 17), (4, (1 << 20) + 1), (8, 0)] {
        let mut forged = blob[..BLOB_BYTES - CHECKSUM_BYTES].to_vec();
        forged[at..at + 4].copy_from_slice(&number.to_be_bytes());
        forged.extend_from_slice(&checksum(&forged));
        assert_eq!(unlock(&forged, &Secret::from("correct horse")).unwrap_err(), VaultError::Damaged, "{at}={number}");
    }
}

#[test]
fn two_locks_of_one_key_share_nothing() {
    let random = Urandom::open();
    let (key, blob) = locked();
    let again = lock(&key, &Secret::from("correct horse"), CHEAP, &random).unwrap();
    assert_ne!(blob[16..32], again[16..32]);
    assert!(!blob.windows(8).any(|part| key.key.expose().windows(8).any(|key| key == part)));
    assert_eq!(lock(&key, &Secret::from("short"), CHEAP, &random).unwrap_err(), VaultError::PassphraseTooShort);
}

#[test]
fn the_standard_cost_is_usable() {
    let random = Urandom::open();
    let key = ProfileKey::generate(BackendKind::Passphrase, &random);
    let blob = lock(&key, &Secret::from("correct horse"), Cost::STANDARD, &random).unwrap();
    assert_eq!(unlock(&blob, &Secret::from("correct horse")).unwrap().id(), key.id());
}
