//! PNG files: sizes that lie, streams that swell, chunks that do not end.

use flate2::{Compress, Compression, FlushCompress};

use super::{Case, Expected, TOO_LARGE, UNREADABLE, case};

const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    out.extend_from_slice(&kind);
    out.extend_from_slice(body);
    let mut sum = crc32fast::Hasher::new();
    sum.update(&kind);
    sum.update(body);
    out.extend_from_slice(&sum.finalize().to_be_bytes());
    out
}

fn header(width: u32, height: u32, colour: u8, depth: u8, interlaced: bool) -> Vec<u8> {
    let mut body = width.to_be_bytes().to_vec();
    body.extend_from_slice(&height.to_be_bytes());
    body.extend_from_slice(&[depth, colour, 0, 0, u8::from(interlaced)]);
    chunk(*b"IHDR", &body)
}

/// A zlib stream of so many zeros, made without ever having them: one megabyte, said again and again.
fn zlib_zeros(count: u64) -> Vec<u8> {
    const PIECE: usize = 1 << 20;
    let deflated = |length: usize, flush: FlushCompress| {
        let mut out = Vec::with_capacity(PIECE / 16);
        Compress::new(Compression::best(), false).compress_vec(&vec![0; length], &mut out, flush).unwrap();
        out
    };
    let piece = deflated(PIECE, FlushCompress::Full);
    let mut out = vec![0x78, 0xda];
    for _ in 0..count / PIECE as u64 {
        out.extend_from_slice(&piece);
    }
    out.extend(deflated(usize::try_from(count % PIECE as u64).unwrap(), FlushCompress::Finish));
    // Adler-32 of zeros: the first sum stays 1, the second counts them.
    let second = u32::try_from(count % 65_521).unwrap();
    out.extend_from_slice(&((second << 16) | 1).to_be_bytes());
    out
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(chunks.iter().flatten());
    out
}

fn end() -> Vec<u8> {
    chunk(*b"IEND", &[])
}

/// A correct file of nothing but zeros.
pub fn zeros(width: u32, height: u32, colour: u8, depth: u8) -> Vec<u8> {
    let channels = match colour {
        2 => 3,
        6 => 4,
        _ => 1,
    };
    let row = (u64::from(width) * channels * u64::from(depth)).div_ceil(8) + 1;
    let data = zlib_zeros(row * u64::from(height));
    file(&[header(width, height, colour, depth, false), chunk(*b"IDAT", &data), end()])
}

fn with_chunk(kind: [u8; 4], lead: &[u8], zeros: u64) -> Vec<u8> {
    let mut body = lead.to_vec();
    body.extend(zlib_zeros(zeros));
    let pixels = zlib_zeros(4 * 13);
    file(&[header(4, 4, 2, 8, false), chunk(kind, &body), chunk(*b"IDAT", &pixels), end()])
}

pub fn cases() -> Vec<Case> {
    let small = || chunk(*b"IDAT", &zlib_zeros(1_000));
    let good = zeros(40, 30, 2, 8);
    let mut endless = file(&[header(4, 4, 2, 8, false)]);
    endless.extend_from_slice(b"\xff\xff\xff\xf0IDAT\x78\xda");
    let mut wrong_sum = good.clone();
    let last = wrong_sum.len() - 20;
    wrong_sum[last] ^= 0xff;
    let frames = [chunk(*b"acTL", &[0, 0x0f, 0xff, 0xff, 0, 0, 0, 0]), chunk(*b"IDAT", &zlib_zeros(4 * 13)), end()];
    let animated = file(&[vec![header(4, 4, 2, 8, false)], frames.to_vec()].concat());
    vec![
        case("png 20000 × 20000", file(&[header(20_000, 20_000, 6, 8, false), small(), end()]), TOO_LARGE),
        case("png 20000 × 20000, all of it", zeros(20_000, 20_000, 0, 1), TOO_LARGE),
        case(
            "png 2147483647 a side",
            file(&[header(0x7fff_ffff, 0x7fff_ffff, 6, 8, false), small(), end()]),
            TOO_LARGE,
        ),
        case("png 64000000 × 1", zeros(64_000_000, 1, 0, 8), TOO_LARGE),
        case("png of no size", file(&[header(0, 0, 6, 8, false), small(), end()]), UNREADABLE),
        case("png bomb of 256 MB", super::bomb(), Expected::Taken),
        case("png bomb of 512 MB in 16 bits", zeros(8_000, 8_000, 6, 16), TOO_LARGE),
        case("png interlaced 8000 × 8000", file(&[header(8_000, 8_000, 6, 8, true), small(), end()]), UNREADABLE),
        case(
            "png with a gigabyte more than its size",
            file(&[header(10, 10, 2, 8, false), chunk(*b"IDAT", &zlib_zeros(1 << 30)), end()]),
            Expected::Either,
        ),
        case("png with less than its size", file(&[header(4_000, 4_000, 6, 8, false), small(), end()]), UNREADABLE),
        case("png cut in half", good[..good.len() / 2].to_vec(), UNREADABLE),
        case("png of a magic number", MAGIC.to_vec(), UNREADABLE),
        case("png chunk without end", endless, UNREADABLE),
        case("png with a wrong sum", wrong_sum, Expected::Either),
        case("png with a palette and no palette", zeros(10, 10, 3, 8), Expected::Either),
        case("png with a colour that does not exist", zeros(10, 10, 7, 8), UNREADABLE),
        case("png colour profile of 400 MB", with_chunk(*b"iCCP", b"x\0\0", 400 << 20), Expected::Either),
        case("png text of 400 MB", with_chunk(*b"zTXt", b"x\0\0", 400 << 20), Expected::Either),
        case("png international text of 400 MB", with_chunk(*b"iTXt", b"x\0\x01\0\0\0", 400 << 20), Expected::Either),
        case("png of a million frames", animated, Expected::Either),
    ]
}
