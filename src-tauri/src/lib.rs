//! The shell around the core: window, tray, notifications and the one command.
//!
//! Owns what needs a desktop and nothing else: every use case is a call into `app` or `ipc`. The core starts
//! before any window and outlives them all; a window is made when somebody asks for it and destroyed when it is
//! closed. Refuses logic of its own: what a menu item or the window does could be done over the socket as well.

mod args;
mod begin;
mod desktop;
mod ipc;
mod media;
mod notify;
mod practice_job;
mod quit;
mod shell;
mod tray;
mod tray_host;
mod tray_menu;
mod tray_text;
mod windows;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tauri::{RunEvent, WindowEvent};

use crate::{args::Arguments, shell::Shell};

/// Runs the program to its end: the practice network where `--practice` is given, the app otherwise.
pub fn start() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    if arguments.practice {
        return practice_job::run(&arguments);
    }
    match arguments.vault_choice().and_then(|vault| Ok((vault, arguments.places()?))) {
        Ok((vault, places)) => window_app(Shell::new(arguments.hidden, places), vault),
        Err(message) => {
            eprintln!("postroom: {message}");
            ExitCode::from(2)
        }
    }
}

/// `POSTROOM_LOG` chooses what is logged, in the syntax of `RUST_LOG`; warnings otherwise.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("POSTROOM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn window_app(shell: Shell, vault: app::VaultChoice) -> ExitCode {
    let media = media::Folder::of(&shell.places.folder);
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|handle, argv, _| windows::second_start(handle, &argv)))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol("media", move |context, request, responder| {
            media.respond(context.webview_label(), &request, responder);
        })
        .invoke_handler(tauri::generate_handler![ipc::ipc])
        .manage(shell)
        .setup(|app| {
            notify::listen(app.handle());
            tauri::async_runtime::spawn(begin::begin(app.handle().clone(), vault));
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("postroom: the window system could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}

fn on_event(handle: &tauri::AppHandle, event: RunEvent) {
    match event {
        // The last window was closed; the app goes on. `exit(n)` arrives with its code and passes.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        RunEvent::WindowEvent { label, event: WindowEvent::Destroyed, .. } if label == windows::LABEL => {
            notify::window_closed(handle);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => windows::show(handle, None),
        _ => {}
    }
}
