//! From what a person typed to the REST interface of a site. What a site says of its own addresses is hostile input: only
//! the site's own host (with or without `www.`), only `https` (or this computer where that is what was typed), nothing
//! hidden in them.

use domain::{ErrorKind, ProviderError};
use net::{Answer, Client};
use serde_json::Value;
use url::{Host, Url};

use super::descriptor::ID;
use crate::{
    calls::{self, Operation, error},
    provider::Discovered,
};

const DISCOVER: Operation = Operation::quiet("discover");
/// Longest answer read, in bytes, and longest wait, in milliseconds.
const ANSWER_MAX_BYTES: usize = 2 << 20;
const PATIENCE_MS: u64 = 15_000;
/// Redirects followed on the way to the site.
const HOPS_MAX: usize = 3;
const TYPED_MAX_BYTES: usize = 500;
/// What links to the REST interface.
const RELATION: &str = "https://api.w.org/";
/// The first WordPress whose page sends the browser back to this computer over http.
const RETURNS_SINCE: u32 = 7;

/// Finds the REST interface of a site, and the page that makes passwords for apps.
pub(super) async fn discover(http: &Client, typed: &str) -> Result<Discovered, ProviderError> {
    let typed = named(typed).ok_or_else(|| trouble(ErrorKind::NotFound, "That is no address of a site."))?;
    let (site, front) = front_page(http, typed).await?;
    let html = String::from_utf8_lossy(&front.body);
    let linked = front.headers().get_all("link").iter().find_map(|value| linked(value.to_str().ok()?));
    let linked = linked.or_else(|| net::head_link(&html, RELATION));
    let root = match linked {
        Some(root) => own(&site, &root).ok_or_else(elsewhere)?,
        None => at(&site, "/wp-json/"),
    };
    let mut found = index(http, &root).await?;
    let mut root = root;
    if found.is_none() {
        root = at(&site, "/");
        root.set_query(Some("rest_route=/"));
        found = index(http, &root).await?;
    }
    let index = found.ok_or_else(|| trouble(ErrorKind::NotFound, ""))?;
    let page = index.pointer("/authentication/application-passwords/endpoints/authorization").and_then(Value::as_str);
    let Some(page) = page else {
        let words = "Application passwords are switched off there: they want https, and plug-ins can forbid them.";
        return Err(trouble(ErrorKind::Unsupported, words));
    };
    let page = own(&site, page).ok_or_else(elsewhere)?;
    Ok(Discovered {
        instance: instance_of(&root),
        endpoints: vec![
            ("api".to_owned(), root.as_str().trim_end_matches('/').to_owned()),
            ("authorize".to_owned(), page.into()),
        ],
        scopes: Vec::new(),
        any_port: true,
        returns: returns(&site, version(&html)),
        another_account: Vec::new(),
    })
}

/// `example.com`, `example.com/blog`, `https://example.com`; `http` for this computer only.
fn named(typed: &str) -> Option<Url> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > TYPED_MAX_BYTES {
        return None;
    }
    let written = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let mut url = Url::parse(&written).ok().filter(|url| sane(url, true))?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// Whether a site may be reached at an address.
fn sane(url: &Url, local: bool) -> bool {
    let here = is_local(url);
    let bare = url.username().is_empty() && url.password().is_none();
    let reachable = if here { local && matches!(url.scheme(), "http" | "https") } else { url.scheme() == "https" };
    bare && reachable && url.has_host() && url.as_str().len() <= 2_048
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The front page, and where it was found.
async fn front_page(http: &Client, typed: Url) -> Result<(Url, Answer), ProviderError> {
    let mut asked = typed.clone();
    for _ in 0..=HOPS_MAX {
        let answer = send(http, &asked, "text/html").await?;
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Ok((asked, answer));
        }
        let next = answer.header("location").and_then(|place| asked.join(place).ok());
        asked = next.filter(|url| sane(url, is_local(&typed))).ok_or_else(elsewhere)?;
    }
    Err(trouble(ErrorKind::Protocol, "It sends on and on."))
}

/// The address of a `Link` header (RFC 8288) that leads to the REST interface.
fn linked(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, from)) = rest.split_once('<') {
        let (target, after) = from.split_once('>')?;
        let (parameters, next) = after.split_once(',').unwrap_or((after, ""));
        if parameters.contains(RELATION) {
            return Some(target.to_owned());
        }
        rest = next;
    }
    None
}

/// An address the site names, where it is the site's own.
fn own(site: &Url, text: &str) -> Option<Url> {
    let url = site.join(text).ok()?;
    let bare = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let same = bare(&url) == bare(site) && url.port_or_known_default() == site.port_or_known_default();
    (sane(&url, is_local(site)) && same && url.fragment().is_none()).then_some(url)
}

/// What the REST interface says of itself; `None` where there is none.
async fn index(http: &Client, root: &Url) -> Result<Option<Value>, ProviderError> {
    let answer = send(http, root, "application/json").await?;
    match answer.status {
        200 => {}
        429 => return Err(trouble(ErrorKind::RateLimited, "")),
        500.. => return Err(trouble(ErrorKind::Unavailable, "")),
        403 | 406 => {
            return Err(trouble(
                ErrorKind::Unsupported,
                "Something before the site refuses apps: a firewall, or a plug-in.",
            ));
        }
        _ => return Ok(None),
    }
    let said: Value = answer.json().unwrap_or_default();
    let spaces = said.get("namespaces").and_then(Value::as_array);
    let speaks = spaces.into_iter().flatten().any(|name| name.as_str() == Some("wp/v2"));
    Ok(speaks.then_some(said))
}

/// The site's address, from that of its REST interface.
fn instance_of(root: &Url) -> String {
    let mut site = root.clone();
    site.set_query(None);
    let path = site.path().trim_end_matches('/');
    let path =
        ["/wp-json", "/index.php"].iter().fold(path, |path, end| path.strip_suffix(end).unwrap_or(path)).to_owned();
    site.set_path(&path);
    site.as_str().trim_end_matches('/').to_owned()
}

/// The major number of the WordPress behind a page, where the page tells.
fn version(html: &str) -> Option<u32> {
    let generator = net::head_meta(html, "generator")?;
    generator.strip_prefix("WordPress ")?.split('.').next()?.parse().ok()
}

/// Whether the page of a version sends the browser back to this computer. An older one shows an error in place of asking,
/// unless it is a site for trying things out.
fn returns(site: &Url, version: Option<u32>) -> Option<bool> {
    match version? {
        RETURNS_SINCE.. => Some(true),
        _ if is_local(site) => None,
        _ => Some(false),
    }
}

fn at(site: &Url, path: &str) -> Url {
    let mut url = site.clone();
    url.set_path(&format!("{}{path}", site.path().trim_end_matches('/')));
    url.set_query(None);
    url
}

async fn send(http: &Client, url: &Url, accept: &str) -> Result<Answer, ProviderError> {
    let id = calls::platform(ID);
    let request = http.get(&http.tag(id.clone()), DISCOVER.name, url.as_str());
    let sent = request.header("accept", accept).timeout_ms(PATIENCE_MS).max_answer_bytes(ANSWER_MAX_BYTES);
    sent.send().await.map_err(|failed| failed.of_question(id, DISCOVER.name))
}

fn trouble(kind: ErrorKind, words: &str) -> ProviderError {
    error(kind, ID, DISCOVER).replied(200, "", words)
}

fn elsewhere() -> ProviderError {
    trouble(ErrorKind::Unsupported, "It sends to another server. Enter that one's address if it is the one you mean.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_site_is_what_people_type() {
        for (typed, wanted) in [
            ("example.com", "https://example.com/"),
            (" example.com/blog ", "https://example.com/blog"),
            ("https://example.com/a/?p=1#x", "https://example.com/a/"),
            ("http://127.0.0.1:9807", "http://127.0.0.1:9807/"),
            ("http://localhost/site", "http://localhost/site"),
            ("https://192.168.1.4", "https://192.168.1.4/"),
        ] {
            assert_eq!(named(typed).map(String::from).as_deref(), Some(wanted), "{typed}");
        }
        let long = "a".repeat(600);
        for odd in ["", " ", "http://example.com", "https://u:p@example.com", "file:///etc", "javascript://a", &long] {
            assert_eq!(named(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_interface_is_found_in_the_header_among_others() {
        let header = "<https://a.example/wp-json/>; rel=\"https://api.w.org/\"";
        assert_eq!(linked(header).as_deref(), Some("https://a.example/wp-json/"));
        let several = format!("<https://a.example/?p=1>; rel=shortlink, {header}");
        assert_eq!(linked(&several).as_deref(), Some("https://a.example/wp-json/"));
        for none in ["", "<a", "<https://a.example/>; rel=next"] {
            assert_eq!(linked(none), None, "{none}");
        }
    }

    #[test]
    fn only_the_sites_own_addresses_are_believed() {
        let site = url("https://www.example.com/blog/");
        for (said, wanted) in [
            ("https://example.com/blog/wp-json/", Some("https://example.com/blog/wp-json/")),
            ("/blog/?rest_route=/", Some("https://www.example.com/blog/?rest_route=/")),
            ("https://evil.example/wp-json/", None),
            ("http://www.example.com/wp-json/", None),
            ("https://www.example.com:8443/wp-json/", None),
            ("https://u@www.example.com/wp-json/", None),
            ("http://127.0.0.1/wp-json/", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(own(&site, said).map(String::from).as_deref(), wanted, "{said}");
        }
        assert!(own(&url("http://127.0.0.1:9/"), "http://127.0.0.1:9/wp-json/").is_some());
        assert!(own(&url("http://127.0.0.1:9/"), "http://127.0.0.1:8/wp-json/").is_none());
    }

    #[test]
    fn a_site_is_named_by_its_own_address() {
        for (root, site) in [
            ("https://a.example/wp-json/", "https://a.example"),
            ("https://a.example/blog/wp-json/", "https://a.example/blog"),
            ("https://a.example/index.php/wp-json/", "https://a.example"),
            ("https://a.example/?rest_route=/", "https://a.example"),
            ("http://127.0.0.1:9/blog/?rest_route=/", "http://127.0.0.1:9/blog"),
            ("http://127.0.0.1:9/blog/index.php?rest_route=/", "http://127.0.0.1:9/blog"),
        ] {
            assert_eq!(instance_of(&url(root)), site, "{root}");
        }
    }

    #[test]
    fn an_older_one_is_known_by_what_its_pages_say() {
        let page = |content: &str| format!("<head><meta name=\"generator\" content=\"{content}\"></head>");
        assert_eq!(version(&page("WordPress 6.5.5")), Some(6));
        assert_eq!(version(&page("WordPress 7.0")), Some(7));
        assert_eq!(version(&page("Ghost 5.1")), None);
        assert_eq!(version(""), None);
        let [web, local] = ["https://a.example/", "http://127.0.0.1:9/"].map(url);
        let said = |site| [None, Some(6), Some(7)].map(|version| returns(site, version));
        assert_eq!(said(&web), [None, Some(false), Some(true)]);
        assert_eq!(said(&local), [None, None, Some(true)]);
    }
}
