//! The app as a whole, and its settings.

use std::sync::Arc;

use app::{App, Error, settings::Settings as AppSettings, unwritable::Copy};
use domain::AccountState;

use super::{accounts::practice_view, queue::queue_status};
use crate::wire::{
    AppState, Checklist, DatabaseCopy, DesktopView, Nothing, ProfileTrouble, ProfileView, Settings, SettingsChange,
    StartWithCopy,
};

pub(crate) async fn app_state(app: &Arc<App>, nothing: Nothing) -> Result<AppState, Error> {
    let settings = app.settings().await?;
    let queue = queue_status(app, nothing).await?;
    let accounts = app.accounts().await?;
    let vault = app.vault_view().await?;
    let offer = app.desktop().offer();
    let published = queue.by_state.contains_key("published");
    Ok(AppState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sqlite: app.sqlite_version().to_owned(),
        profile: ProfileView {
            id: app.profile_id().to_string(),
            generation: vault.generation,
            folder: app.folder().to_string_lossy().into_owned(),
            vault: vault.backend,
            vault_state: vault.state.to_owned(),
            vault_reason: vault.reason,
        },
        accounts_needing_owner: u32::try_from(
            accounts.iter().filter(|account| account.state != AccountState::Healthy).count(),
        )
        .unwrap_or(u32::MAX),
        unread_notices: app.unread_notices().await?,
        zone: app.zone().await?,
        desktop: DesktopView { os: offer.os.to_owned(), tray: offer.tray, close_explained: settings.close_explained },
        checklist: Checklist {
            linked: !accounts.is_empty(),
            scheduled: !queue.by_state.is_empty(),
            published,
            dismissed: settings.checklist_dismissed,
        },
        practice: practice_view(app.practice().await),
        queue,
    })
}

pub(crate) async fn profile_trouble(app: &Arc<App>, _: Nothing) -> Result<ProfileTrouble, Error> {
    let copies = if app.is_damaged() { app.copies() } else { Vec::new() };
    let view = |copy: Copy| DatabaseCopy { version: copy.version, at: copy.at.to_rfc3339(), bytes: copy.bytes };
    Ok(ProfileTrouble { failure: app.unwritable().map(Into::into), copies: copies.into_iter().map(view).collect() })
}

pub(crate) async fn profile_start_with_copy(app: &Arc<App>, asked: StartWithCopy) -> Result<Nothing, Error> {
    app.start_with_copy(asked.version).await?;
    app.desktop().restart();
    Ok(Nothing {})
}

pub(crate) async fn settings_show(app: &Arc<App>, _: Nothing) -> Result<Settings, Error> {
    Ok(settings_view(app.settings().await?))
}

pub(crate) async fn settings_defaults(_: &Arc<App>, _: Nothing) -> Result<Settings, Error> {
    Ok(settings_view(AppSettings::default()))
}

pub(crate) async fn settings_change(app: &Arc<App>, asked: SettingsChange) -> Result<Settings, Error> {
    let changed = app.change_settings(|settings| apply(settings, asked)).await?;
    Ok(settings_view(changed))
}

fn apply(settings: &mut AppSettings, asked: SettingsChange) {
    let AppSettings {
        theme,
        language,
        week_start,
        zone,
        notify_success,
        names_only,
        grace_min,
        missed,
        spacing_s,
        close_explained,
        checklist_dismissed,
        autostart_asked,
    } = settings;
    let take = |slot: &mut String, value: Option<String>| *slot = value.unwrap_or_else(|| std::mem::take(slot));
    take(theme, asked.theme);
    take(language, asked.language);
    take(week_start, asked.week_start);
    take(zone, asked.zone);
    *notify_success = asked.notify_success.unwrap_or(*notify_success);
    *names_only = asked.names_only.unwrap_or(*names_only);
    take(missed, asked.missed);
    *spacing_s = asked.spacing_s.unwrap_or(*spacing_s);
    *grace_min = asked.grace_min.unwrap_or(*grace_min);
    *close_explained = asked.close_explained.unwrap_or(*close_explained);
    *checklist_dismissed = asked.checklist_dismissed.unwrap_or(*checklist_dismissed);
    *autostart_asked = asked.autostart_asked.unwrap_or(*autostart_asked);
}

fn settings_view(settings: AppSettings) -> Settings {
    let AppSettings {
        theme,
        language,
        week_start,
        zone,
        notify_success,
        names_only,
        grace_min,
        missed,
        spacing_s,
        close_explained,
        checklist_dismissed,
        autostart_asked,
    } = settings;
    Settings {
        theme,
        language,
        week_start,
        zone,
        notify_success,
        names_only,
        grace_min,
        missed,
        spacing_s,
        close_explained,
        checklist_dismissed,
        autostart_asked,
    }
}
