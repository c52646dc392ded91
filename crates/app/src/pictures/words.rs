//! What is said of a picture that is not taken.

use domain::{ErrorCode, media::MAX_IMAGE_BYTES};

use super::ask::Refusal;
use crate::Error;

/// The process that opened the picture did not live to answer.
pub(crate) fn stopped(details: &str) -> Error {
    Error::new(
        ErrorCode::MediaUnreadable,
        "Opening this picture took more memory or time than Postroom allows, so it was stopped. Nothing else was harmed.",
        "Open it in a picture program, save it as JPEG or PNG, and add that.",
    )
    .with_details(format!("the process that opens pictures: {details}"))
}

/// What is wrong with a picture.
pub(crate) fn refused(refusal: &Refusal) -> Error {
    let (code, message, action) = match refusal {
        Refusal::NoPicture { .. } => (
            ErrorCode::MediaUnreadable,
            "This file is not a picture Postroom can use. It takes JPEG, PNG, WebP and GIF.".to_owned(),
            "Save the picture in one of these formats and add it again.",
        ),
        Refusal::Damaged { .. } => (
            ErrorCode::MediaUnreadable,
            "This picture is damaged: not all of it can be read.".to_owned(),
            "Open it in a picture program, save it again, and add that.",
        ),
        Refusal::TooManyPixels { width, height } => (
            ErrorCode::MediaTooLarge,
            format!(
                "This picture says it has {width} × {height} pixels, {} megapixels; Postroom opens up to 64, and 65535 a side.",
                (u64::from(*width) * u64::from(*height)).div_ceil(1_000_000)
            ),
            "Make it smaller and add it again.",
        ),
        Refusal::TooManyBytes => return too_many_bytes(None),
        Refusal::TooMuchMemory => (
            ErrorCode::MediaTooLarge,
            "This picture takes more memory to open than Postroom gives one (256 MiB of pixels).".to_owned(),
            "Make it smaller, or save it with 8 bits per colour, and add it again.",
        ),
        Refusal::WillNotFit { max_bytes } => (
            ErrorCode::MediaTooLarge,
            format!("This picture cannot be made smaller than {max_bytes} bytes."),
            "Make it smaller and add it again.",
        ),
    };
    Error::new(code, message, action).with_details(refusal.to_string())
}

/// A file larger than is opened, of so many bytes where that is known.
pub(crate) fn too_many_bytes(bytes: Option<u64>) -> Error {
    let has = bytes.map_or_else(|| "more".to_owned(), |bytes| format!("{} MiB", bytes.div_ceil(1 << 20)));
    let most = MAX_IMAGE_BYTES >> 20;
    Error::new(
        ErrorCode::MediaTooLarge,
        format!("This picture's file has {has}; Postroom takes up to {most} MiB."),
        "Make it smaller and add it again.",
    )
}
