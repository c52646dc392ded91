//! What a post may carry: pictures, a link card, a video, another record.

use serde_json::Value;

use super::super::node::{Checked, Node};
use super::super::syntax;
use super::check_reference;
use crate::content::is_cid;

const MAX_IMAGES: usize = 4;
const MAX_GALLERY_ITEMS: usize = 20;
const IMAGE_BYTES: i64 = 2_000_000;
const THUMB_BYTES: i64 = 1_000_000;
const VIDEO_BYTES: i64 = 300_000_000;
const CAPTION_BYTES: i64 = 20_000;
const MAX_CAPTIONS: usize = 20;

/// Checks an embed by its `$type`; unknown types are let through, as open unions are.
pub fn check(embed: &Node<'_>) -> Checked<()> {
    let Some(kind) = embed.optional("$type")? else {
        return embed.complain("Expected an object which includes the \"$type\" property value type");
    };
    match kind.string()? {
        "app.bsky.embed.record" => check_reference(&embed.required("record")?),
        "app.bsky.embed.recordWithMedia" => {
            check_reference(&embed.required("record")?.required("record")?)?;
            check_media(&embed.required("media")?)
        }
        _ => check_media(embed),
    }
}

fn check_media(embed: &Node<'_>) -> Checked<()> {
    match embed.required("$type")?.string()? {
        "app.bsky.embed.images" => {
            for image in embed.required("images")?.array(MAX_IMAGES)? {
                check_image(&image)?;
                check_optional_ratio(&image)?;
            }
            Ok(())
        }
        "app.bsky.embed.gallery" => {
            for item in embed.required("items")?.array(MAX_GALLERY_ITEMS)? {
                check_image(&item)?;
                check_ratio(&item.required("aspectRatio")?)?;
            }
            Ok(())
        }
        "app.bsky.embed.external" => check_card(&embed.required("external")?),
        "app.bsky.embed.video" => check_video(embed),
        _ => Ok(()),
    }
}

/// The alternative text has to be there, though it may be empty.
fn check_image(image: &Node<'_>) -> Checked<()> {
    check_blob(&image.required("image")?, "image/*", IMAGE_BYTES)?;
    image.required("alt")?.string().map(drop)
}

fn check_optional_ratio(node: &Node<'_>) -> Checked<()> {
    node.optional("aspectRatio")?.map_or(Ok(()), |ratio| check_ratio(&ratio))
}

fn check_ratio(ratio: &Node<'_>) -> Checked<()> {
    ratio.required("width")?.integer(1)?;
    ratio.required("height")?.integer(1).map(drop)
}

fn check_card(card: &Node<'_>) -> Checked<()> {
    card.required("uri")?.formatted("uri", syntax::is_uri)?;
    card.required("title")?.string()?;
    card.required("description")?.string()?;
    card.optional("thumb")?.map_or(Ok(()), |thumb| check_blob(&thumb, "image/*", THUMB_BYTES))
}

fn check_video(embed: &Node<'_>) -> Checked<()> {
    check_blob(&embed.required("video")?, "video/mp4", VIDEO_BYTES)?;
    check_optional_ratio(embed)?;
    if let Some(alt) = embed.optional("alt")? {
        alt.text(1_000, 10_000)?;
    }
    if let Some(captions) = embed.optional("captions")? {
        for caption in captions.array(MAX_CAPTIONS)? {
            caption.required("lang")?.formatted("language", syntax::is_language)?;
            check_blob(&caption.required("file")?, "text/vtt", CAPTION_BYTES)?;
        }
    }
    Ok(())
}

/// A reference to an uploaded blob. Its own claims are checked here; whether it exists, and is as claimed, later.
fn check_blob(blob: &Node<'_>, accept: &str, max_bytes: i64) -> Checked<()> {
    let Some(claim) = BlobClaim::read(blob.value) else {
        return blob.complain("Expected blob value type");
    };
    let (group, any) = accept.strip_suffix('*').map_or((accept, false), |group| (group, true));
    if !(claim.mime_type == group || (any && claim.mime_type.starts_with(group))) {
        let mime = blob.required("mimeType")?;
        return mime.complain(format_args!("Expected \"{accept}\" (got \"{}\")", claim.mime_type));
    }
    if claim.size > max_bytes {
        return blob.complain(format_args!("blob too big (maximum {max_bytes}, got {})", claim.size));
    }
    Ok(())
}

/// What a record says of a blob it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobClaim {
    pub cid: String,
    pub mime_type: String,
    /// Bytes.
    pub size: i64,
}

impl BlobClaim {
    /// Reads `{"$type":"blob","ref":{"$link":CID},"mimeType":…,"size":…}`.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let cid = value.get("ref")?.get("$link")?.as_str().filter(|cid| is_cid(cid))?;
        if text("$type") != Some("blob") {
            return None;
        }
        let size = value.get("size")?.as_i64()?;
        Some(Self { cid: cid.to_owned(), mime_type: text("mimeType")?.to_owned(), size })
    }

    /// Every blob a record refers to, wherever it stands.
    pub fn all(value: &Value) -> Vec<Self> {
        if let Some(claim) = Self::read(value) {
            return vec![claim];
        }
        match value {
            Value::Array(items) => items.iter().flat_map(Self::all).collect(),
            Value::Object(members) => members.values().flat_map(Self::all).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "embeds_tests.rs"]
mod tests;
