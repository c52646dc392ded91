//! Fetches a page somebody typed, for its link card, with the guards for strangers' addresses (`stranger`): what the
//! page says of itself is read, and nothing it names is followed.

use std::time::Duration;

use http::{HeaderMap, header};
use url::Url;

use crate::{
    Client, html,
    stranger::{self, FetchError, Found, Near, Resolver, Want, system_resolver},
};

/// What is asked for: what follows the bytes read is cut, since the head comes first.
const WANT: Want = Want {
    operation: "link_card",
    accept: "text/html,application/xhtml+xml;q=0.9",
    takes: is_html,
    limit: Duration::from_secs(5),
    max_bytes: PAGE_MAX_BYTES,
    cuts: true,
    sealed: false,
};
/// Decoded bytes read.
const PAGE_MAX_BYTES: usize = 256 * 1_024;

/// What a page says about itself. All of it is a stranger's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where the page was found, after redirects.
    pub final_url: String,
    /// One line, at most 300 characters; empty when the page has none.
    pub title: String,
    /// One line, at most 1,000 characters; empty when the page has none.
    pub description: String,
    /// The site's own name; empty when the page has none.
    pub site_name: String,
    /// Absolute address of the card's picture. Not fetched, not checked.
    pub image_url: Option<String>,
    /// The page as text, cut at 256 KiB. Never show it as it is.
    pub html: String,
}

/// Fetches a page. `allow_loopback` also admits this machine, on any port: for tests and the practice
/// network, never for what a user typed.
pub async fn fetch_public(client: &Client, url: &str, allow_loopback: bool) -> Result<Page, FetchError> {
    fetch_with(client, url, allow_loopback, system_resolver).await
}

async fn fetch_with(client: &Client, url: &str, allow_loopback: bool, resolver: Resolver) -> Result<Page, FetchError> {
    let near = if allow_loopback { Near::Loopback } else { Near::Nothing };
    let Found { url, headers, body } = stranger::fetch(client, url, &WANT, near, resolver).await?;
    Ok(page(&url, &headers, &body))
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_html(headers: &HeaderMap) -> bool {
    let essence = content_type(headers).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "text/html" | "application/xhtml+xml")
}

fn page(url: &Url, headers: &HeaderMap, body: &[u8]) -> Page {
    let text = decode(headers, body);
    let head = html::read_head(&text);
    let image = Some(head.image.as_str()).filter(|image| !image.is_empty()).and_then(|image| url.join(image).ok());
    Page {
        final_url: url.to_string(),
        title: head.title,
        description: head.description,
        site_name: head.site_name,
        image_url: image.filter(|image| matches!(image.scheme(), "http" | "https")).map(String::from),
        html: text,
    }
}

/// Byte order mark, then the header's charset, then the page's own, then UTF-8 if it fits, then Latin.
fn decode(headers: &HeaderMap, body: &[u8]) -> String {
    let from_header = content_type(headers)
        .split(';')
        .skip(1)
        .find_map(|part| part.trim().strip_prefix("charset="))
        .and_then(|label| encoding_rs::Encoding::for_label(label.trim_matches('"').as_bytes()));
    let from_page = || encoding_rs::Encoding::for_label(html::declared_charset(body)?.as_bytes());
    let guess = || match std::str::from_utf8(body) {
        Err(error) if error.error_len().is_some() => encoding_rs::WINDOWS_1252,
        _ => encoding_rs::UTF_8,
    };
    let encoding = from_header.or_else(from_page).unwrap_or_else(guess);
    encoding.decode(body).0.into_owned()
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
