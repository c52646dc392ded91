//! Where the browser comes back to: a loopback port, a scheme of our own, or a page on the web whose address is pasted.
//! Each says what has to be registered with the platform for it.

use domain::consent::{LoopbackHost, PortRule, RedirectRule};
use url::Url;

use crate::{OauthError, pages};

/// Where the browser comes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// A loopback port chosen anew each time: the rule of RFC 8252.
    AnyLoopbackPort {
        /// Path with a leading slash, best one per platform.
        path: String,
        /// How the address spells this machine.
        host: LoopbackHost,
        /// What is registered with the platform.
        registered: PortRule,
    },
    /// One of the ports registered with the platform, the first that is free.
    FixedPorts {
        /// In order of preference.
        ports: Vec<u16>,
        /// Path with a leading slash.
        path: String,
        /// How the registered address spells this machine.
        host: LoopbackHost,
    },
    /// An address under a scheme of our own, which the system hands over: `postroom://oauth/name`.
    Scheme {
        /// The whole address.
        uri: String,
    },
    /// A page on the web. It hands the answer on by navigating to a scheme of ours, or its address is pasted.
    Page {
        /// The whole address.
        uri: String,
    },
}

const URI_MAX_BYTES: usize = 1_024;

impl From<RedirectRule> for Redirect {
    fn from(rule: RedirectRule) -> Self {
        match rule {
            RedirectRule::AnyPort { path, host, registered } => {
                Self::AnyLoopbackPort { path: path.to_owned(), host, registered }
            }
            RedirectRule::FixedPorts { ports, path, host } => {
                Self::FixedPorts { ports: ports.to_vec(), path: path.to_owned(), host }
            }
            RedirectRule::Scheme(uri) => Self::Scheme { uri: uri.to_owned() },
            RedirectRule::Page(uri) => Self::Page { uri: uri.to_owned() },
        }
    }
}

impl Redirect {
    /// Any port of `127.0.0.1`, nothing registered.
    #[must_use]
    pub fn any_port(path: &str) -> Self {
        Self::AnyLoopbackPort { path: path.to_owned(), host: LoopbackHost::default(), registered: PortRule::default() }
    }

    /// The addresses to register with the platform, to be copied as they are; none where it wants none.
    #[must_use]
    pub fn to_register(&self) -> Vec<String> {
        match self {
            Self::AnyLoopbackPort { registered: PortRule::Nothing, .. } => Vec::new(),
            Self::AnyLoopbackPort { path, host, registered: PortRule::Omitted } => {
                vec![format!("http://{}{path}", host.as_str())]
            }
            Self::AnyLoopbackPort { path, host, registered: PortRule::Wildcard } => {
                vec![format!("http://{}:*{path}", host.as_str())]
            }
            Self::FixedPorts { ports, path, host } => {
                ports.iter().map(|port| format!("http://{}:{port}{path}", host.as_str())).collect()
            }
            Self::Scheme { uri } | Self::Page { uri } => vec![uri.clone()],
        }
    }

    /// Whether a listener on this machine takes the answer.
    #[must_use]
    pub const fn listens(&self) -> bool {
        matches!(self, Self::AnyLoopbackPort { .. } | Self::FixedPorts { .. })
    }

    /// The address itself, with the port listened on where there is one.
    pub(crate) fn uri(&self, port: u16) -> String {
        match self {
            Self::AnyLoopbackPort { path, host, .. } | Self::FixedPorts { path, host, .. } => {
                format!("http://{}:{port}{path}", host.as_str())
            }
            Self::Scheme { uri } | Self::Page { uri } => uri.clone(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), OauthError> {
        let usable = match self {
            Self::AnyLoopbackPort { path, .. } => served(path),
            Self::FixedPorts { path, ports, .. } => served(path) && !ports.is_empty() && !ports.contains(&0),
            Self::Scheme { uri } => handed_over(uri),
            Self::Page { uri } => on_the_web(uri),
        };
        if usable { Ok(()) } else { Err(OauthError::BadFlow("the redirect address cannot be used".to_owned())) }
    }
}

/// A path that the listener can tell from its own.
fn served(path: &str) -> bool {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b));
    path.starts_with('/') && path != "/" && path != pages::DONE_PATH && plain && !path.contains("..")
}

/// An address with a scheme that is nobody else's, a host part (some platforms insist) and nothing behind the path.
fn handed_over(uri: &str) -> bool {
    let Some(url) = bare(uri) else { return false };
    url.has_host() && !matches!(url.scheme(), "http" | "https" | "file" | "ftp" | "ws" | "wss" | "data" | "javascript")
}

fn on_the_web(uri: &str) -> bool {
    bare(uri).is_some_and(|url| url.scheme() == "https" && url.has_host())
}

fn bare(uri: &str) -> Option<Url> {
    let url = Url::parse(uri).ok().filter(|_| uri.len() <= URI_MAX_BYTES)?;
    let nothing_hidden = url.username().is_empty() && url.password().is_none();
    (nothing_hidden && url.query().is_none() && url.fragment().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(host: LoopbackHost, registered: PortRule) -> Redirect {
        Redirect::AnyLoopbackPort { path: "/cb".to_owned(), host, registered }
    }

    #[test]
    fn what_to_register_is_said_to_the_letter() {
        let cases = [
            (any(LoopbackHost::Address, PortRule::Nothing), vec![]),
            (any(LoopbackHost::Address, PortRule::Omitted), vec!["http://127.0.0.1/cb"]),
            (any(LoopbackHost::Name, PortRule::Omitted), vec!["http://localhost/cb"]),
            (any(LoopbackHost::Name, PortRule::Wildcard), vec!["http://localhost:*/cb"]),
            (
                Redirect::FixedPorts { ports: vec![1234, 80], path: "/cb".to_owned(), host: LoopbackHost::Name },
                vec!["http://localhost:1234/cb", "http://localhost:80/cb"],
            ),
            (Redirect::Scheme { uri: "postroom://oauth/x".to_owned() }, vec!["postroom://oauth/x"]),
            (Redirect::Page { uri: "https://a.example/back".to_owned() }, vec!["https://a.example/back"]),
        ];
        for (redirect, wanted) in cases {
            assert_eq!(redirect.to_register(), wanted);
            assert!(redirect.check().is_ok(), "{redirect:?}");
        }
        assert_eq!(any(LoopbackHost::Name, PortRule::Wildcard).uri(99), "http://localhost:99/cb");
        assert!(!Redirect::Page { uri: String::new() }.listens());
    }

    #[test]
    fn addresses_that_are_somebody_elses_are_refused() {
        for path in ["", "/", "cb", "/done", "/a/../b", "/a b", "/a?b", "/a#b", "/é"] {
            assert!(Redirect::any_port(path).check().is_err(), "{path}");
        }
        for ports in [vec![], vec![0, 1]] {
            let host = LoopbackHost::Address;
            assert!(Redirect::FixedPorts { ports, path: "/cb".to_owned(), host }.check().is_err());
        }
        for uri in ["https://a.example/", "file:///etc", "postroom:oauth", "postroom://o?x=1", "javascript:x", "no", ""]
        {
            assert!(Redirect::Scheme { uri: uri.to_owned() }.check().is_err(), "{uri}");
        }
        for uri in ["http://a.example/", "https://u@a.example/", "https://a.example/?x", "https://a.example/#x", "x"] {
            assert!(Redirect::Page { uri: uri.to_owned() }.check().is_err(), "{uri}");
        }
        let long = format!("https://a.example/{}", "x".repeat(URI_MAX_BYTES));
        assert!(Redirect::Page { uri: long }.check().is_err());
    }
}
