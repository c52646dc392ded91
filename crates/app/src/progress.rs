//! What the runner does, told as it does it.

use domain::{ChangeState, EffectKind, PublicationId};
use store::publication::Status;

/// What the runner did, for whoever watches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A publication was claimed.
    Claimed(PublicationId),
    /// A step began: its label.
    Step(PublicationId, String),
    /// A state was recorded, with its reason.
    State(PublicationId, domain::PublicationState, String),
    /// Where a change of what is live stands, with its reason.
    Change(PublicationId, EffectKind, ChangeState, String),
}

impl Progress {
    pub(crate) fn step(id: PublicationId, label: &str) -> Self {
        Self::Step(id, label.to_owned())
    }

    pub(crate) fn state(id: PublicationId, status: &Status) -> Self {
        Self::State(id, status.state, status.reason.clone())
    }
}
