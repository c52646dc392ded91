//! Reading strangers' picture files: header first, with limits, and nothing decoded that is too large.

use std::io::Cursor;

use domain::{ErrorCode, media::MAX_PIXELS};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage, metadata::Orientation};

use crate::{Error, desktop::Pixels};

/// Memory decoding one picture may take: 64 megapixels of four bytes.
const DECODE_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What a picture's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) format: ImageFormat,
    pub(super) mime: &'static str,
    /// Pixels across as it is meant to be seen.
    pub(super) width: u32,
    /// Pixels down as it is meant to be seen.
    pub(super) height: u32,
    pub(super) orientation: Orientation,
}

pub(super) fn unreadable(details: &str) -> Error {
    Error::new(
        ErrorCode::MediaUnreadable,
        "This file is not a picture Postroom can use. It takes JPEG, PNG, WebP and GIF.",
        "Save the picture in one of these formats and add it again.",
    )
    .with_details(details)
}

pub(super) fn too_large() -> Error {
    Error::new(
        ErrorCode::MediaTooLarge,
        "This picture is larger than Postroom opens (64 megapixels, 100 MiB).",
        "Make it smaller and add it again.",
    )
}

/// Pixels as a PNG file.
pub(super) fn png(pixels: Pixels) -> Result<Vec<u8>, Error> {
    if u64::from(pixels.width) * u64::from(pixels.height) > MAX_PIXELS {
        return Err(too_large());
    }
    let picture = RgbaImage::from_raw(pixels.width, pixels.height, pixels.rgba);
    let picture = picture.ok_or_else(|| unreadable("fewer pixels than its size says"))?;
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).map_err(|error| unreadable(&error.to_string()))?;
    Ok(file.into_inner())
}

/// Reads the header.
pub(super) fn facts(bytes: &[u8]) -> Result<Facts, Error> {
    let format = image::guess_format(bytes).map_err(|error| unreadable(&error.to_string()))?;
    let mime = match format {
        ImageFormat::Jpeg => "image/jpeg",
        ImageFormat::Png => "image/png",
        ImageFormat::WebP => "image/webp",
        ImageFormat::Gif => "image/gif",
        _ => return Err(unreadable("another format")),
    };
    let mut decoder = decoder(bytes, format)?;
    let (across, down) = decoder.dimensions();
    if u64::from(across) * u64::from(down) > MAX_PIXELS {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = if turned { (down, across) } else { (across, down) };
    Ok(Facts { format, mime, width, height, orientation })
}

/// Decodes a whole picture, turned as it is meant to be seen.
pub(super) fn decode(bytes: &[u8], facts: Facts) -> Result<DynamicImage, Error> {
    let decoder = decoder(bytes, facts.format)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error.to_string()))?;
    picture.apply_orientation(facts.orientation);
    Ok(picture)
}

fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, Error> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_MAX_BYTES);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| unreadable(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;

    use super::{decode, facts, png};
    use crate::desktop::Pixels;

    #[test]
    fn pixels_become_a_picture_with_the_same_pixels() {
        let rgba: Vec<u8> = (0..3 * 2 * 4).collect();
        let file = png(Pixels { width: 3, height: 2, rgba: rgba.clone() }).unwrap();
        let facts = facts(&file).unwrap();
        assert_eq!((facts.mime, facts.width, facts.height), ("image/png", 3, 2));
        assert_eq!(decode(&file, facts).unwrap().to_rgba8().into_raw(), rgba);
    }

    #[test]
    fn a_size_that_lies_or_is_too_large_is_refused() {
        let code = |width, height, bytes| {
            png(Pixels { width, height, rgba: vec![0; bytes] }).map_err(|error| error.code).unwrap_err()
        };
        assert_eq!(code(3, 2, 4), ErrorCode::MediaUnreadable);
        assert_eq!(code(u32::MAX, u32::MAX, 4), ErrorCode::MediaTooLarge);
    }
}
