//! Answers of the Mastodon API, as far as they are read. Unknown keys are ignored, missing ones stand for "not told".

use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// A status, as posting and reading answer it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) uri: Option<String>,
    /// HTML.
    #[serde(default)]
    pub(super) content: String,
    /// What was written, where the server still tells (GoToSocial does).
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) spoiler_text: String,
    #[serde(default)]
    pub(super) in_reply_to_id: Option<String>,
    #[serde(default)]
    pub(super) reblog: Option<Value>,
    #[serde(default)]
    pub(super) media_attachments: Vec<Value>,
    #[serde(default)]
    pub(super) poll: Option<Poll>,
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(default)]
    pub(super) language: Option<String>,
    /// When it was made, as the server writes it.
    #[serde(default)]
    pub(super) created_at: Option<String>,
    /// When it was last edited, as the server writes it.
    #[serde(default)]
    pub(super) edited_at: Option<String>,
}

/// What a status was written as.
#[derive(Debug, Deserialize)]
pub(super) struct Source {
    pub(super) text: String,
    #[serde(default)]
    pub(super) spoiler_text: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Poll {
    #[serde(default)]
    pub(super) options: Vec<Choice>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Choice {
    pub(super) title: String,
}

/// Longest time, tag of a language and id of a picture that are kept, in bytes.
const WORD_MAX_BYTES: usize = 64;

impl Status {
    /// Whether what is kept of it is as short as it is everywhere.
    pub(super) fn is_bounded(&self) -> bool {
        let short = |word: &str| word.len() <= WORD_MAX_BYTES;
        let ids = self.media_attachments.iter().filter_map(|media| media.get("id").and_then(Value::as_str));
        self.edited_at.iter().chain(&self.language).map(String::as_str).chain(ids).all(short)
    }

    /// Where people read it; empty where the server names nothing a browser should open.
    pub(super) fn link(&self) -> String {
        let web = |link: &&String| {
            let url = Url::parse(link).ok();
            link.len() <= 2_048 && url.is_some_and(|url| matches!(url.scheme(), "https" | "http"))
        };
        self.url.iter().chain(&self.uri).find(web).cloned().unwrap_or_default()
    }
}

/// An uploaded picture.
#[derive(Debug, Deserialize)]
pub(super) struct Media {
    pub(super) id: String,
}

/// Whose token it is.
#[derive(Debug, Deserialize)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) username: String,
    #[serde(default)]
    pub(super) display_name: String,
    /// Their picture; an animated one.
    pub(super) avatar: Option<String>,
    /// The same, standing still.
    pub(super) avatar_static: Option<String>,
}

/// A registered client.
#[derive(Debug, Deserialize)]
pub(super) struct App {
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

/// Whether a text is an id as servers of the family make them: digits (Mastodon), letters and digits (GoToSocial).
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_word() {
        assert!(is_id("103254962155278888") && is_id("01J0ABCDEF") && is_id("9-x_"));
        assert!(!is_id("") && !is_id("a/b") && !is_id("../x") && !is_id("a?b") && !is_id(&"1".repeat(65)));
    }

    #[test]
    fn what_is_kept_is_short() {
        let long = "9".repeat(65);
        assert!(Status { language: Some("en".to_owned()), ..Status::default() }.is_bounded());
        assert!(!Status { edited_at: Some(long.clone()), ..Status::default() }.is_bounded());
        let media_attachments = vec![serde_json::json!({"id": "1"}), serde_json::json!({ "id": long })];
        assert!(!Status { media_attachments, ..Status::default() }.is_bounded());
    }

    #[test]
    fn only_web_addresses_are_shown() {
        let link = |url: Option<&str>, uri: &str| {
            let status = Status { url: url.map(str::to_owned), uri: Some(uri.to_owned()), ..Status::default() };
            status.link()
        };
        assert_eq!(link(Some("https://a.example/@b/1"), "https://a.example/x"), "https://a.example/@b/1");
        assert_eq!(link(None, "https://a.example/x"), "https://a.example/x");
        assert_eq!(link(Some("javascript:alert(1)"), "file:///etc/passwd"), "");
    }
}
