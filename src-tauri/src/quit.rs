//! Ending the program: asks first when posts wait, and never stands in the way of the session's end.

use std::{future::Future, time::Duration};

use app::system::SystemClock;
use domain::ports::Clock;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult};

use crate::{shell::Shell, tray_text, windows};

/// How long a step in progress may take to reach a safe point when a person quits. What is cut off is resumed at the
/// next start.
const PERSON_LIMIT: Duration = Duration::from_secs(15);
/// The same when the session ends: systems kill what is still there after a few seconds.
const SESSION_LIMIT: Duration = Duration::from_secs(2);

/// Quits at once when nothing waits, else asks with the number of posts and the first time.
pub async fn ask(handle: AppHandle) {
    let status = Shell::status(&handle).await.unwrap_or_default();
    let waiting = status.now + status.upcoming;
    if waiting == 0 {
        return leave(handle, PERSON_LIMIT).await;
    }
    let words = Shell::of(&handle).words();
    let first = status.next.as_ref().map(|next| tray_text::when(words, next, SystemClock::default().now()));
    let leaving = handle.clone();
    handle
        .dialog()
        .message(words.quit_question(waiting, first.as_deref()))
        .title(words.quit_title)
        .kind(MessageDialogKind::Warning)
        // The first button is the one Enter presses, the last one is Escape's: neither may quit.
        .buttons(MessageDialogButtons::YesNoCancelCustom(
            words.keep_running.to_owned(),
            words.quit_anyway.to_owned(),
            words.show_queue.to_owned(),
        ))
        .show_with_result(move |answer| match answer {
            MessageDialogResult::Custom(label) if label == words.quit_anyway => {
                tauri::async_runtime::spawn(leave(leaving, PERSON_LIMIT));
            }
            MessageDialogResult::Custom(label) if label == words.show_queue => windows::show(&leaving, Some("queue")),
            _ => {}
        });
}

/// Keeps the place of the window, stops what runs within a limit, then ends the program.
async fn leave(handle: AppHandle, limit: Duration) {
    let place = handle.clone();
    // The window answers from the thread of the event loop, which may be busy.
    let kept = tauri::async_runtime::spawn_blocking(move || windows::keep_place(&place));
    within("the window", limit / 8, async { drop(kept.await) }).await;
    stop(&handle, limit).await;
    handle.exit(0);
}

/// Stops the runner, the socket and the app, in that order, once. The last gets its share of the limit whatever the
/// others take: it closes the database.
async fn stop(handle: &AppHandle, limit: Duration) {
    let shell = Shell::of(handle);
    let Some(work) = shell.take_work() else { return };
    if let Some(runner) = work.runner {
        within("the runner", limit / 2, runner.stop()).await;
    }
    if let Some(socket) = work.socket {
        within("the socket", limit / 8, socket.stop()).await;
    }
    if let Some(app) = shell.app() {
        within("the app", limit / 4, app.close()).await;
    }
    tracing::info!("ended");
}

async fn within(what: &str, limit: Duration, ending: impl Future<Output = ()>) {
    if tokio::time::timeout(limit, ending).await.is_err() {
        tracing::warn!("{what} did not stop in time");
    }
}

/// The event loop is over. On Linux everything has stopped by then; on macOS and Windows a log-out or shut-down comes
/// here without a signal, and what is left to do is done within its limit.
pub fn last_moment(handle: &AppHandle) {
    tauri::async_runtime::block_on(stop(handle, SESSION_LIMIT));
}

/// The session ends, or somebody presses Ctrl-C: stop without asking.
pub fn on_signals(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        signalled().await;
        leave(handle, SESSION_LIMIT).await;
        // A busy event loop does not hear of the end, and the session waits for nobody.
        tokio::time::sleep(SESSION_LIMIT / 2).await;
        std::process::exit(0);
    });
}

/// Waits until the system asks this process to end; for ever where it cannot ask.
pub async fn signalled() {
    if !asked_to_end().await {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn asked_to_end() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hangup), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()), signal(SignalKind::interrupt()))
    else {
        return false;
    };
    tokio::select! {
        _ = terminate.recv() => true,
        _ = hangup.recv() => true,
        _ = interrupt.recv() => true,
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
