//! Typed identifiers: UUIDv7 (16 bytes, BLOB in the database) inside, prefixed text outside.
//!
//! `post_0190f5c8a7e07cc0a8d3b4f6e1c2d3e4` is a post; the prefix keeps a publication id from being pasted
//! where an account id belongs, and the time-ordered body keeps B-tree inserts at the end.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::{ports::Random, time::UtcMs};

/// Text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the form {expected}_…: {given}")]
pub struct ParseIdError {
    expected: &'static str,
    given: String,
}

/// A fresh UUIDv7 from an injected clock reading and injected randomness.
#[must_use]
pub fn uuid_v7(now: UtcMs, random: &dyn Random) -> Uuid {
    let mut bytes = [0_u8; 10];
    random.fill(&mut bytes);
    Builder::from_unix_timestamp_millis(now.as_millis().max(0).unsigned_abs(), &bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of the text form, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier for the given instant.
            #[must_use]
            pub fn new(now: UtcMs, random: &dyn Random) -> Self {
                Self(uuid_v7(now, random))
            }

            /// The identifier stored as 16 bytes; `None` for any other length.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }

            /// The 16 bytes the database stores.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", Self::PREFIX, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix(Self::PREFIX)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .filter(|hex| hex.len() == 32)
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or_else(|| ParseIdError {
                        expected: Self::PREFIX,
                        given: text.chars().take(60).collect(),
                    })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// The data folder as a whole; recorded inside and outside it, so that a copy is noticed.
    ProfileId = "prof";
    /// A linked identity on a platform.
    AccountId = "acc";
    /// What was written.
    PostId = "post";
    /// One post to one account.
    PublicationId = "pub";
    /// One call that changes what others can see.
    EffectId = "eff";
    /// One entry of the durable queue.
    JobId = "job";
    /// A picture or film copied into the profile.
    MediaId = "med";
    /// A post that comes again by a rule.
    SeriesId = "ser";
    /// Something the owner was told.
    NoticeId = "note";
    /// One action on many publications.
    BulkId = "bulk";
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn text_form_round_trips_and_is_ordered_by_time() {
        let early = PostId::new(UtcMs::from_millis(1_000), &Sevens);
        let late = PostId::new(UtcMs::from_millis(2_000), &Sevens);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(PostId::from_bytes(early.as_bytes()), Some(early));
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let account = AccountId::new(UtcMs::from_millis(1), &Sevens).to_string();
        assert!(account.parse::<PostId>().is_err());
        assert!("post_".parse::<PostId>().is_err());
        assert!("post_0190f5c8-a7e0-7cc0-a8d3-b4f6e1c2d3e4".parse::<PostId>().is_err());
    }
}
