//! The tray icon. Everything is in its menu, because a left click does not arrive on Linux.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::system::SystemClock;
use domain::ports::Clock;
use serde_json::json;
use tauri::{
    AppHandle,
    image::Image,
    menu::{MenuBuilder, MenuItemBuilder},
    tray::TrayIconBuilder,
};

use crate::{quit, shell::Shell, tray_menu::Menu, tray_text, windows, words::PRODUCT};

/// Puts the icon into the tray. Without the system's indicator library there is none, and the program goes on.
pub fn build(handle: &AppHandle) {
    let owner = handle.clone();
    let asked = handle.run_on_main_thread(move || {
        // The indicator library is loaded here, and its loader panics where it is not installed.
        match catch_unwind(AssertUnwindSafe(|| icon(&owner))) {
            Ok(Ok(menu)) => {
                let _ = Shell::of(&owner).menu.set(menu);
                let handle = owner.clone();
                tauri::async_runtime::spawn(async move { refresh(&handle).await });
            }
            Ok(Err(error)) => tracing::warn!(%error, "no tray icon"),
            Err(_) => tracing::warn!("no tray icon: install libayatana-appindicator3-1"),
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "no tray icon");
    }
}

fn icon(handle: &AppHandle) -> tauri::Result<Menu> {
    let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(handle);
    let words = Shell::of(handle).words();
    let items = Menu {
        next: MenuItemBuilder::with_id("next", words.nothing_next).enabled(false).build(handle)?,
        week: MenuItemBuilder::with_id("week", words.week_empty).enabled(false).build(handle)?,
        needs: MenuItemBuilder::with_id("needs", words.nothing_needed).enabled(false).build(handle)?,
        pause: item("pause", words.pause)?,
        compose: item("compose", words.compose)?,
        open: item("open", words.open)?,
        quit: item("quit", words.quit)?,
    };
    let menu = MenuBuilder::new(handle)
        .items(&[&items.next, &items.week, &items.needs])
        .separator()
        .items(&[&items.pause, &items.compose, &items.open])
        .separator()
        .item(&items.quit)
        .build()?;
    TrayIconBuilder::with_id("postroom")
        .icon(Image::from_bytes(include_bytes!("../../icons/tray.png"))?)
        .tooltip(PRODUCT)
        .menu(&menu)
        .show_menu_on_left_click(true)
        .on_menu_event(|handle, event| pressed(handle, event.id().as_ref()))
        .build(handle)?;
    Ok(items)
}

fn pressed(handle: &AppHandle, item: &str) {
    match item {
        "pause" => drop(tauri::async_runtime::spawn(pause_or_resume(handle.clone()))),
        "quit" => drop(tauri::async_runtime::spawn(quit::ask(handle.clone()))),
        "compose" => windows::show(handle, Some("compose")),
        "needs" | "week" => windows::show(handle, Some("queue")),
        "open" => windows::show(handle, None),
        _ => {}
    }
}

async fn pause_or_resume(handle: AppHandle) {
    let Some(now) = Shell::status(&handle).await else { return };
    let method = if now.paused { "queue_resume" } else { "queue_pause" };
    let shell = Shell::of(&handle);
    let Some(app) = shell.app() else { return };
    if let Err(failure) = ::ipc::dispatch(app, method, json!({})).await {
        tracing::warn!(code = ?failure.code, method, "the queue did not obey the tray");
    }
    refresh(&handle).await;
}

/// Brings the menu's words up to date with the queue.
pub async fn refresh(handle: &AppHandle) {
    let Some(status) = Shell::status(handle).await else { return };
    let shell = Shell::of(handle);
    let lines = tray_text::lines(shell.words(), &status, SystemClock::default().now());
    let week = Shell::forecast(handle).await.map(|forecast| tray_text::week(shell.words(), &forecast));
    let Some(menu) = shell.menu.get() else { return };
    let changed = menu
        .next
        .set_text(&lines.next)
        .and_then(|()| week.map_or(Ok(()), |week| week_line(menu, &week)))
        .and_then(|()| menu.needs.set_text(&lines.needs))
        .and_then(|()| menu.needs.set_enabled(lines.needs_some))
        .and_then(|()| menu.pause.set_text(lines.pause));
    if let Err(error) = changed {
        tracing::warn!(%error, "the tray's menu is out of date");
    }
}

fn week_line(menu: &Menu, week: &tray_text::Week) -> tauri::Result<()> {
    menu.week.set_text(&week.text).and_then(|()| menu.week.set_enabled(week.needs_some))
}

/// Writes the menu in the language spoken now.
pub async fn translate(handle: &AppHandle) {
    let shell = Shell::of(handle);
    let Some(menu) = shell.menu.get() else { return };
    let words = shell.words();
    let changed = menu
        .compose
        .set_text(words.compose)
        .and_then(|()| menu.open.set_text(words.open))
        .and_then(|()| menu.quit.set_text(words.quit));
    if let Err(error) = changed {
        tracing::warn!(%error, "the tray's menu is in another language");
    }
    refresh(handle).await;
}
