//! What the core asks of the desktop: the system browser and the file chooser.

use std::{path::PathBuf, sync::atomic::Ordering};

use app::desktop::{Desktop, Offer, Pixels};
use async_trait::async_trait;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FilePath};
use url::{Host, Url};

use crate::{shell::Shell, windows, words};

/// Longest address handed to the system.
const URL_MAX_BYTES: usize = 8 * 1024;
/// Picture files the chooser shows.
const PICTURE_ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "webp", "gif"];

/// The desktop around the window.
pub struct WindowDesktop {
    handle: AppHandle,
}

impl WindowDesktop {
    /// The desktop this program runs on.
    pub fn new(handle: AppHandle) -> Self {
        Self { handle }
    }
}

#[async_trait]
impl Desktop for WindowDesktop {
    fn offer(&self) -> Offer {
        Offer { os: std::env::consts::OS, tray: Shell::of(&self.handle).tray_host.load(Ordering::Relaxed) }
    }

    fn open_url(&self, url: &str) -> bool {
        let Some(url) = allowed(url) else {
            tracing::warn!("an address that is neither https nor on this computer was not opened");
            return false;
        };
        let opened = browser::open(url.as_str());
        opened.inspect_err(|error| tracing::warn!(%error, "the system browser could not be opened")).is_ok()
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        let (chosen, answer) = tokio::sync::oneshot::channel();
        let mut chooser =
            self.handle.dialog().file().set_title(words::CHOOSE_PICTURES).add_filter(words::PICTURES, &PICTURE_ENDINGS);
        if let Some(window) = self.handle.get_webview_window(windows::LABEL) {
            chooser = chooser.set_parent(&window);
        }
        chooser.pick_files(|files| drop(chosen.send(files)));
        let files = answer.await.ok().flatten().unwrap_or_default();
        files.into_iter().filter_map(|file: FilePath| file.into_path().ok()).collect()
    }

    async fn clipboard_picture(&self) -> Option<Pixels> {
        // The program that put it there is asked for it, which may take its time.
        let asked = tokio::task::spawn_blocking(|| arboard::Clipboard::new()?.get_image()).await.ok()?;
        let picture = asked.inspect_err(|error| tracing::debug!(%error, "no picture on the clipboard")).ok()?;
        Some(Pixels {
            width: u32::try_from(picture.width).ok()?,
            height: u32::try_from(picture.height).ok()?,
            rgba: picture.bytes.into_owned(),
        })
    }

    fn restart(&self) {
        self.handle.request_restart();
    }
}

/// An address the browser may be given: https anywhere, http on this computer only, no credentials in it.
fn allowed(address: &str) -> Option<Url> {
    if address.len() > URL_MAX_BYTES {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let bare = url.username().is_empty() && url.password().is_none();
    (bare && (url.scheme() == "https" || (url.scheme() == "http" && loopback))).then_some(url)
}

#[cfg(target_os = "linux")]
mod browser {
    use std::{
        io,
        process::{Command, Stdio},
    };

    use crate::args::SECRET_VARIABLES;

    /// Hands the address to `xdg-open` and waits for it on a thread of its own: on some desktops it ends only
    /// with the browser.
    pub(super) fn open(url: &str) -> io::Result<()> {
        let mut command = Command::new("xdg-open");
        command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for variable in SECRET_VARIABLES {
            command.env_remove(variable);
        }
        let mut child = command.spawn()?;
        std::thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait()).map(drop)
    }
}

#[cfg(not(target_os = "linux"))]
mod browser {
    /// Hands the address to the system.
    pub(super) fn open(url: &str) -> Result<(), opener::OpenError> {
        opener::open(url)
    }
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn only_web_pages_and_this_computer_are_opened() {
        for good in [
            "https://bsky.app/profile/a",
            "http://127.0.0.1:4100/oauth/authorize?x=1",
            "http://[::1]:8080/",
            "http://localhost/",
        ] {
            assert!(allowed(good).is_some(), "{good}");
        }
        for bad in [
            "http://example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user:secret@example.org/",
            "mailto:a@example.org",
            "--help",
            "",
            "https://",
        ] {
            assert!(allowed(bad).is_none(), "{bad}");
        }
        assert!(allowed(&format!("https://example.org/{}", "a".repeat(9000))).is_none());
    }

    #[test]
    fn what_looks_like_an_option_is_rewritten_to_an_address() {
        let url = allowed(" https://example.org/a b ").expect("an address");
        assert_eq!(url.as_str(), "https://example.org/a%20b");
    }
}
