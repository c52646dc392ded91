use super::*;

fn rules(side: u32, bytes: u64, types: &[&str]) -> Rules {
    Rules { max_side: side, max_bytes: bytes, types: types.iter().map(|mime| (*mime).to_owned()).collect() }
}

fn noise(width: u32, height: u32) -> DynamicImage {
    let mut state = 1_u32;
    DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        image::Rgb([a, b, c])
    }))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Vec::new();
    picture.write_to(&mut Cursor::new(&mut out), format).unwrap();
    out
}

const ALL: &[&str] = &["image/jpeg", "image/png", "image/webp"];

#[test]
fn a_picture_that_fits_goes_out_byte_for_byte() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let source = encoded(&noise(60, 40), format);
        let made = render(&source, &rules(2_000, 1 << 20, ALL)).unwrap();
        assert!(made.bytes == source, "{format:?}");
        assert_eq!((made.width, made.height), (60, 40));
    }
}

#[test]
fn hidden_data_is_taken_out_without_touching_pixels() {
    let plain = encoded(&noise(60, 40), ImageFormat::Jpeg);
    let mut parts = DynImage::from_bytes(plain.clone().into()).unwrap().unwrap();
    parts.set_exif(Some(b"MM\0\x2a\0\0\0\x08\0\0\0\0\0\0".to_vec().into()));
    let mut tagged = Vec::new();
    parts.encoder().write_to(&mut tagged).unwrap();
    assert_ne!(tagged, plain);
    let made = render(&tagged, &rules(2_000, 1 << 20, ALL)).unwrap();
    assert!(DynImage::from_bytes(made.bytes.clone().into()).unwrap().unwrap().exif().is_none());
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
    assert!(pixels(&made.bytes) == pixels(&plain));
}

#[test]
fn large_pictures_are_scaled_to_the_side_and_the_bytes() {
    let source = encoded(&noise(900, 300), ImageFormat::Png);
    let made = render(&source, &rules(300, 40_000, ALL)).unwrap();
    assert!(made.bytes.len() <= 40_000);
    assert!(made.width <= 300 && made.width.abs_diff(made.height * 3) <= 3);
}

#[test]
fn a_format_the_platform_does_not_take_is_converted() {
    let source = encoded(&noise(30, 30), ImageFormat::Gif);
    let made = render(&source, &rules(300, 1 << 20, &["image/jpeg"])).unwrap();
    assert_eq!((made.mime, image::guess_format(&made.bytes).unwrap()), ("image/jpeg", ImageFormat::Jpeg));
}

#[test]
fn what_is_no_picture_is_damaged_or_cannot_fit_is_refused() {
    let why = |bytes: &[u8], rules: &Rules| render(bytes, rules).err();
    let wide = rules(300, 1 << 20, ALL);
    assert!(matches!(why(b"not a picture", &wide), Some(Refusal::NoPicture { .. })));
    assert!(matches!(why(b"", &wide), Some(Refusal::NoPicture { .. })));
    assert!(matches!(why(b"BM not one of ours", &wide), Some(Refusal::NoPicture { .. })));
    let source = encoded(&noise(60, 40), ImageFormat::Png);
    assert!(matches!(why(&source[..40], &rules(30, 1 << 20, ALL)), Some(Refusal::Damaged { .. })));
    assert_eq!(why(&source, &rules(300, 20, ALL)), Some(Refusal::WillNotFit { max_bytes: 20 }));
}

#[test]
fn a_picture_that_breaks_off_is_noticed_when_it_is_looked_at() {
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Jpeg] {
        let source = encoded(&noise(60, 40), format);
        assert!(read::look(&source).is_ok(), "{format:?}");
        let half = source.get(..source.len() / 2).unwrap_or_default();
        assert!(matches!(read::look(half), Err(Refusal::Damaged { .. })), "{format:?}");
    }
}

#[test]
fn a_header_that_claims_too_many_pixels_is_refused_before_decoding() {
    let mut header = encoded(&noise(4, 4), ImageFormat::Gif);
    header[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(read::header(&header).err(), Some(Refusal::TooManyPixels { width: 65_535, height: 65_535 }));
}
