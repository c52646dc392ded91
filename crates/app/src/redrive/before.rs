//! What a publication was before an action on many: enough to put it back.

use domain::{BulkId, EffectKind, EffectState, HeldReason, PublicationId, PublicationState, UtcMs, schedule::Schedule};
use serde::{Deserialize, Serialize};
use store::publication::{Publication, Status};

use crate::Error;

/// What it was before, and what it was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Before {
    pub(super) schedule: Schedule,
    state: PublicationState,
    held: Option<HeldReason>,
    reason: String,
    cause: String,
    raw: String,
    next_at: Option<UtcMs>,
    attempts: i64,
    step: String,
    /// Calls that were made for it.
    pub(super) calls: i64,
    /// What was refused: part, request and where its preparation stood.
    pub(super) refused: Vec<(i64, String, String)>,
    /// The time it has since; `None` where it has none.
    #[serde(default)]
    pub(super) given: Option<UtcMs>,
}

impl Before {
    pub(crate) async fn of(tx: &mut store::Tx, publication: &Publication) -> Result<Self, Error> {
        let parts = store::part::of(tx, publication.id).await?;
        let effects = store::effect::of(tx, publication.id).await?;
        let checkpoint = |part: i64| {
            let stored = parts.iter().find(|stored| stored.ordinal == part);
            stored.map_or_else(|| "null".to_owned(), |stored| stored.checkpoint.clone())
        };
        let refused = |effect: &&store::effect::Effect| {
            effect.kind == EffectKind::Publish && effect.state == EffectState::Refused
        };
        let status = publication.status.clone();
        Ok(Self {
            schedule: publication.schedule.clone(),
            state: status.state,
            held: status.held,
            reason: status.reason,
            cause: status.cause,
            raw: status.raw,
            next_at: status.next_at,
            attempts: status.attempts,
            step: status.step,
            calls: effects.iter().map(|effect| effect.attempts).sum(),
            refused: effects
                .iter()
                .filter(refused)
                .map(|effect| (effect.part, effect.request.clone(), checkpoint(effect.part)))
                .collect(),
            given: None,
        })
    }

    /// Writes it down beside the action, once that is done to the publication.
    pub(crate) async fn keep(mut self, tx: &mut store::Tx, bulk: BulkId, id: PublicationId) -> Result<(), Error> {
        self.given = store::publication::find(tx, id).await?.map(|found| found.schedule.at);
        let text = serde_json::to_string(&self).map_err(|_| Error::internal("what a publication was"))?;
        store::bulk::add(tx, bulk, id, &text).await?;
        Ok(())
    }

    pub(super) fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|_| store::StoreError::Row("bulk_item").into())
    }

    pub(super) fn status(&self) -> Status {
        Status {
            state: self.state,
            held: self.held,
            reason: self.reason.clone(),
            cause: self.cause.clone(),
            raw: self.raw.clone(),
            next_at: self.next_at,
            attempts: self.attempts,
            step: self.step.clone(),
        }
    }

    /// When its job is due; `None` where it waits for its owner.
    pub(super) fn due(&self, now: UtcMs) -> Option<UtcMs> {
        use PublicationState as S;
        match (self.state, self.held) {
            (S::Scheduled | S::Retrying | S::Publishing | S::Unconfirmed, _) => {
                Some(self.next_at.unwrap_or(self.schedule.at))
            }
            (S::Held, Some(HeldReason::VaultLocked | HeldReason::ClockWrong)) => Some(now),
            _ => None,
        }
    }
}
