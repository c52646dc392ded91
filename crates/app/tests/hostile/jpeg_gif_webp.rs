//! JPEG, GIF and WebP files: sizes that lie, scans and frames without number, tables of nonsense.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};

use super::{Case, Expected, TOO_LARGE, UNREADABLE, case};

fn good(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
    let mut out = Vec::new();
    DynamicImage::ImageRgb8(picture).write_to(&mut Cursor::new(&mut out), format).unwrap();
    out
}

/// The same JPEG with another size in its header.
fn jpeg_says(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = good(ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

/// A progressive JPEG of 8000 × 8000 pixels whose scans say nothing.
fn scans(count: usize) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    let size = 8_000_u16.to_be_bytes();
    let frame = [&[8][..], &size, &size, &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]].concat();
    out.extend(segment(0xc2, &frame));
    for table in [0x00, 0x10] {
        out.extend(segment(0xc4, &[&[table, 1][..], &[0; 15], &[0]].concat()));
    }
    out.extend(segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0]));
    for _ in 1..count {
        out.extend_from_slice(&[0; 4]);
        out.extend(segment(0xda, &[1, 1, 0, 1, 63, 0]));
    }
    out.extend_from_slice(&[0, 0, 0xff, 0xd9]);
    out
}

/// A GIF of so many frames, each as large as said.
fn gif(screen: u16, frame: u16, count: usize) -> Vec<u8> {
    let (screen, frame) = (screen.to_le_bytes(), frame.to_le_bytes());
    let mut out = [&b"GIF89a"[..], &screen, &screen, &[0x80, 0, 0], &[0, 0, 0, 255, 255, 255]].concat();
    for _ in 0..count {
        out.extend_from_slice(&[0x2c, 0, 0, 0, 0]);
        out.extend_from_slice(&[&frame[..], &frame, &[0]].concat());
        // Two bits a code: clear, one black pixel, end.
        out.extend_from_slice(&[2, 2, 0x44, 0x01, 0]);
    }
    out.push(0x3b);
    out
}

fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, bytes) in chunks {
        body.extend_from_slice(*kind);
        body.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        body.extend_from_slice(bytes);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

/// A lossless picture of 16384 × 16384 pixels by its header.
fn lossless_huge() -> Vec<u8> {
    webp(&[(b"VP8L", [&[0x2f, 0xff, 0xff, 0xff, 0x0f][..], &[0; 32]].concat())])
}

fn canvas(frames: usize) -> Vec<u8> {
    let mut chunks: Vec<(&[u8; 4], Vec<u8>)> =
        vec![(b"VP8X", vec![0x02, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), (b"ANIM", vec![0; 6])];
    chunks.extend((0..frames).map(|_| (b"ANMF", vec![0xff; 24])));
    webp(&chunks)
}

fn jpegs() -> Vec<Case> {
    let plain = good(ImageFormat::Jpeg);
    let mut tables = plain.clone();
    let table = tables.windows(2).position(|pair| pair == [0xff, 0xc4]).unwrap();
    tables[table + 5..table + 21].fill(0xff);
    let segments: Vec<u8> = (0..3_000).flat_map(|_| segment(0xe1, &[0x41; 300])).collect();
    // A directory whose next directory is itself, and an entry of four gigabytes.
    let loop_ifd = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\xff\xff\x08\0\0\0\x08\0\0\0";
    let after_start = |more: &[u8]| [&plain[..2], more, &plain[2..]].concat();
    vec![
        case("jpeg 65500 × 65500", jpeg_says(65_500, 65_500), TOO_LARGE),
        case("jpeg that says 7000 × 7000", jpeg_says(7_000, 7_000), Expected::Either),
        case("jpeg of no size", jpeg_says(0, 0), UNREADABLE),
        case("jpeg cut in half", plain[..plain.len() / 2].to_vec(), UNREADABLE),
        case("jpeg without an end", plain[..plain.len() - 2].to_vec(), UNREADABLE),
        case("jpeg of two bytes", vec![0xff, 0xd8], UNREADABLE),
        case("jpeg of 2 scans over 64 megapixels", scans(2), Expected::Either),
        case("jpeg of 2000 scans over 64 megapixels", scans(2_000), Expected::Either),
        case("jpeg with tables of nonsense", tables, UNREADABLE),
        case("jpeg of 3000 segments", after_start(&segments), Expected::Either),
        case("jpeg with a directory in a loop", after_start(&segment(0xe1, loop_ifd)), Expected::Taken),
        case("jpeg called png by its first bytes", [&b"\x89PNG\r\n\x1a\n"[..], &plain].concat(), UNREADABLE),
    ]
}

pub fn cases() -> Vec<Case> {
    let (still, film) = (good(ImageFormat::WebP), good(ImageFormat::Gif));
    let mut length = still.clone();
    length[4..8].fill(0xff);
    let mut cases = jpegs();
    cases.extend([
        case("gif 65535 × 65535", gif(65_535, 1, 1), TOO_LARGE),
        case("gif of 100000 frames", gif(10, 1, 100_000), Expected::Either),
        case("gif frame larger than its screen", gif(4, 60_000, 1), Expected::Either),
        case("gif 8000 × 8000 of one pixel", gif(8_000, 8_000, 1), Expected::Either),
        case("gif of no size", gif(0, 0, 1), UNREADABLE),
        case("gif without a frame", gif(10, 1, 0), UNREADABLE),
        case("gif cut in half", film[..film.len() / 2].to_vec(), UNREADABLE),
        case("webp 16384 × 16384", lossless_huge(), Expected::Either),
        case("webp canvas of 16777216 a side", canvas(1), Expected::Either),
        case("webp of 20000 frames", canvas(20_000), Expected::Either),
        case("webp whose length lies", length, Expected::Either),
        case("webp cut in half", still[..still.len() / 2].to_vec(), UNREADABLE),
        case("webp of nonsense", webp(&[(b"VP8 ", vec![0xaa; 500])]), UNREADABLE),
        case("webp of nothing", webp(&[]), UNREADABLE),
    ]);
    cases
}
