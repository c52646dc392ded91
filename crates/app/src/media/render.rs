//! Fitting a picture to a platform's rules: untouched where it fits, hidden data taken out without
//! decoding, smaller or in another format only where it must be.

use std::io::Cursor;

use domain::limits::PostLimits;
use fast_image_resize::{IntoImageView, Resizer, images::Image};
use image::{
    DynamicImage, ImageFormat,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use img_parts::{DynImage, ImageEXIF, ImageICC};

use super::read::{self, Facts};
use crate::Error;

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

/// The name of what is done for these limits; renditions are kept under it.
pub(super) fn recipe(limits: &PostLimits) -> String {
    format!("1:{}:{}:{}", limits.image_max_side, limits.image_max_bytes, limits.image_types.join(","))
}

/// Makes a picture fit.
pub(super) fn render(bytes: &[u8], limits: &PostLimits) -> Result<Made, Error> {
    let facts = read::facts(bytes)?;
    let fits_side = facts.width.max(facts.height) <= limits.image_max_side;
    let type_taken = limits.image_types.iter().any(|mime| mime == facts.mime);
    if fits_side && type_taken && facts.orientation == Orientation::NoTransforms {
        let clean = without_hidden_data(bytes);
        if clean.len() as u64 <= limits.image_max_bytes {
            return Ok(Made { bytes: clean, mime: facts.mime, width: facts.width, height: facts.height });
        }
    }
    remake(bytes, facts, limits)
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

fn remake(bytes: &[u8], facts: Facts, limits: &PostLimits) -> Result<Made, Error> {
    let picture = read::decode(bytes, facts)?;
    let mut side = limits.image_max_side.min(facts.width.max(facts.height));
    let lossless = matches!(facts.format, ImageFormat::Png | ImageFormat::Gif) || picture.color().has_alpha();
    for _ in 0..SHRINKS {
        let scaled = scale(&picture, side)?;
        if lossless && takes(limits, "image/png") {
            let made = png(&scaled)?;
            if made.len() as u64 <= limits.image_max_bytes {
                return Ok(finished(made, "image/png", &scaled));
            }
        }
        if takes(limits, "image/jpeg") {
            for quality in QUALITIES {
                let made = jpeg(&scaled, quality)?;
                if made.len() as u64 <= limits.image_max_bytes {
                    return Ok(finished(made, "image/jpeg", &scaled));
                }
            }
        }
        side = side / 5 * 4;
    }
    Err(read::too_large())
}

fn takes(limits: &PostLimits, mime: &str) -> bool {
    limits.image_types.iter().any(|taken| taken == mime)
}

fn finished(bytes: Vec<u8>, mime: &'static str, picture: &DynamicImage) -> Made {
    Made { bytes, mime, width: picture.width(), height: picture.height() }
}

fn scale(picture: &DynamicImage, side: u32) -> Result<DynamicImage, Error> {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return Ok(picture.clone());
    }
    let part = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    let (width, height) = (part(picture.width()), part(picture.height()));
    let source = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.to_rgb8())
    };
    let pixel = source.pixel_type().ok_or_else(|| Error::internal("a pixel type"))?;
    let mut target = Image::new(width, height, pixel);
    Resizer::new().resize(&source, &mut target, None).map_err(|error| Error::internal(error.to_string()))?;
    let buffer = target.into_vec();
    let made = if source.color().has_alpha() {
        image::RgbaImage::from_raw(width, height, buffer).map(DynamicImage::ImageRgba8)
    } else {
        image::RgbImage::from_raw(width, height, buffer).map(DynamicImage::ImageRgb8)
    };
    made.ok_or_else(|| Error::internal("a scaled picture"))
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut out)).map_err(|error| Error::internal(error.to_string()))?;
    Ok(out)
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let opaque = picture.to_rgb8();
    let encoder = JpegEncoder::new_with_quality(&mut out, quality);
    opaque.write_with_encoder(encoder).map_err(|error| Error::internal(error.to_string()))?;
    Ok(out)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
