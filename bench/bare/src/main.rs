//! A tray, and a window with an empty page that comes when `open` is read from standard input and is destroyed when it
//! is closed. It does nothing else: whatever Postroom needs beyond this is Postroom's own.

use std::{io::BufRead, process::ExitCode};

use tauri::{AppHandle, RunEvent, WebviewUrl, WebviewWindowBuilder, tray::TrayIconBuilder};

fn main() -> ExitCode {
    let built = tauri::Builder::default()
        .setup(|app| {
            let tray = TrayIconBuilder::new();
            match app.default_window_icon() {
                Some(icon) => tray.icon(icon.clone()),
                None => tray,
            }
            .build(app)?;
            listen(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(stay);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bare: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Closing the last window is not the end.
fn stay(_app: &AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
    }
}

/// Opens the window whenever a line says so.
fn listen(app: AppHandle) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if line == "open"
                && let Err(error) = WebviewWindowBuilder::new(&app, "main", WebviewUrl::default()).title("Bare").build()
            {
                eprintln!("bare: {error}");
            }
        }
    });
}
