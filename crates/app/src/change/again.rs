//! Another try of a deletion or an edit that was not made.

use domain::{ChangeState, EffectKind, PublicationId};
use store::{journal::Line, live_change::LiveChange};

use crate::{App, Error};

/// The cause of what nobody can tell the outcome of.
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

impl App {
    /// Asks again for the last change of a live publication where it failed or waits for another try; false where there
    /// is none to be tried.
    pub(crate) async fn retry_change(&self, tx: &mut store::Tx, id: PublicationId) -> Result<bool, Error> {
        let publication = store::publication::find(tx, id).await?;
        let Some(last) = store::live_change::last(tx, id).await? else { return Ok(false) };
        let gone = publication.is_none_or(|found| found.deleted_at.is_some());
        let again = match last.state {
            ChangeState::Failed => LiveChange { ordinal: last.ordinal + 1, created_at: self.clock.now(), ..last },
            ChangeState::Retrying | ChangeState::Held => last,
            ChangeState::Waiting | ChangeState::Running | ChangeState::Unconfirmed | ChangeState::Done => {
                return Ok(false);
            }
        };
        // A comment that may be there is not written once more.
        let doubtful = again.kind == EffectKind::Comment && again.cause == OUTCOME_UNKNOWN;
        if gone || doubtful {
            return Ok(false);
        }
        let again = LiveChange {
            state: ChangeState::Waiting,
            held: None,
            reason: String::new(),
            cause: String::new(),
            raw: String::new(),
            next_at: None,
            attempts: 0,
            ..again
        };
        let now = self.clock.now();
        store::live_change::put(tx, &again, now).await?;
        let text = "The owner asked for another try of the change.";
        let line = Line { at: now, event: "change_retry_asked".to_owned(), part: None, text: text.to_owned() };
        store::journal::add(tx, id, &line).await?;
        self.enqueue_change(tx, &again).await?;
        Ok(true)
    }
}
