//! The shapes the practice network sends (§4 of its sheet), as far as they are read.

use serde::Deserialize;
use serde_json::Value;

/// Answer of `GET /api/me`.
#[derive(Deserialize)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) scopes: Vec<String>,
}

/// Answer of `POST /api/media`.
#[derive(Deserialize)]
pub(super) struct Stored {
    pub(super) id: String,
}

/// A post (§4.3).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Post {
    pub(super) id: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) media: Vec<PostMedia>,
    #[serde(default)]
    pub(super) created_at: String,
    #[serde(default)]
    pub(super) reply_to: Option<String>,
}

/// A picture of a post.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct PostMedia {
    pub(super) id: String,
}

/// A container (§4.4).
#[derive(Deserialize)]
pub(super) struct Container {
    pub(super) id: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) post: Option<Post>,
}

/// Answer of publishing a container, first time (200) and again (409).
#[derive(Deserialize)]
pub(super) struct Published {
    pub(super) post: Post,
}

/// Refusal of a repeat (409), with the post it repeats.
#[derive(Deserialize)]
pub(super) struct Repeated {
    pub(super) error: String,
    #[serde(default)]
    pub(super) message: String,
    pub(super) post: Post,
}

/// Answer of `GET /api/me/posts`, newest first.
#[derive(Deserialize)]
pub(super) struct Posts {
    pub(super) posts: Vec<Post>,
}

/// Answer of `POST /api/posts` for kind d.
#[derive(Deserialize)]
pub(super) struct Accepted {
    pub(super) accepted: bool,
}

/// Answer of `DELETE /api/posts/{id}`.
#[derive(Deserialize)]
pub(super) struct Deleted {
    pub(super) deleted: bool,
}

/// Whether `text` is an id of the network: 1 to 40 of `[a-z0-9_]`.
pub(super) fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The `{"error": …}` code of a body; empty where there is none.
pub(super) fn code(body: &Value) -> &str {
    crate::calls::text_of(body, "error")
}
