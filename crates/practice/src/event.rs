//! The journal's lines. The network's state is nothing but these, applied in order.

use serde::{Deserialize, Serialize};

use crate::clock::Stamp;
use crate::faults::{FaultKind, Operation};
use crate::model::{DraftRecord, Kind, Picture, Scope};

/// One line of `journal.jsonl`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// From 1 without gaps.
    pub seq: u64,
    /// When.
    pub at: Stamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened. Field by field in the fact sheet, §7.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    AccountCreated {
        account: String,
        kind: Kind,
        name: String,
    },
    TokenIssued {
        account: String,
        session: String,
        access: String,
        refresh: String,
        scopes: Vec<Scope>,
        expires_at_ms: i64,
        access_life_s: u32,
        via: Via,
    },
    TokenRefreshed {
        account: String,
        session: String,
        spent: String,
        access: String,
        refresh: String,
        expires_at_ms: i64,
    },
    TokenRevoked {
        account: String,
        session: String,
        reason: RevokeReason,
    },
    MediaStored {
        account: String,
        media_id: String,
        sha256: String,
        bytes: u64,
        content_type: Picture,
    },
    ContainerCreated {
        account: String,
        container: String,
        #[serde(flatten)]
        draft: DraftRecord,
    },
    PostAccepted(PostAccepted),
    PostRepeated {
        account: String,
        post_id: String,
        key: Option<String>,
        container: Option<String>,
    },
    PostDeleted {
        account: String,
        post_id: String,
    },
    ReplyDropped {
        of: u64,
    },
    FaultSet {
        fault: String,
        kind: FaultKind,
        account: Option<String>,
        operation: Option<Operation>,
    },
    FaultUsed {
        fault: String,
        kind: FaultKind,
        account: Option<String>,
        operation: Operation,
    },
    JournalRepaired {
        dropped_bytes: u64,
    },
}

/// A post became visible.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PostAccepted {
    pub account: String,
    pub kind: Kind,
    pub post_id: String,
    #[serde(flatten)]
    pub draft: DraftRecord,
    pub key: Option<String>,
    pub container: Option<String>,
    pub visible_at_ms: i64,
    /// False where a fault switch withholds the reply.
    pub reply_sent: bool,
}

/// How a session began.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    Code,
    Control,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    RevokeEndpoint,
    CodeReused,
    RefreshReused,
    Fault,
}
