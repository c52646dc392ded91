//! The way to a server, step by step, for whoever asks why nothing arrives: whether this computer has a network, through
//! which proxy calls go, where a name leads, whether somebody listens there. The steps are those of the client, made
//! apart. It sends the server nothing: connections are opened and closed, and a proxy is asked for a tunnel.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use domain::error::Reach;
use http::{HeaderValue, Uri};
use hyper_util::client::{
    legacy::connect::{HttpConnector, proxy::Tunnel},
    proxy::matcher::Matcher,
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tower_service::Service;
use url::{Host, Url};

use crate::{client::is_this_machine, redact};

/// Addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 8;

/// The way calls to a server take.
#[derive(Debug, Clone)]
pub struct Way {
    /// The server's origin: `https://example.org`.
    pub server: String,
    /// Its host, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it speaks TLS.
    pub secure: bool,
    /// Whether it is this computer.
    pub here: bool,
    /// The proxy calls go through.
    pub proxy: Option<Proxy>,
}

/// A proxy, as this computer's settings name it.
#[derive(Debug, Clone)]
pub struct Proxy {
    uri: Uri,
    auth: Option<HeaderValue>,
}

impl Proxy {
    /// Its host, without brackets; empty where the settings name none.
    #[must_use]
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.uri.scheme_str() == Some("https") { 443 } else { 80 })
    }

    /// Whether it is a proxy that is asked in plain HTTP, and so can be tried by [`tunnel`].
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.uri.scheme_str() == Some("http")
    }
}

impl Way {
    /// The way to the server of an address; `None` where that is no address of a server.
    #[must_use]
    pub fn to(url: &str) -> Option<Self> {
        Self::by(url, Matcher::from_system)
    }

    fn by(url: &str, settings: impl FnOnce() -> Matcher) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let host = match url.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let here = is_this_machine(&url);
        let origin = url.origin().ascii_serialization();
        // What is on this computer never goes through a proxy.
        let proxy = (!here).then(|| settings().intercept(&origin.parse().ok()?)).flatten();
        let proxy = proxy.map(|found| Proxy { uri: found.uri().clone(), auth: found.basic_auth().cloned() });
        let port = url.port_or_known_default()?;
        Some(Self { server: origin, host, port, secure: url.scheme() == "https", here, proxy })
    }
}

/// Whether any way leads out of this computer. Choosing where a datagram would go looks the way up and sends nothing.
#[must_use]
pub fn has_network() -> bool {
    let leads = |from: IpAddr, to: IpAddr| {
        // The port named "discard", at addresses kept for documents.
        UdpSocket::bind((from, 0)).and_then(|socket| socket.connect((to, 9))).is_ok()
    };
    leads(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(198, 51, 100, 1).into())
        || leads(Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into())
}

/// Where a name leads.
pub async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Reach> {
    let found = timeout(limit, lookup_host((host, port))).await.map_err(|_| Reach::NoName)?;
    let found: Vec<_> = found.map_err(|_| Reach::NoName)?.take(ADDRESSES_MAX).collect();
    if found.is_empty() { Err(Reach::NoName) } else { Ok(found) }
}

/// Connects to the first of these that takes it, and hangs up.
pub async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<SocketAddr, Reach> {
    let work = async {
        let mut refused = false;
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(_) => return Ok(*address),
                Err(error) => refused |= error.kind() == std::io::ErrorKind::ConnectionRefused,
            }
        }
        Err(if refused { Reach::Refused } else { Reach::NoConnection })
    };
    timeout(limit, work).await.unwrap_or(Err(Reach::NoConnection))
}

/// Asks a plain proxy for the tunnel that calls to a server go through, and hangs up; its refusal in redacted words.
pub async fn tunnel(way: &Way, proxy: &Proxy, limit: Duration) -> Result<(), String> {
    let Ok(server) = way.server.parse::<Uri>() else { return Err("the address cannot be used".to_owned()) };
    let mut tunnel = Tunnel::new(proxy.uri.clone(), HttpConnector::new());
    if let Some(auth) = &proxy.auth {
        tunnel = tunnel.with_auth(auth.clone());
    }
    match timeout(limit, tunnel.call(server)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(redact::text(&error.to_string())),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
