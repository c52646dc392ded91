//! Native notifications: a notice of the core with the buttons it deserves, and the one sentence about closing the
//! window. A click shows what it is about; a button does what its words say, as a press in the window would.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
};

use app::announcer::{Offer, offer, place};
use domain::ports::{Notice, Notifier};
use serde_json::json;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{Action, ActionType, NotificationExt};

use crate::{notify_server, shell::Shell, windows};

/// Notices whose place is remembered; the oldest are forgotten first.
const REMEMBERED: usize = 200;

/// Buttons, by the names the system gives back.
const SHOW: &str = "show";
const RETRY: &str = "retry";
const RELINK: &str = "relink";

/// Shows notices through the system.
pub struct Native {
    handle: AppHandle,
}

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subject {
    /// Where a click leads.
    place: String,
    /// What to try again.
    publication: Option<String>,
    /// What to link again.
    account: Option<String>,
}

/// The subject of each notification shown, by its number.
#[derive(Default)]
struct Subjects {
    next: AtomicI32,
    by_number: Mutex<BTreeMap<i32, Subject>>,
}

impl Subjects {
    fn remember(&self, subject: Subject) -> i32 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut subjects = self.by_number.lock().unwrap_or_else(PoisonError::into_inner);
        subjects.insert(number, subject);
        while subjects.len() > REMEMBERED {
            subjects.pop_first();
        }
        number
    }

    fn of(&self, number: i32) -> Option<Subject> {
        self.by_number.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }
}

/// What is shown.
struct Telling {
    title: String,
    body: String,
    buttons: &'static str,
    subject: Subject,
}

impl Native {
    /// Notices go out through this program.
    pub fn new(handle: AppHandle) -> Self {
        Self { handle }
    }
}

impl Notifier for Native {
    fn notify(&self, notice: &Notice) {
        tauri::async_runtime::spawn(show(self.handle.clone(), telling(notice)));
    }
}

fn telling(notice: &Notice) -> Telling {
    let buttons = match offer(notice) {
        Offer::Show => SHOW,
        Offer::Retry => RETRY,
        Offer::Relink => RELINK,
    };
    let subject = Subject {
        place: place(notice),
        publication: notice.publication.map(|id| id.to_string()),
        account: notice.account.map(|id| id.to_string()),
    };
    Telling { title: notice.title.clone(), body: notice.body.clone(), buttons, subject }
}

/// Buttons only where the server shows them as such; its markup only where it reads any.
async fn show(handle: AppHandle, telling: Telling) {
    let server = notify_server::ask().await;
    let number = handle.state::<Subjects>().remember(telling.subject);
    let body = if server.markup { notify_server::escaped(&telling.body) } else { telling.body };
    let mut notification = handle.notification().builder().id(number).title(telling.title).body(body);
    if server.buttons {
        notification = notification.action_type_id(telling.buttons);
    }
    if let Err(error) = notification.show() {
        tracing::warn!(%error, "the desktop did not take a notification");
    }
}

/// Begins to listen for clicks.
pub fn listen(handle: &AppHandle) {
    handle.manage(Subjects::default());
    let clicked = handle.clone();
    let listening = handle.notification().on_action(move |action| {
        let number = action.notification().map(tauri_plugin_notification::ActiveNotification::id);
        let subject = number.and_then(|number| clicked.state::<Subjects>().of(number));
        pressed(&clicked, action.action_id(), subject);
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications will not be noticed");
    }
}

/// Names the buttons in the language spoken now. Must come before the first notification, or it has none.
pub fn name_buttons(handle: &AppHandle) {
    let words = Shell::of(handle).words();
    let button = |name: &str, label: &str| Action::builder(name, label).build();
    let show = || button(SHOW, words.show);
    let sets = vec![
        ActionType::builder(SHOW).actions(vec![show()]).build(),
        ActionType::builder(RETRY).actions(vec![button(RETRY, words.retry), show()]).build(),
        ActionType::builder(RELINK).actions(vec![button(RELINK, words.relink), show()]).build(),
    ];
    if let Err(error) = handle.notification().register_action_types(sets) {
        tracing::warn!(%error, "notifications will have no buttons");
    }
}

fn pressed(handle: &AppHandle, button: &str, subject: Option<Subject>) {
    let Some(Subject { place, publication, account }) = subject else { return windows::show(handle, None) };
    match (button, publication, account) {
        (RETRY, Some(publication), _) => drop(tauri::async_runtime::spawn(retry(handle.clone(), publication))),
        (RELINK, _, Some(account)) => windows::show(handle, Some(&format!("relink/{account}"))),
        _ => windows::show(handle, Some(&place)),
    }
}

/// Puts the publication back on the queue; shows it where that is no longer possible.
async fn retry(handle: AppHandle, publication: String) {
    let shell = Shell::of(&handle);
    let Some(app) = shell.app() else { return };
    if let Err(failure) = ::ipc::dispatch(app, "publications_retry", json!({ "id": &publication })).await {
        tracing::info!(code = ?failure.code, "a retry asked from a notification was refused");
        windows::show(&handle, Some(&publication));
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
    let words = shell.words();
    let body = if shell.tray_host.load(Ordering::Relaxed) { words.in_tray } else { words.in_background };
    let subject = Subject { place: "queue".to_owned(), publication: None, account: None };
    let telling = Telling { title: words.still_running.to_owned(), body: body.to_owned(), buttons: SHOW, subject };
    show(handle.clone(), telling).await;
    if let Err(failure) = ::ipc::dispatch(app, "settings_change", json!({ "close_explained": true })).await {
        tracing::warn!(code = ?failure.code, "it will be explained again");
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, ErrorCode, PublicationId};

    use super::*;

    #[test]
    fn old_subjects_are_forgotten_and_new_ones_found() {
        let subject = |n: usize| Subject { place: format!("pub_{n}"), publication: None, account: None };
        let subjects = Subjects::default();
        let numbers: Vec<i32> = (0..=REMEMBERED).map(|n| subjects.remember(subject(n))).collect();
        assert_eq!(subjects.of(numbers[0]), None);
        assert_eq!(subjects.of(numbers[1]), Some(subject(1)));
        assert_eq!(subjects.of(numbers[REMEMBERED]), Some(subject(REMEMBERED)));
    }

    #[test]
    fn a_notice_leads_to_what_it_is_about_with_its_button() {
        let publication = PublicationId::from_bytes(&[7; 16]).expect("an id");
        let account = AccountId::from_bytes(&[8; 16]).expect("an id");
        let mut notice = Notice {
            code: ErrorCode::Offline,
            title: String::new(),
            body: String::new(),
            publication: Some(publication),
            account: Some(account),
        };
        let told = |notice: &Notice| (telling(notice).subject.place, telling(notice).buttons);
        assert_eq!(told(&notice), (publication.to_string(), RETRY));
        notice.code = ErrorCode::RelinkNeeded;
        notice.publication = None;
        assert_eq!(told(&notice), (account.to_string(), RELINK));
        notice.account = None;
        assert_eq!(told(&notice), ("queue".to_owned(), SHOW));
    }
}
