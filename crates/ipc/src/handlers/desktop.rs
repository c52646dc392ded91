//! The program on its computer.

use std::{fmt::Write as _, path::Path, sync::Arc};

use app::{App, Error, desktop::Autostart, event::Topic, logs};
use domain::ErrorCode;

use super::queue::queue_status;
use crate::wire::{
    About, AutostartChange, AutostartView, FolderName, LogQuery, LogTail, Nothing, OpenFolder, QueueStatus,
};

/// Lines of the log that are shown unless another number is asked for.
const LINES: usize = 200;

pub(crate) async fn about_show(app: &Arc<App>, nothing: Nothing) -> Result<About, Error> {
    let queue = queue_status(app, nothing).await?;
    let vault = app.vault_view().await?;
    let around = app.desktop().surroundings();
    let mut about = About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sqlite: app.sqlite_version().to_owned(),
        web_view: around.web_view,
        system: around.system,
        folder: text(app.folder()),
        logs: text(&logs::folder(app.folder())),
        report: String::new(),
    };
    about.report = report(&about, &queue, &format!("{} ({})", vault.backend, vault.state), app);
    Ok(about)
}

/// Versions and numbers; names of accounts, texts, identifiers and the folder stay out.
fn report(about: &About, queue: &QueueStatus, key: &str, app: &App) -> String {
    let offer = app.desktop().offer();
    let mut text = format!("Postroom {}\nSQLite {}\n", about.version, about.sqlite);
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    line("Web view", &about.web_view);
    line("System", &about.system);
    line("Tray", if offer.tray { "yes" } else { "no" });
    line("Key", key);
    line("Queue", if queue.paused { "paused" } else { "not paused" });
    line("Runner", if queue.running { "at work" } else { "not at work" });
    for (state, count) in &queue.by_state {
        line(&format!("Publications {state}"), &count.to_string());
    }
    text
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

pub(crate) async fn autostart_show(app: &Arc<App>, _: Nothing) -> Result<AutostartView, Error> {
    let (state, reason) = match app.desktop().autostart() {
        Autostart::On => ("on", String::new()),
        Autostart::Off => ("off", String::new()),
        Autostart::Unavailable(reason) => ("unavailable", reason),
    };
    Ok(AutostartView { state: state.to_owned(), reason })
}

pub(crate) async fn autostart_change(app: &Arc<App>, asked: AutostartChange) -> Result<AutostartView, Error> {
    app.desktop().set_autostart(asked.on).map_err(|reason| {
        Error::new(
            ErrorCode::StorageFailed,
            reason,
            "Nothing else is affected: start Postroom yourself after logging in.",
        )
    })?;
    app.emit(Topic::Settings, None);
    autostart_show(app, Nothing {}).await
}

pub(crate) async fn folder_open(app: &Arc<App>, asked: OpenFolder) -> Result<Nothing, Error> {
    let folder = match asked.folder {
        FolderName::Data => app.folder().to_owned(),
        FolderName::Logs => logs::folder(app.folder()),
    };
    if app.desktop().open_folder(&folder) {
        return Ok(Nothing {});
    }
    let message = "The folder could not be shown.";
    Err(Error::new(ErrorCode::StorageFailed, message, "Copy its path and open it in your file manager."))
}

pub(crate) async fn log_tail(app: &Arc<App>, asked: LogQuery) -> Result<LogTail, Error> {
    let lines = logs::tail(app.folder(), asked.lines.map_or(LINES, |lines| lines as usize));
    let lines = lines.map_err(|error| {
        Error::new(ErrorCode::StorageFailed, "The log cannot be read.", "Check that its folder belongs to you.")
            .with_details(error.to_string())
    })?;
    Ok(LogTail { folder: text(&logs::folder(app.folder())), lines })
}
