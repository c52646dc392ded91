//! The one command of the window, and the events that tell it what is stale.

use ::ipc::wire::{self, Failure, Topic};
use domain::ErrorCode;
use serde_json::Value;
use tauri::{AppHandle, Emitter, State};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{notify, shell::Shell, tray, windows};

/// Everything, for a window that missed some events.
const ALL: [Topic; 7] = [
    Topic::Accounts,
    Topic::Posts,
    Topic::Publications,
    Topic::Notices,
    Topic::Settings,
    Topic::Practice,
    Topic::Doctor,
];

/// Calls a handler by name: `ipc("queue_status", {})`.
#[tauri::command]
pub async fn ipc(method: String, params: Value, shell: State<'_, Shell>) -> Result<Value, Failure> {
    match shell.app() {
        Some(app) => ::ipc::dispatch(app, &method, params).await,
        None => Err(refusal(ErrorCode::WrongState, "Postroom is still starting.", "Try again in a moment.")),
    }
}

fn refusal(code: ErrorCode, message: &str, action: &str) -> Failure {
    Failure {
        code,
        message: message.to_owned(),
        action: action.to_owned(),
        details: String::new(),
        findings: Vec::new(),
    }
}

/// Passes the app's events on to the window and the tray until the app is gone.
pub async fn forward(handle: AppHandle, mut events: Receiver<app::event::Event>) {
    loop {
        match events.recv().await {
            Ok(event) => {
                let event = wire::Event::from(event);
                tell(&handle, &event);
                if event.topic == Topic::Settings && Shell::of(&handle).follow_language().await {
                    notify::name_buttons(&handle);
                    tray::translate(&handle).await;
                }
            }
            Err(RecvError::Lagged(_)) => {
                for topic in ALL {
                    tell(&handle, &wire::Event { topic, id: None });
                }
            }
            Err(RecvError::Closed) => return,
        }
        if events.is_empty() {
            tray::refresh(&handle).await;
        }
    }
}

fn tell(handle: &AppHandle, event: &wire::Event) {
    if event.topic == Topic::Navigate {
        windows::show(handle, event.id.as_deref());
        return;
    }
    if let Err(error) = handle.emit_to(windows::LABEL, windows::EVENT, event) {
        tracing::warn!(%error, "the window was not told what changed");
    }
}
