//! Where a sealed value belongs. Sealing binds it there, so that a value copied to another row, column or
//! account does not open.

/// The place of one sealed value. Every field takes part in the seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// Table name.
    pub table: &'a str,
    /// Row id, as text.
    pub row: &'a str,
    /// Column name.
    pub column: &'a str,
    /// Version of the key, from 1.
    pub key_version: u32,
    /// Platform name; empty where there is none.
    pub platform: &'a str,
    /// Account id, as text; empty where there is none.
    pub account: &'a str,
}

impl Context<'_> {
    /// Bytes no other context shares: each part with its length in front, in a fixed order.
    pub(crate) fn encode(&self, header: &[u8]) -> Vec<u8> {
        let version = self.key_version.to_be_bytes();
        let parts: [&[u8]; 8] = [
            b"postroom.sealed",
            header,
            self.table.as_bytes(),
            self.row.as_bytes(),
            self.column.as_bytes(),
            &version,
            self.platform.as_bytes(),
            self.account.as_bytes(),
        ];
        let mut out = Vec::with_capacity(128);
        for part in parts {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn different_places_have_different_bytes(left in any::<[String; 5]>(), right in any::<[String; 5]>(), versions in any::<[u32; 2]>()) {
            let place = |texts: &'static [String; 5], key_version| Context {
                table: &texts[0], row: &texts[1], column: &texts[2], key_version, platform: &texts[3], account: &texts[4],
            };
            let same = left == right && versions[0] == versions[1];
            let (left, right): (&'static _, &'static _) = (Box::leak(Box::new(left)), Box::leak(Box::new(right)));
            let equal = place(left, versions[0]).encode(b"") == place(right, versions[1]).encode(b"");
            prop_assert_eq!(equal, same);
        }
    }

    #[test]
    fn moving_a_border_changes_the_bytes() {
        let one = Context { table: "ab", row: "c", column: "", key_version: 1, platform: "", account: "" };
        let two = Context { table: "a", row: "bc", ..one };
        assert_ne!(one.encode(b""), two.encode(b""));
    }
}
