//! Fetches a page somebody typed, for its link card, without letting the page reach into this machine or
//! its network. Each hop is resolved once, every address is checked, and the connection goes to exactly
//! those addresses; a name that changes its answer in between gains nothing.
//!
//! Refused: other schemes than `http` and `https`, user names in URLs, other ports than 80 and 443, any
//! name with one address that is not public, a step down from `https` to `http`, more than three redirects.

use std::{future::Future, net::SocketAddr, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use domain::{PlatformId, ports::Call};
use http::{HeaderMap, HeaderValue, header};
use url::{Host, Url};

use crate::{
    Client, address,
    client::{Record, words},
    client::{build, plain},
    html,
};

/// Whole fetch, all hops.
const LIMIT: Duration = Duration::from_secs(5);
/// Decoded bytes read; what follows is cut, since the head comes first.
const PAGE_MAX_BYTES: usize = 256 * 1_024;
const REDIRECTS_MAX: usize = 3;
const ADDRESSES_MAX: usize = 16;

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

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// This address is never fetched: scheme, port, user name, or a network that is not public.
    #[error("this address is not on the public web")]
    NotAllowed,
    /// Its name does not resolve, or nothing answers there.
    #[error("nothing answers there: {0}")]
    Unreachable(String),
    /// It answered with this status instead of a page.
    #[error("answered HTTP {0}")]
    Status(u16),
    /// It is something else than HTML.
    #[error("not an HTML page")]
    NotHtml,
    /// It led from one address to the next more than three times.
    #[error("too many redirects")]
    TooManyRedirects,
    /// It took longer than five seconds.
    #[error("took too long")]
    TimedOut,
}

type Resolved = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;
type Resolver = fn(String, u16) -> Resolved;

/// Fetches a page. `allow_loopback` also admits this machine, on any port: for tests and the practice
/// network, never for what a user typed.
pub async fn fetch_public(client: &Client, url: &str, allow_loopback: bool) -> Result<Page, PageError> {
    fetch_with(client, url, allow_loopback, system_resolver).await
}

fn system_resolver(host: String, port: u16) -> Resolved {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.take(ADDRESSES_MAX).collect()) })
}

async fn fetch_with(client: &Client, url: &str, allow_loopback: bool, resolver: Resolver) -> Result<Page, PageError> {
    let start = Url::parse(url).map_err(|_| PageError::NotAllowed)?;
    let platform = PlatformId::parse("web").ok_or(PageError::NotAllowed)?;
    let tag = client.tag(platform);
    let row = Call {
        correlation: tag.correlation,
        at: client.clock().now(),
        platform: tag.platform,
        account: None,
        publication: None,
        operation: "link_card".to_owned(),
        target: format!("GET {}://{}", start.scheme(), start.host_str().unwrap_or_default()),
        status: None,
        latency_ms: 0,
        failure: "given up by the caller".to_owned(),
    };
    let mut record = Record::start(row, client.clock(), client.log());
    let fetcher = Fetcher { allow_loopback, resolver };
    let result = match tokio::time::timeout(LIMIT, fetcher.follow(start)).await {
        Ok(result) => result,
        Err(_) => Err(PageError::TimedOut),
    };
    let status = match &result {
        Ok(_) => Some(200),
        Err(PageError::Status(status)) => Some(*status),
        Err(_) => None,
    };
    record.finish(status, result.as_ref().err());
    result
}

struct Fetcher {
    allow_loopback: bool,
    resolver: Resolver,
}

enum Hop {
    Found(HeaderMap, Bytes),
    Moved(Url),
}

impl Fetcher {
    async fn follow(&self, start: Url) -> Result<Page, PageError> {
        let mut url = start;
        for _ in 0..=REDIRECTS_MAX {
            match self.hop(&url).await? {
                Hop::Found(headers, body) => return Ok(page(&url, &headers, &body)),
                Hop::Moved(next) if url.scheme() == "https" && next.scheme() != "https" => {
                    return Err(PageError::NotAllowed);
                }
                Hop::Moved(next) => url = next,
            }
        }
        Err(PageError::TooManyRedirects)
    }

    async fn hop(&self, url: &Url) -> Result<Hop, PageError> {
        let addresses = self.vetted(url).await?;
        let mut builder = plain().no_proxy().pool_max_idle_per_host(0);
        if let Some(Host::Domain(name)) = url.host() {
            builder = builder.resolve_to_addrs(name, &addresses);
        }
        let lane = build(builder).map_err(|error| PageError::Unreachable(error.to_string()))?;
        let mut request = reqwest::Request::new(http::Method::GET, url.clone());
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml;q=0.9"));
        let mut response = lane.execute(request).await.map_err(|error| PageError::Unreachable(words(error)))?;
        let status = response.status();
        if status.is_redirection() {
            return moved(url, response.headers()).map(Hop::Moved).ok_or(PageError::Status(status.as_u16()));
        }
        if !status.is_success() {
            return Err(PageError::Status(status.as_u16()));
        }
        if !is_html(response.headers()) {
            return Err(PageError::NotHtml);
        }
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while body.len() < PAGE_MAX_BYTES {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(PageError::Unreachable(words(error))),
            }
        }
        body.truncate(PAGE_MAX_BYTES);
        Ok(Hop::Found(headers, body.freeze()))
    }

    /// The addresses to connect to; an error as soon as one of them is not public.
    async fn vetted(&self, url: &Url) -> Result<Vec<SocketAddr>, PageError> {
        let scheme_fits = matches!(url.scheme(), "http" | "https");
        let port = url.port_or_known_default().ok_or(PageError::NotAllowed)?;
        if !scheme_fits || !url.username().is_empty() || url.password().is_some() {
            return Err(PageError::NotAllowed);
        }
        let addresses = match url.host().ok_or(PageError::NotAllowed)? {
            Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
            Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
            Host::Domain(name) => (self.resolver)(name.to_owned(), port)
                .await
                .map_err(|_| PageError::Unreachable("the name does not resolve".to_owned()))?,
        };
        let on_this_machine = self.allow_loopback && addresses.iter().all(|address| address.ip().is_loopback());
        let public = matches!(port, 80 | 443) && addresses.iter().all(|address| address::is_global(address.ip()));
        if addresses.is_empty() {
            Err(PageError::Unreachable("the name has no address".to_owned()))
        } else if public || on_this_machine {
            Ok(addresses)
        } else {
            Err(PageError::NotAllowed)
        }
    }
}

fn moved(from: &Url, headers: &HeaderMap) -> Option<Url> {
    from.join(headers.get(header::LOCATION)?.to_str().ok()?).ok()
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
