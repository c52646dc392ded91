//! First comments, deletions and edits of what is live: what their owner asked for, and where each stands.

use domain::{ChangeState, EffectKind, HeldReason, PublicationId, UtcMs, change::Wording};
use sqlx::SqliteConnection;

use crate::{
    StoreError,
    error::{from_json, to_json, whole},
};

/// One comment, deletion or edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveChange {
    /// The publication changed.
    pub publication: PublicationId,
    /// Which of its changes, from 1.
    pub ordinal: i64,
    /// Any but [`EffectKind::Publish`].
    pub kind: EffectKind,
    /// Where it stands.
    pub state: ChangeState,
    /// Why it is held; `None` unless held.
    pub held: Option<HeldReason>,
    /// One sentence for its owner.
    pub reason: String,
    /// Code of the last trouble; empty when there was none.
    pub cause: String,
    /// What the platform said last, redacted.
    pub raw: String,
    /// What each part is to say, in order; the comment alone; empty for a deletion.
    pub wanted: Vec<Wording>,
    /// When the next try or look is due.
    pub next_at: Option<UtcMs>,
    /// Tries that count against the retry budget.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: UtcMs,
}

impl LiveChange {
    /// What was just asked for.
    #[must_use]
    pub const fn asked(
        publication: PublicationId,
        ordinal: i64,
        kind: EffectKind,
        wanted: Vec<Wording>,
        now: UtcMs,
    ) -> Self {
        Self {
            publication,
            ordinal,
            kind,
            state: ChangeState::Waiting,
            held: None,
            reason: String::new(),
            cause: String::new(),
            raw: String::new(),
            wanted,
            next_at: None,
            attempts: 0,
            created_at: now,
        }
    }
}

struct Row {
    publication: Vec<u8>,
    ordinal: i64,
    kind: String,
    state: String,
    held: String,
    reason: String,
    cause: String,
    raw: String,
    wanted: String,
    next_at: Option<i64>,
    attempts: i64,
    created_at: i64,
}

impl TryFrom<Row> for LiveChange {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        const T: &str = "live_change";
        Ok(Self {
            publication: whole(PublicationId::from_bytes(&row.publication), T)?,
            ordinal: row.ordinal,
            kind: whole(EffectKind::parse(&row.kind), T)?,
            state: whole(ChangeState::parse(&row.state), T)?,
            held: HeldReason::parse(&row.held),
            reason: row.reason,
            cause: row.cause,
            raw: row.raw,
            wanted: from_json(&row.wanted, T)?,
            next_at: row.next_at.map(UtcMs::from_millis),
            attempts: row.attempts,
            created_at: UtcMs::from_millis(row.created_at),
        })
    }
}

/// Writes a change: a new row, or where the one with the same natural key stands. What was asked for stays.
pub async fn put(conn: &mut SqliteConnection, change: &LiveChange, now: UtcMs) -> Result<(), StoreError> {
    let (publication, kind, state) = (change.publication.as_bytes(), change.kind.as_str(), change.state.as_str());
    let (held, next_at) = (change.held.map_or("", HeldReason::as_str), change.next_at.map(UtcMs::as_millis));
    let wanted = to_json(&change.wanted, "live_change")?;
    let (created, now) = (change.created_at.as_millis(), now.as_millis());
    sqlx::query!(
        "INSERT INTO live_change (publication, ordinal, kind, state, held, reason, cause, raw, wanted, next_at, attempts,
             created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (publication, ordinal) DO UPDATE SET state = ?4, held = ?5, reason = ?6, cause = ?7, raw = ?8,
             next_at = ?10, attempts = ?11, updated_at = ?13",
        publication,
        change.ordinal,
        kind,
        state,
        held,
        change.reason,
        change.cause,
        change.raw,
        wanted,
        next_at,
        change.attempts,
        created,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last change of a publication; `None` where none was ever asked for.
pub async fn last(conn: &mut SqliteConnection, publication: PublicationId) -> Result<Option<LiveChange>, StoreError> {
    let publication = publication.as_bytes();
    sqlx::query_as!(
        Row,
        "SELECT publication, ordinal, kind, state, held, reason, cause, raw, wanted, next_at, attempts, created_at
         FROM live_change WHERE publication = ?1 ORDER BY ordinal DESC LIMIT 1",
        publication
    )
    .fetch_optional(conn)
    .await?
    .map(LiveChange::try_from)
    .transpose()
}

/// Every change that is not settled, the first asked for first.
pub async fn unsettled(conn: &mut SqliteConnection) -> Result<Vec<LiveChange>, StoreError> {
    sqlx::query_as!(
        Row,
        "SELECT publication, ordinal, kind, state, held, reason, cause, raw, wanted, next_at, attempts, created_at
         FROM live_change WHERE state NOT IN ('done', 'failed') ORDER BY created_at, publication"
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(LiveChange::try_from)
    .collect()
}
