//! A publication of which the database holds something that cannot be read: no try can publish it, so its owner is told.

use domain::{ErrorCode, PublicationId, PublicationState, ports::Notice};
use queue::{Job, Verdict};
use store::{journal::Line, publication::Status};

use super::record::word;
use crate::{App, Error, event::Topic, words};

impl App {
    /// Ends the tries of a publication that cannot be read, with a word to its owner, who alone can look whether some of
    /// it is live. What it has sent stays written down: a later try asks the platform first, like every other.
    pub(crate) async fn set_aside(&self, id: PublicationId, job: &Job, error: &Error) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if queue::discard(&mut tx, job, now).await? == Verdict::Stale {
            return Ok(());
        }
        let status = Status {
            state: PublicationState::Failed,
            held: None,
            reason: words::UNREADABLE.to_owned(),
            cause: word(ErrorCode::DatabaseUnusable),
            raw: error.details.clone(),
            next_at: None,
            attempts: 0,
            step: String::new(),
        };
        store::publication::set_status(&mut tx, id, &status, now).await?;
        let line = Line { at: now, event: "failed".to_owned(), part: None, text: words::UNREADABLE.to_owned() };
        store::journal::add(&mut tx, id, &line).await?;
        let notice = Notice {
            code: ErrorCode::DatabaseUnusable,
            title: "A post cannot be read".to_owned(),
            body: words::UNREADABLE.to_owned(),
            publication: Some(id),
            account: None,
        };
        self.add_notice(&mut tx, &notice).await?;
        tx.commit().await?;
        self.emit(Topic::Publications, Some(id.to_string()));
        self.progress(crate::Progress::state(id, &status));
        self.announce(&notice);
        Ok(())
    }
}
