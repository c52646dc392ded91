//! Media as Postroom keeps them: copied into the profile under their digest, the original untouched.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What sort of file a piece of media is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A still picture.
    Image,
}

impl MediaKind {
    /// The text stored in the database and sent to clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
        }
    }
}

/// Pixels a picture may have before it is decoded at all: 64 megapixels.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Bytes a picture file may have: 100 MiB.
pub const MAX_IMAGE_BYTES: u64 = 100 * 1024 * 1024;

/// The lower-case hexadecimal SHA-256 of some bytes: the name a file is stored under.
#[must_use]
pub fn digest_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
