//! Pixels of a clipboard as a picture file. They were decoded elsewhere: here is nothing to decode.

use std::io::Cursor;

use domain::media::MAX_PIXELS;
use image::{ImageFormat, RgbaImage};

use super::{ask::Refusal, words};
use crate::{Error, desktop::Pixels};

/// Pixels as a PNG file.
pub(crate) fn png(pixels: Pixels) -> Result<Vec<u8>, Error> {
    let Pixels { width, height, rgba } = pixels;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(words::refused(&Refusal::TooManyPixels { width, height }));
    }
    let damaged = |detail: String| words::refused(&Refusal::Damaged { detail });
    let picture = RgbaImage::from_raw(width, height, rgba);
    let picture = picture.ok_or_else(|| damaged("fewer pixels than its size says".to_owned()))?;
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).map_err(|error| damaged(error.to_string()))?;
    Ok(file.into_inner())
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;

    use super::*;
    use crate::pictures::read::{decode, header};

    #[test]
    fn pixels_become_a_picture_with_the_same_pixels() {
        let rgba: Vec<u8> = (0..3 * 2 * 4).collect();
        let file = png(Pixels { width: 3, height: 2, rgba: rgba.clone() }).unwrap();
        let header = header(&file).unwrap();
        assert_eq!((header.mime, header.width, header.height), ("image/png", 3, 2));
        assert_eq!(decode(&file, header).unwrap().to_rgba8().into_raw(), rgba);
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
