//! Opens the app: first the core with its runner and socket, then the tray, then the window if one is wanted.

use std::{sync::Arc, time::Duration};

use app::{
    App, Options, PracticeProgram,
    pictures::PictureProgram,
    system::{SystemClock, SystemRandom},
};
use domain::ErrorCode;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tokio::time::{Instant, sleep};

use crate::{
    desktop::WindowDesktop,
    ipc, notify, quit,
    shell::{Shell, Wanted, Work},
    tray, tray_host, windows,
};

/// How long the session bus may take to say whether something shows tray icons.
const TRAY_HOST_LIMIT: Duration = Duration::from_secs(2);
/// How long another process may take to let go of the profile, and how often is looked.
const PROFILE_WAIT: Duration = Duration::from_secs(2);
/// See [`PROFILE_WAIT`].
const PROFILE_POLL: Duration = Duration::from_millis(50);

/// Opens everything, or says in a native dialog why that is impossible and ends the program.
pub async fn begin(handle: AppHandle, vault: app::VaultChoice) {
    // Before anything is open: the session may end while the program still starts.
    quit::on_signals(handle.clone());
    let first_look = tray_host::watch(Arc::clone(&Shell::of(&handle).tray_host));
    let _ = tokio::time::timeout(TRAY_HOST_LIMIT, first_look).await;
    if let Err(error) = open(&handle, vault).await {
        refuse(&handle, &error);
    }
}

async fn open(handle: &AppHandle, vault: app::VaultChoice) -> Result<(), app::Error> {
    let shell = Shell::of(handle);
    let app = open_profile(handle, &vault).await?;
    let events = app.events();
    // On a profile that is only read nothing goes out, and the window says why.
    let runner = if app.unwritable().is_none() { Some(app.start_runner().await?) } else { None };
    let socket = ::ipc::socket::Server::start(Arc::clone(&app), &shell.places.socket());
    let socket = socket.inspect_err(|error| tracing::warn!(%error, "the command line cannot reach this window")).ok();
    let wanted = shell.opened(app, Work { runner, socket });
    shell.follow_language().await;
    notify::name_buttons(handle);
    tray::build(handle);
    tray::refresh(handle).await;
    tauri::async_runtime::spawn(ipc::forward(handle.clone(), events));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    if let Wanted::Window(place) = wanted {
        windows::show(handle, place.as_deref());
    }
    Ok(())
}

/// A command line holds the profile for a moment, and that must not keep the window from starting.
async fn open_profile(handle: &AppHandle, vault: &app::VaultChoice) -> Result<Arc<App>, app::Error> {
    let until = Instant::now() + PROFILE_WAIT;
    loop {
        match App::open(options(handle, vault.clone())).await {
            Err(error) if error.code == ErrorCode::ProfileBusy && Instant::now() < until => sleep(PROFILE_POLL).await,
            outcome => return outcome,
        }
    }
}

fn options(handle: &AppHandle, vault: app::VaultChoice) -> Options {
    let shell = Shell::of(handle);
    Options {
        folder: shell.places.folder.clone(),
        vault,
        desktop: Arc::new(WindowDesktop::new(handle.clone())),
        notifier: Arc::new(notify::Native::new(handle.clone())),
        practice: PracticeProgram {
            program: tauri::process::current_binary(&tauri::Env::default()).unwrap_or_else(|_| "postroom".into()),
            args: vec!["--practice".to_owned()],
        },
        pictures: PictureProgram::this(),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom),
        timer: app::clockwork::system_timer(),
        interactive: true,
        state_folder: shell.places.state.clone(),
    }
}

/// Another process holds the profile, the disk is full: say so and end with 1.
fn refuse(handle: &AppHandle, error: &app::Error) {
    eprintln!("postroom: {} {}", error.message, error.action);
    let ending = handle.clone();
    handle
        .dialog()
        .message(format!("{}\n\n{}", error.message, error.action))
        .title(Shell::of(handle).words().cannot_start)
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}
