//! Native notifications of the headless runner. They are a courtesy: where no desktop listens there is a log
//! line, and the notice is in the list anyway.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    time::Duration,
};

use domain::ports::{Notice, Notifier};
use tokio::{sync::oneshot, time};

/// Notices that may wait to be shown; more are dropped.
const BACKLOG: usize = 32;

/// How long the last notices may take to be shown when the runner ends.
const FAREWELL: Duration = Duration::from_secs(2);

#[derive(Debug)]
enum Message {
    Show { title: String, body: String },
    Flush(oneshot::Sender<()>),
}

/// Shows notices on a thread of its own: the desktop may take its time, and its library brings a runtime that
/// cannot be entered from ours.
#[derive(Debug)]
pub struct Native(SyncSender<Message>);

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

    /// Waits until what was handed over is shown, but not for long.
    pub async fn flush(&self) {
        let (done, shown) = oneshot::channel();
        if self.0.try_send(Message::Flush(done)).is_ok() && time::timeout(FAREWELL, shown).await.is_err() {
            tracing::debug!("a notification takes too long to be waited for");
        }
    }
}

impl Notifier for Native {
    fn notify(&self, notice: &Notice) {
        let message = Message::Show { title: notice.title.clone(), body: notice.body.clone() };
        if self.0.try_send(message).is_err() {
            tracing::warn!("a notification was dropped");
        }
    }
}

fn show_all(messages: &Receiver<Message>) {
    for message in messages {
        let (title, body) = match message {
            Message::Show { title, body } => (title, body),
            Message::Flush(done) => {
                // Nobody waiting any more is fine.
                let _ = done.send(());
                continue;
            }
        };
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

    #[tokio::test]
    async fn what_was_handed_over_comes_before_the_end() {
        Native::start().flush().await;
        let (sender, messages) = sync_channel(1);
        drop(messages);
        Native(sender).flush().await;
    }
}
