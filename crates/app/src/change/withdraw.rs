//! Ending a change before it is made: its owner takes it back, asks for something else, or unlinks the account.

use domain::{AccountId, ChangeState, EffectState, PublicationId};
use store::{journal::Line, live_change::LiveChange};

use super::ask::unsettled_error;
use crate::{App, Error, jobs};

impl App {
    /// Takes back what was asked of a live publication; false where nothing was. What may have been sent is settled
    /// first; parts that were changed before stay changed.
    pub(crate) async fn withdraw_change(&self, tx: &mut store::Tx, id: PublicationId) -> Result<bool, Error> {
        let last = store::live_change::last(tx, id).await?;
        let Some(last) = last.filter(|last| !last.state.is_final()) else { return Ok(false) };
        if self.may_be_made(tx, &last).await? {
            return Err(unsettled_error());
        }
        self.end_change(tx, last, "Its owner took it back; nothing more of it is sent.").await?;
        Ok(true)
    }

    /// An account that is unlinked takes what waits with it: linked again months later, nothing of it may happen unasked.
    pub(crate) async fn end_changes_of(&self, tx: &mut store::Tx, account: AccountId) -> Result<(), Error> {
        for change in store::live_change::unsettled(tx).await? {
            let publication = store::publication::find(tx, change.publication).await?;
            if publication.is_some_and(|found| found.account == account) && !self.may_be_made(tx, &change).await? {
                self.end_change(tx, change, "The account was unlinked; nothing more of it is sent.").await?;
            }
        }
        Ok(())
    }

    /// Whether a call of it may have reached the platform.
    pub(super) async fn may_be_made(&self, tx: &mut store::Tx, change: &LiveChange) -> Result<bool, Error> {
        let effects = store::effect::of(tx, change.publication).await?;
        Ok(effects.iter().any(|effect| {
            effect.kind == change.kind && effect.ordinal == change.ordinal && effect.state == EffectState::Open
        }))
    }

    /// Ends it as it stands, with a line in the journal.
    pub(super) async fn end_change(
        &self,
        tx: &mut store::Tx,
        mut change: LiveChange,
        reason: &str,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        queue::cancel(tx, jobs::kind(change.kind), &change.publication.to_string(), now).await?;
        change.state = ChangeState::Failed;
        change.held = None;
        change.next_at = None;
        reason.clone_into(&mut change.reason);
        store::live_change::put(tx, &change, now).await?;
        let line = Line { at: now, event: "change_ended".to_owned(), part: None, text: reason.to_owned() };
        store::journal::add(tx, change.publication, &line).await?;
        Ok(())
    }
}
