//! What is written for one part: pure functions from the work, the checkpoint and the seed.

use domain::UtcMs;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::facets::{self, Dids};
use crate::provider::{Remote, Rendition, Work};

/// The collection posts live in.
pub(super) const COLLECTION: &str = "app.bsky.feed.post";

/// What the prepare steps have left: uploaded pictures in order, and who the mentioned handles are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    #[serde(default)]
    pub(super) blobs: Vec<Blob>,
    #[serde(default)]
    pub(super) dids: Dids,
}

/// An uploaded picture, with the digest of the file it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Blob {
    pub(super) digest: String,
    pub(super) blob: Value,
}

/// The next prepare step.
#[derive(Debug, PartialEq)]
pub(super) enum Todo {
    /// Look the mentioned handles up.
    Mentions,
    /// Upload the picture at this place, counted from 0.
    Picture(usize),
}

impl Checkpoint {
    /// Reads a saved checkpoint. One that cannot be read counts as empty: prepare steps may be repeated.
    pub(super) fn read(saved: &Value) -> Self {
        Self::deserialize(saved).unwrap_or_default()
    }

    /// What is still to be done before the record can be written.
    pub(super) fn todo(&self, work: &Work) -> Option<Todo> {
        if facets::handles(&work.text).iter().any(|handle| !self.dids.contains_key(handle)) {
            return Some(Todo::Mentions);
        }
        let done =
            |(place, media): (usize, &Rendition)| self.blobs.get(place).is_some_and(|b| b.digest == media.digest);
        (0..).zip(&work.media).find(|pair| !done(*pair)).map(|(place, _)| Todo::Picture(place))
    }

    /// A checkpoint as it will be when all is prepared. Blobs are named by their content, so they are known
    /// beforehand; handles are not, and get a stand-in.
    pub(super) fn expected(work: &Work) -> Self {
        let blobs = work.media.iter().map(|media| Blob { digest: media.digest.clone(), blob: expected_blob(media) });
        let dids = facets::handles(&work.text).into_iter().map(|handle| {
            let stand_in = format!("did:unresolved:{handle}");
            (handle, Some(stand_in))
        });
        Self { blobs: blobs.collect(), dids: dids.collect() }
    }
}

/// The blob a server makes of a file: CID version 1, raw bytes, SHA-256.
fn expected_blob(media: &Rendition) -> Value {
    json!({
        "$type": "blob",
        "ref": {"$link": content_id(&media.digest)},
        "mimeType": media.mime,
        "size": media.bytes,
    })
}

/// `b` and the base 32 of version, codec, hash kind, hash length and hash.
fn content_id(digest_hex: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let hash = hex::decode(digest_hex).unwrap_or_default();
    let (mut text, mut held, mut bits) = (String::from("b"), 0_u32, 0_u32);
    for byte in [0x01, 0x55, 0x12, 0x20].into_iter().chain(hash).chain([0]) {
        held = ((held << 8) | u32::from(byte)) & 0xfff;
        bits += 8;
        while bits >= 5 && text.len() < 59 {
            bits -= 5;
            let place = usize::try_from((held >> bits) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(place).copied().map(char::from));
        }
    }
    text
}

/// What a reply points at, or which part of the thread is missing its content id.
pub(super) fn reply(work: &Work) -> Result<Option<Value>, &'static str> {
    let Some(parent) = &work.parent else { return Ok(None) };
    let root = work.root.as_ref().unwrap_or(parent);
    Ok(Some(json!({"root": strong(root)?, "parent": strong(parent)?})))
}

fn strong(remote: &Remote) -> Result<Value, &'static str> {
    let cid = remote.extra.get("cid").and_then(Value::as_str).filter(|cid| !cid.is_empty());
    let cid = cid.ok_or("the part replied to was stored without its cid")?;
    Ok(json!({"uri": remote.id, "cid": cid}))
}

/// The record of a part. Call when nothing is left to prepare.
pub(super) fn record(work: &Work, checkpoint: &Checkpoint, at: UtcMs) -> Result<Value, &'static str> {
    let mut record = json!({"$type": COLLECTION, "text": work.text, "createdAt": at.to_rfc3339()});
    let facets = facets::facets(&work.text, &checkpoint.dids);
    if let Some(fields) = record.as_object_mut() {
        if !facets.is_empty() {
            fields.insert("facets".into(), facets.into());
        }
        if !work.language.is_empty() {
            fields.insert("langs".into(), json!([work.language]));
        }
        if let Some(reply) = reply(work)? {
            fields.insert("reply".into(), reply);
        }
        if let Some(embed) = embed(work, checkpoint) {
            fields.insert("embed".into(), embed);
        }
    }
    Ok(record)
}

/// Pictures, or else the link card: a record holds one embed.
fn embed(work: &Work, checkpoint: &Checkpoint) -> Option<Value> {
    if !work.media.is_empty() {
        let images: Vec<_> = work.media.iter().zip(&checkpoint.blobs).map(|(media, done)| image(media, done)).collect();
        return Some(json!({"$type": "app.bsky.embed.images", "images": images}));
    }
    let card = work.card.as_ref()?;
    let external = json!({"uri": card.url, "title": card.title, "description": card.description});
    Some(json!({"$type": "app.bsky.embed.external", "external": external}))
}

fn image(media: &Rendition, done: &Blob) -> Value {
    let mut image = json!({"image": done.blob, "alt": media.alt});
    if let (Some(fields), true) = (image.as_object_mut(), media.width > 0 && media.height > 0) {
        fields.insert("aspectRatio".into(), json!({"width": media.width, "height": media.height}));
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_id_is_the_one_servers_make() {
        // The empty file, and "hello world": ids any IPFS tool prints for raw leaves.
        for (content, id) in [
            ("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
            ("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        ] {
            assert_eq!(content_id(&domain::media::digest_hex(content.as_bytes())), id);
        }
    }

    #[test]
    fn an_unreadable_checkpoint_counts_as_empty() {
        for saved in [Value::Null, json!("x"), json!({"blobs": 3}), json!({"blobs": [{"cid": 1}]})] {
            assert_eq!(Checkpoint::read(&saved), Checkpoint::default());
        }
    }
}
