use domain::text::TextRule;

use super::*;

fn limits(side: u32, bytes: u64, types: &[&str]) -> PostLimits {
    PostLimits {
        text: TextRule::graphemes(300),
        images_max: 4,
        image_max_bytes: bytes,
        image_max_side: side,
        image_types: types.iter().map(|mime| (*mime).to_owned()).collect(),
        alt_max_chars: 1_000,
        parts_max: 1,
        text_optional_with_media: true,
    }
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
        let made = render(&source, &limits(2_000, 1 << 20, ALL)).unwrap();
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
    let made = render(&tagged, &limits(2_000, 1 << 20, ALL)).unwrap();
    assert!(DynImage::from_bytes(made.bytes.clone().into()).unwrap().unwrap().exif().is_none());
    let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
    assert!(pixels(&made.bytes) == pixels(&plain));
}

#[test]
fn large_pictures_are_scaled_to_the_side_and_the_bytes() {
    let source = encoded(&noise(900, 300), ImageFormat::Png);
    let made = render(&source, &limits(300, 40_000, ALL)).unwrap();
    assert!(made.bytes.len() <= 40_000);
    assert!(made.width <= 300 && made.width.abs_diff(made.height * 3) <= 3);
}

#[test]
fn a_format_the_platform_does_not_take_is_converted() {
    let source = encoded(&noise(30, 30), ImageFormat::Gif);
    let made = render(&source, &limits(300, 1 << 20, &["image/jpeg"])).unwrap();
    assert_eq!((made.mime, image::guess_format(&made.bytes).unwrap()), ("image/jpeg", ImageFormat::Jpeg));
}

#[test]
fn what_is_no_picture_or_cannot_fit_is_refused() {
    let code = |result: Result<Made, Error>| result.err().map(|error| error.code);
    let rules = limits(300, 1 << 20, ALL);
    assert_eq!(code(render(b"not a picture", &rules)), Some(domain::ErrorCode::MediaUnreadable));
    let mut cut = encoded(&noise(60, 40), ImageFormat::Png);
    cut.truncate(40);
    assert!(code(render(&cut, &limits(30, 1 << 20, ALL))).is_some());
    let source = encoded(&noise(60, 40), ImageFormat::Png);
    assert_eq!(code(render(&source, &limits(300, 20, ALL))), Some(domain::ErrorCode::MediaTooLarge));
}

#[test]
fn a_header_that_claims_too_many_pixels_is_refused_before_decoding() {
    let mut bytes = encoded(&noise(4, 4), ImageFormat::Png);
    bytes[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let refused = read::facts(&bytes).err().map(|error| error.code);
    assert!(matches!(refused, Some(domain::ErrorCode::MediaTooLarge | domain::ErrorCode::MediaUnreadable)));
}
