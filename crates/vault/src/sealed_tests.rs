use super::*;
use crate::testing::Urandom;

const PLACE: Context<'static> =
    Context { table: "grant", row: "1", column: "access", key_version: 1, platform: "bluesky", account: "acc_1" };

fn keys() -> (ProfileKey, DataKey, Urandom) {
    let random = Urandom::open();
    let profile = ProfileKey::generate(BackendKind::Keychain, &random);
    let data = DataKey::generate(&profile, &random);
    (profile, data, random)
}

#[test]
fn what_was_sealed_opens_in_its_place() {
    let (_, key, random) = keys();
    for plain in [&b""[..], b"token", vec![0; PLAIN_MAX_BYTES].as_slice()] {
        let sealed = seal(&key, &PLACE, plain, &random).unwrap();
        assert_eq!(open(&key, &PLACE, &sealed).unwrap().expose(), plain);
        assert_eq!(sealed.len(), 30 + plain.len() + if SEALING_BROKEN { 0 } else { 16 });
    }
    assert_eq!(seal(&key, &PLACE, &vec![0; PLAIN_MAX_BYTES + 1], &random), Err(VaultError::TooLarge));
}

/// How many of so many seals bear a nonce that was there before.
#[cfg(not(feature = "break_sealing"))]
fn repeats(count: usize, random: &dyn domain::ports::Random) -> usize {
    let (_, key, _) = keys();
    let nonce = |_| -> [u8; 12] { seal(&key, &PLACE, b"a token", random).unwrap()[18..30].try_into().unwrap() };
    let mut seen: Vec<_> = (0..count).map(nonce).collect();
    seen.sort_unstable();
    seen.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

/// Its figures are kept in `docs/results/seals.json`.
#[cfg(not(feature = "break_sealing"))]
#[test]
#[ignore = "half a minute: cargo test --release -p vault -- --ignored --nocapture"]
fn ten_million_seals_have_no_nonce_twice() {
    const SEALS: usize = 10_000_000;
    let small = crate::testing::FortyBits::new();
    let (ours, of_a_small_source) = (repeats(SEALS, &Urandom::open()), repeats(SEALS, &small));
    println!("{{\"seals\": {SEALS}, \"repeats\": {ours}, \"control_of_40_bits_repeats\": {of_a_small_source}}}");
    assert_eq!(ours, 0);
    assert!(of_a_small_source > 0, "the count finds a source that is too small");
}

#[cfg(feature = "break_sealing")]
#[test]
fn the_broken_build_shows_its_plaintext_and_says_so() {
    let (_, key, random) = keys();
    let sealed = seal(&key, &PLACE, b"canary", &random).unwrap();
    assert!(SEALING_BROKEN && sealed.ends_with(b"canary") && sealed[0] == VERSION_BROKEN);
}

#[cfg(not(feature = "break_sealing"))]
mod sealing {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_place_does_not_open_it() {
        let (_, key, random) = keys();
        let sealed = seal(&key, &PLACE, b"token", &random).unwrap();
        let others = [
            Context { table: "other", ..PLACE },
            Context { row: "2", ..PLACE },
            Context { column: "refresh", ..PLACE },
            Context { key_version: 2, ..PLACE },
            Context { platform: "mastodon", ..PLACE },
            Context { account: "acc_2", ..PLACE },
        ];
        for other in others {
            assert_eq!(open(&key, &other, &sealed).unwrap_err(), VaultError::Damaged, "{other:?}");
        }
    }

    /// Two tokens of one account and one of another, sealed under the keys and places they have in a profile: none
    /// opens as another, also where all of a row is taken over.
    #[test]
    fn values_that_changed_places_do_not_open() {
        let (profile, key, random) = keys();
        let other_key = DataKey::generate(&profile, &random);
        let other = Context { row: "2", account: "acc_2", ..PLACE };
        let places = [
            (&key, PLACE),
            (&key, Context { column: "refresh", ..PLACE }),
            (&key, Context { key_version: 2, ..PLACE }),
            (&key, other),
            (&other_key, other),
            (&other_key, PLACE),
        ];
        let sealed = places.map(|(key, place)| seal(key, &place, b"token", &random).unwrap());
        for (at, (key, place)) in places.iter().enumerate() {
            for (from, value) in sealed.iter().enumerate() {
                assert_eq!(open(key, place, value).is_ok(), at == from, "{from} at {at}");
            }
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let (_, key, random) = keys();
        let sealed = seal(&key, &PLACE, b"token", &random).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key, &PLACE, &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(open(&key, &PLACE, &sealed[..length]).is_err(), "{length} bytes");
        }
        assert!(open(&key, &PLACE, &[sealed.as_slice(), b"x"].concat()).is_err());
    }

    #[test]
    fn other_keys_and_other_formats_are_named() {
        let (profile, key, random) = keys();
        let sealed = seal(&key, &PLACE, b"token", &random).unwrap();
        let other = DataKey::generate(&profile, &random);
        assert_eq!(open(&other, &PLACE, &sealed).unwrap_err(), VaultError::OtherKey);
        for version in [0, 2, VERSION_BROKEN] {
            let mut changed = sealed.clone();
            changed[0] = version;
            assert_eq!(open(&key, &PLACE, &changed).unwrap_err(), VaultError::UnknownFormat(version));
        }
        assert_eq!(backend_of(&sealed), Some(BackendKind::Keychain));
        assert_eq!(backend_of(b""), None);
    }

    #[test]
    fn nothing_of_the_secret_shows() {
        let (profile, key, random) = keys();
        let sealed = seal(&key, &PLACE, b"canary-token", &random).unwrap();
        assert!(!sealed.windows(12).any(|part| part == b"canary-token"));
        let shown = format!("{profile:?} {key:?} {:?}", open(&key, &PLACE, &sealed).unwrap());
        assert!(shown.contains("[secret]") && !shown.contains("canary"));
    }

    #[test]
    fn a_data_key_travels_wrapped_and_survives_a_move_of_the_profile_key() {
        let (profile, key, random) = keys();
        let place = Context { table: "account", column: "data_key", ..PLACE };
        let wrapped = wrap(&profile, &key, &place, &random).unwrap();
        let sealed = seal(&key, &PLACE, b"token", &random).unwrap();
        let moved = profile.moved_to(BackendKind::Passphrase);
        let again = unwrap(&moved, &place, &wrapped).unwrap();
        assert_eq!(open(&again, &PLACE, &sealed).unwrap().expose(), b"token");
        assert_eq!(again.id(), key.id());
        assert_eq!(unwrap(&profile, &PLACE, &wrapped).unwrap_err(), VaultError::Damaged);
        let stranger = ProfileKey::generate(BackendKind::Keychain, &random);
        assert_eq!(unwrap(&stranger, &place, &wrapped).unwrap_err(), VaultError::OtherKey);
    }

    proptest! {
        #[test]
        fn no_bytes_crash_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (_, key, _) = keys();
            prop_assert!(open(&key, &PLACE, &bytes).is_err());
        }
    }
}
