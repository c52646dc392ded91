//! Fetches what lies at an address that a stranger named, without letting it reach into this machine or its network.
//! Each hop is resolved once, every address is checked, and the connection goes to exactly those addresses; a name that
//! changes its answer in between gains nothing.
//!
//! Refused: other schemes than `http` and `https`, user names in URLs, other ports than 80 and 443, any name with one
//! address that is not public, a step down from `https` to `http`, more than three redirects, and what is of another
//! type or larger than was asked for.

use std::{future::Future, net::SocketAddr, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use domain::{PlatformId, ports::Call};
use http::{HeaderMap, HeaderValue, header};
use url::{Host, Url};

use crate::{
    Client, address,
    client::{Record, build, plain, words},
    guards::stands,
};

const REDIRECTS_MAX: usize = 3;
const ADDRESSES_MAX: usize = 16;

/// Why there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// This address is never fetched: scheme, port, user name, or a network that is not public.
    #[error("this address is not on the public web")]
    NotAllowed,
    /// Its name does not resolve, or nothing answers there.
    #[error("nothing answers there: {0}")]
    Unreachable(String),
    /// It answered with this status instead.
    #[error("answered HTTP {0}")]
    Status(u16),
    /// It is something else than what was asked for.
    #[error("something of another type")]
    WrongType,
    /// It is larger than what is taken.
    #[error("larger than what is taken")]
    TooLarge,
    /// It led from one address to the next more than three times.
    #[error("too many redirects")]
    TooManyRedirects,
    /// It took longer than it may.
    #[error("took too long")]
    TimedOut,
}

/// What is asked for, and its bounds.
pub(crate) struct Want {
    /// Its name in the call log.
    pub(crate) operation: &'static str,
    /// What the `Accept` header says.
    pub(crate) accept: &'static str,
    /// Whether an answer with such headers is it.
    pub(crate) takes: fn(&HeaderMap) -> bool,
    /// For all of it, every hop included.
    pub(crate) limit: Duration,
    /// Decoded bytes read.
    pub(crate) max_bytes: usize,
    /// Whether what is larger is cut there; else it is refused.
    pub(crate) cuts: bool,
    /// Whether only `https` is asked, but on this machine.
    pub(crate) sealed: bool,
}

/// What may be asked besides the public web.
#[derive(Clone, Copy)]
pub(crate) enum Near<'a> {
    /// Nothing.
    Nothing,
    /// This machine, on any port: for tests and the practice network, never for what a user typed.
    Loopback,
    /// The origin of this address, where that is on this machine.
    Home(&'a Url),
}

/// What was found, and where, after redirects.
pub(crate) struct Found {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) type Resolved = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;
pub(crate) type Resolver = fn(String, u16) -> Resolved;

pub(crate) fn system_resolver(host: String, port: u16) -> Resolved {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.take(ADDRESSES_MAX).collect()) })
}

/// Fetches it, and records that under the name of what was asked, with no more of the address than its host.
pub(crate) async fn fetch(
    client: &Client,
    url: &str,
    want: &Want,
    near: Near<'_>,
    resolver: Resolver,
) -> Result<Found, FetchError> {
    let start = Url::parse(url).map_err(|_| FetchError::NotAllowed)?;
    let platform = PlatformId::parse("web").ok_or(FetchError::NotAllowed)?;
    let tag = client.tag(platform);
    let row = Call {
        correlation: tag.correlation,
        at: client.clock().now(),
        platform: tag.platform,
        account: None,
        publication: None,
        operation: want.operation.to_owned(),
        target: format!("GET {}://{}", start.scheme(), start.host_str().unwrap_or_default()),
        status: None,
        latency_ms: 0,
        failure: "given up by the caller".to_owned(),
    };
    let mut record = Record::start(row, client.clock(), client.log());
    let fetcher = Fetcher { want, near, resolver };
    let result = match tokio::time::timeout(want.limit, fetcher.follow(start)).await {
        Ok(result) => result,
        Err(_) => Err(FetchError::TimedOut),
    };
    let status = match &result {
        Ok(_) => Some(200),
        Err(FetchError::Status(status)) => Some(*status),
        Err(_) => None,
    };
    record.finish(status, result.as_ref().err());
    result
}

struct Fetcher<'a> {
    want: &'a Want,
    near: Near<'a>,
    resolver: Resolver,
}

enum Hop {
    Found(HeaderMap, Bytes),
    Moved(Url),
}

impl Fetcher<'_> {
    async fn follow(&self, start: Url) -> Result<Found, FetchError> {
        let mut url = start;
        for _ in 0..=REDIRECTS_MAX {
            match self.hop(&url).await? {
                Hop::Found(headers, body) => return Ok(Found { url, headers, body }),
                Hop::Moved(next) if url.scheme() == "https" && next.scheme() != "https" => {
                    return Err(FetchError::NotAllowed);
                }
                Hop::Moved(next) => url = next,
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    async fn hop(&self, url: &Url) -> Result<Hop, FetchError> {
        let addresses = self.vetted(url).await?;
        let mut builder = plain().no_proxy().pool_max_idle_per_host(0);
        if let Some(Host::Domain(name)) = url.host() {
            builder = builder.resolve_to_addrs(name, &addresses);
        }
        let lane = build(builder).map_err(|error| FetchError::Unreachable(error.to_string()))?;
        let mut request = reqwest::Request::new(http::Method::GET, url.clone());
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(self.want.accept));
        let mut response = lane.execute(request).await.map_err(|error| FetchError::Unreachable(words(error)))?;
        let status = response.status();
        if status.is_redirection() {
            return moved(url, response.headers()).map(Hop::Moved).ok_or(FetchError::Status(status.as_u16()));
        }
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        if !(self.want.takes)(response.headers()) && stands("fetched_type") {
            return Err(FetchError::WrongType);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Hop::Found(headers, self.body(&mut response).await?))
    }

    async fn body(&self, response: &mut reqwest::Response) -> Result<Bytes, FetchError> {
        let most = if stands("fetched_size") { self.want.max_bytes } else { usize::MAX };
        let mut body = BytesMut::new();
        // One byte more than is taken tells what is too large from what just fits.
        while body.len() <= most {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body.freeze()),
                Err(error) => return Err(FetchError::Unreachable(words(error))),
            }
        }
        if !self.want.cuts {
            return Err(FetchError::TooLarge);
        }
        body.truncate(most);
        Ok(body.freeze())
    }

    /// The addresses to connect to; an error as soon as one of them is not public.
    async fn vetted(&self, url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
        let scheme_fits = matches!(url.scheme(), "http" | "https");
        let port = url.port_or_known_default().ok_or(FetchError::NotAllowed)?;
        if !scheme_fits || !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::NotAllowed);
        }
        let addresses = match url.host().ok_or(FetchError::NotAllowed)? {
            Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
            Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
            Host::Domain(name) => (self.resolver)(name.to_owned(), port)
                .await
                .map_err(|_| FetchError::Unreachable("the name does not resolve".to_owned()))?,
        };
        let near = match self.near {
            Near::Nothing => false,
            Near::Loopback => true,
            Near::Home(home) => home.origin() == url.origin(),
        };
        let on_this_machine = near && addresses.iter().all(|address| address.ip().is_loopback());
        let public = matches!(port, 80 | 443)
            && (url.scheme() == "https" || !self.want.sealed)
            && addresses.iter().all(|address| address::is_global(address.ip()));
        if addresses.is_empty() {
            Err(FetchError::Unreachable("the name has no address".to_owned()))
        } else if public || on_this_machine || !stands("fetched_from") {
            Ok(addresses)
        } else {
            Err(FetchError::NotAllowed)
        }
    }
}

fn moved(from: &Url, headers: &HeaderMap) -> Option<Url> {
    from.join(headers.get(header::LOCATION)?.to_str().ok()?).ok()
}
