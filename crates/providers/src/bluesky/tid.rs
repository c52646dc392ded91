//! Record keys: timestamp identifiers of the AT Protocol.
//!
//! 64 bits: a zero, 53 bits of microseconds since the epoch, 10 bits of clock id; written as 13 characters
//! of a base 32 alphabet whose order is the order of time.

use domain::UtcMs;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
const CLOCK_BITS: u64 = 10;
const CLOCK_MASK: u64 = (1 << CLOCK_BITS) - 1;
const MICROS_MASK: u64 = (1 << 53) - 1;

/// The identifier of an instant. The clock id and the microseconds within the millisecond are taken from
/// `random`, so that two posts of one millisecond differ. A later millisecond always sorts later.
pub(super) fn tid(at: UtcMs, random: u64) -> String {
    let within = (random >> CLOCK_BITS) % 1_000;
    let micros = at.as_millis().max(0).unsigned_abs().saturating_mul(1_000).saturating_add(within);
    let value = ((micros & MICROS_MASK) << CLOCK_BITS) | (random & CLOCK_MASK);
    (0..13_u32).map(|place| letter(value >> (60 - 5 * place))).collect()
}

fn letter(bits: u64) -> char {
    let place = usize::try_from(bits & 31).unwrap_or_default();
    ALPHABET.get(place).copied().map_or('2', char::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether `text` has the form of an identifier.
    fn is_tid(text: &str) -> bool {
        text.len() == 13
            && text.bytes().all(|byte| ALPHABET.contains(&byte))
            && text.bytes().next().is_some_and(|first| first < b'k')
    }

    /// 1970 to 2255, where 53 bits of microseconds end.
    const LAST_MS: i64 = 9_007_199_254_740;

    #[test]
    fn known_instants_give_known_identifiers() {
        assert_eq!(tid(UtcMs::from_millis(0), 0), "2222222222222");
        // 2023-07-01T00:00:00Z = 1,688,169,600,000,000 µs.
        assert_eq!(tid(UtcMs::from_millis(1_688_169_600_000), 0), "3jzgaipcc2222");
    }

    proptest! {
        #[test]
        fn every_identifier_has_the_form_and_tells_its_time(ms in 0..LAST_MS, random: u64) {
            let text = tid(UtcMs::from_millis(ms), random);
            prop_assert!(is_tid(&text), "{text}");
            let value = text.bytes().fold(0_u128, |sum, byte| {
                sum * 32 + ALPHABET.iter().position(|known| *known == byte).unwrap_or(99) as u128
            });
            prop_assert_eq!((value >> 10) / 1_000, u128::from(ms.unsigned_abs()));
            prop_assert_eq!(value & 1_023, u128::from(random & 1_023));
        }

        #[test]
        fn later_sorts_later(first in 0..LAST_MS, gap in 1..1_000_000_i64, r1: u64, r2: u64) {
            prop_assume!(first + gap < LAST_MS);
            prop_assert!(tid(UtcMs::from_millis(first), r1) < tid(UtcMs::from_millis(first + gap), r2));
        }
    }
}
