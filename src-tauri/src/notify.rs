//! Native notifications: a notice of the core, and the one sentence about closing the window. A click on a notice
//! opens the window at what it is about.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
};

use domain::ports::{Notice, Notifier};
use serde_json::json;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{Action, ActionType, NotificationExt};

use crate::{shell::Shell, windows, words};

/// Notices whose place is remembered; the oldest are forgotten first.
const REMEMBERED: usize = 200;
/// Name of the set of buttons a notice has.
const BUTTONS: &str = "notice";

/// Shows notices through the system.
pub struct Native {
    handle: AppHandle,
}

/// Where a click on each shown notice leads, by its number.
#[derive(Default)]
struct Places {
    next: AtomicI32,
    by_number: Mutex<BTreeMap<i32, String>>,
}

impl Places {
    fn remember(&self, place: String) -> i32 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut places = self.by_number.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert(number, place);
        while places.len() > REMEMBERED {
            places.pop_first();
        }
        number
    }

    fn of(&self, number: i32) -> Option<String> {
        self.by_number.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }
}

impl Native {
    /// Notices go out through this program.
    pub fn new(handle: AppHandle) -> Self {
        Self { handle }
    }
}

impl Notifier for Native {
    fn notify(&self, notice: &Notice) {
        show(&self.handle, &notice.title, &notice.body, place_of(notice));
    }
}

/// The publication where there is one, else the accounts, else the queue.
fn place_of(notice: &Notice) -> String {
    match (&notice.publication, &notice.account) {
        (Some(publication), _) => publication.to_string(),
        (None, Some(_)) => "accounts".to_owned(),
        (None, None) => "queue".to_owned(),
    }
}

fn show(handle: &AppHandle, title: &str, body: &str, place: String) {
    let number = handle.state::<Places>().remember(place);
    let shown = handle.notification().builder().id(number).title(title).body(body).action_type_id(BUTTONS).show();
    if let Err(error) = shown {
        tracing::warn!(%error, "the desktop did not take a notification");
    }
}

/// Begins to listen for clicks. Must come before the first notification, or it has no buttons.
pub fn listen(handle: &AppHandle) {
    handle.manage(Places::default());
    let notifications = handle.notification();
    let button = Action::builder("show", words::SHOW).build();
    let buttons = ActionType::builder(BUTTONS).actions(vec![button]).build();
    let clicked = handle.clone();
    let listening = notifications.register_action_types(vec![buttons]).and_then(|()| {
        notifications.on_action(move |action| {
            let number = action.notification().map(tauri_plugin_notification::ActiveNotification::id);
            let place = number.and_then(|number| clicked.state::<Places>().of(number));
            windows::show(&clicked, place.as_deref());
        })
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications will not be noticed");
    }
}

/// The window is gone; the app stays, and says so the first time.
pub fn window_closed(handle: &AppHandle) {
    if !Shell::of(handle).leaving() {
        tauri::async_runtime::spawn(explain_close(handle.clone()));
    }
}

/// Tells, once per profile, that closing the window does not end the app, and where it went.
async fn explain_close(handle: AppHandle) {
    let shell = Shell::of(&handle);
    let Some(app) = shell.app() else { return };
    let explained = ::ipc::dispatch(app, "settings_show", json!({})).await;
    if explained.is_ok_and(|settings| settings.get("close_explained") == Some(&json!(true))) {
        return;
    }
    let body = if shell.tray_host.load(Ordering::Relaxed) { words::IN_TRAY } else { words::IN_BACKGROUND };
    show(&handle, words::STILL_RUNNING, body, "queue".to_owned());
    if let Err(failure) = ::ipc::dispatch(app, "settings_change", json!({ "close_explained": true })).await {
        tracing::warn!(code = ?failure.code, "it will be explained again");
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, ErrorCode, PublicationId};

    use super::*;

    #[test]
    fn old_places_are_forgotten_and_new_ones_found() {
        let places = Places::default();
        let numbers: Vec<i32> = (0..=REMEMBERED).map(|n| places.remember(format!("pub_{n}"))).collect();
        assert_eq!(places.of(numbers[0]), None);
        assert_eq!(places.of(numbers[1]).as_deref(), Some("pub_1"));
        assert_eq!(places.of(numbers[REMEMBERED]), Some(format!("pub_{REMEMBERED}")));
    }

    #[test]
    fn a_notice_leads_to_what_it_is_about() {
        let publication = PublicationId::from_bytes(&[7; 16]).expect("an id");
        let account = AccountId::from_bytes(&[8; 16]).expect("an id");
        let mut notice = Notice {
            code: ErrorCode::WrongState,
            title: String::new(),
            body: String::new(),
            publication: Some(publication),
            account: Some(account),
        };
        assert_eq!(place_of(&notice), publication.to_string());
        notice.publication = None;
        assert_eq!(place_of(&notice), "accounts");
        notice.account = None;
        assert_eq!(place_of(&notice), "queue");
    }
}
