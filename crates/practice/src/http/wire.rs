//! The JSON of posts and containers, in and out.

use serde::{Deserialize, Serialize};

use crate::clock::Stamp;
use crate::engine::{PictureInput, PostInput};
use crate::model::{Kind, Picture, Post};
use crate::world::World;

/// A post as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    media: Option<Vec<MediaBody>>,
    #[serde(default)]
    reply_to: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MediaBody {
    id: String,
    #[serde(default)]
    alt: Option<String>,
}

impl From<PostBody> for PostInput {
    fn from(body: PostBody) -> Self {
        let media = body.media.unwrap_or_default().into_iter();
        Self {
            text: body.text.unwrap_or_default(),
            media: media.map(|one| PictureInput { id: one.id, alt: one.alt.unwrap_or_default() }).collect(),
            reply_to: body.reply_to,
            language: body.language,
        }
    }
}

/// A picture of a post as it is answered.
#[derive(Debug, Serialize)]
pub struct MediaView {
    pub id: String,
    pub url: String,
    pub sha256: String,
    pub alt: String,
    pub content_type: Option<Picture>,
}

/// A post as its account reads it.
#[derive(Debug, Serialize)]
pub struct PostView {
    id: String,
    url: String,
    account: String,
    text: String,
    media: Vec<MediaView>,
    media_count: usize,
    created_at: Stamp,
    reply_to: Option<String>,
    language: Option<String>,
    deleted: bool,
    repeated: bool,
}

impl PostView {
    /// The view of a post under `base`.
    pub fn new(world: &World, base: &str, post: &Post, repeated: bool) -> Self {
        let media = media_views(world, base, post);
        Self {
            id: post.id.clone(),
            url: format!("{base}/p/{}", post.id),
            account: post.account.clone(),
            text: post.draft.text.clone(),
            media_count: media.len(),
            media,
            created_at: post.created_at,
            reply_to: post.draft.reply_to.clone(),
            language: post.draft.language.clone(),
            deleted: post.deleted,
            repeated,
        }
    }
}

fn media_views(world: &World, base: &str, post: &Post) -> Vec<MediaView> {
    let attached = post.draft.media.iter();
    attached
        .map(|one| MediaView {
            id: one.media_id.clone(),
            url: format!("{base}/media/{}", one.media_id),
            sha256: one.sha256.clone(),
            alt: one.alt.clone(),
            content_type: world.media.get(&one.media_id).map(|media| media.picture),
        })
        .collect()
}

/// A post as everybody sees it.
#[derive(Debug, Serialize)]
pub struct PublicPost {
    pub id: String,
    pub url: String,
    pub account: String,
    pub account_name: String,
    pub kind: Kind,
    pub text: String,
    pub media: Vec<MediaView>,
    pub created_at: Stamp,
    pub reply_to: Option<String>,
    pub language: Option<String>,
}

impl PublicPost {
    /// The public view; `None` when its account is unknown.
    pub fn new(world: &World, base: &str, post: &Post) -> Option<Self> {
        let account = world.accounts.get(&post.account)?;
        Some(Self {
            id: post.id.clone(),
            url: format!("{base}/p/{}", post.id),
            account: account.id.clone(),
            account_name: account.name.clone(),
            kind: account.kind,
            text: post.draft.text.clone(),
            media: media_views(world, base, post),
            created_at: post.created_at,
            reply_to: post.draft.reply_to.clone(),
            language: post.draft.language.clone(),
        })
    }
}
