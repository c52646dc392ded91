//! What only a desktop can do, asked for by use cases and filled in by the window's shell; the headless
//! runner and the command line have [`Headless`].

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use domain::Secret;
use net::guards::stands;
use url::{Host, Url};

/// Longest address handed to the system.
const ADDRESS_MAX_BYTES: usize = 8 * 1024;

/// What this desktop offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// `linux`, `macos`, `windows`, or `none` without a window.
    pub os: &'static str,
    /// Whether something shows tray icons.
    pub tray: bool,
}

/// A picture without a file: the pixels of a clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row from the top.
    pub rgba: Vec<u8>,
}

/// What was put aside to be pasted elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clipboard {
    /// What was copied.
    Copied,
    /// What is marked now and pasted with the middle button of the mouse; the same as copied on systems without that.
    Marked,
}

/// Most bytes of text that are read from a clipboard; of more, that it is more.
pub const CLIPBOARD_TEXT_MAX_BYTES: usize = 64 * 1_024;

/// Whether the program starts with the session. The system is asked each time; nothing of this is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Autostart {
    /// The system starts this program when the owner logs in.
    On,
    /// It does not.
    Off,
    /// It cannot, for this reason in a sentence.
    Unavailable(String),
}

/// What this build runs on, for people who ask about trouble.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The web view and its version; empty without a window.
    pub web_view: String,
    /// The operating system and its version.
    pub system: String,
}

/// Whether a browser can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Browser {
    /// It can; what the system calls it, where it says.
    There(String),
    /// The system knows none.
    Missing,
    /// That shows only when it is tried.
    Untold,
}

/// An address that may be handed to the system's browser: https anywhere, http on this computer only, no credentials in
/// it. What a platform's server calls the address of a page may be a file, a share, or a command of another program.
///
/// ```
/// use app::desktop::WebAddress;
/// assert!(WebAddress::parse("https://social.example/@robin").is_some());
/// assert!(WebAddress::parse("file:///etc/passwd").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Judges an address; `None` for one that is not opened.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        if !stands("opened") {
            return Some(Self(address.to_owned()));
        }
        if address.len() > ADDRESS_MAX_BYTES {
            return None;
        }
        let url = Url::parse(address).ok()?;
        let loopback = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let bare = url.username().is_empty() && url.password().is_none();
        (bare && (url.scheme() == "https" || (url.scheme() == "http" && loopback))).then(|| Self(url.into()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The desktop around the app.
#[async_trait]
pub trait Desktop: Send + Sync {
    /// What it offers now.
    fn offer(&self) -> Offer;
    /// Opens an address in the system's browser; `false` when that failed.
    fn open_url(&self, address: &WebAddress) -> bool;
    /// Lets the owner choose picture files; empty when cancelled.
    async fn pick_images(&self) -> Vec<PathBuf>;
    /// Lets the owner choose where a file is written, `name` being what it is called unless they say otherwise; `None` when
    /// they chose no place.
    async fn save_file(&self, _name: &str) -> Option<PathBuf> {
        None
    }
    /// The picture on the clipboard; `None` when it holds none, or where there is no clipboard.
    async fn clipboard_picture(&self) -> Option<Pixels> {
        None
    }
    /// Whether the system hands `postroom://` addresses to this program.
    async fn takes_links(&self) -> bool {
        false
    }
    /// The text on a clipboard, which may be a secret; `None` when it holds none, or where there is no clipboard. Of one
    /// with more than [`CLIPBOARD_TEXT_MAX_BYTES`] it answers a little more than that.
    async fn clipboard_text(&self, _of: Clipboard) -> Option<Secret<String>> {
        None
    }
    /// Lets the owner choose the file with variables of their apps; `None` when they chose none.
    async fn pick_env_file(&self) -> Option<PathBuf> {
        None
    }
    /// Whether the system starts the program with the session.
    fn autostart(&self) -> Autostart {
        Autostart::Unavailable("Only the window can be started with the session.".to_owned())
    }
    /// Asks the system to start the program with the session, hidden, or no longer; a sentence when it did not.
    fn set_autostart(&self, _on: bool) -> Result<(), String> {
        Err("Only the window can be started with the session.".to_owned())
    }
    /// Shows a folder in the system's file manager; `false` when that failed.
    fn open_folder(&self, _folder: &Path) -> bool {
        false
    }
    /// What the program runs on.
    fn surroundings(&self) -> Surroundings {
        Surroundings { web_view: String::new(), system: std::env::consts::OS.to_owned() }
    }
    /// Whether [`Desktop::open_url`] has a browser to open; opens none.
    async fn browser(&self) -> Browser {
        Browser::Untold
    }
    /// Whether any way leads out of this computer.
    fn has_network(&self) -> bool {
        net::probe::has_network()
    }
    /// Ends the program and starts it again; nothing where somebody has to do that by hand.
    fn restart(&self) {}
}

/// No desktop: opens nothing, picks nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headless;

#[async_trait]
impl Desktop for Headless {
    fn offer(&self) -> Offer {
        Offer { os: "none", tray: false }
    }

    fn open_url(&self, _address: &WebAddress) -> bool {
        false
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::WebAddress;

    #[test]
    fn only_web_pages_and_this_computer_are_opened() {
        for good in [
            "https://bsky.app/profile/a",
            "http://127.0.0.1:4100/oauth/authorize?x=1",
            "http://[::1]:8080/",
            "http://localhost/",
        ] {
            assert!(WebAddress::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://example.org/",
            "file:///etc/passwd",
            "\\\\example.org\\share",
            "javascript:alert(1)",
            "https://user:secret@example.org/",
            "mailto:a@example.org",
            "--help",
            "",
            "https://",
        ] {
            assert!(WebAddress::parse(bad).is_none(), "{bad}");
        }
        assert!(WebAddress::parse(&format!("https://example.org/{}", "a".repeat(9000))).is_none());
    }

    #[test]
    fn what_looks_like_an_option_is_rewritten_to_an_address() {
        let address = WebAddress::parse(" https://example.org/a b ").expect("an address");
        assert_eq!(address.as_str(), "https://example.org/a%20b");
    }
}
