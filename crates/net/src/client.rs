//! The client and the connections behind it.

mod request;
mod warm;

pub use request::Request;
pub(crate) use request::send::{Record, words};

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use domain::{
    AccountId, PlatformId, PublicationId,
    ports::{Budget, CallLog, Clock, Random},
};
use http::Method;
use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::{Breakers, NetError, guards::stands};

/// How long resolving, connecting and TLS may take together.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// What a call is made for; copied into its row of the call log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTag {
    /// The platform called.
    pub platform: PlatformId,
    /// Ties together the calls made for one step.
    pub correlation: String,
    /// The account it is made for, where there is one.
    pub account: Option<AccountId>,
    /// The publication it is made for, where there is one.
    pub publication: Option<PublicationId>,
    /// Whether it only looks, to settle doubt: such a call may be made now and then while its server is left alone.
    pub settles: bool,
}

/// Sends requests; cheap to clone. Requests that only ask (`GET`) reuse idle connections. All others get
/// a connection of their own: on a reused one, a server that just closed it leaves open whether it acted. It may have
/// been opened for them shortly before: see [`Client::warm_up`].
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    log: Arc<dyn CallLog>,
    random: Arc<dyn Random>,
    budget: OnceLock<Arc<dyn Budget>>,
    breakers: Breakers,
    public: Lanes,
    /// For this machine: no proxy, and `localhost` cannot resolve to anything else.
    local: Lanes,
    warm: warm::Warm,
}

struct Lanes {
    pooled: reqwest::Client,
    fresh: reqwest::Client,
    /// Connections opened for what comes soon.
    warm: reqwest::Client,
}

impl Lanes {
    fn new(plain: impl Fn() -> reqwest::ClientBuilder) -> Result<Self, NetError> {
        Ok(Self {
            pooled: build(plain())?,
            fresh: build(plain().pool_max_idle_per_host(0))?,
            warm: build(plain().pool_max_idle_per_host(warm::OF_ONE_MAX).pool_idle_timeout(Duration::from_secs(15)))?,
        })
    }
}

impl Client {
    /// A client with the system's trusted certificates and proxy settings.
    pub fn new(clock: Arc<dyn Clock>, log: Arc<dyn CallLog>, random: Arc<dyn Random>) -> Result<Self, NetError> {
        let (public, local) = (Lanes::new(plain)?, Lanes::new(local)?);
        Ok(Self::of(clock, log, random, public, local))
    }

    fn of(clock: Arc<dyn Clock>, log: Arc<dyn CallLog>, random: Arc<dyn Random>, public: Lanes, local: Lanes) -> Self {
        let (budget, breakers) = (OnceLock::new(), Breakers::new(Arc::clone(&random)));
        let warm = warm::Warm::default();
        Self { inner: Arc::new(Inner { clock, log, random, budget, breakers, public, local, warm }) }
    }

    /// Tells `budget` of every call from now on. To be called once.
    pub fn count_into(&self, budget: Arc<dyn Budget>) {
        // A second one is ignored.
        let _ = self.inner.budget.set(budget);
    }

    /// Which servers are left alone.
    pub fn breakers(&self) -> &Breakers {
        &self.inner.breakers
    }

    /// A client that trusts one more issuer, for the tests' own servers.
    #[cfg(test)]
    pub(crate) fn trusting(issuer: &[u8], world: &Arc<crate::test_support::World>) -> Self {
        let trusting = || local().tls_certs_merge([reqwest::Certificate::from_der(issuer).unwrap()]);
        let lanes = || Lanes::new(trusting).unwrap();
        let (clock, log, random) = (world.clone(), world.clone(), world.clone());
        Self::of(clock, log, random, lanes(), lanes())
    }

    /// A tag with a new correlation id and neither account nor publication.
    pub fn tag(&self, platform: PlatformId) -> CallTag {
        let mut bytes = [0_u8; 8];
        self.inner.random.fill(&mut bytes);
        CallTag { platform, correlation: hex::encode(bytes), account: None, publication: None, settles: false }
    }

    /// Starts a `GET`.
    pub fn get(&self, tag: &CallTag, operation: &'static str, url: &str) -> Request {
        Request::new(self.clone(), tag.clone(), operation, Method::GET, url)
    }

    /// Starts a `POST`.
    pub fn post(&self, tag: &CallTag, operation: &'static str, url: &str) -> Request {
        Request::new(self.clone(), tag.clone(), operation, Method::POST, url)
    }

    /// Starts a `PUT`.
    pub fn put(&self, tag: &CallTag, operation: &'static str, url: &str) -> Request {
        Request::new(self.clone(), tag.clone(), operation, Method::PUT, url)
    }

    /// Starts a `DELETE`.
    pub fn delete(&self, tag: &CallTag, operation: &'static str, url: &str) -> Request {
        Request::new(self.clone(), tag.clone(), operation, Method::DELETE, url)
    }

    /// Starts a request with another method (`PATCH`, `HEAD`).
    pub fn request(&self, method: Method, tag: &CallTag, operation: &'static str, url: &str) -> Request {
        Request::new(self.clone(), tag.clone(), operation, method, url)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn budget(&self) -> Option<&dyn Budget> {
        self.inner.budget.get().map(AsRef::as_ref)
    }

    pub(crate) fn log(&self) -> Arc<dyn CallLog> {
        Arc::clone(&self.inner.log)
    }

    /// `warming`: the request is made only to open a connection for others.
    pub(crate) fn lane(&self, method: &Method, url: &Url, warming: bool) -> &reqwest::Client {
        let lanes = if is_this_machine(url) { &self.inner.local } else { &self.inner.public };
        let asks = *method == Method::GET || *method == Method::HEAD;
        if warming || (!asks && self.inner.warm.take(url, self.clock().monotonic_ms())) {
            &lanes.warm
        } else if asks {
            &lanes.pooled
        } else {
            &lanes.fresh
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// Whether the host is written as this machine: `127.0.0.1`, `[::1]` or `localhost`.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The settings every connection shares. `retry::never` also switches off the library's own repeats after
/// an HTTP/2 refusal; redirects would carry credentials and effects to places nobody chose.
#[expect(clippy::disallowed_methods, reason = "this is the one place the ban points to")]
pub(crate) fn plain() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("Postroom/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_LIMIT)
        .redirect(if stands("redirects") { Policy::none() } else { Policy::limited(5) })
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_idle_timeout(Duration::from_secs(30))
        .http2_max_header_list_size(64 * 1_024)
}

fn local() -> reqwest::ClientBuilder {
    let addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    plain().no_proxy().resolve_to_addrs("localhost", &addresses)
}

pub(crate) fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, NetError> {
    builder.build().map_err(|error| NetError::BadRequest(words(error)))
}
