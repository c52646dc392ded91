//! Telling the owner: a row in the in-app list first, then the desktop's own notification.

use domain::{ErrorCode, NoticeId, ports::Notice};
use sqlx::SqliteConnection;
use store::{account::Account, publication::Publication};

use crate::{App, Error, announcer::Kind, event::Topic};

impl App {
    /// Adds a notice to the list inside the caller's transaction; [`App::announce`] follows its commit.
    pub(crate) async fn add_notice(&self, conn: &mut SqliteConnection, notice: &Notice) -> Result<(), Error> {
        let now = self.clock.now();
        let row = store::notice::Notice {
            id: NoticeId::new(now, self.random.as_ref()),
            code: code_text(notice),
            title: notice.title.clone(),
            body: notice.body.clone(),
            publication: notice.publication,
            account: notice.account,
            at: now,
            read: false,
        };
        store::notice::add(conn, &row).await?;
        Ok(())
    }

    /// Shows a notice that is in the list.
    pub(crate) fn announce(&self, notice: &Notice) {
        self.announcer.tell(Kind::Trouble, notice.clone());
        self.emit(Topic::Notices, None);
    }

    /// Tells of a post that went out, where the owner asked for that.
    pub(crate) fn announce_success(&self, publication: &Publication, account: &Account) {
        let notice = Notice {
            code: ErrorCode::Internal,
            title: format!("Published to {}", account.handle),
            body: publication.title.clone(),
            publication: Some(publication.id),
            account: Some(account.id),
        };
        self.announcer.tell(Kind::Success, notice);
    }

    /// Waits until what was announced so far was handed to the desktop.
    pub async fn announced(&self) {
        self.announcer.flush().await;
    }

    /// Notices not seen yet.
    pub async fn unread_notices(&self) -> Result<u32, Error> {
        let unread = store::notice::unread(&mut *self.store.read().await?).await?;
        Ok(u32::try_from(unread).unwrap_or(u32::MAX))
    }

    /// The newest notices.
    pub async fn notices(&self, limit: i64) -> Result<Vec<store::notice::Notice>, Error> {
        Ok(store::notice::newest(&mut *self.store.read().await?, limit).await?)
    }

    /// Marks every notice as seen.
    pub async fn mark_notices_read(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        store::notice::mark_read(&mut tx).await?;
        tx.commit().await?;
        self.emit(Topic::Notices, None);
        Ok(())
    }
}

fn code_text(notice: &Notice) -> String {
    serde_json::to_value(notice.code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
