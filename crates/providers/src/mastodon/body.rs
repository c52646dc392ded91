//! What is sent for one part: pure functions from the work, the checkpoint and the seed.

use domain::options::Poll;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::provider::{Seed, Work};

/// What the prepare steps have left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Checkpoint {
    /// Pictures taken by the server, in order.
    pub(super) media: Vec<Uploaded>,
    /// The account's newest status before this one is sent; empty where there was none, `None` before it was asked.
    pub(super) after: Option<String>,
}

/// An uploaded picture, with the digest of the file it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Uploaded {
    pub(super) digest: String,
    pub(super) id: String,
    /// Whether the server has finished with it.
    pub(super) ready: bool,
    /// When it was uploaded, in milliseconds since 1970.
    #[serde(default)]
    pub(super) at: i64,
    /// How often the server was asked since.
    #[serde(default)]
    pub(super) looks: u32,
}

/// The next prepare step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Todo {
    /// Upload the picture at this place, counted from 0.
    Upload(usize),
    /// Ask whether the picture at this place is ready.
    Await(usize),
    /// Note the account's newest status.
    Mark,
}

impl Checkpoint {
    /// Reads a saved checkpoint. One that cannot be read counts as empty: prepare steps may be repeated.
    pub(super) fn read(saved: &Value) -> Self {
        Self::deserialize(saved).unwrap_or_default()
    }

    /// What is still to be done before the effect. All pictures are uploaded before the first is waited for.
    pub(super) fn todo(&self, work: &Work) -> Option<Todo> {
        let done = |place: usize| self.media.get(place);
        let missing = (0..).zip(&work.media).find(|(place, media)| {
            let place: usize = *place;
            done(place).is_none_or(|done| done.digest != media.digest)
        });
        if let Some((place, _)) = missing {
            return Some(Todo::Upload(place));
        }
        if let Some(place) = self.media.iter().take(work.media.len()).position(|media| !media.ready) {
            return Some(Todo::Await(place));
        }
        (work.parent.is_none() && self.after.is_none()).then_some(Todo::Mark)
    }

    /// A checkpoint as it will be when all is prepared, with stand-ins for the ids only the server can give.
    pub(super) fn expected(work: &Work) -> Self {
        let uploaded = |(number, digest): (usize, &String)| Uploaded {
            digest: digest.clone(),
            id: format!("picture-{number}"),
            ready: true,
            at: 0,
            looks: 0,
        };
        let media = (1..).zip(work.media.iter().map(|media| &media.digest)).map(uploaded).collect();
        Self { media, after: Some(String::new()) }
    }
}

/// What is recorded: the body as it is sent, and the status after which to look for it.
pub(super) fn request(work: &Work, checkpoint: &Checkpoint) -> Value {
    let after = match &work.parent {
        Some(parent) => parent.id.clone(),
        None => checkpoint.after.clone().unwrap_or_default(),
    };
    json!({"body": body(work, checkpoint), "after": after})
}

fn body(work: &Work, checkpoint: &Checkpoint) -> Value {
    let option = |name: &str| work.options.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut body = json!({"status": work.text});
    let Some(fields) = body.as_object_mut() else { return body };
    if !work.media.is_empty() {
        let ids: Vec<_> = checkpoint.media.iter().take(work.media.len()).map(|media| media.id.clone()).collect();
        fields.insert("media_ids".into(), ids.into());
    }
    if let Some(parent) = &work.parent {
        fields.insert("in_reply_to_id".into(), parent.id.clone().into());
    }
    if let Some(warning) = option("content_warning") {
        fields.insert("spoiler_text".into(), warning.into());
    }
    if option("sensitive") == Some("true") {
        fields.insert("sensitive".into(), true.into());
    }
    if let Some(visibility) = option("visibility") {
        fields.insert("visibility".into(), visibility.into());
    }
    if let Some(language) = option("language").or(Some(work.language.as_str()).filter(|tag| !tag.is_empty())) {
        fields.insert("language".into(), language.into());
    }
    if let Some(poll) = option("poll").and_then(Poll::read) {
        let Poll { answers, life_s, multiple, hide_totals } = poll;
        let poll = json!({"options": answers, "expires_in": life_s, "multiple": multiple, "hide_totals": hide_totals});
        fields.insert("poll".into(), poll);
    }
    body
}

/// The Idempotency-Key of an effect: a UUID (version 7 in form) of its instant and random bits.
pub(super) fn key(seed: Seed) -> String {
    let at = seed.at.as_millis().max(0).cast_unsigned() & 0xffff_ffff_ffff;
    let (high, low) = (seed.random >> 52, seed.random & 0x000f_ffff_ffff_ffff);
    let whole = format!("{at:012x}7{high:03x}8{low:015x}");
    let piece = |from: usize, to: usize| whole.get(from..to).unwrap_or_default();
    [piece(0, 8), piece(8, 12), piece(12, 16), piece(16, 20), piece(20, 32)].join("-")
}

/// A multipart body of one file and its description, and its content type. The border is made of the file's own digest,
/// which no file contains.
pub(super) fn multipart(digest: &str, mime: &str, file: &[u8], description: &str) -> (String, Vec<u8>) {
    let border = format!("postroom-{digest}");
    let ending = mime.rsplit('/').next().unwrap_or("bin");
    let mut out = Vec::with_capacity(file.len() + description.len() + 512);
    if !description.is_empty() {
        let head = format!("--{border}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(description.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    let head = format!(
        "--{border}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture.{ending}\"\r\n\
         Content-Type: {mime}\r\n\r\n"
    );
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(file);
    out.extend_from_slice(format!("\r\n--{border}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={border}"), out)
}
