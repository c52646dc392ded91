//! The one window: made when asked for, destroyed when closed, kept to its own pages.
//!
//! A new window is told where to begin by the fragment of its address (`index.html#queue`), an open one by an
//! event; the places are those of [`ipc::wire::Topic::Navigate`].

use ::ipc::wire;
use domain::Secret;
use tauri::{
    AppHandle, Emitter, Manager, Monitor, PhysicalPosition, PhysicalSize, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};

use crate::{
    deep_link::{self, Link},
    shell::Shell,
    window_place::{LEAST, Rectangle},
    words::PRODUCT,
};

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
        shell.want_window(place);
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

/// The program was started again: that is how people ask for the window, unless told to stay hidden, and how a
/// browser hands over a link. Nothing else in the words counts.
pub fn second_start(handle: &AppHandle, argv: &[String]) {
    match argv.iter().skip(1).find(|word| deep_link::is_link(word)) {
        Some(link) => follow(handle, link),
        None if argv.iter().any(|word| word == "--hidden") => {}
        None => show(handle, None),
    }
}

/// Shows the place a link leads to, or takes the answer it is. One that is neither does nothing here: any web page could
/// have sent it.
pub fn follow(handle: &AppHandle, link: &str) {
    match deep_link::parse(link) {
        Ok(Link::Place(place)) => show(handle, place.target().as_deref()),
        Ok(Link::Answer) => {
            let address = Secret::new(link.to_owned());
            if Shell::of(handle).app().is_some_and(|app| app.take_answer(&address)) {
                // The person is in the browser; what comes of it is shown where they began.
                show(handle, None);
            } else {
                tracing::warn!(bytes = link.len(), "no attempt to link waits for the answer a link brought");
            }
        }
        Err(reason) => tracing::warn!(?reason, bytes = link.len(), "a link was ignored"),
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
    // Asked before the history is taken: the answer comes from the thread that also notes where the window is.
    let screens = screens(handle)?;
    let opening = Shell::of(handle).history().opening(&screens);
    let mut builder = WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::App(page.into()));
    if let Some((x, y)) = opening.position {
        builder = builder.position(x, y);
    }
    builder
        .title(PRODUCT)
        .inner_size(opening.size.0, opening.size.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .maximized(opening.maximized)
        .data_directory(Shell::of(handle).window_folder())
        .devtools(cfg!(debug_assertions))
        .on_navigation(own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, load| {
            // What was typed into the page before went with it.
            if load.event() == PageLoadEvent::Started {
                Shell::of(window.app_handle()).forget_typed();
            }
        })
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

fn screens(handle: &AppHandle) -> tauri::Result<Vec<Rectangle>> {
    let screens = handle.available_monitors()?;
    let logical = |screen: &Monitor| rectangle(*screen.position(), *screen.size(), screen.scale_factor());
    Ok(screens.iter().map(logical).collect())
}

fn rectangle(position: PhysicalPosition<i32>, size: PhysicalSize<u32>, scale: f64) -> Rectangle {
    let (position, size) = (position.to_logical::<f64>(scale), size.to_logical::<f64>(scale));
    Rectangle { x: position.x, y: position.y, width: size.width, height: size.height }
}

fn place_of(window: &WebviewWindow) -> tauri::Result<Rectangle> {
    Ok(rectangle(window.outer_position()?, window.inner_size()?, window.scale_factor()?))
}

/// The window was moved, or its size changed.
pub fn moved(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(LABEL) else { return };
    let normal = !window.is_maximized().unwrap_or(true) && !window.is_minimized().unwrap_or(true);
    if normal && let Ok(place) = place_of(&window) {
        Shell::of(handle).history().seen(place);
    }
}

/// Writes down where the window is, before it closes or the program ends.
pub fn keep_place(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(LABEL) else { return };
    let maximized = window.is_maximized().unwrap_or(false);
    let place = place_of(&window).ok();
    Shell::of(handle).history().keep(place, maximized);
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
