//! Native notifications of the headless runner. They are a courtesy: where no desktop listens there is a log
//! line, and the notice is in the list anyway.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use domain::ports::{Notice, Notifier};

/// Notices that may wait to be shown; more are dropped.
const BACKLOG: usize = 32;

/// Shows notices on a thread of its own: the desktop may take its time, and its library brings a runtime that
/// cannot be entered from ours.
#[derive(Debug)]
pub struct Native(SyncSender<(String, String)>);

impl Native {
    /// Starts the thread. It ends with the last handle.
    pub fn start() -> Self {
        let (sender, notices) = sync_channel(BACKLOG);
        let started = std::thread::Builder::new().name("notifications".to_owned()).spawn(move || show_all(&notices));
        if let Err(error) = started {
            tracing::warn!(%error, "notifications cannot be shown");
        }
        Self(sender)
    }
}

impl Notifier for Native {
    fn notify(&self, notice: &Notice) {
        if self.0.try_send((notice.title.clone(), notice.body.clone())).is_err() {
            tracing::warn!("a notification was dropped");
        }
    }
}

fn show_all(notices: &Receiver<(String, String)>) {
    for (title, body) in notices {
        match notify_rust::Notification::new().appname("Postroom").summary(&title).body(&escaped(&body)).show() {
            Ok(_) => tracing::debug!("notification shown"),
            Err(error) => tracing::warn!(%error, "no notification could be shown"),
        }
    }
}

/// Notification servers may read the body as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Shows nothing: for verbs that only pass by.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Notifier for Silent {
    fn notify(&self, _notice: &Notice) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_notice_stays_text() {
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }

    #[test]
    fn a_full_backlog_never_blocks_the_runner() {
        let (sender, notices) = sync_channel(1);
        let (native, notice) = (
            Native(sender),
            Notice {
                code: domain::ErrorCode::Internal,
                title: "t".to_owned(),
                body: "b".to_owned(),
                publication: None,
                account: None,
            },
        );
        native.notify(&notice);
        native.notify(&notice);
        assert_eq!(notices.try_iter().count(), 1);
    }
}
