//! The one window: made when asked for, destroyed when closed, kept to its own pages.
//!
//! A new window is told where to begin by the fragment of its address (`index.html#queue`), an open one by an
//! event; the places are those of [`ipc::wire::Topic::Navigate`].

use ::ipc::wire;
use tauri::{
    AppHandle, Emitter, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse,
};

use crate::{shell::Shell, words};

/// Label of the window; its permissions hang on it.
pub const LABEL: &str = "main";

/// The page, marked as loaded again after its process died.
#[cfg(target_os = "linux")]
const AGAIN: &str = "tauri://localhost/index.html?again";

/// Name under which the window hears what changed.
pub const EVENT: &str = "postroom";

/// Shows the window at a place, making it first where there is none. Before the app is open the wish is kept.
pub fn show(handle: &AppHandle, place: Option<&str>) {
    let shell = Shell::of(handle);
    if shell.leaving() {
        return;
    }
    if shell.app().is_none() {
        shell.want_window();
        return;
    }
    let shown = match handle.get_webview_window(LABEL) {
        Some(window) => raise(handle, &window, place),
        None => make(handle, place),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// The program was started again: that is how people ask for the window, unless told to stay hidden.
pub fn second_start(handle: &AppHandle, argv: &[String]) {
    if !argv.iter().any(|word| word == "--hidden") {
        show(handle, None);
    }
}

fn raise(handle: &AppHandle, window: &WebviewWindow, place: Option<&str>) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()?;
    match place {
        Some(place) => {
            let id = Some(place.to_owned());
            handle.emit_to(LABEL, EVENT, wire::Event { topic: wire::Topic::Navigate, id })
        }
        None => Ok(()),
    }
}

fn make(handle: &AppHandle, place: Option<&str>) -> tauri::Result<()> {
    let page = place.map_or_else(|| "index.html".to_owned(), |place| format!("index.html#{place}"));
    WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::App(page.into()))
        .title(words::PRODUCT)
        .inner_size(1180.0, 780.0)
        .min_inner_size(720.0, 520.0)
        .data_directory(Shell::of(handle).window_folder())
        .devtools(cfg!(debug_assertions))
        .on_navigation(own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()
        .map(|window| mend::watch(&window))
}

/// A window whose process dies (no memory, a defect of the web view) is white for ever unless somebody loads the page
/// again. The core is another process and notices nothing.
#[cfg(target_os = "linux")]
mod mend {
    use std::sync::Mutex;

    use app::system::SystemClock;
    use domain::{UtcMs, ports::Clock};
    use tauri::WebviewWindow;
    use webkit2gtk::WebViewExt;

    use super::AGAIN;

    /// Deaths within a minute after which the page itself must be the reason.
    const DEATHS_MAX: usize = 3;
    const MINUTE_MS: i64 = 60_000;

    /// Loads the page again when its process dies; closes the window where that does not help.
    pub(super) fn watch(window: &WebviewWindow) {
        let (owner, deaths) = (window.clone(), Mutex::new(Vec::new()));
        let watching = window.with_webview(move |view| {
            view.inner().connect_web_process_terminated(move |view, reason| {
                tracing::error!(?reason, "the window's process ended");
                if often(&deaths, SystemClock::default().now()) {
                    // The app goes on; the next wish for a window makes a new one.
                    let _ = owner.destroy();
                } else {
                    view.load_uri(AGAIN);
                }
            });
        });
        if let Err(error) = watching {
            tracing::warn!(%error, "nobody watches the window's process");
        }
    }

    fn often(deaths: &Mutex<Vec<UtcMs>>, now: UtcMs) -> bool {
        let mut deaths = deaths.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        deaths.retain(|death| now.since(*death) < MINUTE_MS);
        deaths.push(now);
        deaths.len() > DEATHS_MAX
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_page_that_dies_again_and_again_is_not_loaded_for_ever() {
            let deaths = Mutex::new(Vec::new());
            let at = |second: i64| UtcMs::from_millis(second * 1_000);
            assert_eq!([1, 2, 3, 4].map(|second| often(&deaths, at(second))), [false, false, false, true]);
            assert!(!often(&deaths, at(120)), "once in a while is fine");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod mend {
    /// Elsewhere Tauri passes no such signal on; closing the window and opening it again makes a new process.
    pub(super) fn watch(_: &tauri::WebviewWindow) {}
}

/// Whether an address is one of the window's own pages; links leave through the system browser instead.
fn own_page(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "tauri" => host == "localhost",
        "http" | "https" if cfg!(windows) && host == "tauri.localhost" => true,
        "http" => cfg!(debug_assertions) && host == "127.0.0.1" && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn the_window_keeps_to_its_own_pages() {
        for (address, own) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#queue", true),
            ("tauri://example.org/", false),
            ("https://example.org/", false),
            ("https://localhost/", false),
            ("http://127.0.0.1:8080/", false),
            ("file:///etc/passwd", false),
            ("about:blank", false),
            ("data:text/html,hello", false),
            ("media://localhost/00", false),
        ] {
            let url = address.parse().expect("an address");
            assert_eq!(own_page(&url), own, "{address}");
        }
    }
}
