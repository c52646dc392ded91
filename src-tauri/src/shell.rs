//! What the parts of the shell share: the running app, the tray's menu and where a new window should begin.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ::ipc::wire::{ForecastView, QueueStatus};
use app::{App, Runner, language::Language};
use serde_json::json;
use tauri::{AppHandle, Manager};

use crate::{args::Places, autostart::Start, tray_menu::Menu, window_place::History, words::Words};

/// The one piece of state the shell keeps, managed by Tauri.
pub struct Shell {
    /// Where this profile is.
    pub places: Places,
    /// Whether something on this desktop shows tray icons; kept up to date by `tray_host`.
    pub tray_host: Arc<AtomicBool>,
    /// The tray's menu, once there.
    pub menu: OnceLock<Menu>,
    app: OnceLock<Arc<App>>,
    work: Mutex<Option<Work>>,
    /// How the session would start this program.
    pub start: Start,
    wanted: Mutex<Wanted>,
    history: Mutex<History>,
    leaving: AtomicBool,
    german: AtomicBool,
}

/// Whether a window is wanted once the app is open, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// None.
    Nothing,
    /// A window, at this place if one was named.
    Window(Option<String>),
}

/// What has to be ended in order when the program ends.
pub struct Work {
    /// Scheduler and publisher; none on a profile that is only read.
    pub runner: Option<Runner>,
    /// The local socket.
    pub socket: Option<::ipc::socket::Server>,
}

impl Shell {
    /// Nothing runs yet.
    pub fn new(wanted: Wanted, places: Places, start: Start) -> Self {
        Self {
            wanted: Mutex::new(wanted),
            history: Mutex::new(History::new(places.folder.join("window.json"))),
            start,
            places,
            tray_host: Arc::new(AtomicBool::new(!cfg!(target_os = "linux"))),
            menu: OnceLock::new(),
            app: OnceLock::new(),
            work: Mutex::new(None),
            leaving: AtomicBool::new(false),
            german: AtomicBool::new(Language::of("system") == Language::German),
        }
    }

    /// The shell of a running program.
    pub fn of(handle: &AppHandle) -> tauri::State<'_, Self> {
        handle.state::<Self>()
    }

    /// The queue at a glance; `None` before the app is open and when it does not answer.
    pub async fn status(handle: &AppHandle) -> Option<QueueStatus> {
        let shell = Self::of(handle);
        let answer = ::ipc::dispatch(shell.app()?, "queue_status", json!({})).await;
        answer.ok().and_then(|value| serde_json::from_value(value).ok())
    }

    /// What is to be expected of the next days, with the first that need their owner.
    pub async fn forecast(handle: &AppHandle) -> Option<ForecastView> {
        let shell = Self::of(handle);
        let answer = ::ipc::dispatch(shell.app()?, "queue_forecast", json!({"limit": 50})).await;
        answer.ok().and_then(|value| serde_json::from_value(value).ok())
    }

    /// What the shell says, in the language spoken now.
    pub fn words(&self) -> &'static Words {
        Words::of(if self.german.load(Ordering::Relaxed) { Language::German } else { Language::English })
    }

    /// Speaks as the setting says from now on; `true` where that is another language than before.
    pub async fn follow_language(&self) -> bool {
        let Some(app) = self.app() else { return false };
        let Ok(settings) = app.settings().await else { return false };
        let german = Language::of(&settings.language) == Language::German;
        self.german.swap(german, Ordering::Relaxed) != german
    }

    /// The app, once it is open.
    pub fn app(&self) -> Option<&Arc<App>> {
        self.app.get()
    }

    /// Forgets what was being typed: the page it was typed into is gone.
    pub fn forget_typed(&self) {
        if let Some(app) = self.app() {
            app.forget_typed();
        }
    }

    /// Puts the opened app in its place; answers what window was asked for until now.
    pub fn opened(&self, app: Arc<App>, work: Work) -> Wanted {
        *self.work.lock().unwrap_or_else(PoisonError::into_inner) = Some(work);
        let _ = self.app.set(app);
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers that a window is wanted, and where, as soon as the app is open.
    pub fn want_window(&self, place: Option<&str>) {
        let place = place.map(str::to_owned);
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = Wanted::Window(place);
    }

    /// The last places of the window.
    pub fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what must be ended; `None` from the second time on.
    pub fn take_work(&self) -> Option<Work> {
        self.leaving.store(true, Ordering::Release);
        self.work.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether the program is about to end.
    pub fn leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    /// Where the web view may keep its files.
    pub fn window_folder(&self) -> PathBuf {
        self.places.folder.join("window")
    }
}
