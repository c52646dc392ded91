//! What the core asks of the desktop: the system browser and the file chooser.

use std::{
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use app::desktop::{Autostart, Browser, Clipboard, Desktop, Offer, Pixels, Surroundings, WebAddress};
use async_trait::async_trait;
use domain::Secret;
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};
use tokio::sync::oneshot;

use crate::{clipboard, shell::Shell, windows, words::Words};

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

    /// A file chooser over the window, with the title that `title` takes of the shell's words.
    fn chooser(&self, title: impl FnOnce(&'static Words) -> &'static str) -> FileDialogBuilder<Wry> {
        let chooser = self.handle.dialog().file().set_title(title(Shell::of(&self.handle).words()));
        match self.handle.get_webview_window(windows::LABEL) {
            Some(window) => chooser.set_parent(&window),
            None => chooser,
        }
    }
}

#[async_trait]
impl Desktop for WindowDesktop {
    fn offer(&self) -> Offer {
        Offer { os: std::env::consts::OS, tray: Shell::of(&self.handle).tray_host.load(Ordering::Relaxed) }
    }

    fn open_url(&self, address: &WebAddress) -> bool {
        let opened = browser::open(address.as_str().as_ref());
        opened.inspect_err(|error| tracing::warn!(%error, "the system browser could not be opened")).is_ok()
    }

    async fn pick_images(&self) -> Vec<PathBuf> {
        let (chosen, answer) = oneshot::channel();
        let chooser = self.chooser(|words| words.choose_pictures);
        let pictures = Shell::of(&self.handle).words().pictures;
        chooser.add_filter(pictures, &PICTURE_ENDINGS).pick_files(|files| drop(chosen.send(files)));
        let files = answer.await.ok().flatten().unwrap_or_default();
        files.into_iter().filter_map(|file| file.into_path().ok()).collect()
    }

    async fn save_file(&self, name: &str) -> Option<PathBuf> {
        let (chosen, answer) = oneshot::channel();
        self.chooser(|words| words.save_report).set_file_name(name).save_file(|file| drop(chosen.send(file)));
        answer.await.ok().flatten()?.into_path().ok()
    }

    async fn clipboard_picture(&self) -> Option<Pixels> {
        clipboard::picture().await
    }

    async fn clipboard_text(&self, of: Clipboard) -> Option<Secret<String>> {
        clipboard::text(of).await
    }

    async fn pick_env_file(&self) -> Option<PathBuf> {
        let (chosen, answer) = oneshot::channel();
        self.chooser(|words| words.choose_env).pick_file(|file| drop(chosen.send(file)));
        answer.await.ok().flatten()?.into_path().ok()
    }

    async fn browser(&self) -> Browser {
        browser::known().await
    }

    async fn takes_links(&self) -> bool {
        browser::knows_us().await
    }

    fn restart(&self) {
        self.handle.request_restart();
    }

    fn autostart(&self) -> Autostart {
        Shell::of(&self.handle).start.state()
    }

    fn set_autostart(&self, on: bool) -> Result<(), String> {
        Shell::of(&self.handle).start.set(on)
    }

    fn open_folder(&self, folder: &Path) -> bool {
        let Ok(folder) = std::path::absolute(folder) else { return false };
        // The log's folder is made with its first line.
        if app::paths::create_private(&folder).is_err() {
            return false;
        }
        let opened = browser::open(folder.as_os_str());
        opened.inspect_err(|error| tracing::warn!(%error, "the file manager could not be opened")).is_ok()
    }

    fn surroundings(&self) -> Surroundings {
        let web_view = match tauri::webview_version() {
            Ok(version) if cfg!(target_os = "linux") => format!("WebKitGTK {version}"),
            Ok(version) => version,
            Err(_) => String::new(),
        };
        Surroundings { web_view, system: system() }
    }
}

/// The system's own name where it has one in a file, as Linux does.
fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let os = name.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    format!("{os} ({})", std::env::consts::ARCH)
}

#[cfg(target_os = "linux")]
mod browser {
    use std::{
        ffi::OsStr,
        io,
        process::{Command, Stdio},
        time::Duration,
    };

    use app::desktop::Browser;

    use crate::args::SECRET_VARIABLES;

    /// How long the system may take to say what opens addresses.
    const ASKED: Duration = Duration::from_secs(3);

    /// Hands an address or a folder to `xdg-open` and waits for it on a thread of its own: on some desktops it ends only
    /// with the browser.
    pub(super) fn open(what: &OsStr) -> io::Result<()> {
        let mut command = Command::new("xdg-open");
        command.arg(what).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for variable in SECRET_VARIABLES {
            command.env_remove(variable);
        }
        let mut child = command.spawn()?;
        std::thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait()).map(drop)
    }

    /// The desktop entry that a package of ours brings.
    const ENTRY: &str = "Postroom.desktop";

    /// What the system says addresses are opened with. Who can ask has `xdg-open` too: they come together.
    pub(super) async fn known() -> Browser {
        match opener_of("https").await {
            Ok(output) => said(&output),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Browser::Missing,
            Err(_) => Browser::Untold,
        }
    }

    /// Whether the system opens our own addresses with this program.
    pub(super) async fn knows_us() -> bool {
        opener_of("postroom").await.is_ok_and(|output| said(&output) == Browser::There(ENTRY.to_owned()))
    }

    /// The name of what opens a scheme, as the system says it.
    async fn opener_of(scheme: &str) -> io::Result<Vec<u8>> {
        let mut command = tokio::process::Command::new("xdg-mime");
        command.args(["query", "default", &format!("x-scheme-handler/{scheme}")]);
        command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        for variable in SECRET_VARIABLES {
            command.env_remove(variable);
        }
        Ok(tokio::time::timeout(ASKED, command.output()).await??.stdout)
    }

    /// The name of a desktop entry, or nothing.
    fn said(output: &[u8]) -> Browser {
        let name = String::from_utf8_lossy(output).trim().to_owned();
        // Some desktops have a browser all the same, and say nothing of it.
        if name.is_empty() { Browser::Untold } else { Browser::There(name) }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_opens_addresses_is_named_where_the_system_names_it() {
            assert_eq!(said(b"firefox-esr.desktop\n"), Browser::There("firefox-esr.desktop".to_owned()));
            assert_eq!(said(b"\n"), Browser::Untold);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod browser {
    /// These systems come with a browser.
    pub(super) async fn known() -> app::desktop::Browser {
        app::desktop::Browser::There(String::new())
    }

    /// Both know the schemes of what was installed.
    pub(super) async fn knows_us() -> bool {
        tauri::utils::platform::bundle_type().is_some()
    }

    /// Hands the address to the system.
    pub(super) fn open(what: &std::ffi::OsStr) -> Result<(), opener::OpenError> {
        opener::open(what)
    }
}
