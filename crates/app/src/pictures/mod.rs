//! Picture files: opened and made to fit by a process of their own with limits on what it may use, and kept under
//! their digest. Nothing here knows of a profile.

pub(crate) mod ask;
mod bounds;
mod child;
pub(crate) mod clipboard;
mod decoder;
pub(crate) mod keep;
mod read;
mod render;
pub(crate) mod words;

pub use bounds::bound_decoding;
pub use child::decode_picture_if_asked;
pub(crate) use decoder::Decoder;
pub use decoder::PictureProgram;
