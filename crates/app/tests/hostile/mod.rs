//! Picture files nobody would save on purpose, made here so that none has to be stored.

mod jpeg_gif_webp;
mod png;

use domain::ErrorCode;

/// What may come of adding a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is a picture, whatever else it is.
    Taken,
    /// It is refused with this code.
    Refused(ErrorCode),
    /// Decoders may differ; nothing may break.
    Either,
}

/// One hostile file.
pub struct Case {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub expected: Expected,
}

pub const UNREADABLE: Expected = Expected::Refused(ErrorCode::MediaUnreadable);
pub const TOO_LARGE: Expected = Expected::Refused(ErrorCode::MediaTooLarge);

pub fn case(name: &'static str, bytes: Vec<u8>, expected: Expected) -> Case {
    Case { name, bytes, expected }
}

/// A picture that decodes to 256 MB: 8000 × 8000 pixels of four bytes, in a file of some 250 KB.
pub fn bomb() -> Vec<u8> {
    png::zeros(8_000, 8_000, 6, 8)
}

/// Every file.
pub fn cases() -> Vec<Case> {
    let mut cases = png::cases();
    cases.extend(jpeg_gif_webp::cases());
    cases.extend(other());
    cases
}

/// What is called a picture and is none of the four formats.
fn other() -> Vec<Case> {
    let svg = br#"<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
        <svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><script>1</script><text>&b;</text></svg>"#;
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[0, 1, 4, 0, 1, 0, 0, 0, 0xff, 0xff, 0, 0, 8, 0, 0, 0]);
    vec![
        case("zero bytes", Vec::new(), UNREADABLE),
        case("one byte", vec![0x89], UNREADABLE),
        case("svg", svg.to_vec(), UNREADABLE),
        case("html", b"<!doctype html><img src=x onerror=alert(1)>".to_vec(), UNREADABLE),
        case("pdf", b"%PDF-1.7\n1 0 obj<<>>endobj".to_vec(), UNREADABLE),
        case("zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), UNREADABLE),
        case("program", b"\x7fELF\x02\x01\x01\0".to_vec(), UNREADABLE),
        case("tiff whose directory is its own next", tiff, UNREADABLE),
        case("bmp", b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f".to_vec(), UNREADABLE),
        case("avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf".to_vec(), UNREADABLE),
        case("mp4 with an endless atom", b"\0\0\0\x18ftypmp42\0\0\0\0\xff\xff\xff\xffmoov".to_vec(), UNREADABLE),
        case("icon", b"\0\0\x01\0\xff\xff\0\0\0\0".to_vec(), UNREADABLE),
        case("noise", (0..50_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect(), UNREADABLE),
    ]
}
