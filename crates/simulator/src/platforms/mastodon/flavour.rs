//! The servers of the family that are told apart here, and the limits each announces.

use serde::{Deserialize, Serialize};

/// Whose rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flavour {
    /// Mastodon 4.3 and later.
    Mastodon,
    /// GoToSocial.
    Gotosocial,
    /// Mastodon before 4.0: no metadata, no PKCE, no `/api/v2/instance`, and apps long unused are forgotten.
    Old,
}

/// What a server takes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub max_characters: u64,
    /// What any address counts.
    pub characters_per_url: u64,
    pub max_media: usize,
    /// Characters of alternative text.
    pub description_limit: u64,
    /// Bytes.
    pub image_bytes: usize,
    /// Pixels.
    pub image_matrix: u64,
    /// Bytes; of audio too.
    pub video_bytes: usize,
    /// Pixels.
    pub video_matrix: u64,
    pub frame_rate: u64,
    pub poll_options: usize,
    pub poll_option_characters: usize,
    /// Seconds.
    pub poll_min_s: i64,
    /// Seconds.
    pub poll_max_s: i64,
}

const MASTODON: Limits = Limits {
    max_characters: 500,
    characters_per_url: 23,
    max_media: 4,
    description_limit: 1_500,
    image_bytes: 16_777_216,
    image_matrix: 33_177_600,
    video_bytes: 103_809_024,
    video_matrix: 8_294_400,
    frame_rate: 120,
    poll_options: 4,
    poll_option_characters: 50,
    poll_min_s: 300,
    poll_max_s: 2_629_746,
};

const GOTOSOCIAL: Limits =
    Limits { max_characters: 5_000, characters_per_url: 25, max_media: 6, poll_options: 6, ..MASTODON };

/// Types a server takes. Real ones know more kinds of audio.
pub const MIME_TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/webp",
    "image/avif",
    "video/webm",
    "video/mp4",
    "video/quicktime",
    "video/ogg",
    "audio/ogg",
    "audio/mpeg",
    "audio/wave",
];

/// Scopes that can be asked for.
const SCOPES: &[&str] =
    &["profile", "read", "read:accounts", "read:statuses", "write", "write:accounts", "write:media", "write:statuses"];

impl Flavour {
    /// The limits this server announces.
    pub fn limits(self) -> Limits {
        if self == Self::Gotosocial { GOTOSOCIAL } else { MASTODON }
    }

    /// Whether it tells its OAuth endpoints, and with them that PKCE holds.
    pub fn has_metadata(self) -> bool {
        self == Self::Mastodon
    }

    /// Whether it compares the port of loopback addresses.
    pub fn ignores_loopback_port(self) -> bool {
        self != Self::Gotosocial
    }

    /// Whether it has `GET /api/v2/instance`.
    pub fn has_instance_v2(self) -> bool {
        self != Self::Old
    }

    /// Whether media may be worked on after the answer.
    pub fn processes_later(self) -> bool {
        self != Self::Gotosocial
    }

    /// The scopes it knows: `profile` came with 4.3, and is not counted on elsewhere.
    pub fn scopes(self) -> impl Iterator<Item = &'static str> {
        SCOPES.iter().copied().filter(move |scope| *scope != "profile" || self == Self::Mastodon)
    }

    /// The name and version it gives.
    pub fn software(self) -> (&'static str, &'static str) {
        match self {
            Self::Mastodon => ("mastodon", "4.5.2"),
            Self::Gotosocial => ("gotosocial", "0.20.1"),
            Self::Old => ("mastodon", "3.5.19"),
        }
    }
}
