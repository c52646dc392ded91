//! Fitting a picture to a platform's rules: untouched where it fits, hidden data taken out without
//! decoding, smaller or in another format only where it must be. Runs in the process that opens pictures.

use std::io::Cursor;

use fast_image_resize::{IntoImageView, Resizer, images::Image};
use image::{
    DynamicImage, ImageFormat,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use img_parts::{DynImage, ImageEXIF, ImageICC};

use super::{
    ask::{Refusal, Rules},
    read::{self, Header},
};

/// A finished file.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) mime: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// JPEG qualities tried, the best first.
const QUALITIES: [u8; 4] = [90, 82, 72, 60];
/// How often a picture is made a fifth smaller before it is given up.
const SHRINKS: u32 = 8;

/// Makes a picture fit.
pub(super) fn render(bytes: &[u8], rules: &Rules) -> Result<Made, Refusal> {
    let header = read::header(bytes)?;
    let fits_side = header.width.max(header.height) <= rules.max_side;
    if fits_side && takes(rules, header.mime) && header.orientation == Orientation::NoTransforms {
        let clean = without_hidden_data(bytes);
        if clean.len() as u64 <= rules.max_bytes {
            return Ok(Made { bytes: clean, mime: header.mime, width: header.width, height: header.height });
        }
    }
    remake(bytes, header, rules)
}

/// Draws a picture anew, as small as the rules say: whatever else was in its file stays behind.
pub(super) fn redraw(bytes: &[u8], rules: &Rules) -> Result<Made, Refusal> {
    remake(bytes, read::header(bytes)?, rules)
}

/// The same picture without EXIF (where it was taken, with what); colour profiles stay. Files whose parts
/// cannot be told apart stay as they are.
fn without_hidden_data(bytes: &[u8]) -> Vec<u8> {
    let Ok(Some(mut parts)) = DynImage::from_bytes(bytes.to_vec().into()) else { return bytes.to_vec() };
    if parts.exif().is_none() {
        return bytes.to_vec();
    }
    let profile = parts.icc_profile();
    parts.set_exif(None);
    parts.set_icc_profile(profile);
    let mut out = Vec::with_capacity(bytes.len());
    match parts.encoder().write_to(&mut Cursor::new(&mut out)) {
        Ok(_) => out,
        Err(_) => bytes.to_vec(),
    }
}

fn remake(bytes: &[u8], header: Header, rules: &Rules) -> Result<Made, Refusal> {
    let mut picture = plain(read::decode(bytes, header)?);
    let mut side = rules.max_side.min(header.width.max(header.height));
    let lossless = matches!(header.format, ImageFormat::Png | ImageFormat::Gif) || picture.color().has_alpha();
    for _ in 0..SHRINKS {
        // Each size is made from the one before: the whole picture is in memory once.
        if let Some(smaller) = scale(&picture, side)? {
            picture = smaller;
        }
        if lossless && takes(rules, "image/png") {
            let made = png(&picture)?;
            if made.len() as u64 <= rules.max_bytes {
                return Ok(finished(made, "image/png", &picture));
            }
        }
        if takes(rules, "image/jpeg") {
            for quality in QUALITIES {
                let made = jpeg(&picture, quality)?;
                if made.len() as u64 <= rules.max_bytes {
                    return Ok(finished(made, "image/jpeg", &picture));
                }
            }
        }
        side = side / 5 * 4;
    }
    Err(Refusal::WillNotFit { max_bytes: rules.max_bytes })
}

/// Eight bits per colour, with opacity only where there was some.
fn plain(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        other if other.color().has_alpha() => DynamicImage::ImageRgba8(other.into_rgba8()),
        other => DynamicImage::ImageRgb8(other.into_rgb8()),
    }
}

fn takes(rules: &Rules, mime: &str) -> bool {
    rules.types.iter().any(|taken| taken == mime)
}

fn finished(bytes: Vec<u8>, mime: &'static str, picture: &DynamicImage) -> Made {
    Made { bytes, mime, width: picture.width(), height: picture.height() }
}

/// The picture with its longest side made `side`; `None` where it is no longer than that.
fn scale(picture: &DynamicImage, side: u32) -> Result<Option<DynamicImage>, Refusal> {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return Ok(None);
    }
    let part = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    let (width, height) = (part(picture.width()), part(picture.height()));
    let pixel = picture.pixel_type().ok_or_else(|| damaged("a pixel type"))?;
    let mut target = Image::new(width, height, pixel);
    Resizer::new().resize(picture, &mut target, None).map_err(damaged)?;
    let buffer = target.into_vec();
    let made = if picture.color().has_alpha() {
        image::RgbaImage::from_raw(width, height, buffer).map(DynamicImage::ImageRgba8)
    } else {
        image::RgbImage::from_raw(width, height, buffer).map(DynamicImage::ImageRgb8)
    };
    made.map(Some).ok_or_else(|| damaged("a scaled picture"))
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut out)).map_err(damaged)?;
    Ok(out)
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    let written = match picture {
        DynamicImage::ImageRgb8(opaque) => opaque.write_with_encoder(encoder),
        other => other.to_rgb8().write_with_encoder(encoder),
    };
    written.map_err(damaged)?;
    Ok(out)
}

fn damaged(detail: impl std::fmt::Display) -> Refusal {
    Refusal::Damaged { detail: format!("{detail}") }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
