//! What a platform accepts, as data: the source of counters, forms, validation and limit tables.

use serde::{Deserialize, Serialize};

use crate::text::TextRule;

/// Limits of one part of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PostLimits {
    /// How text is counted and how much fits.
    pub text: TextRule,
    /// Pictures one part may carry.
    pub images_max: u32,
    /// Largest picture file in bytes after rendition.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub image_max_bytes: u64,
    /// Longest side of a rendition in pixels; larger sources are scaled down.
    pub image_max_side: u32,
    /// MIME types a picture may have as sent.
    pub image_types: Vec<String>,
    /// Characters of alt text; 0 where the platform takes none.
    pub alt_max_chars: u32,
    /// Parts a thread may have; 1 where there are no threads.
    pub parts_max: u32,
    /// Whether a part may have no text when it carries media.
    pub text_optional_with_media: bool,
}
