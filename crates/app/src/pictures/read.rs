//! Reading strangers' picture files: header first, with limits, and nothing decoded that is too large. Runs in the
//! process that opens pictures, never in the program itself.

use std::io::Cursor;

use domain::media::MAX_PIXELS;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation};

use super::ask::{Facts, Refusal};

/// Memory decoding one picture may take: 64 megapixels of four bytes.
const DECODE_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Longest side opened: what the oldest of the formats can say.
const MAX_SIDE: u32 = 65_535;

/// What a picture's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: ImageFormat,
    pub(super) mime: &'static str,
    /// Pixels across as it is meant to be seen.
    pub(super) width: u32,
    /// Pixels down as it is meant to be seen.
    pub(super) height: u32,
    pub(super) orientation: Orientation,
}

/// Reads the header, then decodes the whole picture to see that it is one.
pub(super) fn look(bytes: &[u8]) -> Result<Facts, Refusal> {
    let header = header(bytes)?;
    decode(bytes, header)?;
    if header.format == ImageFormat::Jpeg && !jpeg_ends(bytes) {
        return Err(Refusal::Damaged { detail: "the last scan has no end".to_owned() });
    }
    Ok(Facts { mime: header.mime.to_owned(), width: header.width, height: header.height })
}

/// Whether the last scan of a JPEG file is followed by the end of the picture. The decoder fills what is missing with
/// grey and says nothing.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let last = |marker: u8| bytes.windows(2).rposition(|pair| pair == [0xff, marker]);
    last(0xd9) > last(0xda)
}

/// Reads the header.
pub(super) fn header(bytes: &[u8]) -> Result<Header, Refusal> {
    let none = |detail: String| Refusal::NoPicture { detail };
    let format = image::guess_format(bytes).map_err(|error| none(error.to_string()))?;
    let mime = match format {
        ImageFormat::Jpeg => "image/jpeg",
        ImageFormat::Png => "image/png",
        ImageFormat::WebP => "image/webp",
        ImageFormat::Gif => "image/gif",
        other => return Err(none(format!("{other:?}"))),
    };
    let mut decoder = decoder(bytes, format)?;
    let (across, down) = decoder.dimensions();
    if u64::from(across) * u64::from(down) > MAX_PIXELS || across.max(down) > MAX_SIDE {
        return Err(Refusal::TooManyPixels { width: across, height: down });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = if turned { (down, across) } else { (across, down) };
    Ok(Header { format, mime, width, height, orientation })
}

/// Decodes a whole picture, turned as it is meant to be seen.
pub(super) fn decode(bytes: &[u8], header: Header) -> Result<DynamicImage, Refusal> {
    let decoder = decoder(bytes, header.format)?;
    if decoder.total_bytes() > DECODE_MAX_BYTES {
        return Err(Refusal::TooMuchMemory);
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    picture.apply_orientation(header.orientation);
    Ok(picture)
}

fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_MAX_BYTES);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| broken(&error))
}

fn broken(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooMuchMemory,
        other => Refusal::Damaged { detail: other.to_string().chars().take(300).collect() },
    }
}
