//! What an uploaded file is, by its first bytes and its dimensions; the name it goes by counts for nothing.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub mime_type: &'static str,
    /// As the API has it.
    pub kind: &'static str,
    /// Pixels; none for what is no picture.
    pub size: Option<(u32, u32)>,
}

/// Looks at a file. None where it is nothing known, or a picture that cannot be read.
pub fn look(bytes: &[u8]) -> Option<Found> {
    let head = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
    let found = |mime_type, kind| Some(Found { mime_type, kind, size: None });
    match (head(0, 4), head(4, 8)) {
        (_, b"ftyp") if head(8, 10) == b"qt" => found("video/quicktime", "video"),
        (_, b"ftyp") if matches!(head(8, 12), b"heic" | b"mif1" | b"avif") => found("image/heic", "image"),
        (_, b"ftyp") => found("video/mp4", "video"),
        ([0x1a, 0x45, 0xdf, 0xa3], _) => found("video/webm", "video"),
        (b"OggS", _) => found("audio/ogg", "audio"),
        ([b'I', b'D', b'3', _], _) => found("audio/mpeg", "audio"),
        _ => picture(bytes),
    }
}

fn picture(bytes: &[u8]) -> Option<Found> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let (mime_type, kind) = match reader.format()? {
        ImageFormat::Png => ("image/png", "image"),
        ImageFormat::Jpeg => ("image/jpeg", "image"),
        ImageFormat::WebP => ("image/webp", "image"),
        // Only moving ones become videos; telling them apart takes decoding.
        ImageFormat::Gif => ("image/gif", "gifv"),
        _ => return None,
    };
    Some(Found { mime_type, kind, size: Some(reader.into_dimensions().ok()?) })
}
