//! What the desktop's own notifications say: grouped when several things go wrong at once, and only that something
//! needs the owner where the setting "names only" is on. The list in the window always has all of it.
//!
//! Both shells, the window's and the headless one, show what comes out of here and nothing else.

use std::{sync::Arc, time::Duration};

use domain::{
    ErrorCode,
    ports::{Notice, Notifier},
};
use store::Store;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use crate::language::Language;

/// Notices that may wait; more are in the list only.
const BACKLOG: usize = 256;
/// How long after the first notice others still join it.
const TOGETHER: Duration = Duration::from_millis(1_500);
/// Titles that a notification about several things names.
const NAMED_MAX: usize = 3;

/// The button a notice deserves beside the one that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// None.
    Show,
    /// Try the publication again.
    Retry,
    /// Link the account again.
    Relink,
}

/// What may be offered for a notice: only what its owner could press in the window as well.
#[must_use]
pub fn offer(notice: &Notice) -> Offer {
    match (notice.code, notice.publication, notice.account) {
        (ErrorCode::RelinkNeeded | ErrorCode::MissingScope | ErrorCode::CredentialsRefused, _, Some(_)) => {
            Offer::Relink
        }
        (
            ErrorCode::PlatformUnavailable
            | ErrorCode::Offline
            | ErrorCode::RateLimited
            | ErrorCode::QuotaExhausted
            | ErrorCode::PlatformProtocol
            | ErrorCode::ContentRejected
            | ErrorCode::MediaRejected
            | ErrorCode::VaultUnavailable
            | ErrorCode::Missed,
            Some(_),
            _,
        ) => Offer::Retry,
        _ => Offer::Show,
    }
}

/// Where the owner looks at it: the publication, else the account, else the queue.
#[must_use]
pub fn place(notice: &Notice) -> String {
    match (notice.publication, notice.account) {
        (Some(publication), _) => publication.to_string(),
        (None, Some(account)) => account.to_string(),
        (None, None) => "queue".to_owned(),
    }
}

/// Whether a notice tells of something good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something needs the owner.
    Trouble,
    /// A post went out; told only to those who want to hear it.
    Success,
}

enum Message {
    Tell(Kind, Box<Notice>),
    Flush(oneshot::Sender<()>),
}

/// Hands notices to a task that shows them.
#[derive(Clone)]
pub(crate) struct Announcer(mpsc::Sender<Message>);

impl Announcer {
    /// Starts the task. It ends with the last handle.
    pub(crate) fn start(store: Store, notifier: Arc<dyn Notifier>) -> Self {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        tokio::spawn(tell(store, notifier, receiver));
        Self(sender)
    }

    /// Takes a notice; never blocks.
    pub(crate) fn tell(&self, kind: Kind, notice: Notice) {
        if self.0.try_send(Message::Tell(kind, Box::new(notice))).is_err() {
            tracing::warn!("too many notifications at once; the rest is in the list only");
        }
    }

    /// Waits until what was taken so far was handed to the desktop.
    pub(crate) async fn flush(&self) {
        let (done, told) = oneshot::channel();
        if self.0.send(Message::Flush(done)).await.is_ok() {
            // An error means the task is gone, and with it anything to wait for.
            let _ = told.await;
        }
    }
}

async fn tell(store: Store, notifier: Arc<dyn Notifier>, mut messages: mpsc::Receiver<Message>) {
    while let Some(message) = messages.recv().await {
        let mut troubles = Vec::new();
        let mut successes = Vec::new();
        let mut flushed = Vec::new();
        let until = Instant::now() + TOGETHER;
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::Tell(Kind::Trouble, notice) => troubles.push(*notice),
                Message::Tell(Kind::Success, notice) => successes.push(*notice),
                Message::Flush(done) => flushed.push(done),
            }
            next = if flushed.is_empty() {
                timeout_at(until, messages.recv()).await.ok().flatten()
            } else {
                messages.try_recv().ok()
            };
        }
        let manners = manners(&store).await;
        if !manners.successes {
            successes.clear();
        }
        let words = Words::of(manners.language);
        let told = [together(words, Kind::Trouble, troubles), together(words, Kind::Success, successes)];
        for notice in told.into_iter().flatten() {
            notifier.notify(&if manners.names_only { quiet(words, &notice) } else { notice.notice });
        }
        for done in flushed {
            let _ = done.send(());
        }
    }
}

/// How the owner wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manners {
    /// Only that something needs the owner.
    names_only: bool,
    /// Of successes too.
    successes: bool,
    /// In this language, as far as the sentence is not the core's own.
    language: Language,
}

/// As they are set now; where that cannot be read, as if the owner had asked for the least to be said.
async fn manners(store: &Store) -> Manners {
    let stored = async { store::setting::all(&mut *store.read().await?).await };
    let unknown = Manners { names_only: true, successes: false, language: Language::default() };
    stored.await.map_or(unknown, |stored| {
        let flag = |name: &str| stored.get(name).is_some_and(|value| value == "true");
        let language = Language::of(stored.get("language").map_or("system", String::as_str));
        Manners { names_only: flag("names_only"), successes: flag("notify_success"), language }
    })
}

/// One notification and how many things it tells of.
struct Told {
    kind: Kind,
    count: usize,
    posts: bool,
    notice: Notice,
}

/// One notification for everything that happened at once; `None` for nothing.
fn together(words: &Words, kind: Kind, mut notices: Vec<Notice>) -> Option<Told> {
    let posts = notices.iter().all(|notice| notice.publication.is_some());
    let count = notices.len();
    if count <= 1 {
        return notices.pop().map(|notice| Told { kind, count, posts, notice });
    }
    let mut body: Vec<_> = notices.iter().take(NAMED_MAX).map(|notice| notice.title.clone()).collect();
    if count > NAMED_MAX {
        body.push(words.more.replace("{count}", &(count - NAMED_MAX).to_string()));
    }
    let title = words.headline(kind, count, posts);
    let notice = Notice { code: ErrorCode::Internal, title, body: body.join("\n"), publication: None, account: None };
    Some(Told { kind, count, posts, notice })
}

/// The sentences made here.
struct Words {
    post_out: &'static str,
    posts_out: &'static str,
    post_needs: &'static str,
    posts_need: &'static str,
    app_needs: &'static str,
    things_need: &'static str,
    more: &'static str,
    open: &'static str,
}

impl Words {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    fn headline(&self, kind: Kind, count: usize, posts: bool) -> String {
        let pattern = match (kind, posts, count) {
            (Kind::Success, _, 1) => self.post_out,
            (Kind::Success, _, _) => self.posts_out,
            (Kind::Trouble, true, 1) => self.post_needs,
            (Kind::Trouble, true, _) => self.posts_need,
            (Kind::Trouble, false, 1) => self.app_needs,
            (Kind::Trouble, false, _) => self.things_need,
        };
        pattern.replace("{count}", &count.to_string())
    }
}

static ENGLISH: Words = Words {
    post_out: "A post went out",
    posts_out: "{count} posts went out",
    post_needs: "A post needs you",
    posts_need: "{count} posts need you",
    app_needs: "Postroom needs you",
    things_need: "{count} things need you",
    more: "and {count} more",
    open: "Open Postroom to read more.",
};

static GERMAN: Words = Words {
    post_out: "Ein Beitrag ist draußen",
    posts_out: "{count} Beiträge sind draußen",
    post_needs: "Ein Beitrag braucht dich",
    posts_need: "{count} Beiträge brauchen dich",
    app_needs: "Postroom braucht dich",
    things_need: "{count} Dinge brauchen dich",
    more: "und {count} weitere",
    open: "Öffne Postroom, um mehr zu lesen.",
};

/// The same for a screen that others see: no text, no account, no platform, and no button that does anything but show.
fn quiet(words: &Words, told: &Told) -> Notice {
    Notice {
        code: ErrorCode::Internal,
        title: words.headline(told.kind, told.count, told.posts),
        body: words.open.to_owned(),
        publication: told.notice.publication,
        account: told.notice.account,
    }
}

#[cfg(test)]
#[path = "announcer_tests.rs"]
mod tests;
