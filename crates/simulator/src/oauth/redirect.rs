//! Which redirect addresses a registered one stands for.

use url::{Host, Url};

use super::App;

/// The client shows the code, and its owner copies it.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The text of an address the app registered, to the letter.
pub fn exact(app: &App, asked: &str) -> bool {
    app.redirect_uris.iter().any(|known| known == asked)
}

/// As [`exact`], but for the port of loopback addresses that are no names.
pub fn any_loopback_port(app: &App, asked: &str) -> bool {
    app.redirect_uris.iter().any(|known| matches(known, asked, true))
}

/// Whether an address goes by this name or address, over plain HTTP.
pub fn is_http_on(uri: &str, hosts: &[&str]) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && url.host_str().is_some_and(|host| hosts.contains(&host)))
}

/// Whether an address has a scheme of an app's own.
pub fn is_custom(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| !matches!(url.scheme(), "http" | "https"))
}

/// Whether an address may be registered: absolute, no fragment, no scheme that runs code.
pub fn may_register(uri: &str) -> bool {
    uri == OUT_OF_BAND
        || Url::parse(uri).is_ok_and(|url| {
            url.fragment().is_none() && !matches!(url.scheme(), "javascript" | "data" | "vbscript" | "file")
        })
}

/// Whether `asked` is the registered address. Exactly, but for the port where both are loopback addresses (no names)
/// and the server is one that ignores it.
pub fn matches(registered: &str, asked: &str, ignore_loopback_port: bool) -> bool {
    if registered == asked {
        return true;
    }
    let (Ok(mut registered), Ok(asked)) = (Url::parse(registered), Url::parse(asked)) else { return false };
    if !(ignore_loopback_port && is_loopback_literal(&registered) && is_loopback_literal(&asked)) {
        return false;
    }
    registered.set_port(asked.port()).is_ok() && registered == asked
}

fn is_loopback_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{OUT_OF_BAND, matches, may_register};

    #[test]
    fn the_port_is_free_for_address_literals_only() {
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:4711/cb", true));
        assert!(matches("http://[::1]/cb", "http://[::1]:4711/cb", true));
        assert!(!matches("http://localhost/cb", "http://localhost:4711/cb", true));
        assert!(!matches("http://127.0.0.1/cb", "http://127.0.0.1:4711/other", true));
        assert!(!matches("http://127.0.0.1/cb", "http://127.0.0.1:4711/cb?x=1", true));
        assert!(!matches("http://127.0.0.1/cb", "http://[::1]:4711/cb", true));
        assert!(!matches("http://127.0.0.1/cb", "https://127.0.0.1:4711/cb", true));
    }

    #[test]
    fn exact_servers_want_the_port() {
        assert!(!matches("http://127.0.0.1/cb", "http://127.0.0.1:4711/cb", false));
        assert!(matches("http://127.0.0.1:4711/cb", "http://127.0.0.1:4711/cb", false));
    }

    #[test]
    fn relative_and_running_addresses_cannot_be_registered() {
        assert!(may_register("postroom://oauth/mastodon") && may_register(OUT_OF_BAND));
        assert!(!may_register("/cb") && !may_register("javascript:alert(1)") && !may_register("http://a/#x"));
    }
}
