//! The shell around the core: window, tray, notifications and the one command.
//!
//! Owns what needs a desktop and nothing else: every use case is a call into `app` or `ipc`. The core starts
//! before any window and outlives them all; a window is made when somebody asks for it and destroyed when it is
//! closed. Refuses logic of its own: what a menu item or the window does could be done over the socket as well.

mod args;
mod autostart;
#[cfg(target_os = "linux")]
mod autostart_entry;
mod begin;
mod clipboard;
mod deep_link;
mod desktop;
mod ipc;
mod logging;
mod media;
mod notify;
mod notify_server;
mod practice_job;
mod quit;
mod shell;
mod tray;
mod tray_host;
mod tray_menu;
mod tray_text;
mod window_place;
mod windows;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tauri::{RunEvent, WindowEvent};

use crate::{
    args::Arguments,
    autostart::Start,
    deep_link::{Link, Refused},
    shell::{Shell, Wanted},
};

/// Runs the program to its end: one picture opened, or the clipboard read, where that is asked for, the practice network where `--practice` is
/// given, the app otherwise.
pub fn start() -> ExitCode {
    let job = ::app::pictures::decode_picture_if_asked(std::env::args_os());
    if let Some(code) = job.or_else(|| clipboard::read_if_asked(std::env::args_os())) {
        return code;
    }
    ::app::dumps::keep_out(::app::dumps::Known::ToTheDesktop);
    let arguments = Arguments::parse();
    if arguments.practice {
        logging::start(None);
        return practice_job::run(&arguments);
    }
    match arguments.vault_choice().and_then(|vault| Ok((vault, arguments.places()?))) {
        Ok((vault, places)) => {
            logging::start(Some(&places.folder));
            let link = arguments.link.as_ref().map(|link| deep_link::parse(link.expose()));
            window_app(shell(&arguments, places, link), vault, link)
        }
        Err(message) => {
            eprintln!("postroom: {message}");
            ExitCode::from(2)
        }
    }
}

/// A program a person starts shows its window; with a link, at the place that leads to.
fn shell(arguments: &Arguments, places: args::Places, link: Option<Result<Link, Refused>>) -> Shell {
    let wanted = match link {
        _ if arguments.hidden => Wanted::Nothing,
        Some(Ok(Link::Place(place))) => Wanted::Window(place.target()),
        // Told of once this is known to be the only instance. Nothing can wait for an answer yet.
        Some(Ok(Link::Answer) | Err(_)) | None => Wanted::Window(None),
    };
    let program = tauri::process::current_binary(&tauri::Env::default()).unwrap_or_else(|_| "postroom".into());
    let start = Start::new(program, arguments.data.as_deref(), arguments.vault.map(args::Vault::as_str));
    Shell::new(wanted, places, start)
}

fn window_app(shell: Shell, vault: app::VaultChoice, link: Option<Result<Link, Refused>>) -> ExitCode {
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
        .setup(move |app| {
            notify::listen(app.handle());
            match link {
                Some(Err(reason)) => tracing::warn!(?reason, "a link was ignored"),
                Some(Ok(Link::Answer)) => tracing::warn!("no attempt to link waits for the answer a link brought"),
                Some(Ok(Link::Place(_))) | None => {}
            }
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
        RunEvent::WindowEvent { label, event, .. } if label == windows::LABEL => match event {
            WindowEvent::Moved(_) | WindowEvent::Resized(_) => windows::moved(handle),
            WindowEvent::CloseRequested { .. } => windows::keep_place(handle),
            WindowEvent::Destroyed => {
                Shell::of(handle).forget_typed();
                notify::window_closed(handle);
            }
            _ => {}
        },
        // Nothing can be refused any more: the last moment where the system ends the program without a signal.
        RunEvent::Exit => quit::last_moment(handle),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => urls.iter().for_each(|link| windows::follow(handle, link.as_str())),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => windows::show(handle, None),
        _ => {}
    }
}
