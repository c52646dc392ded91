//! From what a person typed to a server of the family. Everything a server says of its own addresses is hostile input:
//! only the server itself, only `https` (or this machine where that is what was typed), nothing hidden in them.

use domain::{ErrorKind, PlatformId, ProviderError};
use net::{Answer, Client};
use serde_json::Value;
use url::{Host, Url};

use super::{
    descriptor::{self, ID, PROFILE, READ_ACCOUNTS},
    facts::Facts,
};
use crate::{
    calls::{self, Operation, error, text_of},
    provider::Discovered,
};

const DISCOVER: Operation = Operation::quiet("discover");
/// Longest answer read, in bytes, and longest wait, in milliseconds.
const ANSWER_MAX_BYTES: usize = 512 << 10;
const PATIENCE_MS: u64 = 10_000;
/// Redirects followed on the way to the server behind an address.
const HOPS_MAX: usize = 3;

/// What was typed: a server, and perhaps somebody there.
#[derive(Debug, PartialEq)]
struct Named {
    origin: Url,
    person: Option<String>,
}

pub(super) async fn discover(http: &Client, typed: &str) -> Result<Discovered, ProviderError> {
    let named = Named::read(typed).ok_or_else(|| trouble(ErrorKind::NotFound, "That is no server's name."))?;
    let origin = match &named.person {
        Some(person) => behind(http, &named.origin, person).await?,
        None => named.origin,
    };
    let software = software(http, &origin).await?;
    if instance(http, &origin).await?.is_none() {
        return Err(match software.as_str() {
            "" => trouble(ErrorKind::NotFound, ""),
            other => trouble(
                ErrorKind::Unsupported,
                &format!("It runs {other}, which does not offer the interface of Mastodon."),
            ),
        });
    }
    let (endpoints, profile) = match get(http, &at(&origin, "/.well-known/oauth-authorization-server")).await? {
        Some(metadata) => metadata_endpoints(&origin, &metadata)?,
        None => (Vec::new(), false),
    };
    let wanted = if profile { PROFILE } else { READ_ACCOUNTS };
    let scopes = descriptor::descriptor().scopes.into_iter();
    let scopes = scopes.map(|scope| if scope.name == PROFILE { wanted } else { scope.name }.to_owned()).collect();
    Ok(Discovered {
        instance: origin.origin().ascii_serialization(),
        endpoints,
        scopes,
        // Doorkeeper ignores the port of a loopback redirect; GoToSocial compares all of it, of others nobody knows.
        any_port: software == "mastodon",
        returns: Some(true),
        another_account: vec![("force_login".to_owned(), "true".to_owned())],
    })
}

impl Named {
    /// `example.social`, `@you@example.social`, `https://example.social/@you`; `http` for this machine only.
    fn read(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.is_empty() || typed.len() > 500 {
            return None;
        }
        let address = typed.trim_start_matches('@').split_once('@').filter(|_| !typed.contains("://"));
        let (person, server) = match address {
            Some((person, server)) => (Some(person.to_owned()), server),
            None => (None, typed),
        };
        let written = if server.contains("://") { server.to_owned() } else { format!("https://{server}") };
        let mut origin = Url::parse(&written).ok().filter(|url| sane(url, true))?;
        let name = |name: &String| {
            name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '-')) && !name.is_empty()
        };
        if person.as_ref().is_some_and(|person| !name(person)) {
            return None;
        }
        origin.set_path("");
        origin.set_query(None);
        origin.set_fragment(None);
        Some(Self { origin, person })
    }
}

/// Whether a server may be reached at an address: `https` with a name for a host, or this machine where `local`.
fn sane(url: &Url, local: bool) -> bool {
    let here = is_local(url);
    let named = matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.ends_with('.'));
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let reachable =
        if here { local && matches!(url.scheme(), "http" | "https") } else { named && url.scheme() == "https" };
    bare && reachable && url.as_str().len() <= 2_048
}

fn is_local(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// The server behind somebody's address, which may be another than the one in it (WebFinger, RFC 7033).
async fn behind(http: &Client, origin: &Url, person: &str) -> Result<Url, ProviderError> {
    let host = origin.host_str().unwrap_or_default();
    let mut asked = at(origin, "/.well-known/webfinger");
    asked.query_pairs_mut().append_pair("resource", &format!("acct:{person}@{host}"));
    for _ in 0..HOPS_MAX {
        let answer = send(http, &asked).await?;
        if let 301 | 302 | 303 | 307 | 308 = answer.status {
            let next = answer.header("location").and_then(|place| asked.join(place).ok());
            match next.filter(|url| sane(url, is_local(origin))) {
                Some(next) => asked = next,
                None => break,
            }
            continue;
        }
        let links: Value = answer.json().unwrap_or_default();
        let own = |link: &&Value| text_of(link, "rel") == "self";
        let found = links.get("links").and_then(Value::as_array).and_then(|links| links.iter().find(own));
        let url = found.and_then(|link| Url::parse(text_of(link, "href")).ok());
        if let Some(mut url) = url.filter(|url| answer.is_success() && sane(url, is_local(origin))) {
            url.set_path("");
            url.set_query(None);
            return Ok(url);
        }
        break;
    }
    Ok(origin.clone())
}

/// The software's short name, in lower case; empty where the server does not say.
async fn software(http: &Client, origin: &Url) -> Result<String, ProviderError> {
    let Some(index) = get(http, &at(origin, "/.well-known/nodeinfo")).await? else { return Ok(String::new()) };
    let links = index.get("links").and_then(Value::as_array);
    let same = |url: &Url| sane(url, is_local(origin)) && url.origin() == origin.origin();
    let href = links.into_iter().flatten().filter_map(|link| Url::parse(text_of(link, "href")).ok()).find(same);
    let Some(href) = href else { return Ok(String::new()) };
    let told = get(http, &href).await?.unwrap_or_default();
    let name = told.pointer("/software/name").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    Ok(if plain { name } else { String::new() })
}

/// Whether the server at an account's endpoints is one that keeps Idempotency-Keys.
pub(super) async fn keeps_keys(http: &Client, api: &str) -> bool {
    let Ok(origin) = Url::parse(api) else { return false };
    software(http, &origin).await.is_ok_and(|name| name == "mastodon")
}

/// What the server says of itself, in the newer form or the older.
pub(super) async fn instance(http: &Client, origin: &Url) -> Result<Option<Facts>, ProviderError> {
    for path in ["/api/v2/instance", "/api/v1/instance"] {
        if let Some(facts) = get(http, &at(origin, path)).await?.as_ref().and_then(Facts::of_instance) {
            return Ok(Some(facts));
        }
    }
    Ok(None)
}

/// Endpoints of the metadata (RFC 8414), each on the server itself, and whether it knows the narrow scope.
fn metadata_endpoints(origin: &Url, metadata: &Value) -> Result<(Vec<(String, String)>, bool), ProviderError> {
    let elsewhere = || trouble(ErrorKind::Protocol, "It names addresses of another server for signing in.");
    let own = |text: &str| {
        let url = Url::parse(text).ok()?;
        (sane(&url, is_local(origin)) && url.origin() == origin.origin()).then_some(url)
    };
    let issuer = text_of(metadata, "issuer");
    if issuer.is_empty() || own(issuer).is_none() {
        return Err(elsewhere());
    }
    let mut endpoints = Vec::new();
    for (key, name) in [
        ("authorization_endpoint", "authorize"),
        ("token_endpoint", "token"),
        ("revocation_endpoint", "revoke"),
        ("app_registration_endpoint", "register"),
    ] {
        if let Some(text) = metadata.get(key).and_then(Value::as_str) {
            endpoints.push((name.to_owned(), String::from(own(text).ok_or_else(elsewhere)?)));
        }
    }
    let scopes = metadata.get("scopes_supported").and_then(Value::as_array);
    let narrow = scopes.into_iter().flatten().any(|scope| scope.as_str() == Some(PROFILE));
    Ok((endpoints, narrow))
}

fn at(origin: &Url, path: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(path);
    url
}

async fn send(http: &Client, url: &Url) -> Result<Answer, ProviderError> {
    let id: PlatformId = calls::platform(ID);
    let request = http.get(&http.tag(id.clone()), DISCOVER.name, url.as_str());
    let sent = request.header("accept", "application/json").timeout_ms(PATIENCE_MS).max_answer_bytes(ANSWER_MAX_BYTES);
    sent.send().await.map_err(|error| error.of_question(id, DISCOVER.name))
}

/// JSON at an address; `None` where there is none. A server in trouble is an error: it may have had some.
async fn get(http: &Client, url: &Url) -> Result<Option<Value>, ProviderError> {
    let answer = send(http, url).await?;
    match answer.status {
        429 | 500.. => Err(error(ErrorKind::Unavailable, ID, DISCOVER).replied(answer.status, "", "")),
        _ if answer.is_success() => Ok(answer.json().ok()),
        _ => Ok(None),
    }
}

fn trouble(kind: ErrorKind, words: &str) -> ProviderError {
    ProviderError { remote_message: words.to_owned(), ..error(kind, ID, DISCOVER) }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
